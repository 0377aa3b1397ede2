// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/person_claims.hpp"

namespace gateway::identity
{
namespace
{

using fhir::codec::JsonValue;

std::unexpected<fhir::Error> refused_person(const char* sentence)
{
    return fhir::fail(fhir::ErrorKind::token_invalid, sentence, "http.authorization");
}

std::string member_text(const JsonValue& object, std::string_view name)
{
    const JsonValue* value = object.is_object() ? object.find(name) : nullptr;
    return value && value->is_string() ? value->text() : std::string();
}

/// The role somebody has chosen, or the only one they have; nullptr where that cannot be told.
const JsonValue* chosen_role(const JsonValue& roles, const std::string& selected)
{
    const JsonValue* chosen = nullptr;
    for (const JsonValue& role : roles.items()) {
        if (!selected.empty() && member_text(role, "person_roleid") != selected)
            continue;
        if (chosen)
            return nullptr;
        chosen = &role;
    }
    return chosen;
}

fhir::Result<std::optional<StaffRole>> staff_of(const VerifiedJwt& token)
{
    const JsonValue* selected = token.claims().find("selected_roleid");
    const JsonValue* roles = token.claims().find("nhsid_nrbac_roles");
    if (!selected && !roles)
        return std::nullopt;
    if ((selected && (!selected->is_string() || selected->text().empty())) || !roles || !roles->is_array())
        return refused_person("The token's `selected_roleid` and `nhsid_nrbac_roles` do not fit each other.");
    const JsonValue* role = chosen_role(*roles, token.text("selected_roleid"));
    if (!role)
        return refused_person("The token's `selected_roleid` is not one of its `nhsid_nrbac_roles`.");
    auto organisation = fhir::OdsCode::parse(member_text(*role, "org_code"));
    if (!organisation || member_text(*role, "person_roleid").empty())
        return refused_person("The role in the token's `nhsid_nrbac_roles` names no organisation.");
    return StaffRole{member_text(*role, "person_roleid"), member_text(*role, "role_code"), *organisation};
}

fhir::Result<std::optional<fhir::NhsNumber>> patient_of(const VerifiedJwt& token)
{
    if (!token.claims().find("nhs_number"))
        return std::nullopt;
    auto number = fhir::NhsNumber::parse(token.text("nhs_number"));
    if (!number)
        return refused_person("The token's `nhs_number` is not an NHS number.");
    // NHS login: below P9 somebody has an address and perhaps a number, but has not shown who they are.
    if (token.text("identity_proofing_level") != "P9")
        return refused_person("The token's `identity_proofing_level` must be P9.");
    return number;
}

} // namespace

fhir::Result<Person> person_of(const VerifiedJwt& token)
{
    auto patient = patient_of(token);
    if (!patient)
        return std::unexpected(patient.error());
    auto staff = staff_of(token);
    if (!staff)
        return std::unexpected(staff.error());
    if (*patient && *staff)
        return refused_person("The token names a patient and a role of staff at once.");
    return Person{std::move(*patient), std::move(*staff)};
}

} // namespace gateway::identity
