// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/limits/limit_settings.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace gateway::limits
{

/// Counts bad outcomes among all, for each key, in windows that begin with the first. At most `most` keys:
/// the one whose window is oldest goes. Thread-safe.
class Shares
{
public:
    Shares(AlarmRule rule, std::size_t most) : rule_(rule), most_(most) {}

    /// Something was done; whether it was bad may be known later only.
    void did(const std::string& key, Moment now);
    /// One of those was bad. True: with this one, for the first time in its window, there are too many.
    bool was_bad(const std::string& key, Moment now);
    /// Until when the window runs in which there were too many; nothing when there were not.
    std::optional<Moment> alarmed_until(const std::string& key, Moment now) const;

    void use(AlarmRule rule);
    std::size_t size() const;

private:
    struct Counts
    {
        Moment since{};
        std::int64_t all = 0;
        std::int64_t bad = 0;
        bool alarmed = false;
    };

    Counts& counts(const std::string& key, Moment now);
    void make_room(Moment now);

    mutable std::mutex mutex_;
    AlarmRule rule_;
    const std::size_t most_;
    std::map<std::string, Counts> counts_;
};

} // namespace gateway::limits
