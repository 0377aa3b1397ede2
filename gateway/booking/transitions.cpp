// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/transitions.hpp"

#include "gateway/booking/resource_shape.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace gateway::booking
{

namespace
{

using fhir::AppointmentStatus;
using fhir::ErrorKind;

constexpr std::array of_proposed{AppointmentStatus::pending, AppointmentStatus::booked,
                                 AppointmentStatus::cancelled};
constexpr std::array of_pending{AppointmentStatus::booked, AppointmentStatus::cancelled};
constexpr std::array of_waitlist = of_proposed;
constexpr std::array of_booked{AppointmentStatus::cancelled};

bool is_final(AppointmentStatus status)
{
    using enum AppointmentStatus;
    return status == cancelled || status == fulfilled || status == entered_in_error;
}

/// Set by the practice's own system when the patient comes, is seen or does not come.
bool is_of_practice(AppointmentStatus status)
{
    using enum AppointmentStatus;
    return status == arrived || status == checked_in || status == fulfilled || status == noshow ||
           status == entered_in_error;
}

std::string listed(std::span<const AppointmentStatus> statuses)
{
    std::string text;
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        if (i > 0)
            text += i + 1 == statuses.size() ? " or " : ", ";
        text += code_of(statuses[i]);
    }
    return text;
}

fhir::Error final_status(AppointmentStatus from)
{
    return fhir::Error(ErrorKind::transition_not_allowed,
                       "The appointment is " + std::string(code_of(from)) +
                           "; nothing about it can be changed any more.",
                       "Appointment.status")
        .advise("Make a new appointment where one is still wanted.", fhir::Remedy::user);
}

} // namespace

std::span<const AppointmentStatus> transitions_from(AppointmentStatus from)
{
    using enum AppointmentStatus;
    switch (from) {
    case proposed:
        return of_proposed;
    case pending:
        return of_pending;
    case waitlist:
        return of_waitlist;
    case booked:
        return of_booked;
    default:
        return {};
    }
}

fhir::Result<void> check_transition(AppointmentStatus from, AppointmentStatus to)
{
    const auto allowed = transitions_from(from);
    if (std::ranges::find(allowed, to) != allowed.end() || (from == to && !is_final(from)))
        return {};
    if (is_final(from))
        return std::unexpected(final_status(from));
    std::string sentence = "The status cannot be changed from " + std::string(code_of(from)) + " to " +
                           std::string(code_of(to)) + "; ";
    sentence += allowed.empty() ? "from there only the practice moves it on."
                                : "from there it can only become " + listed(allowed) + ".";
    fhir::Error error(ErrorKind::transition_not_allowed, std::move(sentence), "Appointment.status");
    if (is_of_practice(to))
        error.advise("The practice's own system sets " + std::string(code_of(to)) +
                         "; read the appointment again later to see it.",
                     fhir::Remedy::practice);
    else if (allowed.empty())
        error.advise("Telephone the practice.", fhir::Remedy::user);
    return std::unexpected(std::move(error));
}

fhir::Result<void> check_first_status(AppointmentStatus status)
{
    using enum AppointmentStatus;
    if (status == booked || status == pending || status == waitlist)
        return {};
    std::string sentence =
        "A new appointment has status booked, pending to hold its slot, or waitlist; not " +
        std::string(code_of(status)) + ".";
    fhir::Error error(ErrorKind::transition_not_allowed, std::move(sentence), "Appointment.status");
    if (status == proposed)
        error.advise("Proposals are made by $find and not stored: book or hold the one that is wanted.",
                     fhir::Remedy::caller);
    else
        error.advise("Send it with status booked, pending or waitlist.", fhir::Remedy::caller);
    return std::unexpected(std::move(error));
}

} // namespace gateway::booking
