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
    /// In the order of `filter.sort`.
    virtual Awaitable<fhir::Result<std::vector<TaskRecord>>> find_tasks(TaskFilter filter) = 0;
    /// How many there are, whatever `offset` says; at most `filter.limit`.
    virtual Awaitable<fhir::Result<std::size_t>> count_tasks(TaskFilter filter) = 0;
    /// Open ones whose time to escalate has come, longest overdue first.
    virtual Awaitable<fhir::Result<std::vector<TaskRecord>>> tasks_to_escalate(fhir::Instant now,
                                                                               std::size_t limit) = 0;
    /// Oldest first.
    virtual Awaitable<fhir::Result<std::vector<WantedTask>>> wanted_tasks(std::size_t limit) = 0;
    /// The task is there, or is not wanted any more.
    virtual Awaitable<fhir::Result<void>> forget_wanted_task(std::int64_t id) = 0;
    /// In the order in which they were received.
    virtual Awaitable<fhir::Result<std::vector<TaskMessage>>> task_messages(std::string id) = 0;

    /// Deliveries that are due and nobody works on, now leased to the caller; also those that this node had
    /// leased in an earlier run.
    virtual Awaitable<fhir::Result<std::vector<TaskDelivery>>> lease_deliveries(LeaseRequest request) = 0;
    /// All but task, practice and `created`; with `keep_lease` also `lease.until`, otherwise the lease ends.
    /// False when the lease was lost: then nothing is written.
    virtual Awaitable<fhir::Result<bool>> save_delivery(TaskDelivery delivery, bool keep_lease) = 0;
    /// Ended ones too, by practice.
    virtual Awaitable<fhir::Result<std::vector<TaskDelivery>>> deliveries_of(std::string task) = 0;
};

} // namespace gateway::store
