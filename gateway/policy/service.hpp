// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/ods_code.hpp"
#include "gateway/policy/session_patterns.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gateway::policy
{

/// A service of the Directory of Services: what senders of BaRS messages address, and the part of which books
/// it stands for.
struct BookableService
{
    std::string id; ///< service id, digits as a rule
    std::string name;
    std::vector<fhir::OdsCode> practices; ///< several for a hub
    SessionPatterns sessions;             ///< empty: all that these practices share
    std::vector<std::string> use_cases;   ///< BaRS use-case codes, lower case
    bool bookings = true;
    bool referrals = false;
    std::string referral_owner = {};         ///< whose inbox they come into; empty: the one practice's
    std::string referral_team = "Reception"; ///< of the owner

    /// ODS code.
    std::string takes_referrals_for() const;

    bool takes(std::string_view use_case) const;
    bool covers(const fhir::OdsCode& practice) const;
};

} // namespace gateway::policy
