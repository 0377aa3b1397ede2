// SPDX-License-Identifier: Apache-2.0
#include "adapters/surroundings.hpp"

namespace adapters
{

Surroundings::Surroundings(const PracticeNames& practice, FoundSlots& found)
    : practice_(practice), found_(found)
{
    found_.organizations.push_back(practice_organization(practice));
    found_.healthcare_services.push_back(practice_service(practice, {}));
}

bool Surroundings::has(const std::string& schedule_reference)
{
    if (schedule_reference == last_)
        return true;
    if (!seen_.contains(schedule_reference))
        return false;
    last_ = schedule_reference;
    return true;
}

void Surroundings::add(fhir::Schedule schedule, const std::vector<std::string>& clinicians,
                       const std::string& place)
{
    if (!seen_.insert("Schedule/" + *schedule.id).second)
        return;
    for (const auto& name : clinicians)
        add_actor(schedule, "Practitioner/", named_clinician(practice_, name), name, found_.practitioners);
    if (!place.empty())
        add_actor(schedule, "Location/", named_location(practice_, place), place, found_.locations);
    schedule.actor.push_back(practice_.service());
    found_.schedules.push_back(std::move(schedule));
}

template <class Actor>
void Surroundings::add_actor(fhir::Schedule& schedule, const std::string& type, Actor actor,
                             const std::string& name, std::vector<Shared<Actor>>& actors)
{
    const auto reference = type + *actor.id;
    schedule.actor.push_back(fhir::reference_to(reference, name));
    if (seen_.insert(reference).second)
        actors.push_back(std::move(actor));
}

} // namespace adapters
