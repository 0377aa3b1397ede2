// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/final_check.hpp"

#include "gateway/booking/payload.hpp"
#include "tests/chaos/work_check.hpp"

#include <algorithm>

// Lets a world come to rest, and looks at it.
namespace chaos
{

using gateway::store::AppointmentRecord;
using gateway::store::IntentRecord;
using gateway::store::IntentState;

namespace
{

/// What a practice did is seen in the next look, or believed after five looks that find nothing.
constexpr milliseconds long_enough_to_see{210'000};

class Calm : public Fates
{
public:
    Fate at(Point) override { return Fate::go_on; }
};

std::vector<IntentRecord> intents(World& world, IntentState state)
{
    return world.must<std::vector<IntentRecord>>(
        [&](Process& process) { return process.store().intents_in(state, 10000); });
}

std::size_t unsettled(World& world)
{
    return intents(world, IntentState::recorded).size() + intents(world, IntentState::sent).size() +
           intents(world, IntentState::unknown).size();
}

/// Withdrawals that are not at their end.
std::size_t at_work(World& world)
{
    std::size_t open = 0;
    for (const World::Withdrawn& each : world.withdrawals) {
        using Found = std::optional<gateway::store::JobRecord>;
        const auto job = world.must<Found>([&](Process& process) { return process.store().job(each.id); });
        open += job && job->open;
    }
    return open;
}

void wait(World& world, milliseconds length)
{
    bool over = false;
    world.agenda.after(length, [&] { over = true; });
    world.run([&] { return over; });
}

std::map<std::string, std::string> claims(World& world)
{
    std::map<std::string, std::string> found;
    for (const KnownSlot& slot : world.slots) {
        using Held = std::optional<gateway::store::HeldSlot>;
        const auto ods = world.practices[slot.practice]->seed().ods;
        const auto held =
            world.must<Held>([&](Process& process) { return process.store().held_slot(ods, {slot.id}); });
        if (held)
            found[slot.id] = held->appointment;
    }
    return found;
}

/// A move, whose new appointment only a person can settle: the old one is not touched before that.
bool waits_for_a_person(const IntentRecord& intent, const std::set<std::string>& worklist)
{
    if (intent.kind != gateway::store::IntentKind::move)
        return false;
    const auto payload = gateway::booking::read_payload(intent.payload);
    return payload && payload->move && worklist.contains(payload->move->appointment);
}

void look_at(const World& world, std::size_t index, FinalState& state)
{
    const Practice& practice = *world.practices[index];
    const bool attendance = world.booking.watch_every.count() > 0 && practice.capabilities().sees_attendance;
    const std::string& ods = practice.seed().ods;
    for (const auto& row : practice.book()) {
        const auto known = std::ranges::find_if(world.slots, [&](const KnownSlot& slot) {
            return slot.practice == index && slot.start == row.start;
        });
        state.books.push_back({ods, row.start, row.status, row.nhs_number, practice.moved_here(row),
                               attendance ? practice.attendance(row) : "",
                               known == world.slots.end() ? "" : known->id, row.end});
    }
    for (const DeskAct& act : practice.acts())
        if (act.kind != DeskAct::Kind::marked)
            state.ended_by_practice.push_back({ods, act.start, act.nhs_number});
}

} // namespace

void settle(World& world)
{
    static Calm calm;
    world.set_fates(calm);
    world.run([&] { return world.up(); });
    world.process().settle_every = std::chrono::seconds(5);
    for (int round = 0; round < 60 && unsettled(world) + at_work(world) > 0; ++round)
        wait(world, std::chrono::seconds(20));
}

FinalState settle_and_look(World& world)
{
    settle(world);
    wait(world, world.booking.hold_lifetime + std::chrono::seconds(5));
    const bool acted =
        std::ranges::any_of(world.practices, [](const auto& each) { return !each->acts().empty(); });
    if (acted && world.booking.watch_every.count() > 0)
        wait(world, long_enough_to_see);
    settle(world);
    if (world.has_back_office())
        settle_work(world);
    std::set<std::string> lately;
    for (int i = 0; i < 4 && !world.wishes.empty(); ++i) {
        for (const auto& [slot, appointment] : claims(world))
            lately.insert(slot);
        wait(world, std::chrono::seconds(1));
    }
    FinalState state = look(world);
    state.claimed_lately = std::move(lately);
    return state;
}

FinalState look(World& world)
{
    FinalState state;
    state.now = world.process().clock().now();
    for (const IntentRecord& intent : intents(world, IntentState::needs_person))
        state.waiting.insert(intent.appointment);
    for (const IntentState open : {IntentState::recorded, IntentState::sent, IntentState::unknown})
        for (const IntentRecord& intent : intents(world, open))
            if (waits_for_a_person(intent, state.waiting))
                state.waiting.insert(intent.appointment);
            else
                state.unsettled.push_back(intent.id + " of appointment " + intent.appointment);
    gateway::store::AppointmentFilter all;
    all.limit = 100000;
    state.appointments = world.must<std::vector<AppointmentRecord>>(
        [&](Process& process) { return process.store().find(all); });
    state.claims = claims(world);
    state.holds = world.must<std::vector<gateway::store::HoldRecord>>(
        [](Process& process) { return process.store().holds(); });
    for (std::size_t i = 0; i < world.practices.size(); ++i)
        look_at(world, i, state);
    for (const World::Withdrawn& each : world.withdrawals) {
        using Found = std::optional<gateway::store::JobRecord>;
        const auto record = world.must<Found>([&](Process& process) { return process.store().job(each.id); });
        auto job = record ? gateway::booking::read_withdrawal(record->payload)
                          : fhir::fail(fhir::ErrorKind::not_found);
        if (!job)
            throw std::runtime_error("a withdrawal is lost");
        job->withdrawal.id = each.id;
        job->withdrawal.done = !record->open;
        state.jobs.push_back({std::move(job->withdrawal), each.practice, record->updated});
    }
    return state;
}

} // namespace chaos
