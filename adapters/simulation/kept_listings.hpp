// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <list>
#include <string>
#include <utility>

namespace adapters::simulation
{

/// Listings as they were last written: a practice whose book has not changed sends the same bytes without
/// putting them together again. A listing is known by everything that it shows, so that nobody has to say
/// when it has changed.
template <class Text = std::string>
class KeptListings
{
public:
    /// What may differ must have another `key`. `write` gives the listing.
    template <class Write>
    const Text& of(std::string key, Write write)
    {
        const auto known = std::ranges::find(kept_, key, &Listing::first);
        if (known != kept_.end()) {
            kept_.splice(kept_.begin(), kept_, known);
            return kept_.front().second;
        }
        auto text = write();
        kept_.emplace_front(std::move(key), std::move(text));
        if (kept_.size() > most_kept)
            kept_.pop_back();
        return kept_.front().second;
    }

private:
    using Listing = std::pair<std::string, Text>;
    static constexpr std::size_t most_kept = 8;

    std::list<Listing> kept_; ///< the one last asked for first
};

/// A key of the listed things by what `name` gives for each.
template <class Items, class Name>
std::string listing_key(std::string key, const Items& items, Name name)
{
    for (const auto& item : items)
        key.append(1, '\n').append(name(item));
    return key;
}

} // namespace adapters::simulation
