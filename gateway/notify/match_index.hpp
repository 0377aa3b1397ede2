// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/notify/subscription.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/store/outbox_records.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gateway::notify
{

/// Finds the subscriptions that want an event without looking at all of them. Those to appointments and tasks
/// are found by the two organisations of the event; those to practices by the practice, where they name one,
/// and otherwise by the organisations that share with it, which are worked out once a minute. Used by one
/// thread.
class MatchIndex
{
public:
    /// Those that hear nothing are left out.
    MatchIndex(std::vector<Subscription> subscriptions, std::int64_t generation);
    MatchIndex(MatchIndex&&) = default;
    MatchIndex& operator=(MatchIndex&&) = default;

    /// Of the store, when they were read.
    std::int64_t generation() const { return generation_; }
    std::size_t size() const { return subscriptions_.size(); }
    /// Those that go another way, whatever they want to hear of.
    const std::vector<Subscription>& carried() const { return carried_; }
    /// Each once. They live as long as the index. `now` of the appointment world.
    std::vector<const Subscription*> matching(const store::OutboxEvent& event,
                                              const policy::Directory& directory, fhir::Instant now);

private:
    using Numbers = std::vector<std::uint32_t>;
    struct Audience
    {
        std::uint64_t revision = 0; ///< of the directory
        fhir::Instant until{};
        std::vector<const Numbers*> groups; ///< of organisations that share
    };

    void take(const Numbers& numbers, const store::OutboxEvent& event,
              std::vector<const Subscription*>& found) const;
    const Audience& audience_of(const store::OutboxEvent& event, const policy::Directory& directory,
                                fhir::Instant now);

    std::vector<Subscription> subscriptions_, carried_;
    std::int64_t generation_;
    /// By topic and ODS code: of the organisation that listens, or of the practice that it named.
    std::unordered_map<std::string, Numbers> by_party_, by_practice_;
    /// By topic: those that named no practice, by organisation.
    std::unordered_map<std::string, std::unordered_map<std::string, Numbers>> everywhere_;
    std::unordered_map<std::string, Audience> audiences_;
};

} // namespace gateway::notify
