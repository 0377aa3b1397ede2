// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/identity/identity.hpp"
#include "gateway/identity/jwk.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

namespace gateway::identity
{

/// One party's key set, from a file read at start or from an https URL. A URL is fetched when first needed,
/// again when a token names an unknown key (at most once a minute, however many ask), and after an hour.
/// While a fetch fails, the keys known so far stay good for a day. Thread-safe.
class KeySource
{
public:
    /// From a file: never changes.
    explicit KeySource(KeySet keys);
    KeySource(std::string url, const adapters::Clock& clock, FetchText fetch);

    /// What is known now, possibly nothing.
    std::shared_ptr<const KeySet> known() const;
    /// The set that holds `kid` if it can be had; otherwise what is known.
    Awaitable<std::shared_ptr<const KeySet>> with_key(std::string kid);

    /// authenticate() cannot wait: it notes a missing key here, refresh() fetches later.
    void note_missing_key() { key_missed_ = true; }
    /// Fetches when a key was missed, nothing is known, or the set is old, and a minute has passed. True when
    /// fetched.
    Awaitable<bool> refresh();

private:
    bool claim_fetch(bool wanted);
    Awaitable<bool> fetch();

    const std::string url_;
    const adapters::Clock* clock_ = nullptr;
    const FetchText fetch_;
    std::atomic<bool> fetching_{false};
    std::atomic<bool> key_missed_{false};
    mutable std::mutex mutex_;
    std::shared_ptr<const KeySet> keys_ = std::make_shared<KeySet>();
    fhir::Instant tried_{};
    fhir::Instant fetched_{};
};

} // namespace gateway::identity
