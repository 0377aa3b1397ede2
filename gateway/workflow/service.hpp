// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/nhs_number.hpp"
#include "fhir/model/task.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/search/task_query.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/workflow/task_kinds.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gateway::workflow
{

/// What was received about a task, byte for byte.
struct Received
{
    std::string media_type;
    std::string body;
    fhir::Instant at{};
};

/// What every write carries besides its contents.
struct TaskWrite
{
    identity::Caller caller;
    /// Bound to the client and to `request_hash`: the same request again gets the first answer. Empty: none.
    std::string idempotency_key;
    std::string request_hash; ///< SHA-256 over what was asked
    std::optional<Received> received;
};

/// A task to be put into an organisation's inbox.
struct NewTask
{
    TaskKind kind = TaskKind::referral;
    std::string owner; ///< ODS code
    std::string owner_name;
    std::string team; ///< of the owner: never a person
    std::string requester_name;
    std::optional<fhir::NhsNumber> patient;
    /// What the maker says of it: description, identifier, basedOn, for, focus, input, contained, priority.
    fhir::Task said;
    std::optional<fhir::Instant> due; ///< sooner than the service level, where the request itself says so
};

/// One version of a task. `resource.id` and `resource.meta` (versionId, lastUpdated) are filled.
struct StoredTask
{
    fhir::Task resource;
    std::int64_t version = 0;
    fhir::Instant last_updated{};
    std::string owner, requester; ///< ODS codes
};

/// NHS number digits of whom the task is for; empty when not known.
std::string patient_number(const StoredTask& task);

/// One page of what a search found.
struct FoundTasks
{
    std::vector<StoredTask> tasks;
    bool more = false;                ///< others follow
    std::optional<std::size_t> total; ///< unset: more than are counted
};

struct TaskOutcome
{
    StoredTask task;
    bool replayed = false; ///< same key as before: this is the first answer again
};

/// The inbox of tasks between organisations: each is held by a team, has a due time until it has
/// an end, and is seen by who holds it and who asked for it, nobody else. Thread-safe. Errors of all:
/// `store_unavailable`; `not_found` also for tasks that the caller may not see.
class TaskService
{
public:
    virtual ~TaskService() = default;

    /// In status requested; the caller is the requester. Errors: `required` without owner or team;
    /// `duplicate_key_other_body`.
    virtual Awaitable<fhir::Result<TaskOutcome>> create(TaskWrite write, NewTask wanted) = 0;
    /// POST: a task of a kind that consumers raise, checked against its row of the table of kinds. Errors:
    /// those of check_request() (task_request.hpp); `organisation_not_allowed` where no agreement lets the
    /// caller send work there; `not_found` at `Task.focus` or `Task.partOf`; `invariant` where these are of
    /// another patient or journey; `duplicate_key_other_body`.
    virtual Awaitable<fhir::Result<TaskOutcome>> ask(TaskWrite write, fhir::Task sent) = 0;
    /// PUT, or the result of a PATCH, by owner or requester. Another owner: it is handed on, and asked for
    /// anew. Errors: `version_conflict`, `transition_not_allowed`, `required` (a reason, or what completion
    /// needs), `value_invalid`, `organisation_not_allowed`, `not_amendable` with the path of what stays as it
    /// is.
    virtual Awaitable<fhir::Result<TaskOutcome>> update(TaskWrite write, std::string id,
                                                        std::int64_t expected_version, fhir::Task wanted) = 0;
    /// The current version with a note, whatever its status; with `to`, also in that status. Errors as of
    /// `update`.
    virtual Awaitable<fhir::Result<TaskOutcome>> remark(TaskWrite write, std::string id, std::string note,
                                                        std::optional<fhir::TaskStatus> to) = 0;
    /// What this key was used for here before; nothing when it is new. Error: `duplicate_key_other_body`.
    virtual Awaitable<fhir::Result<std::optional<TaskOutcome>>> done_before(TaskWrite write) = 0;

    virtual Awaitable<fhir::Result<StoredTask>> read(identity::Caller caller, std::string id) = 0;
    virtual Awaitable<fhir::Result<StoredTask>> read_version(identity::Caller caller, std::string id,
                                                             std::int64_t version) = 0;
    /// Newest first.
    virtual Awaitable<fhir::Result<std::vector<StoredTask>>> history(identity::Caller caller,
                                                                     std::string id) = 0;
    /// Current versions that the caller may see, those due first; at most `limit`. Error: `too_costly`.
    virtual Awaitable<fhir::Result<std::vector<StoredTask>>>
    search(identity::Caller caller, fhir::search::TaskQuery query, std::size_t limit) = 0;
    /// The same in the order that the query asks for: `count` of them from `offset` on. `exact`: all are
    /// counted, however many.
    virtual Awaitable<fhir::Result<FoundTasks>> page(identity::Caller caller, fhir::search::TaskQuery query,
                                                     std::size_t offset, std::size_t count, bool exact) = 0;
    /// In the order in which they came.
    virtual Awaitable<fhir::Result<std::vector<Received>>> received(identity::Caller caller,
                                                                    std::string id) = 0;
};

} // namespace gateway::workflow
