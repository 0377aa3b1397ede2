// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/move_rules.hpp"

#include "gateway/booking/appointment_change.hpp"
#include "gateway/booking/booking_rules.hpp"

#include <algorithm>

namespace gateway::booking
{

namespace
{

using fhir::Appointment;
using fhir::AppointmentParticipant;
using fhir::ErrorKind;
using fhir::Result;

constexpr std::string_view contained_id = "patient";
constexpr std::string_view moved_from = "Moved from this appointment";
constexpr std::string_view moved_to = "Moved to this appointment";

/// Only patients and those who come along: the others are of the old slot.
bool comes_along(const AppointmentParticipant& participant)
{
    if (!participant.actor)
        return false;
    const fhir::Reference& actor = *participant.actor;
    const std::string reference = actor.reference.value_or("");
    return std::ranges::any_of(
        std::array<std::string_view, 2>{"Patient", "RelatedPerson"}, [&](std::string_view type) {
            return (actor.type && actor.type->text == type) || reference.starts_with(std::string(type) + "/");
        });
}

bool is_patient_actor(const fhir::Reference& actor)
{
    return actor.type && actor.type->text == "Patient";
}

/// By NHS number, which holds at every practice; the details, where there are any, are contained.
void name_patient(Appointment& next, const std::optional<fhir::Patient>& details)
{
    if (details) {
        std::erase_if(next.contained,
                      [](const fhir::AnyResource& each) { return each.as<fhir::Patient>() != nullptr; });
        fhir::Patient patient = *details;
        patient.id = std::string(contained_id);
        next.contained.emplace_back(std::move(patient));
    }
    for (AppointmentParticipant& each : next.participant) {
        if (!is_patient_actor(*each.actor))
            continue;
        if (details)
            each.actor->reference = "#" + std::string(contained_id);
        else if (!each.actor->reference.value_or("").starts_with('#'))
            each.actor->reference.reset();
    }
}

void take_texts(Appointment& next, const Move& wanted)
{
    if (wanted.leave_out_texts) {
        next.description.reset();
        next.comment.reset();
        next.reason_code.clear();
    }
    if (wanted.description)
        next.description = wanted.description;
    if (wanted.comment)
        next.comment = wanted.comment;
}

void refer_to(Appointment& appointment, std::string_view id, std::string_view as)
{
    std::erase_if(appointment.supporting_information,
                  [&](const fhir::Reference& each) { return each.display == as; });
    fhir::Reference reference = fhir::reference_to("Appointment/" + std::string(id));
    reference.display = std::string(as);
    appointment.supporting_information.push_back(std::move(reference));
}

Result<void> check_other_slots(const Appointment& current, const Move& wanted)
{
    for (std::size_t i = 0; i < wanted.slots.size(); ++i) {
        const std::string given = wanted.slots[i].reference.value_or("");
        const bool own = std::ranges::any_of(current.slot, [&](const fhir::Reference& slot) {
            return slot.reference && given.ends_with(*slot.reference);
        });
        if (own)
            return std::unexpected(
                fhir::Error(ErrorKind::not_amendable, "The appointment has this slot already.",
                            "Appointment.slot[" + std::to_string(i) + "]")
                    .advise("Move it to slots that it does not have. Texts are changed with "
                            "PATCH, without a move.",
                            fhir::Remedy::caller));
    }
    return {};
}

} // namespace

Result<GivenUp> give_up(const Appointment& current, const Move& wanted, const adapters::Capabilities& can,
                        fhir::Instant now)
{
    if (current.status == fhir::AppointmentStatus::pending)
        return std::unexpected(
            fhir::Error(ErrorKind::transition_not_allowed, "A hold is not moved.", "Appointment.status")
                .advise("Release it and hold the other slot.", fhir::Remedy::caller));
    Appointment asked = current;
    asked.status = fhir::AppointmentStatus::cancelled;
    asked.cancelation_reason = wanted.reason.value_or(fhir::concept_text("Moved to another appointment"));
    auto change = compare(current, asked, can, now);
    if (!change)
        return std::unexpected(change.error());
    if (auto others = check_other_slots(current, wanted); !others)
        return std::unexpected(others.error());
    return GivenUp{std::move(change->next), std::move(change->reason)};
}

Appointment successor_of(const Appointment& current, const Move& wanted)
{
    Appointment next = current;
    next.id.reset();
    next.meta.reset();
    next.identifier.clear();
    next.status = fhir::AppointmentStatus::booked;
    next.service_category.clear();
    next.service_type.clear();
    next.specialty.clear();
    next.appointment_type.reset();
    next.minutes_duration.reset();
    next.created.reset();
    next.slot = wanted.slots;
    std::erase_if(next.extension,
                  [](const fhir::Extension& each) { return each.url == delivery_channel_url; });
    std::erase_if(next.participant, [](const AppointmentParticipant& each) { return !comes_along(each); });
    name_patient(next, wanted.patient);
    take_texts(next, wanted);
    return next;
}

Appointment held_successor(Appointment hold, const Appointment& successor, const Move& wanted)
{
    hold.status = fhir::AppointmentStatus::booked;
    if (wanted.description || !hold.description)
        hold.description = successor.description;
    if (wanted.comment || !hold.comment)
        hold.comment = successor.comment;
    if (hold.reason_code.empty())
        hold.reason_code = successor.reason_code;
    if (wanted.patient)
        name_patient(hold, wanted.patient);
    return hold;
}

void refer_to_old(Appointment& appointment, std::string_view old_id)
{
    refer_to(appointment, old_id, moved_from);
}

void refer_to_new(Appointment& appointment, std::string_view new_id)
{
    refer_to(appointment, new_id, moved_to);
}

} // namespace gateway::booking
