// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/policy/consents.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace gateway::faces
{

/// What patients decided, for operators, on the management listener. Everything needs an operator's proof,
/// reading too, and is audited; a number stands in bodies that are sent, never in a path or an answer.
/// `POST /consents/_search` `{"nhs_number"}`; `POST /consents` `{"nhs_number", "kind", "at", "from_whom",
/// "from", "until", "reason"}`; `POST /consents/{id}/end` `{"reason", "in_error"}`. Errors are
/// OperationOutcomes.
struct ConsentDesk
{
    policy::Consents* consents = nullptr; ///< nothing is served without one
    std::function<fhir::Result<std::string>(const fhir::rest::Request&)> operator_of;
    audit::Recorder* audit = nullptr; ///< nothing is recorded without one
    std::string code_system;          ///< of the details of errors
};

bool is_for_consent_desk(std::string_view path);
Awaitable<fhir::rest::Response> at_consent_desk(const ConsentDesk& desk, fhir::rest::Request request);

} // namespace gateway::faces
