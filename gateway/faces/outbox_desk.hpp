// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/awaitable.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace gateway::notify
{
class OutboxOffice;
}

namespace gateway::faces
{

/// The outbox for operators, on the management listener. `GET /outbox`: how much waits, and every
/// subscription; `GET /outbox/{subscription}`, with `?state=dead`: one of them with its newest deliveries.
/// `POST /outbox/{subscription}` or `POST /outbox/{subscription}/{number}` `{"order", "reason"}` with hold,
/// release, replay or cancel needs an operator's proof and is audited. Nothing shown is about a patient.
/// Errors are OperationOutcomes.
struct OutboxDesk
{
    notify::OutboxOffice* office = nullptr; ///< nothing is served without one
    std::function<fhir::Result<std::string>(const fhir::rest::Request&)> operator_of;
    std::string code_system; ///< of the details of errors
};

bool is_for_outbox_desk(std::string_view path);
Awaitable<fhir::rest::Response> at_outbox_desk(const OutboxDesk& desk, fhir::rest::Request request);

} // namespace gateway::faces
