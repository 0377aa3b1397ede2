// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/tpp/wire.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

/// TPP failures: they arrive inside HTTP 200, and a code means what its operation makes of it (TPP
/// SystmOnline, errors). Pure.
namespace adapters::tpp
{

/// The answer to a request, checked: HTTP status, content type, markup, root element, and that it answers
/// this request about this patient. All else is an error by the table of codes. `session_lost` asks for a
/// new log-in and one replay. For a booking or cancellation an answer that cannot be understood, or a server
/// fault, is `outcome_unknown`: it may have come after the effect.
fhir::Result<Xml> read_answer(Operation operation, const Common& asked, const fhir::rest::Response& response,
                              SlotMemo* memo = nullptr);

/// What `<Error errorCode=…>` means.
fhir::Error refusal(Operation operation, const WireError& error);
/// Which row of the table decides, and how many there are: tests see to it that none is without a case.
std::optional<std::size_t> deciding_row(Operation operation, std::string_view code);
std::size_t error_row_count();

/// Whether the supplier refused in words that no row of the table knows.
bool is_unclassified(const fhir::Error& error);

/// For a write: a failure that may have had an effect gets kind `outcome_unknown`; every other stays as it
/// is.
fhir::Error settle_later(Operation operation, fhir::Error error);

} // namespace adapters::tpp
