// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/booking/withdrawal.hpp"
#include "tests/chaos/world.hpp"

#include <map>
#include <set>

namespace chaos
{

/// What the gateway's store and the practices' books say when all is quiet.
struct FinalState
{
    struct Row
    {
        std::string practice;
        fhir::Instant start{};
        std::string status; ///< as BookRow
        std::string nhs_number;
        bool moved_here = false; ///< by the practice itself, which need not tell us
        std::string attendance;  ///< FHIR code; empty where the practice's system tells nobody
        std::string slot;        ///< id
        fhir::Instant end{};
    };
    /// The practice itself ended what this patient had there, or put it elsewhere.
    struct Ended
    {
        std::string practice;
        fhir::Instant start{};
        std::string nhs_number;
    };
    std::vector<gateway::store::AppointmentRecord> appointments;
    std::vector<Row> books;
    std::vector<Ended> ended_by_practice;
    std::set<std::string> waiting;             ///< appointments with an intent on the worklist
    std::vector<std::string> unsettled;        ///< intents that are neither settled nor on the worklist
    std::map<std::string, std::string> claims; ///< appointment by claimed slot id
    std::set<std::string> claimed_lately;      ///< slots: between two offers one is free for a moment
    std::vector<gateway::store::HoldRecord> holds;
    /// A session that a practice withdrew.
    struct Job
    {
        gateway::booking::Withdrawal withdrawal;
        std::string practice;
        fhir::Instant updated{}; ///< when it was last worked on
    };
    std::vector<Job> jobs;
    fhir::Instant now{};
};

/// From now on nothing goes wrong. Waits, for some minutes at most, until every intent is settled.
void settle(World& world);
/// Lets the gateway settle and every hold end, then looks.
FinalState settle_and_look(World& world);
FinalState look(World& world);

/// Every intent is settled or waits for a person.
Complaints check_settled(const FinalState& state);
/// Whether an appointment holds its slots: it is booked, held, or was and the patient came or did not.
bool stands(const gateway::store::AppointmentRecord& record);
/// Of the slots that it names.
std::vector<std::string> slots_of(const gateway::store::AppointmentRecord& record);
/// Whether the practice itself cancelled it or moved it away.
bool practice_ended(const FinalState& state, const gateway::store::AppointmentRecord& record);
/// Whether the practice itself moved it to where it stands. It may have done so while we moved it, and then
/// both are in the books; or where we had a claim for another, and then it has none.
bool practice_put(const FinalState& state, const gateway::store::AppointmentRecord& record);

/// An appointment is booked here when and only when the practice has it, whoever did what in its book, and
/// what the practice says of the patient's attendance is known. Not where a person is to look, and what the
/// practice moved itself need not be known.
Complaints check_books(const FinalState& state);
/// One claim for each appointment that stands, none for any other; no hold beyond its time.
Complaints check_claims(const FinalState& state);
/// What was acknowledged as booked still stands, or somebody we can name has cancelled it.
Complaints check_acknowledged(const FinalState& state, const History& history);

/// Of appointments that were moved from one to the next one stands, or the last was cancelled; never two.
Complaints check_moves(const FinalState& state, const History& history);

/// Appointments that a move booked and the engine cancelled again, because the old one could not be given up.
std::set<std::string> taken_back(const FinalState& state);

/// Who waits holds nothing, an offer ends, and nobody waits in vain beside a slot that fits, is free and was
/// never offered.
Complaints check_waiting_list(const FinalState& state);

/// Every withdrawal has come to its end, says the truth of each appointment, and has overlooked none.
Complaints check_withdrawals(const FinalState& state);
/// Appointments that were to be moved or cancelled because their session was withdrawn.
std::set<std::string> withdrawn(const FinalState& state);

/// All of these, and all that history.hpp has.
Complaints judge(const World& world, const FinalState& state);

} // namespace chaos
