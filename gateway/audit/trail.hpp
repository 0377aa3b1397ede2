// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/audit/finder.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/observability/metrics.hpp"

#include <functional>
#include <memory>
#include <mutex>

namespace gateway::audit
{

struct TrailSettings
{
    std::string chain;                                 ///< each node's own
    std::chrono::milliseconds checkpoint_every{60000}; ///< at the latest, when there is something new
    std::size_t most_waiting = 10000;                  ///< records; who adds one more waits for the store
    std::optional<std::chrono::hours> keep;            ///< unset: for ever
};

/// What the trail stands on; references outlive it. `clock` is the system's, not that of the sandbox's world.
struct TrailParts
{
    store::AuditStore& store;
    SigningKey key;
    std::function<std::string(std::string_view digits)> patient_hash; ///< 32 bytes, keyed
    const adapters::Clock& clock;
    observability::Metrics& metrics;
};

/// The audit chain of this node. Records that need not be durable at once wait in memory and are written
/// together; one that must be takes all that wait along, so that order is kept. Hashes are made on the
/// store's own thread, inside its transaction: the chain's end is always what was committed.
class Trail : public Recorder, public Finder
{
public:
    Trail(TrailParts parts, TrailSettings settings);

    /// Before the first record: reads what the last run left. A sentence that says what is wrong with it;
    /// empty: nothing. Also sets `apptgw_audit_chain_ok`; may be called again at any time.
    Awaitable<fhir::Result<std::string>> check();
    Awaitable<fhir::Result<void>> record(Note note) override;
    Awaitable<fhir::Result<std::vector<FoundEntry>>> find(Question question) override;
    /// Every tenth of a second: writes what waits, and a checkpoint when it is time.
    Awaitable<void> tend();
    /// At stop: the rest, and a checkpoint.
    Awaitable<fhir::Result<void>> close();
    /// Drops what is older than is kept, up to a checkpoint, which becomes the signed anchor of the rest.
    Awaitable<void> purge();

private:
    using Notes = std::vector<Note>;

    Note prepared(Note note) const;
    bool wait_in_memory(Note& note);
    Notes take_waiting();
    void give_back(const Notes& notes);
    bool checkpoint_is_due();
    void committed(const store::AuditHead& head, const store::AuditCheckpoint& last, const Notes& notes);
    Awaitable<fhir::Result<void>> commit(Notes notes, bool sign_end);
    Awaitable<fhir::Result<std::optional<fhir::Instant>>> moment_of(const Place& place);
    Awaitable<fhir::Result<std::int64_t>> purge_chain(std::string chain, fhir::Instant older_than);

    TrailParts parts_;
    const TrailSettings settings_;
    const std::shared_ptr<const Linker> linker_;
    std::mutex mutex_; ///< of what follows
    Notes waiting_;
    store::AuditHead head_;
    fhir::Instant signed_at_;
};

} // namespace gateway::audit
