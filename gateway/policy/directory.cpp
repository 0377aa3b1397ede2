// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/directory.hpp"

#include <algorithm>

namespace gateway::policy
{

Directory::Directory(std::vector<std::shared_ptr<const Practice>> practices,
                     std::vector<Federation> federations, std::vector<BookableService> services)
    : practices_(std::move(practices)), federations_(std::move(federations)), services_(std::move(services))
{
    std::ranges::sort(practices_, {}, [](const auto& practice) { return practice->ods; });
}

std::shared_ptr<const Practice> Directory::practice(const fhir::OdsCode& ods) const
{
    const auto found = std::ranges::lower_bound(practices_, ods, {}, [](const auto& practice) { return practice->ods; });
    return found != practices_.end() && (*found)->ods == ods ? *found : nullptr;
}

const BookableService* Directory::service(std::string_view id) const
{
    const auto found = std::ranges::find(services_, id, &BookableService::id);
    return found == services_.end() ? nullptr : &*found;
}

bool Directory::shares(const fhir::OdsCode& practice, const fhir::OdsCode& consumer) const
{
    if (practice == consumer)
        return true;
    return std::ranges::any_of(federations_, [&](const Federation& federation) {
        return std::ranges::find(federation.practices, practice) != federation.practices.end() &&
               std::ranges::find(federation.consumers, consumer) != federation.consumers.end();
    });
}

std::vector<std::shared_ptr<const Practice>> Directory::visible_to(const fhir::OdsCode& consumer) const
{
    std::vector<std::shared_ptr<const Practice>> visible;
    for (const auto& practice : practices_)
        if (shares(practice->ods, consumer))
            visible.push_back(practice);
    return visible;
}

} // namespace gateway::policy
