// SPDX-License-Identifier: Apache-2.0
#include "gateway/slot_types/seen_types.hpp"

#include <algorithm>

namespace gateway::slot_types
{

void SeenTypes::note(SeenType seen)
{
    const std::lock_guard lock(mutex_);
    auto& names = practices_[seen.practice];
    std::string name = seen.name;
    names.insert_or_assign(std::move(name), std::move(seen));
    if (names.size() <= most_names)
        return;
    names.erase(std::ranges::min_element(names, {}, [](const auto& entry) { return entry.second.seen; }));
}

std::vector<SeenType> SeenTypes::all() const
{
    const std::lock_guard lock(mutex_);
    std::vector<SeenType> found;
    for (const auto& [practice, names] : practices_)
        for (const auto& [name, seen] : names)
            found.push_back(seen);
    return found;
}

std::size_t SeenTypes::unmapped() const
{
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [practice, names] : practices_)
        count += static_cast<std::size_t>(
            std::ranges::count_if(names, [](const auto& entry) { return !entry.second.is_mapped(); }));
    return count;
}

} // namespace gateway::slot_types
