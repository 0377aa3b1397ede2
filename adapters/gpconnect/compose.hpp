// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/gpconnect/mapping.hpp"

/// What the consumer sends: new bookings, and received appointments edited in place. Pure.
namespace adapters::gpconnect
{

inline constexpr std::size_t max_description = 100; ///< code points
inline constexpr std::size_t max_comment = 500;

/// The slots of a booking, earliest first. `slots_not_adjacent` unless each begins where the one before ends,
/// in the same schedule, by the same channel, of the same type (GP Connect 1.2.7).
fhir::Result<std::vector<SlotKey>> check_slots(const std::vector<OfferedSlot>& slots);

/// Description and comment as they will be sent. The description is mandatory on the wire: without one it
/// names the booking organisation. A number to ring goes into the comment, GP Connect has no other place for
/// it. `text_too_long` beyond the limits.
struct BookingText
{
    std::string description;
    std::string comment;
};
fhir::Result<BookingText> booking_text(const BookAppointment& booking);
fhir::Result<BookingText> amended_text(const AmendAppointment& amendment,
                                       const std::string& stored_description);

/// `patient` is the provider's id. `phone`: the booking organisation's.
JsonValue compose_booking(const BookAppointment& booking, const std::vector<SlotKey>& slots,
                          const BookingText& text, const std::string& patient, const std::string& phone);

/// The received tree with only these elements changed; everything else goes back as it came.
JsonValue edit_for_amend(JsonValue appointment, const BookingText& text);
JsonValue edit_for_cancel(JsonValue appointment, const std::string& reason);

/// Parameters of `$gpc.registerpatient`; `demographics_required` without family name, given name and birth
/// date.
fhir::Result<JsonValue> compose_registration(const PatientContext& patient);

} // namespace adapters::gpconnect
