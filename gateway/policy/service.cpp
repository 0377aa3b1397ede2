// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/service.hpp"

#include "fhir/rest/message.hpp"

#include <algorithm>

namespace gateway::policy
{

bool BookableService::takes(std::string_view use_case) const
{
    // The guide prints the codes in upper case, the code system in lower case.
    return std::ranges::any_of(use_cases, [&](const std::string& taken) {
        return fhir::rest::equal_ignoring_case(taken, use_case);
    });
}

std::string BookableService::takes_referrals_for() const
{
    return referral_owner.empty() && !practices.empty() ? practices.front().text() : referral_owner;
}

bool BookableService::covers(const fhir::OdsCode& practice) const
{
    return std::ranges::find(practices, practice) != practices.end();
}

} // namespace gateway::policy
