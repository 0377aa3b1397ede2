// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/policy_store.hpp"

#include <algorithm>
#include <map>

namespace tests
{

/// Policies in memory, with the promises of the store.
class MemoryPolicies : public gateway::store::PolicyStore
{
public:
    using Record = gateway::store::PolicyRecord;
    template <class T>
    using Answer = gateway::Awaitable<fhir::Result<T>>;

    bool fails = false;

    Answer<std::optional<std::int64_t>> write_policy(Record record) override
    {
        if (fails)
            co_return fhir::fail(fhir::ErrorKind::store_unavailable);
        auto& versions = kept_[{record.kind, record.key}];
        if (static_cast<std::int64_t>(versions.size()) != record.version)
            co_return std::optional<std::int64_t>();
        ++record.version;
        versions.push_back(std::move(record));
        co_return static_cast<std::int64_t>(versions.size());
    }
    Answer<std::vector<Record>> policies() override
    {
        std::vector<Record> newest;
        for (const auto& [key, versions] : kept_)
            newest.push_back(versions.back());
        co_return newest;
    }
    Answer<std::vector<Record>> policy_history(std::string kind, std::string key) override
    {
        std::vector<Record> versions = kept_[{kind, key}];
        std::ranges::reverse(versions);
        if (versions.empty())
            kept_.erase({kind, key});
        co_return versions;
    }

private:
    std::map<std::pair<std::string, std::string>, std::vector<Record>> kept_;
};

} // namespace tests
