// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/booking/service.hpp"
#include "gateway/faces/bars/handlers.hpp"
#include "gateway/faces/bars/message.hpp"

/// What messages have in common.
namespace gateway::faces::bars
{

/// Who writes, bound to the pair of ids and the bytes of the message.
booking::WriteContext write_context(const Call& call, const Services& services);

/// Whether the outcome is one to report: errors for a message that was processed before, or whose outcome is
/// not known yet.
fhir::Result<void> check_outcome(const booking::WriteOutcome& outcome);

/// The request with what the receiver has made of it; what it is about, at `focus`, is `shown`.
fhir::Bundle reply_to(const Message& message, const void* focus, fhir::AnyResource shown,
                      std::string_view patient_id);

/// Books. Cancels.
Answered book(const Call& call, const Services& services, const Message& message);
Answered cancel(const Call& call, const Services& services, const Message& message);

/// Puts a referral into its owner's inbox. Takes it back. Adds what its sender reports on it later.
Answered refer(const Call& call, const Services& services, const Message& message);
Answered take_back(const Call& call, const Services& services, const Message& message);
Answered add_feedback(const Call& call, const Services& services, const Message& message);

} // namespace gateway::faces::bars
