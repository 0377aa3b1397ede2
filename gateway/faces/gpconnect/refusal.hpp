// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/operation_outcome.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/stu3/spine_codes.hpp"

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::faces::gpconnect
{

/// Why a request is refused, in this standard's words.
struct Refusal
{
    std::string_view code; ///< of a SpineRow
    std::string diagnostics;
    unsigned http_status = 0; ///< 0: that of the code
    std::optional<std::chrono::seconds> retry_after = {};

    unsigned status() const { return http_status ? http_status : fhir::stu3::spine_row(code).http_status; }
};

template <class T>
using Checked = std::expected<T, Refusal>;

std::unexpected<Refusal> bad_request(std::string diagnostics);
std::unexpected<Refusal> invalid_resource(std::string diagnostics);
std::unexpected<Refusal> invalid_parameter(std::string diagnostics);
std::unexpected<Refusal> not_found(std::string_view code, std::string diagnostics);

/// What a failure inside the gateway or at the practice is called here: the catalogue's Spine code, but for
/// the cases where this standard's own provider suite asks for another.
Refusal refusal_of(const fhir::Error& error);
/// The same for what a request's body says: whatever is wrong with it is the resource's fault.
Refusal body_refusal(const fhir::Error& error);

/// GPConnect-OperationOutcome-1.
fhir::OperationOutcome to_outcome(const Refusal& refusal);

} // namespace gateway::faces::gpconnect
