// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/identity/caller.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace gateway::identity
{

/// What a verified token stands for. `certificate`: raw SHA-256 of the client certificate it is bound to,
/// empty when it is not.
struct VerifiedCaller
{
    Caller caller;
    std::string certificate;
    std::uint64_t registry = 0; ///< revision of the registry that knew the client
};

/// Verified tokens by SHA-256 of their text: checking a signature costs more than many a whole request.
/// Bounded; thread-safe.
class TokenCache
{
public:
    explicit TokenCache(std::size_t capacity) : per_shard_(capacity / shards + 1) {}

    /// nullptr when unknown or past its expiry.
    std::shared_ptr<const VerifiedCaller> find(const std::string& digest, fhir::Instant now);
    void add(const std::string& digest, std::shared_ptr<const VerifiedCaller> caller, fhir::Instant now);
    std::size_t size() const;

private:
    static constexpr std::size_t shards = 16;
    struct Shard
    {
        mutable std::mutex mutex;
        std::unordered_map<std::string, std::shared_ptr<const VerifiedCaller>> callers;
    };
    Shard& shard_of(const std::string& digest)
    {
        return shards_[static_cast<unsigned char>(digest[0]) % shards];
    }

    std::size_t per_shard_;
    std::array<Shard, shards> shards_;
};

} // namespace gateway::identity
