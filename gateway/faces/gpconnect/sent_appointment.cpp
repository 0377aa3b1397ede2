// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/utf8.hpp"
#include "gateway/faces/gpconnect/booking_request.hpp"
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/media_range.hpp"

#include <algorithm>
#include <array>

// What an Appointment must never hold, whatever is asked for with it.
namespace gateway::faces::gpconnect
{

namespace
{

constexpr std::size_t longest_description = 100;
constexpr std::size_t longest_comment = 500;

struct Barred
{
    std::string_view name; ///< STU3's
    bool (*is_there)(const fhir::Appointment& sent);
};
constexpr std::array barred{
    Barred{"reason", [](const fhir::Appointment& a) { return !a.reason_code.empty(); }},
    Barred{"specialty", [](const fhir::Appointment& a) { return !a.specialty.empty(); }},
    Barred{"appointmentType", [](const fhir::Appointment& a) { return a.appointment_type.has_value(); }},
    Barred{"indication", [](const fhir::Appointment& a) { return !a.reason_reference.empty(); }},
    Barred{"supportingInformation",
           [](const fhir::Appointment& a) { return !a.supporting_information.empty(); }},
    Barred{"incomingReferral", [](const fhir::Appointment& a) { return !a.based_on.empty(); }},
    Barred{"requestedPeriod", [](const fhir::Appointment& a) { return !a.requested_period.empty(); }},
    Barred{"modifierExtension", [](const fhir::Appointment& a) { return !a.modifier_extension.empty(); }},
    Barred{"implicitRules", [](const fhir::Appointment& a) { return a.implicit_rules.has_value(); }},
};

constexpr std::array known_extensions{names::booking_organisation, names::practitioner_role,
                                      names::delivery_channel, names::cancellation_reason};

Checked<void> check_extensions(const fhir::Appointment& sent)
{
    for (const auto& extension : sent.extension)
        if (std::ranges::find(known_extensions, extension.url) == known_extensions.end())
            return invalid_resource("Appointment.extension holds an extension that is not known here");
    return {};
}

/// Only `Type/id` and `#id`: an absolute reference would lead out of the practice's own records.
bool is_relative(const std::optional<std::string>& reference)
{
    return !reference || reference->find("://") == std::string::npos;
}

Checked<void> check_references(const fhir::Appointment& sent)
{
    for (const auto& slot : sent.slot)
        if (!is_relative(slot.reference))
            return invalid_resource("Appointment.slot must hold relative references");
    for (const auto& participant : sent.participant)
        if (participant.actor && !is_relative(participant.actor->reference))
            return invalid_resource("Appointment.participant.actor must be a relative reference");
    for (const auto& extension : sent.extension)
        if (const auto* reference = std::get_if<fhir::Reference>(&extension.value);
            reference && !is_relative(reference->reference))
            return invalid_resource("Appointment.extension must hold relative references");
    return {};
}

Checked<void> check_texts(const fhir::Appointment& sent)
{
    const std::string description = sent.description.value_or("");
    if (sent.description && trim(description).empty())
        return invalid_resource("Appointment.description must not be blank");
    if (fhir::code_points(description) > longest_description)
        return invalid_resource("Appointment.description must not be longer than 100 characters");
    if (fhir::code_points(sent.comment.value_or("")) > longest_comment)
        return invalid_resource("Appointment.comment must not be longer than 500 characters");
    return {};
}

Checked<void> check_identifiers(const fhir::Appointment& sent)
{
    for (const auto& identifier : sent.identifier)
        if (!identifier.system || !identifier.value)
            return invalid_resource("Appointment.identifier needs a system and a value");
    return {};
}

} // namespace

Checked<void> check_appointment(const fhir::Appointment& sent)
{
    for (const Barred& element : barred)
        if (element.is_there(sent))
            return invalid_resource("Appointment." + std::string(element.name) + " must be absent");
    for (const auto check : {check_extensions, check_references, check_texts, check_identifiers})
        if (auto passed = check(sent); !passed)
            return passed;
    return {};
}

} // namespace gateway::faces::gpconnect
