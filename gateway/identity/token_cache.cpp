// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/token_cache.hpp"

namespace gateway::identity
{

std::shared_ptr<const VerifiedCaller> TokenCache::find(const std::string& digest, fhir::Instant now)
{
    Shard& shard = shard_of(digest);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.callers.find(digest);
    if (found == shard.callers.end())
        return nullptr;
    if (found->second->caller.token_expires <= now) {
        shard.callers.erase(found);
        return nullptr;
    }
    return found->second;
}

void TokenCache::add(const std::string& digest, std::shared_ptr<const VerifiedCaller> caller,
                     fhir::Instant now)
{
    Shard& shard = shard_of(digest);
    const std::lock_guard lock(shard.mutex);
    if (shard.callers.size() >= per_shard_)
        std::erase_if(shard.callers,
                      [&](const auto& entry) { return entry.second->caller.token_expires <= now; });
    // Full of living tokens: any of them can be verified again.
    if (shard.callers.size() >= per_shard_)
        shard.callers.erase(shard.callers.begin());
    shard.callers.insert_or_assign(digest, std::move(caller));
}

std::size_t TokenCache::size() const
{
    std::size_t total = 0;
    for (const Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        total += shard.callers.size();
    }
    return total;
}

} // namespace gateway::identity
