// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/meaning.hpp"

#include "fhir/model/patient.hpp"

namespace gateway::booking
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using Extensions = std::vector<fhir::Extension>;

Result<void> check_modifiers(const Extensions& modifiers, const std::string& path)
{
    if (modifiers.empty())
        return {};
    fhir::Error error(
        ErrorKind::unknown_element,
        "A modifier extension changes the meaning of the booking in a way that is not known here.",
        path + ".modifierExtension[0]");
    return std::unexpected(error.advise("Leave the modifier extension out, or telephone the practice."));
}

Result<void> check_extensions(const Extensions& extensions, const std::string& path)
{
    for (std::size_t i = 0; i < extensions.size(); ++i) {
        const bool has_value = !std::holds_alternative<std::monostate>(extensions[i].value);
        if (has_value == extensions[i].extension.empty())
            continue;
        return fhir::fail(ErrorKind::invariant,
                          "An extension has either a value or extensions of its own (ext-1).",
                          path + ".extension[" + std::to_string(i) + "]");
    }
    return {};
}

} // namespace

Result<void> check_meaning(const fhir::Appointment& wanted)
{
    if (wanted.implicit_rules) {
        fhir::Error error(ErrorKind::unknown_element, "No implicit rules are known here.",
                          "Appointment.implicitRules");
        return std::unexpected(error.advise("Leave implicitRules out."));
    }
    if (auto known = check_modifiers(wanted.modifier_extension, "Appointment"); !known)
        return known;
    for (std::size_t i = 0; i < wanted.participant.size(); ++i)
        if (auto known = check_modifiers(wanted.participant[i].modifier_extension,
                                         "Appointment.participant[" + std::to_string(i) + "]");
            !known)
            return known;
    for (const fhir::AnyResource& resource : wanted.contained)
        if (const auto* patient = resource.as<fhir::Patient>())
            if (auto known = check_modifiers(patient->modifier_extension, "Appointment.contained"); !known)
                return known;
    return check_extensions(wanted.extension, "Appointment");
}

} // namespace gateway::booking
