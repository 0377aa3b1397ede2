// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/override.hpp"

#include <algorithm>
#include <string>

namespace gateway::booking
{

namespace
{

using fhir::ErrorKind;

constexpr std::size_t longest_override_reason = 500;

bool is_override(const fhir::Extension& extension)
{
    return extension.url.ends_with(override_reason_path);
}

std::string override_path(std::size_t index)
{
    return "Appointment.extension[" + std::to_string(index) + "]";
}

} // namespace

bool names_override(const fhir::Appointment& appointment)
{
    return std::ranges::any_of(appointment.extension, is_override);
}

fhir::Result<bool> check_override(const fhir::Appointment& wanted, const identity::Caller& caller)
{
    const auto found = std::ranges::find_if(wanted.extension, is_override);
    if (found == wanted.extension.end())
        return false;
    const auto path = override_path(static_cast<std::size_t>(found - wanted.extension.begin()));
    if (!caller.may_override)
        return std::unexpected(fhir::Error(ErrorKind::organisation_not_allowed,
                                           "Your system may not book against the rules of sharing.", path)
                                   .advise("Leave the override-reason extension out, or ask the operator of "
                                           "this gateway for the right.",
                                           fhir::Remedy::operator_));
    const auto* reason = std::get_if<std::string>(&found->value);
    if (!reason || reason->find_first_not_of(" \t\r\n") == std::string::npos)
        return fhir::fail(ErrorKind::reason_required,
                          "Whoever books against the rules of sharing says why, as a text.",
                          path + ".valueString");
    if (reason->size() > longest_override_reason)
        return fhir::fail(ErrorKind::text_too_long, "The reason is longer than 500 bytes.",
                          path + ".valueString");
    if (wanted.status == fhir::AppointmentStatus::waitlist)
        return fhir::fail(ErrorKind::invariant, "Who waits overrides nothing: leave the reason out.", path);
    return true;
}

void forget_override(fhir::Appointment& appointment)
{
    std::erase_if(appointment.extension, is_override);
}

} // namespace gateway::booking
