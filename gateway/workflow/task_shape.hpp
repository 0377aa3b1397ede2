// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/task_records.hpp"
#include "gateway/workflow/service.hpp"

#include <string>
#include <string_view>

/// How a task looks in the store and to those who see it.
namespace gateway::workflow
{

/// CodeSystem of what tasks are about; `origin` is the public base's.
std::string task_type_system(std::string_view origin);

/// System of the id that a request shares with its child tasks and with what becomes of it.
std::string journey_system(std::string_view origin);

/// What the maker says, completed: profile, kind, owner with its team, requester, due time.
fhir::Task completed(const NewTask& wanted, const identity::Caller& requester, std::string_view origin,
                     fhir::Instant due, fhir::Instant now);

/// By what it is found besides its own identifiers: the journey, and the task that it is part of. No
/// identifier of anybody's has such a system.
store::OwnIdentifier journey_key(std::string_view system, std::string_view value);
store::OwnIdentifier parent_key(std::string_view reference);

/// The team that holds it; empty when it does not say.
std::string team_of(const fhir::Task& task);

/// Names one more message that was received about the task: `Task/<id>/messages/<n>` below the base.
void add_message(fhir::Task& task, const std::string& id);

/// Stamped with the time of this change, and from the first work on it to its end with the time that took.
fhir::Task stamped(fhir::Task task, fhir::Instant now);

/// `basis` with what the resource says now; `version` is left.
store::TaskRecord to_record(store::TaskRecord basis, const fhir::Task& task, fhir::Instant now);

/// With id, meta.versionId and meta.lastUpdated filled in.
fhir::Result<StoredTask> to_stored(const store::TaskRecord& record);

} // namespace gateway::workflow
