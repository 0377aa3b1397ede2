// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/identity/jwt.hpp"

namespace gateway::identity
{

/// Whom an external issuer's token names beside the client; both empty: nobody.
struct Person
{
    std::optional<fhir::NhsNumber> patient; ///< NHS login shaped: `nhs_number`
    std::optional<StaffRole> staff;         ///< CIS2 shaped: `nhsid_nrbac_roles`, `selected_roleid`
};

/// Claims that say something and cannot be relied on are `token_invalid`, never passed over: an NHS number
/// that is none or whose owner was not proved to level P9; a role that is not among the person's own, or none
/// chosen of several; somebody who is patient and staff at once.
fhir::Result<Person> person_of(const VerifiedJwt& token);

} // namespace gateway::identity
