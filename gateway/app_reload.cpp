// SPDX-License-Identifier: Apache-2.0
/// What changes while the gateway serves: who is known, and who shares with whom.
#include "gateway/app_parts.hpp"

#include <set>

namespace gateway
{

namespace
{

/// What stands in one of the files only, or differently.
std::vector<std::string> differences(const std::map<std::string, std::string>& now,
                                     const std::map<std::string, std::string>& read)
{
    std::set<std::string> different;
    for (const auto& [what, text] : now)
        if (const auto same = read.find(what); same == read.end() || same->second != text)
            different.insert(what);
    for (const auto& [what, text] : read)
        if (!now.contains(what))
            different.insert(what);
    return {different.begin(), different.end()};
}

} // namespace

fhir::Result<std::vector<std::string>> App::reload_parties(const settings::Settings& read)
{
    Parts& parts = *parts_;
    auto replaced = parts.identity->replace_parties(read.identity.clients, read.identity.issuers);
    if (!replaced)
        return std::unexpected(replaced.error());
    parts.consumers->replace(read.gpconnect.consumers);
    return differences(parts.settings.fixed, read.fixed);
}

} // namespace gateway
