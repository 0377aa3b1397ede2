// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/workflow/rung.hpp"
#include "tests/chaos/final_check.hpp"

#include <map>
#include <string>
#include <vector>

/// Tasks and notifications when all is quiet: what the store says of them, and whether a gateway that keeps
/// its promises could have come to that.
namespace chaos
{

struct TaskLife
{
    gateway::store::TaskRecord record;                ///< as it is now
    std::vector<gateway::store::TaskRecord> versions; ///< oldest first
};

/// A subscription, how it goes, and everything that was ever for it.
struct Told
{
    gateway::store::SubscriptionRecord record;
    gateway::store::Channel channel;
    std::string receiver; ///< path of its endpoint
    std::size_t max_count = 1;
    std::vector<gateway::store::DeliveryRecord> deliveries; ///< by number
    std::map<std::int64_t, std::string> filters;            ///< by version of the subscription
    std::map<std::int64_t, std::int64_t> given_in; ///< version that stood when the delivery got its number
};

struct WorkState
{
    fhir::Instant now{}; ///< true time, not the gateway's
    std::vector<TaskLife> tasks;
    std::vector<gateway::store::WantedTask> called; ///< whatever called for a task, ever
    std::map<std::int64_t, std::string> raised;     ///< task by number of the call
    std::vector<gateway::store::WantedTask> left;   ///< calls that wait
    std::vector<gateway::workflow::Rung> ladder;
    std::vector<gateway::store::OutboxEvent> events; ///< in their order
    std::vector<Told> told;
    std::vector<Heard> heard;        ///< in the order in which they arrived
    std::set<std::string> practices; ///< ODS codes
    std::set<std::string> replayed;  ///< subscriptions of which an operator sent something again
    std::set<std::string> ordered;   ///< subscriptions that an operator had to do with
    bool held = false;               ///< an operator has held something
};

/// Lets the outbox become empty and what calls for tasks be answered.
void settle_work(World& world);
WorkState look_at_work(World& world);

// ---- tasks (tasks_check.cpp)

/// Always a team of an organisation's; an end or a due time; in each version.
Complaints check_holders(const WorkState& state);
/// What was answered is there as it was answered; one errand and one key are one task or one change; each
/// version is somebody's doing; nobody was shown what is not theirs.
Complaints check_tasks_seen(const WorkState& state, const std::vector<TaskSeen>& seen);
/// Whatever called for a task has one, of its kind, and no other.
Complaints check_raised(const WorkState& state);
/// What a practice did to others' patients became work for whoever booked.
Complaints check_called(const FinalState& final_state, const WorkState& state, const History& history);
/// Each rung once, none before its time, none left out.
Complaints check_escalation(const WorkState& state);

// ---- notifications (notices_check.cpp)

/// Every version of an appointment or a task has its event, once.
Complaints check_events(const FinalState& final_state, const WorkState& state);
/// Numbers without gaps in the order of events; every event is there that the subscriber may hear; each was
/// heard, or is listed as dead, held or waiting, and whoever lost something was told.
Complaints check_deliveries(const WorkState& state);
/// What was heard is what was to be told; again only under the same delivery id; of one subject in order.
Complaints check_heard(const WorkState& state);
/// Nobody heard of what is not theirs.
Complaints check_audience(const WorkState& state);

/// All of these.
Complaints judge_work(const World& world, const FinalState& final_state, const WorkState& state);

} // namespace chaos
