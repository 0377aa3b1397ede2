// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/final_check.hpp"

#include "gateway/booking/payload.hpp"
#include "gateway/booking/wish.hpp"

#include <algorithm>

// The waiting list and withdrawn sessions, when all is quiet.
namespace chaos
{

using gateway::booking::Withdrawal;
using gateway::booking::WithdrawnAppointment;
using gateway::booking::WithdrawRequest;
using gateway::store::AppointmentRecord;
using State = WithdrawnAppointment::State;

namespace
{

/// A look for what became free comes every few seconds; an offer that is not taken makes room for the next.
constexpr auto long_enough_waited = std::chrono::seconds(60);
/// What is booked in the moment in which a withdrawal comes to its end may be told after it.
constexpr auto last_look = std::chrono::seconds(5);

bool could_be_offered(const FinalState& state, const FinalState::Row& row, const gateway::booking::Wish& wish,
                      const std::vector<std::string>& passed)
{
    const bool here = wish.practices.empty() || std::ranges::any_of(wish.practices, [&](const auto& ods) {
                          return ods.text() == row.practice;
                      });
    const bool then = std::ranges::any_of(wish.periods, [&](const fhir::Interval& period) {
        return period.start <= row.start && row.end <= period.end;
    });
    return here && then && row.status == "free" && !row.slot.empty() && !state.claims.contains(row.slot) &&
           !state.claimed_lately.contains(row.slot) && std::ranges::find(passed, row.slot) == passed.end();
}

void check_wish(const FinalState& state, const AppointmentRecord& record, Complaints& complaints)
{
    const auto payload = gateway::booking::read_payload(record.supplier);
    const auto wish = payload && payload->waiting ? gateway::booking::read_wish(*payload->waiting)
                                                  : fhir::fail(fhir::ErrorKind::internal);
    if (!wish) {
        complaints.push_back("nobody can say what appointment " + record.id + " waits for");
        return;
    }
    if (state.now - record.updated < long_enough_waited)
        return;
    for (const FinalState::Row& row : state.books)
        if (could_be_offered(state, row, *wish, payload->passed)) {
            complaints.push_back("appointment " + record.id + " waits, and was never offered slot " +
                                 row.slot);
            return;
        }
}

void check_item(const FinalState::Job& job, const WithdrawnAppointment& item,
                const std::map<std::string, const AppointmentRecord*>& records, Complaints& complaints)
{
    const auto found = records.find(item.appointment);
    const std::string name = "withdrawal " + job.withdrawal.id + ": appointment " + item.appointment;
    if (found == records.end()) {
        complaints.push_back(name + " is lost");
        return;
    }
    const bool gone = !stands(*found->second);
    const bool to_known =
        item.to.starts_with("Appointment/") && records.contains(item.to.substr(sizeof "Appointment/" - 1));
    const bool ends = job.withdrawal.request.action != WithdrawRequest::Action::propose;
    bool true_ = false;
    switch (item.state) {
    case State::waiting:
    case State::settling:
        break;
    case State::proposed:
        true_ = !ends && item.to.starts_with("Slot/");
        break;
    case State::moved:
        true_ = ends && gone && to_known;
        break;
    case State::cancelled:
        true_ = gone;
        break;
    case State::released: // one that waited may have another offer since
        true_ = ends && (gone || gateway::booking::read_payload(found->second->supplier).has_value());
        break;
    case State::kept:
        true_ = item.error.has_value();
    }
    if (!true_)
        complaints.push_back(name + " is said to be " + std::string(code_of(item.state)) + " and is " +
                             found->second->status);
}

/// Booked in the session before the withdrawal looked for the last time, and not in its list.
void check_overlooked(const FinalState& state, const FinalState::Job& job, Complaints& complaints)
{
    const Withdrawal& withdrawal = job.withdrawal;
    if (withdrawal.request.action == WithdrawRequest::Action::propose || !withdrawal.done)
        return;
    for (const AppointmentRecord& record : state.appointments) {
        const bool listed =
            std::ranges::find(withdrawal.appointments, record.id, &WithdrawnAppointment::appointment) !=
            withdrawal.appointments.end();
        if (!listed && record.status == "booked" && record.practice == job.practice &&
            withdrawal.request.period.contains(record.start) && record.updated + last_look < job.updated)
            complaints.push_back("withdrawal " + withdrawal.id + " has overlooked appointment " + record.id);
    }
}

} // namespace

Complaints check_waiting_list(const FinalState& state)
{
    Complaints complaints;
    for (const AppointmentRecord& record : state.appointments) {
        const bool held = std::ranges::find(state.holds, record.id,
                                            &gateway::store::HoldRecord::appointment) != state.holds.end();
        if (record.status == "waitlist")
            check_wish(state, record, complaints);
        if (record.status == "pending" && !held && !state.waiting.contains(record.id))
            complaints.push_back("appointment " + record.id + " is pending, and nothing will end that");
    }
    return complaints;
}

std::set<std::string> withdrawn(const FinalState& state)
{
    std::set<std::string> ids;
    for (const FinalState::Job& job : state.jobs)
        for (const WithdrawnAppointment& item : job.withdrawal.appointments)
            if (job.withdrawal.request.action != WithdrawRequest::Action::propose)
                ids.insert(item.appointment);
    return ids;
}

Complaints check_withdrawals(const FinalState& state)
{
    Complaints complaints;
    std::map<std::string, const AppointmentRecord*> records;
    for (const AppointmentRecord& record : state.appointments)
        records[record.id] = &record;
    for (const FinalState::Job& job : state.jobs) {
        if (!job.withdrawal.done)
            complaints.push_back("withdrawal " + job.withdrawal.id + " does not come to an end");
        for (const WithdrawnAppointment& item : job.withdrawal.appointments)
            if (job.withdrawal.done)
                check_item(job, item, records, complaints);
        check_overlooked(state, job, complaints);
    }
    return complaints;
}

} // namespace chaos
