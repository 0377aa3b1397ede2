// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/notify/subscribers.hpp"

#include <string>
#include <string_view>

namespace gateway::notify
{

/// Where a subscription's notifications go, taken apart.
struct Endpoint
{
    std::string origin; ///< `https://hub.example.org:8443`, host in lower case
    std::string host;   ///< with its port where that is not 443: as allow-lists have it
    std::string target; ///< path and query
};

/// Whether an allow-list can have this: a host, with a port where it is not 443; or a name of this machine
/// with any port, `localhost:*`.
bool is_host_entry(std::string_view entry);
/// https only; no user, no fragment. Error: `value_invalid`, whose path is the caller's.
fhir::Result<Endpoint> parse_endpoint(std::string_view url);
/// Whether the client's list of hosts has it. Error: `value_invalid` that says who can put it there.
fhir::Result<void> check_allowed(const Endpoint& endpoint, const Subscriber& subscriber);

} // namespace gateway::notify
