// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/format.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"
#include "fhir/search/values.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/faces/audited.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/observability/trace.hpp"
#include "gateway/policy/service.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::policy
{
class Directory;
}

namespace gateway::faces::bars
{

struct Services;

/// What the sender reads and sends.
struct Forms
{
    fhir::codec::Format answer = fhir::codec::Format::json;
    fhir::codec::Format body = fhir::codec::Format::json;
};

/// Who sends and what is addressed, as the headers tell.
struct Heading
{
    std::string request_id, correlation_id; ///< UUIDs as sent
    std::string service_id;                 ///< of the target; empty: none named
    std::string organisation_ods;           ///< empty: none named
    std::string organisation_name;
    std::string sds_user_id; ///< of the person; empty: none named

    /// The pair under which a message is processed once.
    std::string message_key() const { return "bars/" + request_id + "/" + correlation_id; }
};

/// One request on its way through the face; filled step by step.
struct Call
{
    fhir::rest::Request request;
    observability::RequestIds ids;
    std::chrono::steady_clock::time_point started;
    std::string path; ///< below the base: `Slot`, `Appointment/<id>`
    std::vector<fhir::search::RawParameter> parameters;
    Heading heading;
    Forms forms;
    std::optional<identity::Caller> caller;
    bool by_proxy = false; ///< vouched for by the national proxy, which has no scopes
    std::shared_ptr<const policy::Directory> directory; ///< the one in force, for the whole request
    const policy::BookableService* service = nullptr;   ///< of `directory`; nullptr where none is addressed
    std::string base_url;                               ///< of this face, without a slash at the end
    std::string origin;                                 ///< of `base_url`
    mutable Audited audited;                            ///< the one thing that handlers write to
    bool recorded = false; ///< refused by a limit, and its burst has been written down already

    /// First value of that parameter, nothing when absent.
    std::optional<std::string_view> parameter(std::string_view name) const;
};

/// The body of a 200.
using Answered = Awaitable<fhir::Result<std::string>>;

} // namespace gateway::faces::bars
