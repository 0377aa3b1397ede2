// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "gateway/audit/recorder.hpp"

#include <memory>
#include <string>

namespace gateway::audit
{

/// Wraps one practice's adapter: every call to its system is a record. `recorder` must outlive it.
std::unique_ptr<adapters::Adapter> make_audited_adapter(std::shared_ptr<adapters::Adapter> adapter,
                                                        std::string system, std::string practice,
                                                        Recorder& recorder);

} // namespace gateway::audit
