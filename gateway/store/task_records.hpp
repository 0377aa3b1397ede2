// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the store keeps of tasks, as plain values. Sealed texts and keyed hashes as in records.hpp.
namespace gateway::store
{

/// One task, current version. It always has an owner and a team, and a due time for as long as it is open:
/// the engine writes no other.
struct TaskRecord
{
    std::string id;
    std::int64_t version = 0;
    fhir::Instant updated{};
    fhir::Instant authored{};
    std::string kind;
    std::string status;    ///< FHIR code
    std::string owner;     ///< organisation that holds it
    std::string team;      ///< of the owner
    std::string requester; ///< organisation that asked
    std::string patient;   ///< NHS number digits, empty when not known; sealed, found by hash
    std::string focus;     ///< `ServiceRequest/<id>`
    std::int64_t priority = 0;
    bool open = true; ///< its status is no end
    std::optional<fhir::Instant> due;
    std::string resource; ///< FHIR JSON without meta.versionId and lastUpdated; sealed
    /// While it is open: when somebody must be told that it is late; unset: nobody is told any more.
    std::optional<fhir::Instant> escalate = {};
    std::int64_t rung = 0; ///< how often that was done
};

/// What was received about a task, byte for byte. Kept in order, never changed.
struct TaskMessage
{
    fhir::Instant received{};
    std::string media_type;
    std::string body; ///< sealed
};

/// One task and one system: there is never a second row for the same two, so that nothing goes twice.
struct TaskDelivery
{
    /// Where it stands that a task is put into its owner's own system.
    enum class State
    {
        waiting,  ///< nothing is on its way
        sent,     ///< it may be there; nobody knows yet
        received, ///< the system has it
        refused,  ///< it is not there, and is not sent any more
        unknown,  ///< it may be there; nobody can find out, and it is not sent any more
        dropped   ///< not wanted any more before it was sent
    };

    std::string task;
    std::string practice;
    State state = State::waiting;
    std::string form;                       ///< in which it is sent; empty: not chosen yet
    std::int64_t attempts = 0;              ///< sendings that may have had an effect
    std::int64_t tries = 0;                 ///< to send it or to find it, since its state is what it is
    std::int64_t absences = 0;              ///< of these, in a row at the end, that did not find it
    std::optional<fhir::Instant> sent = {}; ///< for the first time in this form
    fhir::Instant created{};
    fhir::Instant next_step{}; ///< not taken up before
    Lease lease = {};
};

/// Everything that a new task writes in one transaction.
struct NewTask
{
    TaskRecord task;
    std::vector<OwnIdentifier> identifiers; ///< by which it is found
    std::optional<TaskMessage> message;
    std::optional<Ticket> ticket;
    std::string deliver_to = {}; ///< practice into whose system it is put; empty: none
};

/// The next version of a task and what goes with it, in one transaction. Refused (nothing is written) unless
/// the current version is `task.version`.
struct TaskChange
{
    TaskRecord task; ///< `version`: the one it follows
    std::optional<TaskMessage> message;
    std::optional<Ticket> ticket;
    std::string deliver_to = {}; ///< as of a new task; nothing where it was put there before
    /// What has become of a delivery, whose lease ends; refused where the lease was lost.
    std::optional<TaskDelivery> delivery = {};
};

struct TaskWritten
{
    enum class Answer
    {
        written,
        ticket_known,   ///< `ticket` says which task and version it made
        ticket_differs, ///< same key, another request
        version_changed,
        lease_lost, ///< of the delivery
    };
    Answer answer = Answer::written;
    std::int64_t version = 0; ///< of the task, as written
    TicketRecord ticket;
};

/// Work that calls for a task, written down with what calls for it and kept until the task is there.
struct WantedTask
{
    std::int64_t id = 0; ///< never used again
    std::string kind;
    std::string appointment;
    std::int64_t version = 0; ///< of the appointment
    std::string intent;       ///< empty: the practice's own doing
    fhir::Instant at{};
};

struct TaskSort
{
    enum class Column
    {
        due, ///< those without come last
        priority,
        authored,
        updated
    };
    Column column = Column::due;
    bool descending = false;
};

/// A stretch of time, half-open; unset ends are open.
struct TimeRange
{
    std::optional<fhir::Instant> from, before;
};

/// AND of what is set.
struct TaskFilter
{
    std::string visible_to; ///< owner or requester
    std::vector<std::string> ids;
    std::vector<std::string> owners;
    std::vector<std::string> requesters;
    std::optional<std::vector<std::string>> patients; ///< NHS number digits, any of
    std::vector<std::string> statuses;
    std::vector<std::string> kinds;
    std::vector<std::string> focus;
    std::vector<std::int64_t> priorities;
    std::optional<std::vector<OwnIdentifier>> identifiers; ///< any of
    std::optional<bool> open;
    TimeRange due, authored, updated;
    std::vector<TaskSort> sort; ///< then by id; empty: due
    std::size_t offset = 0;
    std::size_t limit = 1000;
};

} // namespace gateway::store
