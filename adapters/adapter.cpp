// SPDX-License-Identifier: Apache-2.0
#include "adapters/adapter.hpp"

#include "adapters/refusals.hpp"

namespace adapters
{

Awaitable<fhir::Result<Receipt>> Adapter::deliver(Delivery)
{
    co_return std::unexpected(not_offered("This practice's system takes no messages from outside."));
}

Awaitable<fhir::Result<std::optional<Receipt>>> Adapter::find_delivered(Delivery)
{
    co_return std::unexpected(not_offered("This practice's system shows no messages that were sent to it."));
}

} // namespace adapters
