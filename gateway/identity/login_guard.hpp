// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/awaitable.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace gateway::identity
{

/// Counts those who could not prove who they are.
class LoginGuard
{
public:
    virtual ~LoginGuard() = default;

    /// Nothing: answer as usual. Otherwise there were too many, and this is when to try again; it has been
    /// written down. `client` is a registered one, or empty.
    virtual Awaitable<std::optional<std::chrono::seconds>> failed(std::string address,
                                                                  std::string client) = 0;
};

} // namespace gateway::identity
