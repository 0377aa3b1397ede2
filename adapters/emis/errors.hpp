// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/emis/wire.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// EMIS failures: two generations of bodies, one table of meanings (EMIS PFS, errors). Pure.
namespace adapters::emis
{

/// Everything an error body can say. Four shapes exist: `{Message, InternalResponseCode}`, `{Exceptions[]}`,
/// `{Message, ModelState}`, bare text.
struct WireError
{
    std::int64_t code =
        0; ///< absolute value of InternalResponseCode (a number or a quoted string); 0 when absent
    std::vector<std::string> texts; ///< message, exception messages, or the bare text
};

WireError read_wire_error(std::string_view body);

/// What a refusal means: an answer that is not 2xx. `session_lost` asks for a new log-in and one replay. A
/// write that ends in an unclassified server fault has kind `outcome_unknown`: the fault may have come after
/// the effect.
fhir::Error refusal(Operation operation, const fhir::rest::Response& response);

/// Which row of the table decides, and how many there are: tests see to it that none is without a case.
std::optional<std::size_t> deciding_row(Operation operation, const fhir::rest::Response& response);
std::size_t error_row_count();

/// For a write: a failure that may have had an effect gets kind `outcome_unknown`; every other stays as it
/// is.
fhir::Error settle_later(Operation operation, fhir::Error error);

/// The body of a 2xx answer that should be JSON; `supplier_malformed` for another content type.
fhir::Result<std::string_view> json_body(const fhir::rest::Response& response);

} // namespace adapters::emis
