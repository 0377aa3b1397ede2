// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/service_request.hpp"
#include "gateway/faces/bars/call.hpp"
#include "gateway/faces/bars/message.hpp"
#include "gateway/workflow/service.hpp"

#include <string>
#include <string_view>

/// A referral as a task, and as its sender sees it. Pure.
namespace gateway::faces::bars
{

/// The task that the message asks for, with the ServiceRequest (under `id`) and the patient inside it.
/// Errors: `invariant`, `nhs_number_invalid`.
fhir::Result<workflow::NewTask> task_for(const Call& call, const Message& message, const std::string& id);

/// The referral's id; empty when the task is none of this service's.
std::string referral_id(const Call& call, const workflow::StoredTask& task);
/// As it was sent, with its id; its status says what became of the task.
fhir::ServiceRequest shown_referral(const workflow::StoredTask& task);
/// The referral of the message, with id and status as they are now.
fhir::ServiceRequest answered_referral(const fhir::ServiceRequest& sent, const workflow::StoredTask& task);

/// What the sender says about it, for people: the first note, else `otherwise`.
std::string remark_of(const fhir::ServiceRequest& sent, std::string_view otherwise);

} // namespace gateway::faces::bars
