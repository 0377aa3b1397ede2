// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/audit_store.hpp"
#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_database.hpp"

/// Audit chains in SQLite, on whatever connection: the store's own, or one that only reads.
namespace gateway::store
{

std::vector<AuditChain> read_audit_chains(Database& database);
std::vector<AuditRow> read_audit_rows(Database& database, const std::string& chain, std::int64_t after,
                                      std::size_t limit);
std::vector<AuditCheckpoint> read_audit_checkpoints(Database& database, const std::string& chain,
                                                    std::int64_t from, std::size_t limit);
std::optional<AuditCheckpoint> read_audit_checkpoint_before(Database& database, const std::string& chain,
                                                            fhir::Instant moment);
std::vector<AuditRow> find_audit_rows(Database& database, const AuditFilter& filter, const Sealer& sealer);

/// Inside a transaction.
AuditHead append_to_chain(Database& database, const std::string& chain, const AuditLink& link,
                          const Sealer& sealer);
bool purge_chain(Database& database, const AuditPurge& purge);

} // namespace gateway::store
