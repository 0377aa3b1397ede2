// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/final_check.hpp"

#include "fhir/codec/json.hpp"

#include <algorithm>

// Both appointments of a move name each other. Followed from one to the next they make chains; of each chain
// one appointment is to stand, unless the patient did not want it any more or a person is to look.
namespace chaos
{

using gateway::store::AppointmentRecord;

namespace
{

std::vector<std::string> named_by(const AppointmentRecord& record)
{
    std::vector<std::string> ids;
    constexpr std::string_view type = "Appointment/";
    if (auto appointment = fhir::codec::read<fhir::Appointment>(record.resource))
        for (const fhir::Reference& other : appointment->supporting_information)
            if (other.reference && other.reference->starts_with(type))
                ids.push_back(other.reference->substr(type.size()));
    return ids;
}

class Chains
{
public:
    explicit Chains(const std::vector<AppointmentRecord>& records)
    {
        for (const AppointmentRecord& record : records)
            for (const std::string& other : named_by(record))
                join(record.id, other);
        for (const AppointmentRecord& record : records)
            if (chain_of_.contains(record.id))
                links_[root(record.id)].push_back(&record);
    }
    const std::map<std::string, std::vector<const AppointmentRecord*>>& all() const { return links_; }

private:
    std::string root(const std::string& id)
    {
        const std::string above = chain_of_.try_emplace(id, id).first->second;
        return above == id ? id : root(above);
    }
    void join(const std::string& one, const std::string& other)
    {
        const std::string first = root(one), second = root(other);
        chain_of_[first] = second;
    }

    std::map<std::string, std::string> chain_of_;
    std::map<std::string, std::vector<const AppointmentRecord*>> links_;
};

} // namespace

std::set<std::string> taken_back(const FinalState& state)
{
    std::set<std::string> ids;
    for (const AppointmentRecord& record : state.appointments) {
        const auto appointment = fhir::codec::read<fhir::Appointment>(record.resource);
        if (appointment && appointment->status == fhir::AppointmentStatus::cancelled &&
            appointment->cancelation_reason &&
            appointment->cancelation_reason->text == "The earlier appointment could not be cancelled")
            ids.insert(record.id);
    }
    return ids;
}

Complaints check_moves(const FinalState& state, const History& history)
{
    Complaints complaints;
    std::set<std::string> cancelled;
    for (const Observed& seen : history)
        if (seen.deed == Deed::cancel)
            cancelled.insert(seen.appointment);
    cancelled.merge(withdrawn(state));
    for (const auto& [first, chain] : Chains(state.appointments).all()) {
        const auto undecided = [&](const AppointmentRecord* record) {
            return state.waiting.contains(record->id) || cancelled.contains(record->id);
        };
        const auto excused = [&](const AppointmentRecord* record) {
            return undecided(record) || practice_ended(state, *record);
        };
        const auto standing =
            std::ranges::count_if(chain, [](const AppointmentRecord* record) { return stands(*record); });
        const auto put_there = std::ranges::count_if(chain, [&](const AppointmentRecord* record) {
            return stands(*record) && practice_put(state, *record);
        });
        if (standing - put_there > 1 && std::ranges::none_of(chain, undecided))
            complaints.push_back("moved, and both stand: " + first);
        if (standing == 0 && std::ranges::none_of(chain, excused))
            complaints.push_back("moved to nowhere: " + first);
    }
    return complaints;
}

} // namespace chaos
