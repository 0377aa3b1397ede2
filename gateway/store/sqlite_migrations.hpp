// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <span>
#include <string_view>

namespace gateway::store
{

class Database;

/// One step of the schema. Steps are only ever added: a released text never changes (its SHA-256 is kept in
/// `schema_migration`).
struct Migration
{
    int number;
    std::string_view name;
    std::string_view sql;
};

std::span<const Migration> sqlite_migrations();

/// Applies what is missing, each step in its own transaction. Errors (kind `internal`): the database is newer
/// than this program, or a step was changed after it had been applied.
fhir::Result<void> migrate(Database& database, std::span<const Migration> steps);

} // namespace gateway::store
