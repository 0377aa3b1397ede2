// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/session_patterns.hpp"

#include "fhir/search/values.hpp"

#include <algorithm>

namespace gateway::policy
{

namespace
{

/// Goes back to the last `*` where what follows it does not fit: never more than length times length steps.
bool fits(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

} // namespace

SessionPatterns::SessionPatterns(const std::vector<std::string>& patterns)
{
    for (const std::string& pattern : patterns)
        patterns_.push_back(fhir::search::fold(pattern));
}

bool SessionPatterns::match(std::string_view name) const
{
    const std::string folded = fhir::search::fold(name);
    return std::ranges::any_of(patterns_, [&](const std::string& pattern) { return fits(pattern, folded); });
}

} // namespace gateway::policy
