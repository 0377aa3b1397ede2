// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/signing.hpp"
#include "gateway/store/audit_store.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace gateway::audit
{

/// Which records. A period begins at the checkpoint before it, so there may be some more.
struct ExportRange
{
    std::optional<fhir::Instant> from;   ///< inclusive
    std::optional<fhir::Instant> before; ///< exclusive
};

/// False: cannot be written.
using ExportOut = std::function<bool(std::string_view)>;

/// Writes every chain as it stands now, page by page, also beside a running gateway; the number of records.
Awaitable<fhir::Result<std::int64_t>> write_export(store::AuditReader& reader, const SigningKey& key,
                                                   ExportRange range, fhir::Instant now, ExportOut out);

} // namespace gateway::audit
