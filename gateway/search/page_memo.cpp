// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/page_memo.hpp"

namespace gateway::search
{

std::shared_ptr<const std::string> PageMemo::find(const std::string& key, std::uint64_t changes,
                                                  fhir::Instant now) const
{
    const std::lock_guard lock(mutex_);
    const auto found = pages_.find(key);
    if (found == pages_.end() || found->second.changes != changes || found->second.until <= now)
        return nullptr;
    return found->second.body;
}

void PageMemo::keep(std::string key, std::uint64_t changes, fhir::Instant now, std::string_view body)
{
    if (body.size() > max_bytes / 16)
        return;
    auto page = std::make_shared<const std::string>(body);
    const std::lock_guard lock(mutex_);
    if (pages_.size() >= max_pages || bytes_ + body.size() > max_bytes) {
        pages_.clear(); // all of them are about to expire anyway
        bytes_ = 0;
    }
    Page& slot = pages_[std::move(key)];
    bytes_ += page->size() - (slot.body ? slot.body->size() : 0);
    slot = {changes, now + lifetime, std::move(page)};
}

} // namespace gateway::search
