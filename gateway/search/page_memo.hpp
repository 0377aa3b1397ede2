// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gateway::search
{

/// Finished answers, kept for a moment: screens of a hub ask the same question again and again. A page is
/// handed out only to who asked for it, and only while no book has changed. Bounded in number and bytes.
/// Thread-safe.
class PageMemo
{
public:
    static constexpr std::chrono::milliseconds lifetime{2000};
    static constexpr std::size_t max_pages = 1024;
    static constexpr std::size_t max_bytes = 32 << 20;

    std::shared_ptr<const std::string> find(const std::string& key, std::uint64_t changes,
                                            fhir::Instant now) const;
    void keep(std::string key, std::uint64_t changes, fhir::Instant now, std::string_view body);

private:
    struct Page
    {
        std::uint64_t changes;
        fhir::Instant until;
        std::shared_ptr<const std::string> body;
    };

    mutable std::mutex mutex_;
    std::unordered_map<std::string, Page> pages_;
    std::size_t bytes_ = 0;
};

} // namespace gateway::search
