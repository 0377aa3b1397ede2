// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/cli/sandbox_files.hpp"

#include <string>
#include <string_view>

/// Notifications in the sandbox: a receiver to start on this machine, a subscription to post, and how.
namespace gateway::cli
{

inline constexpr std::string_view receiver_script_name = "receiver.mjs",
                                  subscription_file_name = "subscription.json";

/// For Node.js, nothing else: takes notifications with the sandbox's certificate and says what they tell.
std::string receiver_script();

/// FHIR Subscription to appointments' changes, for a receiver on this machine. `origin`: of the gateway.
std::string subscription_text(std::string_view origin);

/// Two commands that work as printed. `fhir_base`: of the R4 API.
std::string notify_banner(const SandboxFiles& files, std::string_view fhir_base);

} // namespace gateway::cli
