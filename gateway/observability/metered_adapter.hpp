// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "gateway/observability/metrics.hpp"

#include <memory>
#include <string>

namespace gateway::observability
{

/// Wraps one practice's adapter: every call is timed, counted and logged (system, practice, operation,
/// outcome, duration, request id), never with anything about the patient. `metrics` must outlive it.
std::unique_ptr<adapters::Adapter> make_metered_adapter(std::unique_ptr<adapters::Adapter> adapter,
                                                        std::string system, std::string practice,
                                                        Metrics& metrics);

} // namespace gateway::observability
