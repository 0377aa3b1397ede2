// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::identity
{

/// One SMART v2 scope: `system/Slot.rs`. v1 `.read` and `.write` are folded in when parsing.
struct Scope
{
    std::string resource; ///< `Slot`, or `*`
    bool create = false, read = false, update = false, delete_ = false, search = false;
    bool patient = false; ///< `patient/…`: of a person who has logged in, about that person alone
};

std::vector<Scope> parse_scopes(std::string_view text);
std::string to_text(const std::vector<Scope>& scopes);

enum class Permission
{
    create,
    read,
    update,
    delete_,
    search
};

/// The role in which a person works just now, as a CIS2 shaped token says.
struct StaffRole
{
    std::string role_id;   ///< `selected_roleid`
    std::string role_code; ///< `S8000:G8000:R8000`
    fhir::OdsCode organisation;
};

/// Who is asking, proved by a signed token: a client id and its organisation. Never built from an unsigned
/// header.
struct Caller
{
    std::string client_id;
    fhir::OdsCode ods;
    std::string name;
    std::string organisation_type; ///< GP Connect organisation type code, empty when none
    std::string organisation_phone;
    std::vector<Scope> scopes;
    fhir::Instant token_expires{};
    bool named_in_search = true; ///< see adapters::Provenance
    /// Set where a patient has logged in (NHS login shaped token): who it is. Then nothing is allowed but to
    /// look for slots, and to see the patient's own appointments.
    std::optional<fhir::NhsNumber> patient = {};
    std::optional<StaffRole> staff = {};
    bool may_override = false; ///< may book against a rule of sharing where it says why

    /// Never of a patient: what has not thought of patients is closed to them.
    bool may(Permission permission, std::string_view resource) const;
    bool may_as_patient(Permission permission, std::string_view resource) const;
};

} // namespace gateway::identity
