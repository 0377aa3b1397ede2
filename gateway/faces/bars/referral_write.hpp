// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/patient.hpp"
#include "gateway/faces/bars/handlers.hpp"
#include "gateway/faces/bars/message.hpp"

#include <string>

namespace gateway::faces::bars
{

/// Who writes, bound to the pair of ids and the bytes of the message, which are kept.
workflow::TaskWrite task_write(const Call& call, const Services& services);

/// The sender's own referral to this service by its id. Error: `not_found`.
Awaitable<fhir::Result<workflow::StoredTask>> referral_with_id(const Call& call, const Services& services,
                                                               std::string id);

/// A referral that the booking names by id is one of the sender's to this service, of the same patient, and
/// has not been refused or taken back. Errors: `not_found`, `invariant`, `transition_not_allowed`.
Awaitable<fhir::Result<void>> check_based_on(const Call& call, const Services& services,
                                             const Message& message, const fhir::Patient& patient);

} // namespace gateway::faces::bars
