// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/faces/operations.hpp"

#include <array>

/// The operations of IHE ITI Scheduling 1.0, each input with its names in Argonaut Scheduling 1.0 after it.
namespace gateway::faces::scheduling
{

inline constexpr std::string_view reference = "Reference|Identifier|string|uri|code";
inline constexpr std::string_view coded = "CodeableConcept|Coding|code|string";
inline constexpr std::string_view moment = "dateTime|instant|date|string";
inline constexpr std::string_view word = "string|code|uri";
inline constexpr std::string_view text = "string|markdown";

inline constexpr std::array find_inputs = {
    OperationInput{
        "start", moment, 1, 1,
        "Appointments that begin at or after this moment; UK local time where no offset is given."},
    OperationInput{"end", moment, 1, 1, "Appointments that are over by then, at most 28 days after start."},
    OperationInput{"specialty", coded, 0, 1, "Specialty of the clinician needed."},
    OperationInput{"visit-type", coded, 0, 1, "Style of appointment, such as ROUTINE or FOLLOWUP."},
    OperationInput{"appt-type", coded, 0, 1, "Argonaut: visit-type."},
    OperationInput{"service-type", coded, 0, 1, "Argonaut: type of service."},
    OperationInput{"delivery-channel", coded, 0, 1, "In-person, Telephone or Video (UK Core)."},
    OperationInput{
        "practitioner", reference, 0, 1,
        "Practitioner/ and an id from an earlier answer, or an identifier such as an SDS user id."},
    OperationInput{"provider", reference, 0, 1, "Argonaut: practitioner."},
    OperationInput{
        "organization", reference, 0, 0,
        "A practice: its ODS code as identifier, or Organization/ and an id. Several are alternatives."},
    OperationInput{"location-reference", reference, 0, 1,
                   "Location/ and an id from an earlier answer, or an identifier such as a site code."},
    OperationInput{"location", reference, 0, 1, "Argonaut: location-reference."},
    OperationInput{"patient-reference", reference, 0, 1,
                   "Whom it is for, repeated in what is proposed: the NHS number as identifier, or Patient/ "
                   "and an id from a Patient search."},
    OperationInput{"patient-resource", "Patient", 0, 1, "The same, as a resource with the NHS number."},
    OperationInput{"reason", coded, 0, 1, "Repeated in what is proposed."},
    OperationInput{"referral-identifier", "Identifier|string", 0, 1, "Repeated in what is proposed."},
    OperationInput{"insurance-reference", reference, 0, 1, "Taken, but of no use here; the answer says so."},
    OperationInput{"_count", "integer|string", 0, 1, "Most proposals on a page."},
};

inline constexpr OperationInput patient_id{"patient-id", word, 0, 1,
                                           "Argonaut: the id of a Patient search, or the NHS number."};
inline constexpr OperationInput short_reason{
    "reason", coded, 0, 1,
    "A short reason, which some practices ask for: the description of the appointment."};

inline constexpr std::array hold_inputs = {
    OperationInput{"appointment-reference", reference, 0, 1,
                   "What $find proposed, as Appointment/ and its id. This or appt-id."},
    OperationInput{"appt-id", word, 0, 1, "Argonaut: the id of what $find proposed."},
    OperationInput{"patient-reference", reference, 0, 1,
                   "For whom, where that is known already: the NHS number as identifier, or Patient/ and an "
                   "id."},
    patient_id,
    short_reason,
    OperationInput{"comment", text, 0, 1, "Kept, and sent to the practice with the booking."},
};

inline constexpr std::array book_inputs = {
    OperationInput{"appointment-reference", reference, 0, 1,
                   "What $find proposed or $hold holds, as Appointment/ and its id. One of this, "
                   "appointment-resource and appt-id."},
    OperationInput{"appointment-resource", "Appointment", 0, 1,
                   "A new appointment; or one that stands, changed or cancelled, with its version in "
                   "meta.versionId or If-Match."},
    OperationInput{"appt-id", word, 0, 1, "Argonaut: the id of what $find proposed or $hold holds."},
    OperationInput{"patient-reference", reference, 0, 1,
                   "For whom, unless that was said before: the NHS number as identifier, or Patient/ and an "
                   "id."},
    patient_id,
    OperationInput{"patient-resource", "Patient", 0, 1,
                   "The patient's details with the NHS number, for a practice that must link or register the "
                   "patient first."},
    short_reason,
    OperationInput{"comment", text, 0, 1, "Sent to the practice with the booking."},
};

inline constexpr Operation find{
    "Appointment",
    "find",
    "https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-find",
    "Find appointments",
    "Free slots of the practices that share with the caller, as appointments in status proposed. They are "
    "not "
    "stored and reserve nothing; for 15 minutes $hold and $book take their ids.",
    "Bundle",
    false,
    find_inputs};
inline constexpr Operation hold{
    "Appointment",
    "hold",
    "https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-hold",
    "Hold an appointment",
    "Keeps what was proposed for the caller's organisation, in status pending, until the end that the answer "
    "says. The practice does not hear of it. With an Idempotency-Key it is safe to repeat.",
    "Bundle",
    true,
    hold_inputs};
inline constexpr Operation book{
    "Appointment",
    "book",
    "https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-book",
    "Book an appointment",
    "Books what was proposed or held, or an appointment that the request brings; changes or cancels one that "
    "stands. With an Idempotency-Key it is safe to repeat.",
    "Bundle",
    true,
    book_inputs};

} // namespace gateway::faces::scheduling
