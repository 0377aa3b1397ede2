// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/store/task_records.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gateway::store
{

/// Tasks and their versions; the part of a Store that the workflow stands on. The promises are Store's.
class TaskStore
{
public:
    virtual ~TaskStore() = default;

    /// As version 1.
    virtual Awaitable<fhir::Result<TaskWritten>> create_task(NewTask wanted) = 0;
    virtual Awaitable<fhir::Result<TaskWritten>> change_task(TaskChange change) = 0;
    /// What a key was used for. `appointment` is the task's id; tasks have no open answers.
    virtual Awaitable<fhir::Result<std::optional<TicketRecord>>> ticket(Ticket ticket) = 0;

    virtual Awaitable<fhir::Result<std::optional<TaskRecord>>> task(std::string id) = 0;
    /// `resource`, `status`, `version` and `updated` as of that version; the rest as it is now.
    virtual Awaitable<fhir::Result<std::optional<TaskRecord>>> task_version(std::string id,
                                                                            std::int64_t version) = 0;
    /// Newest first.
    virtual Awaitable<fhir::Result<std::vector<TaskRecord>>> task_history(std::string id) = 0;
    /// Those without a due time last, then by due time, then by id.
    virtual Awaitable<fhir::Result<std::vector<TaskRecord>>> find_tasks(TaskFilter filter) = 0;
    /// In the order in which they were received.
    virtual Awaitable<fhir::Result<std::vector<TaskMessage>>> task_messages(std::string id) = 0;
};

} // namespace gateway::store
