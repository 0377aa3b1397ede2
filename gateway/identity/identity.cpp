// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/identity.hpp"

namespace gateway::identity
{

Awaitable<bool> Identity::refresh_keys()
{
    co_return false;
}

fhir::Result<std::string> Identity::mint(std::string_view, std::chrono::seconds)
{
    return fhir::fail(fhir::ErrorKind::not_implemented);
}

} // namespace gateway::identity
