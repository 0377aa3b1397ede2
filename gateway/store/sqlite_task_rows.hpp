// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_database.hpp"
#include "gateway/store/task_records.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Task records and columns.
namespace gateway::store
{

inline constexpr std::string_view task_columns =
    "t.id, t.version, t.updated, t.authored, t.kind, t.status, t.owner, t.team, t.requester, t.patient, "
    "t.focus, t.priority, t.open, t.due, t.resource, t.escalate, t.rung";
TaskRecord read_task(const Rows& rows, const Sealer& sealer);

/// The sealed columns of a task and of what comes with it, made on the caller's thread before the writer sees
/// them.
struct SealedTask
{
    TaskRecord record;
    std::string patient_hash, patient, resource;
    std::vector<std::string> identifier_hashes;
    std::optional<TaskMessage> message; ///< its body sealed
    std::optional<Ticket> ticket;
    std::string deliver_to = {};
    std::optional<TaskDelivery> delivery = {};
};
SealedTask seal(TaskRecord record, std::optional<TaskMessage> message, std::optional<Ticket> ticket,
                const Sealer& sealer);

std::string task_message_context(const std::string& task);

/// Writes `sealed` as `version`: the current row, the history, the message, the ticket.
void put_task(Database& database, const SealedTask& sealed, std::int64_t version);

/// As save_delivery() of the interface.
bool write_delivery(Database& database, const TaskDelivery& delivery, bool keep_lease);
/// Wanted from now on, where it was not before.
void put_delivery(Database& database, std::string_view task, std::string_view practice, fhir::Instant now);

/// Keeps, with whatever else the transaction writes, that a task of this kind is wanted; nothing for an empty
/// one.
void put_wanted_task(Database& database, std::string_view kind, std::string_view appointment,
                     std::int64_t version, std::string_view intent, fhir::Instant now);

} // namespace gateway::store
