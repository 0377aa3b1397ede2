// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/microtest/wire.hpp"

#include <cstddef>
#include <optional>

/// Microtest failures: the HTTP status alone decides, there are no codes (Microtest Evolution, errors). Pure.
namespace adapters::microtest
{

/// The answer to a call, checked. A read must bring JSON. A write is done when a 2xx brings nothing, or JSON
/// that is no error; a server fault, or a 2xx that cannot be understood, is `outcome_unknown`: it may have
/// come after the effect. The supplier's words are never kept: they may name a patient.
fhir::Result<void> check_answer(Operation operation, const fhir::rest::Response& response);

/// Which row of the table decides, and how many there are: tests see to it that none is without a case.
std::optional<std::size_t> deciding_row(Operation operation, unsigned status);
std::size_t error_row_count();

/// Whether a refused cancellation may mean either that there is no such appointment or that it can no longer
/// be cancelled: the patient's list tells.
bool needs_the_list(const fhir::Error& cancellation);

} // namespace adapters::microtest
