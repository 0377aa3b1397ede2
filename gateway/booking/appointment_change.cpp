// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/appointment_change.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "gateway/booking/booking_rules.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/transitions.hpp"

namespace gateway::booking
{

using fhir::AppointmentStatus;
using fhir::ErrorKind;
using fhir::Result;
using What = AppointmentChange::What;

namespace
{

fhir::codec::JsonValue comparable(fhir::Appointment appointment)
{
    appointment.id.reset();
    appointment.meta.reset(); // the server's own
    appointment.text.reset();
    appointment.status = AppointmentStatus::booked;
    appointment.cancelation_reason.reset();
    appointment.description.reset();
    appointment.comment.reset();
    // Whoever books a hold may say that the patient has accepted.
    for (fhir::AppointmentParticipant& each : appointment.participant)
        if (each.status == fhir::ParticipationStatus::tentative)
            each.status = fhir::ParticipationStatus::accepted;
    auto tree = fhir::codec::parse_json(fhir::codec::to_json(appointment));
    return tree ? std::move(*tree) : fhir::codec::JsonValue();
}

std::string plain(const std::optional<fhir::CodeableConcept>& reason)
{
    if (!reason)
        return {};
    if (reason->text)
        return *reason->text;
    for (const fhir::Coding& coding : reason->coding)
        if (coding.display)
            return *coding.display;
    return {};
}

bool same_texts(const fhir::Appointment& a, const fhir::Appointment& b)
{
    return a.description == b.description && a.comment == b.comment;
}

Result<AppointmentChange> cancellation(const fhir::Appointment& current, const fhir::Appointment& wanted,
                                       fhir::Instant now)
{
    if (!same_texts(current, wanted))
        return fhir::fail(ErrorKind::not_amendable, "Texts cannot be changed together with a cancellation.",
                          current.description != wanted.description ? "Appointment.description"
                                                                    : "Appointment.comment");
    if (current.start && *current.start <= now)
        return fhir::fail(ErrorKind::not_cancellable, "The appointment has already begun.",
                          "Appointment.status");
    AppointmentChange change{What::cancel, with_status(current, AppointmentStatus::cancelled),
                             plain(wanted.cancelation_reason)};
    change.next.cancelation_reason = wanted.cancelation_reason;
    return change;
}

Result<AppointmentChange> amendment(const fhir::Appointment& current, const fhir::Appointment& wanted,
                                    const adapters::Capabilities& can, fhir::Instant now)
{
    if (wanted.cancelation_reason)
        return fhir::fail(ErrorKind::invariant,
                          "A cancellation reason belongs to a cancelled appointment (app-4).",
                          "Appointment.cancelationReason");
    if (same_texts(current, wanted))
        return AppointmentChange{What::nothing, current, {}};
    const std::string path =
        current.description != wanted.description ? "Appointment.description" : "Appointment.comment";
    if (!can.amend)
        return std::unexpected(
            fhir::Error(ErrorKind::not_supported_by_practice,
                        "This practice's system cannot change the texts of an appointment.", path)
                .advise("Cancel it and book again, or tell the practice.", fhir::Remedy::user));
    if (current.start && *current.start <= now)
        return fhir::fail(ErrorKind::not_amendable, "The appointment has already begun.", path);
    if (auto texts = check_texts(wanted, can); !texts)
        return std::unexpected(texts.error());
    AppointmentChange change{What::amend, current, {}};
    change.next.description = wanted.description;
    change.next.comment = wanted.comment;
    return change;
}

Result<AppointmentChange> change_of_hold(const fhir::Appointment& current, const fhir::Appointment& wanted,
                                         const adapters::Capabilities& can)
{
    if (wanted.status == AppointmentStatus::cancelled) {
        AppointmentChange change{What::release_hold, with_status(current, AppointmentStatus::cancelled), {}};
        change.next.cancelation_reason = wanted.cancelation_reason;
        return change;
    }
    if (wanted.status == AppointmentStatus::pending) {
        if (same_texts(current, wanted))
            return AppointmentChange{What::nothing, current, {}};
        return fhir::fail(ErrorKind::not_amendable, "A hold is not changed: book it or release it.",
                          current.description != wanted.description ? "Appointment.description"
                                                                    : "Appointment.comment");
    }
    if (auto texts = check_texts(wanted, can); !texts)
        return std::unexpected(texts.error());
    AppointmentChange change{What::book_hold, with_status(current, AppointmentStatus::booked), {}};
    change.next.description = wanted.description;
    change.next.comment = wanted.comment;
    return change;
}

/// A hold that names nobody is booked for whom the booking names.
fhir::Appointment for_whom_is_named(fhir::Appointment held, const fhir::Appointment& wanted)
{
    const auto open = patient_participant(held);
    const auto named = patient_participant(wanted);
    const bool unnamed =
        open && !held.participant[*open].actor->identifier && !held.participant[*open].actor->reference;
    if (!unnamed || !named)
        return held;
    held.participant[*open].actor = wanted.participant[*named].actor;
    if (held.contained.empty())
        held.contained = wanted.contained;
    return held;
}

} // namespace

std::optional<std::string> first_difference(const fhir::Appointment& current, const fhir::Appointment& wanted)
{
    const auto before = comparable(current);
    const auto after = comparable(wanted);
    for (const auto& [name, value] : before.members()) {
        const auto* other = after.find(name);
        if (!other || *other != value)
            return name;
    }
    for (const auto& [name, value] : after.members())
        if (!before.find(name))
            return name;
    return std::nullopt;
}

Result<AppointmentChange> compare(const fhir::Appointment& current, const fhir::Appointment& wanted,
                                  const adapters::Capabilities& can, fhir::Instant now)
{
    if (auto allowed = check_transition(current.status, wanted.status); !allowed)
        return std::unexpected(allowed.error());
    const bool booking_hold =
        current.status == AppointmentStatus::pending && wanted.status == AppointmentStatus::booked;
    const fhir::Appointment known = booking_hold ? for_whom_is_named(current, wanted) : current;
    if (const auto element = first_difference(known, wanted))
        return std::unexpected(
            fhir::Error(ErrorKind::not_amendable, "This element cannot be changed after booking.",
                        "Appointment." + *element)
                .advise("To move an appointment, book the new slot and then cancel this one.",
                        fhir::Remedy::caller));
    if (current.status == AppointmentStatus::pending)
        return change_of_hold(known, wanted, can);
    return wanted.status == AppointmentStatus::cancelled ? cancellation(current, wanted, now)
                                                         : amendment(current, wanted, can, now);
}

} // namespace gateway::booking
