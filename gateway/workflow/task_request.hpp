// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/workflow/service.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gateway::workflow
{

/// A task as a consumer asks for it, whose form is right.
struct CheckedRequest
{
    NewTask wanted; ///< without the owner's name
    fhir::OdsCode owner;
    std::string appointment; ///< id of the one it is about; empty: none
    std::string parent;      ///< id of the task it is part of; empty: none
};

/// Everything that can be said of the request alone. Errors, each with the path of what is wrong: `required`,
/// `value_invalid`, `invariant`, `nhs_number_invalid`, `text_too_long`; `organisation_not_allowed` for a kind
/// that consumers do not raise, and for a requester that is not the caller.
fhir::Result<CheckedRequest> check_request(const fhir::Task& sent, const identity::Caller& caller,
                                           std::string_view origin, fhir::Instant now);

} // namespace gateway::workflow
