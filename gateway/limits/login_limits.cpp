// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/login_limits.hpp"

namespace gateway::limits
{

Awaitable<std::optional<std::chrono::seconds>> LoginLimits::failed(std::string address, std::string client)
{
    const auto refused = limiter_.login_failed(address, client);
    if (!refused)
        co_return std::nullopt;
    if (refused->burst_begins) {
        audit::AuditRecord record;
        record.event = audit::Event::login_failure;
        record.outcome = audit::Outcome::refused;
        record.via = "fhir";
        record.action = "POST /oauth2/token";
        record.status = 429;
        record.reason = "throttled";
        record.client = std::move(client);
        (void)co_await recorder_.record({std::move(record), {}});
    }
    co_return refused->error.retry_after();
}

} // namespace gateway::limits
