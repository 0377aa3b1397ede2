// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/directory.hpp"

#include <algorithm>
#include <atomic>

namespace gateway::policy
{

namespace
{

std::uint64_t next_revision()
{
    static std::atomic<std::uint64_t> last = 0;
    return ++last;
}

} // namespace

Directory::Directory(std::vector<std::shared_ptr<const Practice>> practices,
                     std::vector<Federation> federations, std::vector<BookableService> services)
    : Directory(std::move(practices), Agreed{.federations = std::move(federations)}, std::move(services))
{}

Directory::Directory(std::vector<std::shared_ptr<const Practice>> practices, Agreed agreed,
                     std::vector<BookableService> services)
    : practices_(std::move(practices)), sharing_(std::make_shared<const Sharing>(std::move(agreed))),
      services_(std::move(services)), revision_(next_revision())
{
    std::ranges::sort(practices_, {}, [](const auto& practice) { return practice->ods; });
}

std::shared_ptr<const Directory> Directory::with(Agreed agreed) const
{
    return with(std::move(agreed), services_);
}

/// A service is offered at those of its practices that are here.
std::shared_ptr<const Directory> Directory::with(Agreed agreed, std::vector<BookableService> services) const
{
    for (BookableService& service : services)
        std::erase_if(service.practices, [&](const fhir::OdsCode& ods) { return !practice(ods); });
    std::erase_if(services, [](const BookableService& service) { return service.practices.empty(); });
    return std::make_shared<const Directory>(practices_, std::move(agreed), std::move(services));
}

std::shared_ptr<const Practice> Directory::practice(const fhir::OdsCode& ods) const
{
    const auto found =
        std::ranges::lower_bound(practices_, ods, {}, [](const auto& practice) { return practice->ods; });
    return found != practices_.end() && (*found)->ods == ods ? *found : nullptr;
}

const BookableService* Directory::service(std::string_view id) const
{
    const auto found = std::ranges::find(services_, id, &BookableService::id);
    return found == services_.end() ? nullptr : &*found;
}

bool Directory::shares(const fhir::OdsCode& practice, const fhir::OdsCode& consumer, fhir::Instant now) const
{
    const Reason reason = sharing_->terms(practice, consumer, Use::search, now).refusal().reason;
    return reason != Reason::no_agreement && reason != Reason::restricted_type;
}

std::vector<std::shared_ptr<const Practice>> Directory::visible_to(const fhir::OdsCode& consumer,
                                                                   fhir::Instant now) const
{
    std::vector<std::shared_ptr<const Practice>> visible;
    for (const auto& practice : practices_)
        if (shares(practice->ods, consumer, now))
            visible.push_back(practice);
    return visible;
}

} // namespace gateway::policy
