// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/audit_store.hpp"

#include <memory>
#include <string>

namespace gateway::store
{

/// The audit chains of a database, read only, for commands; a gateway may be running on it. Errors name the
/// file.
fhir::Result<std::unique_ptr<AuditReader>> open_sqlite_audit(const std::string& path);

} // namespace gateway::store
