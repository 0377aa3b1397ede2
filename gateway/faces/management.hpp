// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/faces/health.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/observability/metrics.hpp"

#include <memory>

namespace gateway::faces
{

/// The management listener: `/livez`, `/readyz`, `/metrics`, `/_ping`, `/_status`, `/heartbeat`. Knows no
/// patient and no caller. `metrics` must outlive the handler.
std::unique_ptr<http::Handler> make_management_handler(Health health, const observability::Metrics& metrics);

} // namespace gateway::faces
