// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/fhir_r4/mapping.hpp"

/// What is sent: new bookings, and received appointments changed in place or by a patch. Pure.
namespace adapters::fhir_r4
{

/// R4 has no limits; these are what any server is trusted to hold.
inline constexpr std::size_t max_description = 1000; ///< code points
inline constexpr std::size_t max_comment = 2000;

/// The slots of a booking, earliest first. `slots_not_adjacent` unless each begins where the one before ends,
/// in the same schedule and of the same kind.
fhir::Result<std::vector<SlotKey>> check_slots(const std::vector<OfferedSlot>& slots);

struct AppointmentText
{
    std::string description;
    std::string comment;
};
/// The number to ring goes into the comment: R4 has no other place for it. `text_too_long` beyond the limits.
fhir::Result<AppointmentText> booking_text(const BookAppointment& booking);
fhir::Result<AppointmentText> amended_text(const AmendAppointment& amendment);

/// A record for somebody whom the practice does not know, with the NHS number, or else what the consumer
/// calls the patient. `demographics_required` without family name, given name and birth date.
fhir::Result<JsonValue> compose_patient(const PatientContext& patient);

/// `patient` is the server's id. `identifier` names the booking before the server has given it an id.
JsonValue compose_booking(const BookAppointment& booking, const std::vector<SlotKey>& slots,
                          const AppointmentText& text, const std::string& patient,
                          const JsonValue& identifier);

/// What changes in an appointment: an empty text takes the element away.
struct Change
{
    std::string element;
    std::string text;     ///< of a string element
    JsonValue value = {}; ///< of any other
};
std::vector<Change> changes_for_cancel(const std::string& reason);
std::vector<Change> changes_for_amend(const AppointmentText& text);

/// The received tree with only these elements changed.
JsonValue changed_tree(JsonValue appointment, const std::vector<Change>& changes);
/// The same as JSON Patch (RFC 6902), which touches nothing else.
JsonValue changing_patch(const JsonValue& appointment, const std::vector<Change>& changes);

} // namespace adapters::fhir_r4
