// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/notices.hpp"

#include <algorithm>
#include <utility>

namespace chaos
{

using gateway::store::DeliveryRecord;
using gateway::store::DeliveryState;
using gateway::store::OutboxEvent;

namespace
{

/// What is younger may be under way.
constexpr auto under_way = std::chrono::seconds(60);

bool concerns(const WorkState& state, const Told& told, const OutboxEvent& event)
{
    if (event.topic != told.record.topic)
        return false;
    const std::string& organisation = told.record.organisation;
    if (!is_of_practice(event.topic))
        return event.practice == organisation || event.party == organisation;
    // Every practice shares with every consumer, and with no other practice.
    return event.practice == organisation || !state.practices.contains(organisation);
}

/// `Task?status=requested,accepted` or the like, read here by other words than the gateway's.
bool is_meant(const std::string& filter, const OutboxEvent& event)
{
    const std::size_t asks = filter.find('?'), equals = filter.find('=');
    if (asks == std::string::npos || equals == std::string::npos)
        return true;
    const std::string name = filter.substr(asks + 1, equals - asks - 1);
    const std::string& value = name == "status"      ? event.status
                               : name == "requester" ? event.party
                                                     : event.practice;
    return ("," + filter.substr(equals + 1) + ",").contains("," + value + ",");
}

bool is_meant_by(const Told& told, std::int64_t version, const OutboxEvent& event)
{
    const auto filter = told.filters.find(version);
    return filter == told.filters.end() || is_meant(filter->second, event);
}

void check_versions_of(const std::string& subject, std::int64_t newest,
                       const std::map<std::string, std::vector<std::int64_t>>& told, Complaints& complaints)
{
    const auto found = told.find(subject);
    const auto& versions = found == told.end() ? std::vector<std::int64_t>() : found->second;
    for (std::int64_t version = 1; version <= newest; ++version)
        if (std::ranges::count(versions, version) != 1)
            complaints.push_back(subject + ": version " + std::to_string(version) + " was announced " +
                                 std::to_string(std::ranges::count(versions, version)) + " times");
    for (const std::int64_t version : versions)
        if (version > newest)
            complaints.push_back(subject + ": version " + std::to_string(version) +
                                 " was announced, and is not there");
}

void check_numbers(const WorkState& state, const Told& told, Complaints& complaints)
{
    std::int64_t number = 0, sequence = 0;
    for (const DeliveryRecord& each : told.deliveries) {
        if (each.number != ++number || each.event.sequence <= sequence) {
            complaints.push_back(name(told, each.number) + " is not the next one");
            return;
        }
        sequence = each.event.sequence;
        if (!concerns(state, told, each.event))
            complaints.push_back(name(told, each.number) + " is not for it: " + each.event.subject);
        const auto given = told.given_in.find(each.number);
        if (given != told.given_in.end() && !is_meant_by(told, given->second, each.event))
            complaints.push_back(name(told, each.number) + ", " + each.event.subject + " version " +
                                 std::to_string(each.event.version) +
                                 ", is not what it asked for when it was given that");
    }
    if (number != told.record.events)
        complaints.push_back(name(told) + " has " + std::to_string(number) + " events of " +
                             std::to_string(told.record.events));
}

/// Whatever came since it last became active is there.
void check_complete(const WorkState& state, const Told& told, Complaints& complaints)
{
    if (told.record.status != "active")
        return;
    std::set<std::int64_t> there;
    for (const DeliveryRecord& each : told.deliveries)
        there.insert(each.event.sequence);
    for (const OutboxEvent& event : state.events)
        if (concerns(state, told, event) && is_meant_by(told, told.record.version, event) &&
            event.at > told.record.updated + skew && event.at + under_way < state.now &&
            !there.contains(event.sequence))
            complaints.push_back(name(told) + " was not given " + event.subject + " version " +
                                 std::to_string(event.version));
}

bool is_kept_back(const Told& told, const DeliveryRecord& delivery)
{
    return told.channel.held || std::ranges::any_of(told.deliveries, [&](const DeliveryRecord& other) {
               return other.state == DeliveryState::held && other.number < delivery.number &&
                      other.event.subject == delivery.event.subject;
           });
}

/// The subject has changed hands: then its version need not be told any more.
bool has_moved_on(const WorkState& state, const Told& told, const OutboxEvent& event)
{
    return std::ranges::any_of(state.events, [&](const OutboxEvent& later) {
        return later.sequence > event.sequence && later.subject == event.subject &&
               later.practice != told.record.organisation && later.party != told.record.organisation;
    });
}

using Numbers = std::set<std::pair<std::string, std::int64_t>>;

Numbers numbers_taken(const WorkState& state)
{
    Numbers taken;
    for (const Heard& heard : state.heard)
        for (const Heard::Event& event : heard.events)
            if (heard.taken)
                taken.emplace(heard.subscription, event.number);
    return taken;
}

std::string objection(const WorkState& state, const Told& told, const DeliveryRecord& delivery,
                      const Numbers& taken)
{
    switch (delivery.state) {
    case DeliveryState::done:
        return taken.contains({told.record.id, delivery.number}) ? "" : " is said to be heard, and was not";
    case DeliveryState::held:
        return state.held ? "" : " is held, and nobody has done that";
    case DeliveryState::cancelled:
        return delivery.failure == "not_visible" && has_moved_on(state, told, delivery.event)
                   ? ""
                   : " was dropped: " + delivery.failure;
    case DeliveryState::due:
        return is_kept_back(told, delivery) || told.record.status != "active" ||
                       delivery.event.at + under_way > state.now
                   ? ""
                   : " waits for nothing";
    case DeliveryState::dead:
        return "";
    }
    return "";
}

/// Whoever lost something has a task that says so.
void check_told_of_loss(const WorkState& state, const Told& told, Complaints& complaints)
{
    const bool lost = told.record.status == "error" ||
                      std::ranges::find(told.deliveries, DeliveryState::dead, &DeliveryRecord::state) !=
                          told.deliveries.end();
    const bool knows = std::ranges::any_of(state.tasks, [&](const TaskLife& life) {
        return life.record.kind == "message-dead-letter" &&
               life.record.requester == told.record.organisation &&
               life.record.resource.contains("Subscription/" + told.record.id);
    });
    if (lost && !knows)
        complaints.push_back(name(told) + " has lost something, and nobody was told");
}

} // namespace

Complaints check_events(const FinalState& final_state, const WorkState& state)
{
    Complaints complaints;
    std::map<std::string, std::vector<std::int64_t>> told;
    for (const OutboxEvent& event : state.events)
        if (event.topic == gateway::store::appointment_topic || event.topic == gateway::store::task_topic)
            told[event.subject].push_back(event.version);
    for (const auto& record : final_state.appointments)
        check_versions_of("Appointment/" + record.id, record.version, told, complaints);
    for (const TaskLife& life : state.tasks)
        check_versions_of("Task/" + life.record.id, life.record.version, told, complaints);
    return complaints;
}

Complaints check_deliveries(const WorkState& state)
{
    Complaints complaints;
    const Numbers taken = numbers_taken(state);
    for (const Told& told : state.told) {
        check_numbers(state, told, complaints);
        check_complete(state, told, complaints);
        check_told_of_loss(state, told, complaints);
        for (const DeliveryRecord& each : told.deliveries)
            if (const auto wrong = objection(state, told, each, taken); !wrong.empty())
                complaints.push_back(name(told, each.number) + wrong);
    }
    return complaints;
}

namespace
{

void add(Complaints& all, Complaints more)
{
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

} // namespace

Complaints judge_work(const World& world, const FinalState& final_state, const WorkState& state)
{
    Complaints complaints;
    add(complaints, check_events(final_state, state));
    add(complaints, check_holders(state));
    add(complaints, check_tasks_seen(state, world.work.tasks));
    add(complaints, check_raised(state));
    if (world.booking.watch_every.count() > 0)
        add(complaints, check_called(final_state, state, world.history));
    add(complaints, check_escalation(state));
    add(complaints, check_deliveries(state));
    add(complaints, check_heard(state));
    add(complaints, check_audience(state));
    return complaints;
}

} // namespace chaos
