// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/values.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/operation_call.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gateway::faces
{
struct R4Services;
}

/// What every write to an appointment has in common, whether it comes as REST or as an operation.
namespace gateway::faces::r4
{

/// Who writes, and the Idempotency-Key bound to the request with this canonical body. Errors: `value_invalid`
/// of Idempotency-Key and X-Provenance.
fhir::Result<booking::WriteContext> write_context(const Context& context, std::string_view canonical_body);

/// An operation that writes: what it was called with, and who called it.
struct WritingCall
{
    OperationCall call;
    booking::WriteContext write;
};
/// Errors: those of both, and `unknown_parameter` in the query string.
fhir::Result<WritingCall> read_writing_call(const Context& context);

/// `If-None-Exist: identifier=<system>|<value>`, the only condition that can match one appointment.
fhir::Result<std::optional<fhir::search::TokenValue>> if_none_exist(const Context& context);

/// The headers of an answer to a write: where the version is, its ETag, whether it is a replay; the failure
/// where the outcome is unknown. The body is the caller's.
Answer answer_of(const Context& context, const R4Services& services, const booking::WriteOutcome& outcome,
                 unsigned status);

} // namespace gateway::faces::r4
