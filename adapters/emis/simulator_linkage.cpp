// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/simulator_routes.hpp"

namespace adapters::emis
{

using fhir::codec::JsonValue;
using fhir::rest::Response;

namespace
{

constexpr std::string_view linkage_method = "Linkage";
constexpr int minimum_age = 16;

int age_at(fhir::Date birth, fhir::Date today)
{
    const int years = static_cast<int>(today.year()) - static_cast<int>(birth.year());
    const bool before_birthday =
        today.month() < birth.month() || (today.month() == birth.month() && today.day() < birth.day());
    return years - (before_birthday ? 1 : 0);
}

std::optional<Response> practice_objection(const SimCall& call, const std::string& practice_code)
{
    if (practice_code != call.state.seed().ods)
        return refusal_reply(call.state, {400, 1001, {}}, linkage_method);
    if (call.state.options().is("live", "off"))
        return refusal_reply(call.state, {400, 1401, {}}, linkage_method);
    return std::nullopt;
}

/// Why there is no linkage key for a patient. Temporary residents are treated as registered (assumed).
std::optional<Response> patient_objection(const SimCall& call, const simulation::SeedPatient* patient)
{
    if (!patient)
        return refusal_reply(call.state, {404, 1551, {}}, linkage_method);
    if (call.state.options().lists("archived", patient->nhs_number))
        return refusal_reply(call.state, {400, 1552, {}}, linkage_method);
    if (age_at(patient->birth_date, fhir::uk_date(call.state.now())) < minimum_age)
        return refusal_reply(call.state, {400, 1553, {}}, linkage_method);
    return std::nullopt;
}

JsonValue linkage_json(const SimState& state, const std::string& nhs_number)
{
    return JsonValue::object({{"OdsCode", state.seed().ods},
                              {"LinkageKey", state.issued("linkage key", nhs_number)},
                              {"AccountId", state.issued("account", nhs_number)}});
}

std::string member_of(const JsonValue& object, std::string_view name)
{
    const auto* value = object.find(name, true);
    return value && value->is_string() ? value->text() : std::string();
}

const simulation::SeedPatient* holder_of_account(const SimState& state, const std::string& account_id)
{
    for (const auto& patient : state.seed().patients)
        if (state.issued("account", patient.nhs_number) == account_id)
            return &patient;
    return nullptr;
}

} // namespace

Response create_key(SimCall& call)
{
    if (auto refused = practice_objection(call, call.text("NationalPracticeCode")))
        return std::move(*refused);
    const auto* patient = call.state.patient(call.text("NhsNumber"));
    if (auto refused = patient_objection(call, patient))
        return std::move(*refused);
    auto& account = call.state.account(patient->nhs_number);
    if (account.has_key)
        return refusal_reply(call.state, {409, 1110, {}}, linkage_method);
    account.has_key = true;
    return json_reply(201, linkage_json(call.state, patient->nhs_number));
}

Response look_up_key(SimCall& call)
{
    if (auto refused = practice_objection(call, call.text("NationalPracticeCode")))
        return std::move(*refused);
    const auto* patient = call.state.patient(call.text("NhsNumber"));
    if (auto refused = patient_objection(call, patient))
        return std::move(*refused);
    if (call.text("Token").empty())
        return invalid_reply("Token");
    auto& account = call.state.account(patient->nhs_number);
    const unsigned status = account.key_looked_up ? 409 : 201; // the same body either way
    account.has_key = account.key_looked_up = true;
    return json_reply(status, linkage_json(call.state, patient->nhs_number));
}

Response link_account(SimCall& call)
{
    auto& state = call.state;
    const auto* details = call.body.is_object() ? call.body.find("LinkageDetails", true) : nullptr;
    if (!details || !details->is_object())
        return invalid_reply("LinkageDetails");
    if (auto refused = practice_objection(call, member_of(*details, "NationalPracticeCode")))
        return std::move(*refused);
    const auto* patient = holder_of_account(state, member_of(*details, "AccountId"));
    if (!patient || !state.account(patient->nhs_number).has_key)
        return refusal_reply(state, {404, 1104, "No registered online user found for given linkage details"},
                             linkage_method);
    if (member_of(*details, "LinkageKey") != state.issued("linkage key", patient->nhs_number))
        return refusal_reply(state, {400, 1105, "Invalid linkage details"}, linkage_method);
    const bool same_person = fhir::rest::equal_ignoring_case(call.text("Surname"), patient->family) &&
                             call.text("DateOfBirth") == fhir::to_text(patient->birth_date) + "T00:00:00";
    if (!same_person)
        return refusal_reply(state, {400, 1106, "No match found for given demographics"}, linkage_method);
    auto& account = state.account(patient->nhs_number);
    if (account.linked)
        return refusal_reply(state, {409, 1108, "Registered online user is already linked"}, linkage_method);
    account.linked = true;
    account.withdrawn = false;
    auto body = JsonValue::object({{"StatusCode", 201}});
    body.set("AccessIdentityGuid", state.issued("access identity", patient->nhs_number));
    return json_reply(201, body);
}

} // namespace adapters::emis
