// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/notices.hpp"

#include <algorithm>
#include <functional>

// What receivers heard: what it was called, in which order it came, and whether it was theirs.
namespace chaos
{

using gateway::store::DeliveryRecord;
using gateway::store::DeliveryState;
using gateway::store::OutboxEvent;

namespace
{

/// Between the question whether somebody may hear and what is sent; and the clocks.
constexpr auto longest_send = std::chrono::seconds(15);

/// `<subscription>-<number>` of that event; `-<first>-<last>` of some from the first to the last of them,
/// since those that may not be told any more are left out.
bool is_called_rightly(const Heard& heard)
{
    if (heard.events.empty() || !heard.delivery.starts_with(heard.subscription + "-"))
        return heard.events.empty() && heard.delivery.empty();
    const std::string numbers = heard.delivery.substr(heard.subscription.size() + 1);
    const std::size_t dash = numbers.find('-');
    const std::int64_t first = std::stoll(numbers);
    const std::int64_t last = dash == std::string::npos ? first : std::stoll(numbers.substr(dash + 1));
    const bool in_order = std::ranges::is_sorted(heard.events, std::less_equal<>(), &Heard::Event::number);
    return in_order && heard.events.front().number >= first && heard.events.back().number <= last &&
           (dash == std::string::npos) == (first == last);
}

using Events = std::set<std::int64_t>;

Events numbers_of(const Heard& heard)
{
    Events numbers;
    for (const Heard::Event& event : heard.events)
        numbers.insert(event.number);
    return numbers;
}

/// What was sent together comes together however often, until the receiver refuses it; nothing is added to
/// it. In the order of sending: some are on their way for long.
void check_kept_together(const WorkState& state, const Told& told, Complaints& complaints)
{
    std::multimap<Moment, const Heard*> sent;
    for (const Heard& heard : state.heard)
        if (heard.subscription == told.record.id && heard.type == "event-notification")
            sent.emplace(heard.sent, &heard);
    std::map<std::int64_t, std::string> went_in;
    std::map<std::string, Events> last;
    std::set<std::string> refused;
    for (const auto& [moment, heard] : sent) {
        const Events now = numbers_of(*heard);
        const auto [before, is_new] = last.try_emplace(heard->delivery, now);
        if (!is_new && !std::ranges::includes(before->second, now))
            complaints.push_back(name(told) + ", delivery " + heard->delivery + " came with other events");
        before->second = now;
        for (const std::int64_t number : now) {
            const auto known = went_in.find(number);
            if (known != went_in.end() && known->second != heard->delivery &&
                !refused.contains(known->second))
                complaints.push_back(name(told, number) + " came as " + known->second + " and again as " +
                                     heard->delivery);
            went_in[number] = heard->delivery;
        }
        if (heard->refused)
            refused.insert(heard->delivery);
    }
}

using ById = std::map<std::string, const Told*>;

ById by_id(const WorkState& state)
{
    ById found;
    for (const Told& told : state.told)
        found[told.record.id] = &told;
    return found;
}

const DeliveryRecord* delivery(const Told& told, std::int64_t number)
{
    const auto found = std::ranges::find(told.deliveries, number, &DeliveryRecord::number);
    return found == told.deliveries.end() ? nullptr : &*found;
}

void check_one(const Told& told, const Heard& heard, Complaints& complaints)
{
    const std::string at = name(told) + ", delivery " + heard.delivery;
    if (heard.receiver != told.receiver)
        complaints.push_back(at + " went to " + heard.receiver);
    if (!is_called_rightly(heard) || heard.events.size() > told.max_count)
        complaints.push_back(at + " is not what it is called");
    for (const Heard::Event& event : heard.events) {
        const DeliveryRecord* known = delivery(told, event.number);
        const bool right =
            known && subject_of(known->event) == event.subject && version_of(known->event) == event.version;
        if (!right)
            complaints.push_back(at + " was about " + event.subject + " version " +
                                 std::to_string(event.version) + ", which is not event " +
                                 std::to_string(event.number));
    }
}

/// Of one subject in order, as they were first taken. Not what was given up and came late all the same.
void check_order(const WorkState& state, const Told& told, Complaints& complaints)
{
    std::map<std::string, std::int64_t> last;
    std::set<std::int64_t> taken;
    for (const Heard& heard : state.heard)
        for (const Heard::Event& event : heard.events) {
            const DeliveryRecord* known = delivery(told, event.number);
            if (heard.subscription != told.record.id || !heard.taken || !known ||
                known->state != DeliveryState::done || !taken.insert(event.number).second)
                continue;
            auto& before = last[known->event.subject];
            if (event.number < before)
                complaints.push_back(name(told, event.number) + " came after event " +
                                     std::to_string(before) + " of the same subject");
            before = event.number;
        }
}

/// Whether it had to do with the subject at some time between these.
bool was_party(const WorkState& state, const std::string& organisation, const std::string& subject,
               fhir::Instant from, fhir::Instant to)
{
    const OutboxEvent* before = nullptr;
    for (const OutboxEvent& event : state.events) {
        if (event.subject != subject)
            continue;
        const bool party = before && (before->practice == organisation || before->party == organisation);
        if (party && before->at <= to && event.at >= from)
            return true;
        before = &event;
    }
    return before && before->at <= to && (before->practice == organisation || before->party == organisation);
}

} // namespace

Complaints check_heard(const WorkState& state)
{
    Complaints complaints;
    const ById subscriptions = by_id(state);
    for (const Heard& heard : state.heard) {
        const auto told = subscriptions.find(heard.subscription);
        if (told == subscriptions.end())
            complaints.push_back(heard.receiver + " was told of subscription " + heard.subscription +
                                 ", which there is not");
        else if (heard.type == "event-notification")
            check_one(*told->second, heard, complaints);
    }
    for (const Told& told : state.told) {
        if (!state.replayed.contains(told.record.id))
            check_order(state, told, complaints);
        if (!state.ordered.contains(told.record.id))
            check_kept_together(state, told, complaints);
    }
    return complaints;
}

Complaints check_audience(const WorkState& state)
{
    Complaints complaints;
    const ById subscriptions = by_id(state);
    for (const Heard& heard : state.heard) {
        const auto told = subscriptions.find(heard.subscription);
        const fhir::Instant sent =
            tests::FakeClock::default_start + std::chrono::floor<milliseconds>(heard.sent.time_since_epoch());
        for (const Heard::Event& event : heard.events)
            if (told != subscriptions.end() && !is_of_practice(told->second->record.topic) &&
                !was_party(state, told->second->record.organisation, event.subject, sent - longest_send,
                           sent + skew))
                complaints.push_back(name(*told->second) + " heard of " + event.subject +
                                     ", which is not its own");
    }
    return complaints;
}

} // namespace chaos
