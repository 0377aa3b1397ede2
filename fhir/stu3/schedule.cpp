// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/schedule.hpp"

#include "fhir/schema/declare.hpp"
#include "fhir/stu3/practitioner_role.hpp"
#include "fhir/stu3/sent.hpp"

#include <algorithm>

namespace fhir::stu3
{

namespace
{

void schedule_to_r4(Schedule& schedule)
{
    const auto practitioner = std::ranges::find_if(schedule.actor, [](const Reference& actor) {
        return actor.reference && actor.reference->starts_with("Practitioner/");
    });
    auto role = take_role(schedule,
                          practitioner == schedule.actor.end() ? std::nullopt : std::optional(*practitioner));
    if (role)
        schedule.actor.push_back(std::move(*role));
}

std::optional<Schedule> schedule_to_stu3(const Schedule& schedule)
{
    const auto is_its_role = [&](const Reference& actor) { return is_role(actor, schedule); };
    // Somebody has to be left.
    const auto roles = std::ranges::count_if(schedule.actor, is_its_role);
    if (roles == 0 || roles == std::ssize(schedule.actor))
        return std::nullopt;
    Schedule changed = schedule;
    for (const Reference& actor : schedule.actor)
        give_role(changed, actor);
    std::erase_if(changed.actor, is_its_role);
    return changed;
}

} // namespace

} // namespace fhir::stu3

namespace fhir::schema
{

extern const TypeInfo stu3_schedule;

// One service category; no role among the actors.
constexpr auto stu3_schedule_elements =
    joined(domain_base, elements(element<"identifier", &Schedule::identifier>(in_summary),
                                 element<"active", &Schedule::active>(in_summary),
                                 first_element<"serviceCategory", &Schedule::service_category>(in_summary),
                                 element<"serviceType", &Schedule::service_type>(in_summary),
                                 element<"specialty", &Schedule::specialty>(in_summary),
                                 element<"actor", &Schedule::actor>(at_least_one | in_summary),
                                 element<"planningHorizon", &Schedule::planning_horizon>(in_summary),
                                 element<"comment", &Schedule::comment>()));
constinit const TypeInfo stu3_schedule = {.name = "Schedule",
                                          .kind = Kind::complex,
                                          .elements = stu3_schedule_elements,
                                          .extras = extras_of<Schedule>,
                                          .make = make_resource<Schedule>,
                                          .received = stu3::received<Schedule, stu3::schedule_to_r4>,
                                          .sent = stu3::sent<Schedule, stu3::schedule_to_stu3>};

} // namespace fhir::schema
