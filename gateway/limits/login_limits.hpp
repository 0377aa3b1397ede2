// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/recorder.hpp"
#include "gateway/identity/login_guard.hpp"
#include "gateway/limits/limiter.hpp"

namespace gateway::limits
{

/// The limit of failed logins for the token endpoint: one audit record for each burst of them.
class LoginLimits : public identity::LoginGuard
{
public:
    LoginLimits(Limiter& limiter, audit::Recorder& recorder) : limiter_(limiter), recorder_(recorder) {}

    Awaitable<std::optional<std::chrono::seconds>> failed(std::string address, std::string client) override;

private:
    Limiter& limiter_;
    audit::Recorder& recorder_;
};

} // namespace gateway::limits
