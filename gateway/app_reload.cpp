// SPDX-License-Identifier: Apache-2.0
/// What changes while the gateway serves: who is known, who shares with whom, what is offered, and how much
/// each may ask.
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
    policy::Configured policy = policy_of(read);
    if (auto agreed = run_now(parts.administration->replace(policy)); !agreed)
        return std::unexpected(agreed.error());
    auto replaced = parts.identity->replace_parties(read.identity.clients, read.identity.issuers);
    if (!replaced) { // all of a file or nothing of it
        (void)run_now(parts.administration->replace(parts.policy_read));
        return std::unexpected(replaced.error());
    }
    parts.policy_read = std::move(policy);
    parts.subscribers.replace(read.identity.clients);
    parts.slot_types.replace(slot_types::SlotTypes(read.slot_types));
    parts.consumers->replace(read.gpconnect.consumers);
    parts.limiter->use(read.limits);
    parts.hoarding->use(read.limits);
    parts.load->use(read.limits.load);
    return differences(parts.settings.fixed, read.fixed);
}

} // namespace gateway
