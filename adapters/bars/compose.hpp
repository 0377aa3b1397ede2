// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/bars/standard/message.hpp"
#include "adapters/bars/wire.hpp"

/// The messages that are sent. Pure: the same order makes the same bytes.
namespace adapters::bars
{

inline constexpr std::size_t max_description = 1000; ///< code points; the standard has no limit

/// How this gateway introduces itself in messages.
struct Sender
{
    std::string service_id; ///< where responses would be addressed
    std::string software;
    std::string software_version;
    std::string number_status; ///< verification of NHS numbers where the consumer states none
    std::string identifier_base;
};

/// One message in the thread of one booking. `Bundle.id` names the thread: it is made with the booking and
/// kept when the booking is cancelled. The fullUrls of all messages of a thread are made from it.
struct Envelope
{
    std::string thread;
    std::string service; ///< whom it goes to
    std::string ods;     ///< of the practice
    std::string practice_name;
    const Sender& sender;
    const Provenance& provenance;
    fhir::Instant moment{};
};

/// The name that we give a booking: it is part of the appointment, and a receiver that keeps it lets the
/// booking be known again.
JsonValue booking_identifier(const Envelope& envelope);
/// The thread that an appointment belongs to; empty when it has no name of ours.
std::string thread_of(const fhir::Appointment& appointment, const Sender& sender);

/// What a message must say of the patient and the consumer did not: `demographics_required`,
/// `phone_required`. Also `text_too_long`.
std::optional<fhir::Error> objection_to(const BookAppointment& booking);

/// `slot` is one of `answer`: it goes back as it came, with all it refers to.
JsonValue compose_booking(const BookAppointment& booking, const wire::Answer& answer, const Node& slot,
                          const Envelope& envelope);
/// `held`: the appointment as the receiver has it now.
JsonValue compose_cancellation(const CancelAppointment& cancellation, const JsonValue& held,
                               const Envelope& envelope);

} // namespace adapters::bars
