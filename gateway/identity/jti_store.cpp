// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/identity.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace gateway::identity
{
namespace
{

class MemoryJtis
{
public:
    explicit MemoryJtis(const adapters::Clock& clock) : clock_(clock) {}

    bool add(const std::string& client, const std::string& jti, fhir::Instant expires)
    {
        const std::lock_guard lock(mutex_);
        const fhir::Instant now = clock_.now();
        std::erase_if(seen_, [&](const auto& entry) { return entry.second <= now; });
        return seen_.emplace(std::pair(client, jti), expires).second;
    }

private:
    const adapters::Clock& clock_;
    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, fhir::Instant> seen_;
};

Awaitable<fhir::Result<bool>> remember(std::shared_ptr<MemoryJtis> jtis, std::string client, std::string jti,
                                       fhir::Instant expires)
{
    co_return jtis->add(client, jti, expires);
}

} // namespace

JtiStore memory_jti_store(const adapters::Clock& clock)
{
    return [jtis = std::make_shared<MemoryJtis>(clock)](std::string client, std::string jti,
                                                        fhir::Instant expires) {
        return remember(jtis, std::move(client), std::move(jti), expires);
    };
}

} // namespace gateway::identity
