// SPDX-License-Identifier: Apache-2.0
/// Tokens of external issuers that name a person: NHS login shaped (a patient), CIS2 shaped (staff in a
/// role).
#include "tests/gateway/identity/identity_fixture.hpp"

using namespace gateway::identity;
using tests::JsonValue;
using tests::keys;

namespace
{

class PersonClaims : public tests::IdentityTest
{
protected:
    PersonClaims()
    {
        for (Client& client : settings_.clients)
            client.scopes =
                parse_scopes("system/Slot.rs system/Appointment.crus patient/Slot.rs patient/Appointment.rs");
        make();
    }

    JsonValue claims(const std::string& scope) const
    {
        JsonValue made = good_token();
        made.set("iss", tests::other_issuer);
        made.set("client_id", "visitor");
        made.set("scope", scope);
        return made;
    }
    JsonValue of_patient(const std::string& scope = "patient/Appointment.rs patient/Slot.rs") const
    {
        JsonValue made = claims(scope);
        made.set("nhs_number", "9990000018");
        made.set("identity_proofing_level", "P9");
        return made;
    }
    static JsonValue role(const std::string& id, const std::string& organisation)
    {
        return JsonValue::object({{"person_roleid", id},
                                  {"org_code", organisation},
                                  {"role_code", "S8000:G8000:R8001"},
                                  {"role_name", "Receptionist"}});
    }
    JsonValue of_staff(const std::string& selected, JsonValue roles) const
    {
        JsonValue made = claims("system/Slot.rs");
        if (!selected.empty())
            made.set("selected_roleid", selected);
        made.set("nhsid_nrbac_roles", std::move(roles));
        return made;
    }
    fhir::Result<Caller> shown(const JsonValue& token)
    {
        return with_token(sign_jwt(keys().issuer, "at+jwt", token));
    }
};

TEST_F(PersonClaims, APatientIsKnownByTheNhsNumberAndMayOnlyWhatPatientScopesSay)
{
    const auto caller = shown(of_patient("patient/Appointment.rs patient/Slot.s system/Appointment.crus"));
    ASSERT_TRUE(caller) << caller.error().sentence();
    EXPECT_TRUE(caller->patient == fhir::NhsNumber::parse("9990000018"));
    EXPECT_TRUE(caller->may_as_patient(Permission::read, "Appointment"));
    EXPECT_TRUE(caller->may_as_patient(Permission::search, "Slot"));
    EXPECT_FALSE(caller->may_as_patient(Permission::read, "Slot"));
    EXPECT_FALSE(caller->may_as_patient(Permission::create, "Appointment"));
    for (const auto permission : {Permission::read, Permission::search, Permission::create})
        EXPECT_FALSE(caller->may(permission, "Appointment")) << "a patient is no system";
}

TEST_F(PersonClaims, APatientsScopesNeedThePatientAndTheRegistration)
{
    const auto nobody = shown(claims("patient/Appointment.rs system/Slot.s"));
    ASSERT_TRUE(nobody);
    EXPECT_FALSE(nobody->may_as_patient(Permission::read, "Appointment"));
    EXPECT_FALSE(nobody->may(Permission::read, "Appointment"));
    EXPECT_TRUE(nobody->may(Permission::search, "Slot"));
    for (Client& client : settings_.clients)
        client.scopes = parse_scopes("system/*.cruds");
    make();
    EXPECT_FALSE(shown(of_patient())->may_as_patient(Permission::read, "Appointment"));
}

TEST_F(PersonClaims, OurOwnTokensAreNeverOfPatients)
{
    const auto answer =
        json(ask(sign_jwt(keys().hub, "JWT", good_assertion()), "patient/Appointment.rs system/Slot.s"));
    EXPECT_EQ(answer.find("scope")->text(), "system/Slot.s");
    EXPECT_EQ(error_of(ask(sign_jwt(keys().hub, "JWT", good_assertion()), "patient/Appointment.rs")),
              "invalid_scope");
    JsonValue own = good_token();
    own.set("nhs_number", "9990000018");
    own.set("identity_proofing_level", "P9");
    EXPECT_FALSE(with_token(sign_jwt(keys().gateway, "at+jwt", own))->patient);
}

TEST_F(PersonClaims, APatientWhoIsNotProvedIsRefused)
{
    const auto without = [&](const char* claim) {
        JsonValue made = of_patient();
        made.remove(claim);
        return made;
    };
    const auto with = [&](const char* claim, JsonValue value) {
        JsonValue made = of_patient();
        made.set(claim, std::move(value));
        return made;
    };
    const std::vector<std::pair<const char*, JsonValue>> table = {
        {"check digit wrong", with("nhs_number", "9990000019")},
        {"no number", with("nhs_number", "")},
        {"number a number", with("nhs_number", JsonValue::number("9990000018"))},
        {"two numbers", with("nhs_number", JsonValue::array({"9990000018", "9990000026"}))},
        {"proved to P5", with("identity_proofing_level", "P5")},
        {"level missing", without("identity_proofing_level")},
        {"level in lower case", with("identity_proofing_level", "p9")},
        {"staff too", [&] {
             JsonValue both = of_patient();
             both.set("selected_roleid", "555");
             both.set("nhsid_nrbac_roles", JsonValue::array({role("555", "Y90001")}));
             return both;
         }()}};
    for (const auto& [name, token] : table) {
        const auto caller = shown(token);
        ASSERT_FALSE(caller) << name;
        EXPECT_EQ(caller.error().kind(), fhir::ErrorKind::token_invalid) << name;
        EXPECT_EQ(caller.error().sentence().find("999"), std::string::npos) << name;
    }
}

TEST_F(PersonClaims, StaffAreKnownByTheRoleTheyChose)
{
    const auto roles = JsonValue::array({role("444", "A90001"), role("555", "Y90001")});
    const auto caller = shown(of_staff("555", roles));
    ASSERT_TRUE(caller) << caller.error().sentence();
    ASSERT_TRUE(caller->staff);
    EXPECT_EQ(caller->staff->role_id, "555");
    EXPECT_EQ(caller->staff->role_code, "S8000:G8000:R8001");
    EXPECT_EQ(caller->staff->organisation.text(), "Y90001");
    EXPECT_TRUE(caller->may(Permission::search, "Slot"));
    const auto only = shown(of_staff("", JsonValue::array({role("444", "A90001")})));
    ASSERT_TRUE(only) << only.error().sentence();
    EXPECT_EQ(only->staff->role_id, "444");
}

TEST_F(PersonClaims, ARoleThatCannotBeToldIsRefused)
{
    const auto two = JsonValue::array({role("444", "A90001"), role("555", "Y90001")});
    const std::vector<std::pair<const char*, JsonValue>> table = {
        {"not one of theirs", of_staff("666", two)},
        {"none chosen of two", of_staff("", two)},
        {"no roles", of_staff("555", JsonValue::array())},
        {"roles a text", of_staff("555", JsonValue("555"))},
        {"roles of texts", of_staff("555", JsonValue::array({"555"}))},
        {"the same role twice",
         of_staff("555", JsonValue::array({role("555", "A90001"), role("555", "Y90001")}))},
        {"no organisation", of_staff("555", JsonValue::array({role("555", "")}))}};
    for (const auto& [name, token] : table)
        EXPECT_FALSE(shown(token)) << name;
    JsonValue chosen_only = claims("system/Slot.rs");
    chosen_only.set("selected_roleid", "555");
    EXPECT_FALSE(shown(chosen_only));
}

} // namespace
