// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/final_check.hpp"

#include "fhir/codec/json.hpp"

#include <algorithm>

namespace chaos
{

using gateway::store::AppointmentRecord;

namespace
{

using Place = std::pair<std::string, fhir::Instant>;

std::string name(const AppointmentRecord& record)
{
    return "appointment " + record.id + " (" + record.practice + ", " + record.status + ")";
}

/// Times in its practice's book; of one over several slots, all of them.
std::vector<Place> places_of(const FinalState& state, const AppointmentRecord& record)
{
    std::vector<Place> places;
    const auto slots = slots_of(record);
    for (const FinalState::Row& row : state.books)
        if (slots.size() > 1 && std::ranges::find(slots, row.slot) != slots.end())
            places.emplace_back(row.practice, row.start);
    if (places.empty())
        places.emplace_back(record.practice, record.start);
    return places;
}

bool booked_there(const AppointmentRecord& record)
{
    return stands(record) && record.status != "pending";
}

std::string at(const FinalState::Row& row)
{
    return " at " + fhir::to_uk_text(row.start);
}

/// What one row of a practice's book says against the appointment that is there by our own account.
std::string objection(const FinalState::Row& row, const AppointmentRecord* ours)
{
    if (ours == nullptr)
        return row.status == "booked" && !row.moved_here
                   ? row.practice + " has an appointment" + at(row) + " that nobody here knows of"
                   : "";
    if (row.status != "booked" || row.nhs_number != ours->patient)
        return name(*ours) + at(row) + " is not in the practice's book: " + row.status;
    if (!row.attendance.empty() && row.attendance != ours->status)
        return name(*ours) + at(row) + " is " + row.attendance + " by the practice's book";
    return "";
}

} // namespace

bool stands(const AppointmentRecord& record)
{
    static const std::set<std::string> standing{"booked",     "pending",   "arrived",
                                                "checked-in", "fulfilled", "noshow"};
    return standing.contains(record.status);
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

bool practice_put(const FinalState& state, const AppointmentRecord& record)
{
    return std::ranges::any_of(state.books, [&](const FinalState::Row& row) {
        return row.moved_here && row.practice == record.practice && row.start == record.start;
    });
}

bool practice_ended(const FinalState& state, const AppointmentRecord& record)
{
    return std::ranges::any_of(places_of(state, record), [&](const Place& place) {
        return std::ranges::any_of(state.ended_by_practice, [&](const FinalState::Ended& ended) {
            return ended.practice == place.first && ended.start == place.second &&
                   ended.nhs_number == record.patient;
        });
    });
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
    std::map<Place, const AppointmentRecord*> booked;
    std::set<Place> undecided;
    for (const AppointmentRecord& record : state.appointments)
        for (const Place& place : places_of(state, record)) {
            if (state.waiting.contains(record.id))
                undecided.insert(place);
            if (!booked_there(record))
                continue;
            const auto [first, is_new] = booked.emplace(place, &record);
            if (!is_new)
                complaints.push_back("two appointments stand in one slot: " + name(*first->second) + " and " +
                                     name(record));
        }
    for (const FinalState::Row& row : state.books) {
        const Place place(row.practice, row.start);
        const auto ours = booked.find(place);
        if (auto wrong = objection(row, ours == booked.end() ? nullptr : ours->second);
            !wrong.empty() && !undecided.contains(place))
            complaints.push_back(std::move(wrong));
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
            const bool has_claim = claim != state.claims.end() && claim->second == record.id;
            if (stands(record) && !has_claim && !practice_put(state, record))
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
    std::set<std::string> cancelled, told;
    for (const Observed& seen : history)
        if (seen.deed == Deed::cancel || seen.deed == Deed::move)
            cancelled.insert(seen.deed == Deed::move ? seen.moved : seen.appointment);
    cancelled.merge(withdrawn(state));
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
        else if (!booked_there(*record->second) && !cancelled.contains(seen.appointment) &&
                 !practice_ended(state, *record->second) && !state.waiting.contains(seen.appointment))
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

/// After a restart the gateway's clock may be wrong by so much more.
constexpr milliseconds most_skew{3000};

/// What receptions and withdrawals ended, by slot; also a hold of ours where reception puts somebody else.
EndedByPractice ended_by_practice(const World& world)
{
    EndedByPractice ended;
    for (const KnownSlot& slot : world.slots) {
        const Practice& practice = *world.practices[slot.practice];
        for (const DeskAct& act : practice.acts())
            if (act.kind != DeskAct::Kind::marked && (act.start == slot.start || act.to == slot.start))
                ended[slot.id].emplace_back(act.when, act.when);
        for (const World::Withdrawn& each : world.withdrawals)
            if (each.ends && each.practice == practice.seed().ods && each.period.contains(slot.start))
                ended[slot.id].emplace_back(each.asked, Moment::max());
    }
    return ended;
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
    add(complaints, check_waiting_list(state));
    add(complaints, check_withdrawals(state));
    add(complaints, check_keys(world.history, taken_back(state)));
    add(complaints, check_versions(world.history));
    add(complaints, check_visibility(world.history));
    add(complaints,
        check_slots(world.history, world.booking.hold_lifetime - most_skew, ended_by_practice(world)));
    for (const auto& wire : world.wires)
        add(complaints, wire->blind_resends());
    return complaints;
}

} // namespace chaos
