// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/mapping.hpp"
#include "adapters/gpconnect/names.hpp"

#include <array>

namespace adapters::gpconnect
{

namespace
{

fhir::AppointmentStatus status_of(std::string_view code)
{
    constexpr std::array<std::string_view, 8> codes{"proposed",  "pending",   "booked", "arrived",
                                                    "fulfilled", "cancelled", "noshow", "entered-in-error"};
    for (std::size_t i = 0; i < codes.size(); ++i)
        if (codes[i] == code)
            return static_cast<fhir::AppointmentStatus>(i);
    // A code that STU3 does not have stands for an appointment that at least exists.
    return fhir::AppointmentStatus::booked;
}

void add_participants(const wire::Appointment& held, const Ids& ids, fhir::Appointment& out)
{
    std::string practitioner;
    for (const auto& [reference, status] : held.participants) {
        fhir::AppointmentParticipant participant;
        participant.actor = fhir::reference_to(ids.reference(reference));
        participant.status = status;
        out.participant.push_back(std::move(participant));
        if (auto id = reference_id(reference, "Practitioner"); !id.empty())
            practitioner = id;
    }
    if (!held.role || practitioner.empty())
        return;
    fhir::AppointmentParticipant role;
    role.actor = fhir::reference_to("PractitionerRole/" + ids.role_id(practitioner, held.role->code->text),
                                    held.role->display.value_or(""));
    role.status = fhir::ParticipationStatus::accepted;
    out.participant.push_back(std::move(role));
}

void add_extensions(const wire::Appointment& held, fhir::Appointment& out)
{
    if (!held.channel.empty()) {
        fhir::Extension channel;
        channel.url = names::ukcore_delivery_channel;
        channel.value = fhir::concept_of(names::ukcore_delivery_channel_system, held.channel, held.channel);
        out.extension.push_back(std::move(channel));
    }
    if (!held.booked_by)
        return;
    fhir::Extension booking;
    booking.url = names::ukcore_booking_organisation;
    booking.value = fhir::reference_to("#" + *held.booked_by->id);
    out.extension.push_back(std::move(booking));
    out.contained.push_back(*held.booked_by);
}

} // namespace

SupplierAppointment to_appointment(const wire::Appointment& held, const Ids& ids)
{
    fhir::Appointment out;
    if (!held.version.empty()) {
        out.meta.emplace();
        out.meta->version_id = held.version;
    }
    out.identifier = held.identifiers;
    out.status = status_of(held.status);
    // R4 allows a cancellation reason only on a cancelled or missed appointment (invariant app-4).
    if (!held.cancellation_reason.empty() && out.status == fhir::AppointmentStatus::cancelled)
        out.cancelation_reason = fhir::concept_text(held.cancellation_reason);
    if (!held.service_category.empty())
        out.service_category.push_back(fhir::concept_text(held.service_category));
    auto type = fhir::concept_of(names::snomed, "788007007", "General practice service");
    if (!held.service_type.empty())
        type.text = held.service_type;
    out.service_type.push_back(std::move(type));
    if (held.priority)
        out.priority = fhir::UnsignedInt{*held.priority};
    if (!held.description.empty())
        out.description = held.description;
    if (!held.comment.empty())
        out.comment = held.comment;
    out.start = held.start;
    out.end = held.end;
    if (held.minutes && *held.minutes > 0)
        out.minutes_duration = fhir::PositiveInt{*held.minutes};
    for (const auto& slot : held.slots)
        out.slot.push_back(fhir::reference_to(ids.reference("Slot", slot)));
    out.created = held.created;
    add_extensions(held, out);
    add_participants(held, ids, out);
    return SupplierAppointment{held.id, std::move(out)};
}

fhir::Patient to_patient(wire::Patient held, const Ids& ids)
{
    auto patient = std::move(held.patient);
    patient.id = ids.id(*patient.id);
    patient.meta.emplace();
    patient.meta->profile.push_back(fhir::Uri("https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"));
    // UK Core has no place for the preferred branch; it is kept under the name GP Connect gives it.
    if (!held.preferred_branch.empty()) {
        fhir::Extension branch;
        branch.url = "preferredBranchSurgery";
        branch.value = fhir::reference_to(ids.reference("Location", held.preferred_branch));
        fhir::Extension details;
        details.url = names::registration_details;
        details.extension.push_back(std::move(branch));
        patient.extension.push_back(std::move(details));
    }
    return patient;
}

} // namespace adapters::gpconnect
