// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/final_check.hpp"

#include "fhir/codec/json.hpp"
#include "gateway/booking/payload.hpp"

#include <algorithm>

namespace chaos
{

using gateway::store::AppointmentRecord;
using gateway::store::IntentRecord;
using gateway::store::IntentState;

namespace
{

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

void wait(World& world, milliseconds length)
{
    bool over = false;
    world.agenda.after(length, [&] { over = true; });
    world.run([&] { return over; });
}

bool stands(const AppointmentRecord& record)
{
    return record.status == "booked" || record.status == "pending" || record.status == "waitlist";
}

std::string name(const AppointmentRecord& record)
{
    return "appointment " + record.id + " (" + record.practice + ", " + record.status + ")";
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

std::vector<std::string> slots_of(const AppointmentRecord& record)
{
    std::vector<std::string> ids;
    if (auto appointment = fhir::codec::read<fhir::Appointment>(record.resource))
        for (const fhir::Reference& slot : appointment->slot)
            if (slot.reference && slot.reference->starts_with("Slot/"))
                ids.push_back(slot.reference->substr(5));
    return ids;
}

/// A move, whose new appointment only a person can settle: the old one is not touched before that.
bool waits_for_a_person(const IntentRecord& intent, const std::set<std::string>& worklist)
{
    if (intent.kind != gateway::store::IntentKind::move)
        return false;
    const auto payload = gateway::booking::read_payload(intent.payload);
    return payload && payload->move && worklist.contains(payload->move->appointment);
}

} // namespace

void settle(World& world)
{
    static Calm calm;
    world.set_fates(calm);
    world.run([&] { return world.up(); });
    world.process().settle_every = std::chrono::seconds(5);
    for (int round = 0; round < 60 && unsettled(world) > 0; ++round)
        wait(world, std::chrono::seconds(20));
}

FinalState settle_and_look(World& world)
{
    settle(world);
    wait(world, world.booking.hold_lifetime + std::chrono::seconds(5));
    return look(world);
}

FinalState look(World& world)
{
    FinalState state;
    state.now = world.process().clock().now();
    for (const IntentRecord& intent : intents(world, IntentState::needs_person))
        state.waiting.insert(intent.appointment);
    for (const IntentState open : {IntentState::recorded, IntentState::sent, IntentState::unknown})
        for (const IntentRecord& intent : intents(world, open))
            if (!waits_for_a_person(intent, state.waiting))
                state.unsettled.push_back(intent.id + " of appointment " + intent.appointment);
    gateway::store::AppointmentFilter all;
    all.limit = 100000;
    state.appointments = world.must<std::vector<AppointmentRecord>>(
        [&](Process& process) { return process.store().find(all); });
    state.claims = claims(world);
    state.holds = world.must<std::vector<gateway::store::HoldRecord>>(
        [](Process& process) { return process.store().holds(); });
    for (const auto& practice : world.practices)
        for (const auto& row : practice->book())
            state.books.push_back(
                {practice->seed().ods, row.start, row.status, row.nhs_number, practice->touched(row.start)});
    return state;
}

Complaints check_settled(const FinalState& state)
{
    Complaints complaints;
    for (const std::string& intent : state.unsettled)
        complaints.push_back("intent " + intent + " is neither settled nor on the worklist");
    return complaints;
}

Complaints check_books(const FinalState& state)
{
    Complaints complaints;
    std::map<std::pair<std::string, fhir::Instant>, const AppointmentRecord*> booked;
    std::set<std::pair<std::string, fhir::Instant>> undecided;
    for (const AppointmentRecord& record : state.appointments) {
        const std::pair place(record.practice, record.start);
        if (state.waiting.contains(record.id))
            undecided.insert(place);
        if (record.status != "booked")
            continue;
        const auto [first, is_new] = booked.emplace(place, &record);
        if (!is_new)
            complaints.push_back("two appointments stand in one slot: " + name(*first->second) + " and " +
                                 name(record));
    }
    for (const FinalState::Row& row : state.books) {
        const std::pair place(row.practice, row.start);
        if (row.touched || undecided.contains(place))
            continue;
        const auto ours = booked.find(place);
        if (ours == booked.end() && row.status == "booked")
            complaints.push_back(row.practice + " has an appointment at " + fhir::to_uk_text(row.start) +
                                 " that nobody here knows of");
        if (ours != booked.end() && (row.status != "booked" || row.nhs_number != ours->second->patient))
            complaints.push_back(name(*ours->second) + " at " + fhir::to_uk_text(row.start) +
                                 " is not in the practice's book: " + row.status);
    }
    return complaints;
}

Complaints check_claims(const FinalState& state)
{
    Complaints complaints;
    std::map<std::string, const AppointmentRecord*> by_id;
    for (const AppointmentRecord& record : state.appointments)
        by_id[record.id] = &record;
    for (const auto& [slot, appointment] : state.claims)
        if (!by_id.contains(appointment) || !stands(*by_id.at(appointment)))
            complaints.push_back("slot " + slot + " is claimed for ever by appointment " + appointment);
    for (const AppointmentRecord& record : state.appointments)
        for (const std::string& slot : slots_of(record)) {
            const auto claim = state.claims.find(slot);
            if (stands(record) && (claim == state.claims.end() || claim->second != record.id))
                complaints.push_back(name(record) + " stands without its claim on slot " + slot);
        }
    for (const gateway::store::HoldRecord& hold : state.holds)
        if (hold.until + std::chrono::seconds(2) < state.now)
            complaints.push_back("the hold of appointment " + hold.appointment + " goes on beyond its time");
    return complaints;
}

Complaints check_acknowledged(const FinalState& state, const History& history)
{
    Complaints complaints;
    std::map<std::string, const AppointmentRecord*> by_id;
    for (const AppointmentRecord& record : state.appointments)
        by_id[record.id] = &record;
    std::set<std::pair<std::string, fhir::Instant>> touched;
    for (const FinalState::Row& row : state.books)
        if (row.touched)
            touched.emplace(row.practice, row.start);
    std::set<std::string> cancelled, told;
    for (const Observed& seen : history)
        if (seen.deed == Deed::cancel || seen.deed == Deed::move)
            cancelled.insert(seen.deed == Deed::move ? seen.moved : seen.appointment);
    for (const Observed& seen : history) {
        const bool booking =
            seen.deed == Deed::book || seen.deed == Deed::book_hold || seen.deed == Deed::move;
        if (!booking || seen.answer != Observed::Answer::ok || seen.status != "booked" ||
            !told.insert(seen.appointment).second)
            continue;
        const auto record = by_id.find(seen.appointment);
        if (record == by_id.end())
            complaints.push_back("appointment " + seen.appointment + ", acknowledged to " + seen.client +
                                 ", is lost");
        else if (record->second->status != "booked" && !cancelled.contains(seen.appointment) &&
                 !touched.contains({record->second->practice, record->second->start}) &&
                 !state.waiting.contains(seen.appointment))
            complaints.push_back(name(*record->second) + " was acknowledged, and nobody has cancelled it");
    }
    return complaints;
}

namespace
{

void add(Complaints& all, Complaints more)
{
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<std::string> touched_slots(const World& world)
{
    std::vector<std::string> ids;
    for (const KnownSlot& slot : world.slots)
        if (world.practices[slot.practice]->touched(slot.start))
            ids.push_back(slot.id);
    return ids;
}

} // namespace

Complaints judge(const World& world, const FinalState& state)
{
    Complaints complaints;
    add(complaints, check_settled(state));
    add(complaints, check_books(state));
    add(complaints, check_claims(state));
    add(complaints, check_acknowledged(state, world.history));
    add(complaints, check_moves(state, world.history));
    add(complaints, check_keys(world.history));
    add(complaints, check_versions(world.history));
    add(complaints, check_visibility(world.history));
    add(complaints, check_slots(world.history, world.booking.hold_lifetime, touched_slots(world)));
    for (const auto& wire : world.wires)
        add(complaints, wire->blind_resends());
    return complaints;
}

} // namespace chaos
