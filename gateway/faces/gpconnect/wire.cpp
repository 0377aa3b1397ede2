// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/wire.hpp"

#include "fhir/codec/document.hpp"
#include "fhir/codec/xml_document.hpp"
#include "fhir/model/practitioner_role.hpp"
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/gpconnect/profiles.hpp"

#include <algorithm>

namespace gateway::faces::gpconnect
{

namespace
{

constexpr fhir::codec::XmlLimits any_xml{.max_depth = 64, .has_narrative = true};

/// `#id` of the contained role that the codec makes of the extension for a practitioner's role.
std::optional<std::string> contained_role(const fhir::Appointment& appointment)
{
    for (const auto& resource : appointment.contained)
        if (const auto* role = resource.as<fhir::PractitionerRole>())
            return "#" + role->id.value_or("");
    return std::nullopt;
}

void restore_role(fhir::Appointment& appointment)
{
    const auto reference = contained_role(appointment);
    if (!reference)
        return;
    for (const auto& resource : appointment.contained)
        if (const auto* role = resource.as<fhir::PractitionerRole>(); role && !role->code.empty())
            appointment.extension.push_back(role_extension(role->code.front()));
    std::erase_if(appointment.contained, [](const auto& resource) {
        return resource.template as<fhir::PractitionerRole>() != nullptr;
    });
    std::erase_if(appointment.participant,
                  [&](const auto& each) { return each.actor && each.actor->reference == reference; });
}

void restore_extensions(fhir::Appointment& appointment)
{
    const auto channel = channel_of(appointment.extension);
    for (auto& extension : appointment.extension) {
        if (extension.url == names::ukcore_booking_organisation)
            extension.url = names::booking_organisation;
        if (extension.url == names::ukcore_delivery_channel && channel)
            extension = channel_extension(*channel);
    }
    if (!appointment.cancelation_reason)
        return;
    fhir::Extension reason;
    reason.url = names::cancellation_reason;
    reason.value = appointment.cancelation_reason->text.value_or("");
    appointment.extension.push_back(std::move(reason));
    appointment.cancelation_reason.reset();
}

/// FHIR has no empty texts, so an empty reason for a cancellation is no Appointment at all; this standard's
/// suite wants it called a wrong parameter.
bool is_empty_reason(const Call& call, const fhir::Error& error)
{
    return call.interaction->suffix == "rest:cancel:appointment-1" &&
           error.path().find("extension[") != std::string::npos &&
           error.path().find("value") != std::string::npos;
}

} // namespace

Refusal unreadable(const Call& call, const fhir::Error& error)
{
    if (call.body == Format::json && !fhir::codec::Document::parse(call.request.body))
        return {"BAD_REQUEST", "The body is not well-formed JSON"};
    if (call.body == Format::xml && !fhir::codec::XmlDocument::parse(call.request.body, any_xml))
        return {"BAD_REQUEST", "The body is not well-formed XML"};
    return body_refusal(error);
}

Checked<fhir::Appointment> read_appointment_body(const Call& call)
{
    auto appointment = fhir::codec::read<fhir::Appointment>(
        call.request.body, fhir::codec::Encoding{fhir::Release::stu3, call.body});
    if (!appointment && is_empty_reason(call, appointment.error()))
        return invalid_parameter("The cancellation reason must not be blank");
    if (!appointment)
        return std::unexpected(unreadable(call, appointment.error()));
    restore_role(*appointment);
    restore_extensions(*appointment);
    return std::move(*appointment);
}

} // namespace gateway::faces::gpconnect
