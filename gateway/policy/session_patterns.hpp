// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gateway::policy
{

/// Which sessions of a practice are meant, by what the practice calls them: `Extended access`, `GP*`. `*`
/// stands for any text; upper and lower case are the same.
class SessionPatterns
{
public:
    SessionPatterns() = default;
    explicit SessionPatterns(const std::vector<std::string>& patterns);

    bool empty() const { return patterns_.empty(); }
    /// Whether one of the patterns is the whole of this name.
    bool match(std::string_view name) const;

private:
    std::vector<std::string> patterns_; ///< folded
};

} // namespace gateway::policy
