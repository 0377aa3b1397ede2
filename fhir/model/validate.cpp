// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/validate.hpp"

#include "fhir/model/appointment.hpp"
#include "fhir/model/schedule.hpp"
#include "fhir/model/slot.hpp"

#include <string>

namespace fhir
{

namespace
{

bool needs_no_times(AppointmentStatus status)
{
    return status == AppointmentStatus::proposed || status == AppointmentStatus::cancelled ||
           status == AppointmentStatus::waitlist;
}

bool may_have_cancelation_reason(AppointmentStatus status)
{
    return status == AppointmentStatus::cancelled || status == AppointmentStatus::noshow;
}

bool is_empty(const Reference& reference)
{
    return !reference.reference && !reference.identifier && !reference.display;
}

void check_times(const Appointment& appointment, std::vector<Error>& found)
{
    const bool both = appointment.start && appointment.end;
    const std::string absent = appointment.start ? "Appointment.end" : "Appointment.start";
    if (appointment.start.has_value() != appointment.end.has_value())
        found.emplace_back(ErrorKind::invariant, "An appointment has both a start and an end, or neither.",
                           absent);
    else if (!both && !needs_no_times(appointment.status))
        found.emplace_back(ErrorKind::invariant, "An appointment in this status needs a start and an end.",
                           absent);
    if (both && *appointment.end <= *appointment.start)
        found.emplace_back(ErrorKind::invariant, "The appointment ends before it starts.", "Appointment.end");
}

void check_participants(const Appointment& appointment, std::vector<Error>& found)
{
    if (appointment.participant.empty())
        found.emplace_back(ErrorKind::required, "An appointment needs at least one participant.",
                           "Appointment.participant");
    for (std::size_t i = 0; i < appointment.participant.size(); ++i)
        if (appointment.participant[i].type.empty() && !appointment.participant[i].actor)
            found.emplace_back(ErrorKind::invariant, "A participant needs a type or an actor.",
                               "Appointment.participant[" + std::to_string(i) + "]");
}

} // namespace

std::vector<Error> validate(const Appointment& appointment)
{
    std::vector<Error> found;
    check_times(appointment, found);
    if (appointment.cancelation_reason && !may_have_cancelation_reason(appointment.status))
        found.emplace_back(ErrorKind::invariant,
                           "A cancellation reason stands only on a cancelled or missed appointment.",
                           "Appointment.cancelationReason");
    check_participants(appointment, found);
    return found;
}

std::vector<Error> validate(const Slot& slot)
{
    std::vector<Error> found;
    if (is_empty(slot.schedule))
        found.emplace_back(ErrorKind::required, "A slot names its schedule.", "Slot.schedule");
    if (slot.end <= slot.start)
        found.emplace_back(ErrorKind::invariant, "The slot ends before it starts.", "Slot.end");
    return found;
}

std::vector<Error> validate(const Schedule& schedule)
{
    std::vector<Error> found;
    if (schedule.actor.empty())
        found.emplace_back(ErrorKind::required, "A schedule names at least one actor.", "Schedule.actor");
    return found;
}

} // namespace fhir
