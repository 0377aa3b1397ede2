// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace gateway::messages
{

/// When no patient is written to, by UK clocks; over midnight where `until` is the smaller one. None where
/// both are the same.
struct QuietHours
{
    std::chrono::minutes from{21 * 60}, until{8 * 60};
};

/// `21:00`, to `23:59`.
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);

/// When they end, where `now` lies in them: a quiet hour that clocks skip or repeat is one all the same.
std::optional<fhir::Instant> quiet_until(const QuietHours& quiet, fhir::Instant now);

} // namespace gateway::messages
