// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/awaitable.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace gateway::calendar
{
class Feeds;
}

namespace gateway::faces
{

/// Calendar feeds for operators, on the management listener. `GET /calendars`: all there are, without their
/// addresses. `POST /calendars/{id}` `{"order":"revoke","reason":"…"}` needs an operator's proof and is
/// audited. Errors are OperationOutcomes.
struct CalendarDesk
{
    calendar::Feeds* feeds = nullptr; ///< nothing is served without
    std::function<fhir::Result<std::string>(const fhir::rest::Request&)> operator_of;
    audit::Recorder* audit = nullptr; ///< nothing is recorded without one
    std::string code_system;          ///< of the details of errors
};

bool is_for_calendar_desk(std::string_view path);
Awaitable<fhir::rest::Response> at_calendar_desk(const CalendarDesk& desk, fhir::rest::Request request);

} // namespace gateway::faces
