// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/booking_request.hpp"

#include "gateway/faces/gpconnect/appointment_profile.hpp"
#include "gateway/faces/gpconnect/names.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::gpconnect
{

namespace
{

struct Mandatory
{
    bool (*holds)(const fhir::Appointment& sent);
    std::string_view otherwise;
};
constexpr std::array mandatory{
    Mandatory{[](const fhir::Appointment& a) { return !a.id; }, "Appointment.id must be absent"},
    Mandatory{[](const fhir::Appointment& a) {
                  return a.meta &&
                         std::ranges::find(a.meta->profile, fhir::Uri(names::appointment_profile)) !=
                             a.meta->profile.end();
              },
              "Appointment.meta.profile must hold GPConnect-Appointment-1"},
    Mandatory{[](const fhir::Appointment& a) { return a.status == fhir::AppointmentStatus::booked; },
              "Appointment.status must be booked"},
    Mandatory{[](const fhir::Appointment& a) { return a.start.has_value(); }, "Appointment.start is missing"},
    Mandatory{[](const fhir::Appointment& a) { return a.end.has_value(); }, "Appointment.end is missing"},
    Mandatory{[](const fhir::Appointment& a) { return !a.slot.empty(); }, "Appointment.slot is missing"},
    Mandatory{[](const fhir::Appointment& a) {
                  return a.created && a.created->precision >= fhir::DateTime::Precision::second;
              },
              "Appointment.created must be a dateTime with an offset"},
    Mandatory{[](const fhir::Appointment& a) { return a.description.has_value(); },
              "Appointment.description is missing"},
    Mandatory{[](const fhir::Appointment& a) {
                  return fhir::find_extension(a.extension, names::cancellation_reason) == nullptr;
              },
              "A new appointment must not have a cancellation reason"},
};

Checked<std::vector<std::string>> read_slots(const fhir::Appointment& sent)
{
    constexpr std::string_view type = "Slot/";
    std::vector<std::string> slots;
    for (const auto& slot : sent.slot) {
        const std::string reference = slot.reference.value_or("");
        if (!reference.starts_with(type) || reference.find('/', type.size()) != std::string::npos)
            return invalid_resource("Appointment.slot must refer to slots as Slot/<id>");
        slots.push_back(reference.substr(type.size()));
        if (std::ranges::count(slots, slots.back()) > 1)
            return invalid_resource("Appointment.slot names the same slot twice");
    }
    return slots;
}

/// Of each type as many as are allowed, nobody else, and each of them by reference.
Checked<void> read_participants(const fhir::Appointment& sent, BookingRequest& request)
{
    struct Row
    {
        std::string_view type;
        std::string BookingRequest::* id;
    };
    static constexpr std::array rows{Row{"Patient/", &BookingRequest::patient},
                                     Row{"Location/", &BookingRequest::location},
                                     Row{"Practitioner/", &BookingRequest::practitioner}};
    for (const auto& participant : sent.participant) {
        const std::string reference =
            participant.actor ? participant.actor->reference.value_or("") : std::string();
        const auto row =
            std::ranges::find_if(rows, [&](const Row& each) { return reference.starts_with(each.type); });
        if (row == rows.end() || reference.size() == row->type.size())
            return invalid_resource(
                "Appointment.participant.actor must refer to a Patient, a Location or a Practitioner");
        if (!(request.*row->id).empty())
            return invalid_resource("Appointment.participant names two of the type " +
                                    std::string(row->type.substr(0, row->type.size() - 1)));
        request.*row->id = reference.substr(row->type.size());
    }
    if (request.patient.empty() || request.location.empty())
        return invalid_resource("Appointment.participant must name one Patient and one Location");
    return {};
}

std::string phone_of(const fhir::Organization& organisation)
{
    const auto found = std::ranges::find(organisation.telecom, std::optional(fhir::ContactSystem::phone),
                                         &fhir::ContactPoint::system);
    return found == organisation.telecom.end() ? std::string() : found->value.value_or("");
}

Checked<std::string> type_of(const fhir::Organization& organisation)
{
    if (organisation.type.empty())
        return std::string();
    for (const auto& coding : organisation.type.front().coding)
        if (coding.system && coding.system->text == names::organisation_type_system && coding.code)
            return coding.code->text;
    return invalid_resource("The booking organisation's type must be of GPConnect-OrganisationType-1");
}

Checked<void> read_organisation(const fhir::Appointment& sent, BookingRequest& request)
{
    if (!fhir::find_extension(sent.extension, names::booking_organisation))
        return invalid_resource("The extension for the booking organisation is missing");
    const auto* organisation = booking_organisation(sent);
    if (!organisation || sent.contained.size() != 1)
        return invalid_resource(
            "The booking organisation must be the one contained resource, referred to as #<id>");
    const auto& meta = organisation->meta;
    if (!meta ||
        std::ranges::find(meta->profile, fhir::Uri(names::organization_profile)) == meta->profile.end())
        return invalid_resource(
            "The booking organisation's meta.profile must hold CareConnect-GPC-Organization-1");
    const auto ods = fhir::identifier_value(organisation->identifier, names::ods_system);
    if (!ods || ods->empty())
        return invalid_resource("The booking organisation needs its ODS code as identifier");
    if (organisation->name.value_or("").empty())
        return invalid_resource("The booking organisation needs a name");
    request.organisation_phone = phone_of(*organisation);
    if (request.organisation_phone.empty())
        return invalid_resource("The booking organisation needs a telephone number");
    auto type = type_of(*organisation);
    if (!type)
        return std::unexpected(type.error());
    request.organisation = organisation;
    request.organisation_ods = *ods;
    request.organisation_type = std::move(*type);
    return {};
}

} // namespace

Checked<BookingRequest> read_booking(const fhir::Appointment& sent)
{
    if (auto common = check_appointment(sent); !common)
        return std::unexpected(common.error());
    for (const Mandatory& rule : mandatory)
        if (!rule.holds(sent))
            return invalid_resource(std::string(rule.otherwise));
    BookingRequest request;
    auto slots = read_slots(sent);
    if (!slots)
        return std::unexpected(slots.error());
    request.slots = std::move(*slots);
    for (const auto read : {read_participants, read_organisation})
        if (auto done = read(sent, request); !done)
            return std::unexpected(done.error());
    return request;
}

} // namespace gateway::faces::gpconnect
