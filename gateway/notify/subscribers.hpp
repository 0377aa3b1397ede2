// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/identity/caller.hpp"
#include "gateway/identity/identity_settings.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::notify
{

/// What the practices file lets a client do with notifications.
struct Subscriber
{
    identity::Caller caller;        ///< with all the scopes that it may have
    std::vector<std::string> hosts; ///< `hub.example.org`, `hub.example.org:8443`, `localhost:*`; lower case
    bool full_resource = false;
};

/// The clients there are; another list holds from the next look-up on. Thread-safe.
class CurrentSubscribers
{
public:
    void replace(const std::vector<identity::Client>& clients);
    /// nullptr when unknown.
    std::shared_ptr<const Subscriber> find(std::string_view client) const;

private:
    using Table = std::map<std::string, std::shared_ptr<const Subscriber>, std::less<>>;

    mutable std::mutex mutex_;
    Table table_;
};

} // namespace gateway::notify
