// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

#include <chrono>
#include <optional>
#include <string>

/// What suppliers' error tables are written in.
namespace adapters
{

/// A write whose answer says nothing sure about its effect.
fhir::Error unknown_outcome(std::string supplier_code);
/// For a failure on the way: one that may have had an effect becomes `outcome_unknown`.
fhir::Error settle_later(fhir::Error error);
fhir::Error refused(fhir::ErrorKind kind, std::string sentence, std::string advice, fhir::Remedy who);
/// The system cannot do what was asked.
fhir::Error not_offered(std::string sentence);
/// The practice is searched as a service account, and there is none.
fhir::Error no_search_identity();
/// The request itself was wrong: for an operator to report.
fhir::Error our_fault();
/// What the header Retry-After asks for, as far as it is a number of seconds within the hour.
std::optional<std::chrono::seconds> wait_asked_for(const fhir::rest::Response& response);
/// With the delay that the answer asks for, or one of ours where waiting helps.
fhir::Error with_delay(fhir::Error error, const fhir::rest::Response& response);
/// For systems whose HTTP statuses mean what they say: 429 and 503 ask to wait, every other 4xx is our fault;
/// anything else, of a write, leaves its outcome unknown.
fhir::Error refused_with_status(const fhir::rest::Response& response, bool write);
/// 502, 503, 504: whoever answered could not reach the system.
bool is_away(unsigned status);
/// Codes of error tables go into logs: nothing else that was received may.
bool is_plain_code(std::string_view code);

} // namespace adapters
