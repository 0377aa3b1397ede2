// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/task_calls.hpp"
#include "gateway/booking/wish.hpp"

#include "fhir/model/id.hpp"
#include "gateway/observability/log.hpp"

#include <algorithm>
#include <utility>

// What became free goes to those who wait for it: first by priority, then by age, one at a time. An offer is
// a hold of the waiting appointment's own organisation.
namespace gateway::booking
{

using fhir::ErrorKind;
using store::IntentKind;
using store::IntentState;

namespace
{

/// A slot more than this far ahead is not looked for: no search goes further.
constexpr std::chrono::days furthest{27};
constexpr std::size_t slots_looked_at = 500;
constexpr std::size_t slots_tried = 5;
constexpr std::size_t slots_remembered = 200;

std::vector<std::string> ids_of(const std::vector<adapters::OfferedSlot>& slots)
{
    std::vector<std::string> ids;
    for (const adapters::OfferedSlot& offered : slots)
        ids.push_back(offered.slot.id.value_or(""));
    return ids;
}

std::optional<fhir::Schedule> schedule_in(const search::SlotHit& hit)
{
    const std::string reference = hit.slot->common().schedule.reference.value_or("");
    const auto* schedule =
        search::find(hit.book->schedules, std::string_view(reference).substr(reference.rfind('/') + 1));
    return schedule ? std::optional(*schedule) : std::nullopt;
}

} // namespace

Awaitable<void> Engine::offer_waiting()
{
    const fhir::Instant now = parts_.clock.now();
    if (!given_back_.exchange(false) && now < next_look_)
        co_return;
    next_look_ = now + settings_.waitlist_every;
    auto waiting = co_await parts_.store.waiting(waiting_limit);
    if (!waiting)
        co_return;
    std::vector<std::pair<std::uint32_t, store::AppointmentRecord>> line;
    for (store::AppointmentRecord& record : *waiting)
        if (auto stored = to_stored(record))
            line.emplace_back(rank_of(stored->resource), std::move(record));
    std::ranges::sort(line, {}, [](const auto& each) { return std::pair(each.first, each.second.id); });
    for (auto& [rank, record] : line)
        co_await offer_to(std::move(record));
}

Awaitable<void> Engine::offer_to(store::AppointmentRecord record)
{
    auto payload = read_payload(record.supplier);
    auto wish = payload && payload->waiting ? read_wish(*payload->waiting) : fhir::fail(ErrorKind::internal);
    if (!wish)
        co_return;
    auto context = in_name_of(record, *payload);
    auto own = own_write("waiting-list", "", record, 0);
    if (!is_open(*wish, parts_.clock.now())) {
        auto next = with_status(*payload->waiting, fhir::AppointmentStatus::cancelled);
        next.cancelation_reason = fhir::concept_text("The wanted period has passed");
        auto ended = co_await rewrite_waiting(std::move(context), std::move(record), std::move(next),
                                              std::move(*payload));
        observability::log(observability::Level::info, "wait_ended", {{"done", ended.has_value()}});
        own.action = "the wanted period has passed";
        co_await note_own(std::move(own), std::move(ended));
        co_return;
    }
    auto found = co_await found_for(context, *payload);
    for (ResolvedSlots& resolved : found) {
        auto offered =
            co_await offer(context, record, *payload, std::move(resolved), settings_.offer_lifetime, true);
        observability::log(observability::Level::info, "slot_offered", {{"done", offered.has_value()}});
        if (!offered && offered.error().kind() == ErrorKind::slot_unavailable)
            continue;
        own.action = "offered a slot";
        co_await note_own(std::move(own), std::move(offered));
        co_return;
    }
}

Awaitable<std::vector<ResolvedSlots>> Engine::found_for(WriteContext context, const Payload& waiting)
{
    std::vector<ResolvedSlots> fitting;
    const auto wish = read_wish(*waiting.waiting);
    // Whoever is offered a slot has the whole offer to answer before it begins.
    const fhir::Instant earliest = parts_.clock.now() + settings_.offer_lifetime;
    auto query =
        wish ? query_for(*wish, *waiting.waiting, earliest, parts_.clock.now() + furthest) : std::nullopt;
    if (!query)
        co_return fitting;
    auto found =
        co_await parts_.search.find_slots(context.caller, std::move(*query), false, context.request_id, {});
    if (!found)
        co_return fitting;
    for (const search::SlotHit& hit : (*found)->page(0, slots_looked_at)) {
        const bool passed = std::ranges::find(waiting.passed, hit.slot->id()) != waiting.passed.end();
        if (passed || !fits(*wish, hit.slot->slot(), earliest))
            continue;
        auto terms = co_await terms_of(context, hit, "Appointment.slot[0]");
        if (!terms)
            continue;
        fitting.push_back({{hit.slot->offered()}, schedule_in(hit), std::move(*terms)});
        if (fitting.size() == slots_tried)
            break;
    }
    co_return fitting;
}

Awaitable<Engine::Outcome> Engine::offer(WriteContext context, store::AppointmentRecord record,
                                         Payload waiting, ResolvedSlots resolved,
                                         std::chrono::milliseconds lifetime, bool found_here)
{
    const auto slots = ids_of(resolved.slots);
    const auto first = fhir::PracticeId::parse(slots.front());
    const auto number = fhir::NhsNumber::parse(record.patient);
    const std::int64_t version = record.version;
    const fhir::Instant until = parts_.clock.now() + lifetime;
    if (!first || !number)
        co_return fhir::fail(ErrorKind::internal);
    waiting.wanted =
        as_hold(with_offer(*waiting.waiting, resolved.slots, resolved.schedule, origin_), origin_, until);
    waiting.wanted->id.reset();
    waiting.slots = std::move(resolved.slots);
    waiting.hold_until = until;

    auto write = std::make_shared<Write>(adapters::PatientContext{*number, std::nullopt, std::nullopt});
    write->practice = parts_.directory()->practice(first->ods);
    write->record = std::move(record);
    write->record.practice = first->ods.text();
    write->payload = waiting;
    write->intent.kind = IntentKind::hold;
    write->intent.state = IntentState::recorded; // the practice hears of no hold
    store::NewIntent wanted;
    wanted.slots = slots;
    wanted.claim = store::ClaimKind::hold;
    wanted.hold_until = until;
    wanted.use = std::move(resolved.terms.use);
    wanted.limits = std::move(resolved.terms.limits);
    auto begun = co_await record_change(context, version, write, std::move(wanted));
    if (begun && begun->answer == store::Begun::Answer::slot_taken) {
        auto error = co_await taken(context.caller, write->record.patient,
                                    {begun->slot_index, begun->appointment, begun->hold_until});
        co_return std::unexpected(std::move(error));
    }
    auto obstacle =
        co_await obstacle_to_change(std::move(context), std::move(begun), "update/" + write->record.id);
    if (!obstacle)
        co_return std::unexpected(obstacle.error());
    if (*obstacle)
        co_return std::move(**obstacle);
    auto change = change_of(*write, IntentState::done);
    change.appointment = next_record(*write, *waiting.wanted);
    change.appointment->supplier = to_text(waiting);
    change.outcome = to_text(FirstAnswer{false, std::nullopt});
    if (found_here)
        change.task = waitlist_offer;
    auto outcome = co_await keep(std::move(change), false);
    if (outcome)
        parts_.search.slots_held(slots, until);
    co_return outcome;
}

Awaitable<Engine::Outcome> Engine::wait_on(WriteContext context, WritePtr write, Payload offered)
{
    const auto slots = ids_of(offered.slots);
    const std::int64_t version = write->record.version;
    write->intent.kind = IntentKind::cancel;
    write->intent.state = IntentState::recorded; // there is nothing to send
    write->payload.wanted = offered.waiting;
    auto obstacle = co_await begin_change(std::move(context), version, write, {});
    if (!obstacle)
        co_return std::unexpected(obstacle.error());
    if (*obstacle)
        co_return std::move(**obstacle);
    auto change = change_of(*write, IntentState::done);
    change.appointment = waiting_again(*write, std::move(offered));
    change.outcome = to_text(FirstAnswer{false, std::nullopt});
    change.release_claims = true;
    auto outcome = co_await keep(std::move(change), false);
    if (!outcome)
        co_return outcome;
    parts_.search.slots_held(slots, parts_.clock.now());
    given_back_ = true; // next in line
    co_return outcome;
}

/// What was offered once is not offered again.
store::AppointmentRecord Engine::waiting_again(const Write& write, Payload offered) const
{
    for (std::string& slot : ids_of(offered.slots))
        offered.passed.push_back(std::move(slot));
    if (offered.passed.size() > slots_remembered)
        offered.passed.erase(offered.passed.begin(), offered.passed.end() - slots_remembered);
    offered.slots.clear();
    offered.hold_until.reset();
    offered.wanted.reset();
    auto next = next_record(write, *offered.waiting);
    next.practice = next.booked_by;
    next.supplier = to_text(offered);
    return next;
}

/// Whoever booked it, which need not be who wrote to it last.
WriteContext Engine::in_name_of(const store::AppointmentRecord& record, const Payload& payload) const
{
    WriteContext context = context_of(payload);
    context.caller.ods = *fhir::OdsCode::parse(record.booked_by);
    return context;
}

} // namespace gateway::booking
