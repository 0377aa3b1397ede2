// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/model/resource.hpp"
#include "gateway/faces/context.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace gateway::faces
{
struct R4Services;
}

namespace gateway::faces::r4
{

/// The version that a path names; nothing where it is no whole number from 1 on.
std::optional<std::int64_t> version_number(std::string_view text);

struct KeptVersion
{
    fhir::AnyResource resource;
    std::int64_t version = 0;
    fhir::Instant last_updated{};
};

/// FHIR R4 http.html#history: what may narrow a history.
struct HistoryQuery
{
    std::size_t count = 500;
    std::size_t offset = 0;             ///< only links written here carry it
    std::optional<fhir::Instant> since; ///< versions made at or after this moment
    std::optional<fhir::Instant> at;    ///< the version that was current at this moment
};

/// Errors: `value_invalid`; `unknown_parameter` for any other, unless lenient.
fhir::Result<HistoryQuery> history_query(const Context& context);

/// The page of a history-instance that is asked for. `versions` of the resource of that type that the path
/// names, newest first.
Answer history_answer(const Context& context, const R4Services& services, std::string_view type,
                      HistoryQuery query, std::vector<KeptVersion> versions);

} // namespace gateway::faces::r4
