// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/spine_consumers.hpp"

#include <algorithm>

namespace gateway::identity
{

bool knows_certificate(std::span<const SpineConsumer> consumers, std::string_view sha256)
{
    return !sha256.empty() &&
           std::ranges::find(consumers, sha256, &SpineConsumer::certificate_sha256) != consumers.end();
}

std::optional<Caller> proven_caller(std::span<const SpineConsumer> consumers, std::string_view sha256,
                                    std::string_view asid)
{
    const auto found = std::ranges::find_if(consumers, [&](const SpineConsumer& each) {
        return !sha256.empty() && each.certificate_sha256 == sha256 && each.asid == asid;
    });
    if (found == consumers.end())
        return std::nullopt;
    return Caller{.client_id = "asid-" + found->asid,
                  .ods = found->ods,
                  .name = found->name,
                  .organisation_type = {}, // practices are told what the request says
                  .organisation_phone = found->phone,
                  .scopes = {}};
}

} // namespace gateway::identity
