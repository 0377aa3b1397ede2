// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/change_rules.hpp"

#include "fhir/codec/json.hpp"
#include "gateway/faces/gpconnect/appointment_profile.hpp"
#include "gateway/faces/gpconnect/booking_request.hpp"
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/gpconnect/profiles.hpp"
#include "gateway/faces/media_range.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::gpconnect
{

namespace
{

using fhir::Appointment;

std::string texts_of(const std::vector<fhir::CodeableConcept>& concepts)
{
    std::string text;
    for (const auto& each : concepts)
        text += each.text.value_or("") + "\n";
    return text;
}

std::vector<std::string> slots_of(const Appointment& appointment)
{
    std::vector<std::string> slots;
    for (const auto& slot : appointment.slot)
        slots.push_back(slot.reference.value_or(""));
    std::ranges::sort(slots);
    return slots;
}

std::vector<std::string> telecom_of(const fhir::Organization& organisation)
{
    std::vector<std::string> points;
    for (const auto& point : organisation.telecom)
        points.push_back(std::to_string(static_cast<int>(point.system.value_or(fhir::ContactSystem::other))) +
                         " " + point.value.value_or(""));
    std::ranges::sort(points);
    return points;
}

bool same_organisation(const Appointment& sent, const Appointment& held)
{
    const auto* theirs = booking_organisation(sent);
    const auto* ours = booking_organisation(held);
    if (!theirs || !ours)
        return theirs == ours;
    return fhir::identifier_value(theirs->identifier, names::ods_system) ==
               fhir::identifier_value(ours->identifier, names::ods_system) &&
           theirs->name == ours->name && telecom_of(*theirs) == telecom_of(*ours);
}

std::string role_code(const Appointment& appointment)
{
    const auto* extension = fhir::find_extension(appointment.extension, names::practitioner_role);
    const auto* role = extension ? std::get_if<fhir::CodeableConcept>(&extension->value) : nullptr;
    return role && !role->coding.empty() && role->coding.front().code ? role->coding.front().code->text
                                                                      : std::string();
}

struct Comparison
{
    std::string_view name;
    bool (*sent)(const Appointment& sent); ///< nullptr: compared also when left out
    bool (*same)(const Appointment& sent, const Appointment& held);
};

bool same_participant(const Appointment& a, const Appointment& b, std::string_view type)
{
    return participant_id(a, type) == participant_id(b, type);
}

using A = const Appointment&;
constexpr std::array comparisons{
    Comparison{"id", nullptr, [](A a, A b) { return a.id == b.id; }},
    Comparison{"start", nullptr, [](A a, A b) { return a.start == b.start; }},
    Comparison{"end", nullptr, [](A a, A b) { return a.end == b.end; }},
    Comparison{"priority", nullptr, [](A a, A b) { return a.priority == b.priority; }},
    Comparison{"participant (Patient)", nullptr, [](A a, A b) { return same_participant(a, b, "Patient"); }},
    Comparison{"participant (Location)", nullptr,
               [](A a, A b) { return same_participant(a, b, "Location"); }},
    Comparison{"booking organisation", nullptr, [](A a, A b) { return same_organisation(a, b); }},
    Comparison{"participant (Practitioner)", [](A a) { return !participant_id(a, "Practitioner").empty(); },
               [](A a, A b) { return same_participant(a, b, "Practitioner"); }},
    Comparison{"minutesDuration", [](A a) { return a.minutes_duration.has_value(); },
               [](A a, A b) { return a.minutes_duration == b.minutes_duration; }},
    Comparison{"delivery channel",
               [](A a) { return fhir::find_extension(a.extension, names::delivery_channel) != nullptr; },
               [](A a, A b) { return channel_of(a.extension) == channel_of(b.extension); }},
    Comparison{"practitioner role",
               [](A a) { return fhir::find_extension(a.extension, names::practitioner_role) != nullptr; },
               [](A a, A b) { return role_code(a) == role_code(b); }},
    Comparison{"serviceCategory", [](A a) { return !a.service_category.empty(); },
               [](A a, A b) { return texts_of(a.service_category) == texts_of(b.service_category); }},
    Comparison{"serviceType", [](A a) { return !a.service_type.empty(); },
               [](A a, A b) { return texts_of(a.service_type) == texts_of(b.service_type); }},
    Comparison{"slot", [](A a) { return !a.slot.empty(); },
               [](A a, A b) { return slots_of(a) == slots_of(b); }},
    Comparison{"created", [](A a) { return a.created.has_value(); },
               [](A a, A b) { return b.created && a.created->at == b.created->at; }},
};

Checked<void> check_unchanged(const Appointment& sent, const Appointment& held)
{
    for (const Comparison& each : comparisons)
        if ((!each.sent || each.sent(sent)) && !each.same(sent, held))
            return invalid_resource("Appointment." + std::string(each.name) + " must not be changed");
    return {};
}

} // namespace

Checked<void> check_amendment(const Appointment& sent, const Appointment& held)
{
    if (auto common = check_appointment(sent); !common)
        return common;
    if (sent.status != fhir::AppointmentStatus::booked)
        return invalid_resource("Appointment.status must be booked");
    if (fhir::find_extension(sent.extension, names::cancellation_reason))
        return invalid_resource("An appointment that is amended must not have a cancellation reason");
    if (!sent.description)
        return invalid_resource("Appointment.description is missing");
    return check_unchanged(sent, held);
}

Checked<std::string> check_cancellation(const Appointment& sent, const Appointment& held)
{
    if (auto common = check_appointment(sent); !common)
        return std::unexpected(common.error());
    if (sent.status != fhir::AppointmentStatus::cancelled)
        return invalid_resource("Appointment.status must be cancelled");
    const auto* extension = fhir::find_extension(sent.extension, names::cancellation_reason);
    const auto* reason = extension ? std::get_if<std::string>(&extension->value) : nullptr;
    if (!extension)
        return invalid_resource("The extension for the cancellation reason is missing");
    if (!reason || trim(*reason).empty())
        return invalid_parameter("The cancellation reason must not be blank");
    if (sent.description && sent.description != held.description)
        return invalid_resource("Appointment.description must not be changed by a cancellation");
    if (sent.comment && sent.comment != held.comment)
        return invalid_resource("Appointment.comment must not be changed by a cancellation");
    if (auto unchanged = check_unchanged(sent, held); !unchanged)
        return std::unexpected(unchanged.error());
    return *reason;
}

} // namespace gateway::faces::gpconnect
