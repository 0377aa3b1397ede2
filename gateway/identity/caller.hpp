// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gateway::identity
{

/// One SMART v2 system scope: `system/Slot.rs`. v1 `.read` and `.write` are folded in when parsing.
struct Scope
{
    std::string resource; ///< `Slot`, or `*`
    bool create = false, read = false, update = false, delete_ = false, search = false;
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

    bool may(Permission permission, std::string_view resource) const;
};

} // namespace gateway::identity
