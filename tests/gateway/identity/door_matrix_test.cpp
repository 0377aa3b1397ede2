// SPDX-License-Identifier: Apache-2.0
/// What a well-made token opens and when it stops doing so: every row one attempt to book through the R4 face.
#include "gateway/faces/gpconnect/audit_token.hpp"
#include "tests/gateway/identity/api_door.hpp"
#include "tests/gateway/identity/identity_fixture.hpp"

#include <functional>

using namespace gateway::identity;
using namespace std::chrono_literals;
using tests::JsonValue;
using tests::keys;

namespace
{

const std::string done = "201 done";
const std::string invalid = "401 token-invalid, nothing done";
const std::string expired = "401 token-expired, nothing done";
const std::string no_login = "401 login-required, nothing done";
const std::string no_scope = "403 scope-missing, nothing done";

std::string encoded(const std::string& json)
{
    return base64url_encode(json);
}

/// What GP Connect consumers send: claims without a signature.
std::string provenance_token(std::int64_t now)
{
    return encoded(R"({"alg":"none","typ":"JWT"})") + "." +
           encoded(R"({"iss":"https://hub.example.net","sub":"1","aud":"https://gateway.example.net/fhir/R4",)"
                   R"("exp":)" +
                   std::to_string(now + 300) + R"(,"iat":)" + std::to_string(now) +
                   R"(,"reason_for_request":"directcare","requested_scope":"organization/*.write"})") +
           ".";
}

class DoorMatrix : public tests::IdentityTest
{
protected:
    DoorMatrix()
    {
        settings_.clients[2].scopes = parse_scopes("system/Slot.rs system/Appointment.crus patient/*.cruds");
        make();
    }

    using Change = std::function<void(JsonValue&)>;

    std::string own(const Change& change = {}) const
    {
        JsonValue claims = good_token();
        claims.set("scope", "system/Appointment.crus");
        if (change)
            change(claims);
        return sign_jwt(keys().gateway, "at+jwt", claims);
    }
    JsonValue external_claims(const Change& change = {}) const
    {
        JsonValue claims = good_token();
        claims.set("scope", "system/Appointment.crus");
        claims.set("iss", tests::other_issuer);
        claims.set("client_id", "visitor");
        if (change)
            change(claims);
        return claims;
    }
    std::string external(const Change& change = {}) const
    {
        return sign_jwt(keys().issuer, "at+jwt", external_claims(change));
    }
    /// `claim` so far from now.
    Change at(const char* claim, std::chrono::seconds from_now) const
    {
        const auto value = to_numeric_date(clock_.now() + from_now);
        return [=](JsonValue& claims) { claims.set(claim, value); };
    }
    static Change set(const char* claim, JsonValue value)
    {
        return [=](JsonValue& claims) { claims.set(claim, value); };
    }
    static Change drop(const char* claim)
    {
        return [=](JsonValue& claims) { claims.remove(claim); };
    }
    static Change bound_to(const std::string& digest)
    {
        return set("cnf", JsonValue::object({{"x5t#S256", base64url_encode(digest)}}));
    }
    static tests::Fields bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }
};

TEST_F(DoorMatrix, EveryRowIsAnsweredAsItStands)
{
    const std::string raw(32, '\xaa');
    const auto now = to_numeric_date(clock_.now());
    const auto patient = [](JsonValue& claims) {
        claims.set("scope", "patient/Appointment.cruds patient/Slot.rs system/Appointment.crus");
        claims.set("nhs_number", "9990000018");
        claims.set("identity_proofing_level", "P9");
    };
    const struct
    {
        const char* name;
        tests::Fields fields;
        std::string answer;
        std::string certificate = {};
    } rows[] = {
        {"own", bearer(own()), done},
        {"external", bearer(external()), done},

        {"no header", {}, no_login},
        {"empty header", {{"Authorization", ""}}, no_login},
        {"scheme alone", {{"Authorization", "Bearer"}}, invalid},
        {"nothing after the scheme", {{"Authorization", "Bearer "}}, invalid},
        {"Basic", {{"Authorization", "Basic aHViOmh1Yg=="}}, invalid},
        {"token without scheme", {{"Authorization", own()}}, invalid},
        {"two blanks", {{"Authorization", "Bearer  " + own()}}, invalid},
        {"tab for blank", {{"Authorization", "Bearer\t" + own()}}, invalid},
        {"blank after it", {{"Authorization", "Bearer " + own() + " "}}, invalid},
        {"line end in it", {{"Authorization", "Bearer " + own().insert(40, "\n")}}, invalid},
        {"two tokens in one header", {{"Authorization", "Bearer " + own() + ", Bearer " + own()}}, invalid},
        {"the same header twice", {{"Authorization", "Bearer " + own()}, {"Authorization", "Bearer " + own()}}, invalid},
        {"good header, then a bad one", {{"Authorization", "Bearer " + own()}, {"Authorization", "Bearer x"}}, invalid},

        {"own, expiring now", bearer(own(at("exp", 0s))), expired},
        {"own, expired a second ago", bearer(own(at("exp", -1s))), expired},
        {"own, a second left", bearer(own(at("exp", 1s))), done},
        {"external, expired within the leeway", bearer(external(at("exp", -59s))), done},
        {"external, expired at the leeway", bearer(external(at("exp", -60s))), expired},
        {"external, expired a day ago", bearer(external(at("exp", -24h))), expired},
        {"external, good for a day", bearer(external(at("exp", 24h))), done},
        {"external, good for more than a day", bearer(external(at("exp", 24h + 61s))), invalid},
        {"external, good for ten years", bearer(external(at("exp", 87600h))), invalid},
        {"external, nbf at the leeway", bearer(external(at("nbf", 60s))), done},
        {"external, nbf past the leeway", bearer(external(at("nbf", 61s))), invalid},
        {"external, iat at the leeway", bearer(external(at("iat", 60s))), done},
        {"external, iat past the leeway", bearer(external(at("iat", 61s))), invalid},
        {"own, iat to come", bearer(own(at("iat", 1s))), invalid},

        {"aud the token endpoint", bearer(own(set("aud", tests::token_url))), invalid},
        {"aud another API of the host", bearer(own(set("aud", tests::own_issuer + "/bars/FHIR/R4"))), invalid},
        {"aud of several, ours among them", bearer(own(set("aud", JsonValue::array({"https://x.example", tests::base_url})))), done},
        {"external aud of another service", bearer(external(set("aud", "https://other.example.net"))), invalid},
        {"our issuer, signed by the external one", bearer(sign_jwt(keys().issuer, "at+jwt", external_claims(set("iss", tests::own_issuer)))), invalid},
        {"external issuer, signed by us", bearer(sign_jwt(keys().gateway, "at+jwt", external_claims())), invalid},
        {"external issuer with a slash more", bearer(external(set("iss", tests::other_issuer + "/"))), invalid},
        {"no issuer", bearer(external(drop("iss"))), invalid},

        {"client that is not registered", bearer(external(set("client_id", "nobody"))), invalid},
        {"azp that is not registered", bearer(external([](JsonValue& c) { c.remove("client_id"); c.set("azp", "nobody"); })), invalid},
        {"no client", bearer(external(drop("client_id"))), invalid},
        {"client a list", bearer(external(set("client_id", JsonValue::array({"visitor"})))), invalid},
        {"client of a path", bearer(external(set("client_id", "../visitor"))), invalid},

        {"assertion as access token", bearer(sign_jwt(keys().hub, "JWT", good_assertion())), invalid},
        {"GP Connect's provenance token", bearer(provenance_token(now)), invalid},
        {"the same with a signature of zeros", bearer(provenance_token(now) + encoded(std::string(64, '\0'))), invalid},

        {"bound, without certificate", bearer(own(bound_to(raw))), invalid},
        {"bound, with another certificate", bearer(own(bound_to(raw))), invalid, std::string(64, 'b')},
        {"bound, with its certificate", bearer(own(bound_to(raw))), done, std::string(64, 'a')},
        {"external and bound, without certificate", bearer(external(bound_to(raw))), invalid},
        {"bound to half a digest", bearer(own(bound_to(raw.substr(16)))), invalid, std::string(64, 'a')},
        {"bound by another method", bearer(own(set("cnf", JsonValue::object({{"jkt", "x"}})))), invalid},
        {"cnf a text", bearer(own(set("cnf", "x"))), invalid},
        {"bound client, token without cnf, no certificate", bearer(own(set("client_id", "bound"))), invalid},
        {"bound client, token without cnf, its certificate", bearer(own(set("client_id", "bound"))), done, tests::certificate_sha256},
        {"bound client, token bound to another certificate",
         bearer(own([&](JsonValue& c) { c.set("client_id", "bound"); bound_to(std::string(32, '\xbb'))(c); })), invalid, std::string(64, 'b')},

        {"no scope", bearer(own(drop("scope"))), no_scope},
        {"scope a list", bearer(own(set("scope", JsonValue::array({"system/Appointment.crus"})))), no_scope},
        {"scope to read only", bearer(own(set("scope", "system/Appointment.rs"))), no_scope},
        {"scope of another type", bearer(own(set("scope", "system/Slot.cruds"))), no_scope},
        {"scope of a user", bearer(own(set("scope", "user/Appointment.crus"))), no_scope},
        {"scope beyond the registration", bearer(external([](JsonValue& c) { c.set("scope", "system/Patient.cruds"); })), no_scope},
        {"our own token with a patient's scope", bearer(own(set("scope", "patient/Appointment.cruds"))), no_scope},
        {"patient's scope without a patient", bearer(external(set("scope", "patient/Appointment.cruds"))), no_scope},
        {"patient who may read, booking", bearer(external(patient)), no_scope},
        {"patient whose number is none", bearer(external([&](JsonValue& c) { patient(c); c.set("nhs_number", "9990000019"); })), invalid},
        {"patient who is not proved", bearer(external([&](JsonValue& c) { patient(c); c.set("identity_proofing_level", "P0"); })), invalid},
        {"staff in a role not theirs", bearer(external(set("selected_roleid", "555"))), invalid},
    };
    tests::ApiDoor api(*identity_, clock_, random_);
    for (const auto& row : rows) {
        EXPECT_EQ(api.book(row.fields, row.certificate), row.answer) << row.name;
        EXPECT_EQ(api.book(row.fields, row.certificate), row.answer) << row.name << ", a second time";
    }
    EXPECT_EQ(api.book({}, {}, "?access_token=" + own()), no_login) << "a token in the URL ends in logs";
    EXPECT_GE(std::size(rows), 60U);
    EXPECT_EQ(fetches_, 0);
}

TEST_F(DoorMatrix, WhatWasOpenCloses)
{
    tests::ApiDoor api(*identity_, clock_, random_);
    const std::string ours = own(), theirs = external();
    EXPECT_EQ(api.book(bearer(ours)), done);
    EXPECT_EQ(api.book(bearer(theirs)), done);
    ASSERT_TRUE(identity_->replace_parties({settings_.clients[2]}, settings_.issuers));
    EXPECT_EQ(api.book(bearer(ours)), invalid) << "the client is gone";
    EXPECT_EQ(api.book(bearer(theirs)), done);
    ASSERT_TRUE(identity_->replace_parties(settings_.clients, {}));
    EXPECT_EQ(api.book(bearer(theirs)), invalid) << "the issuer is gone";
    EXPECT_EQ(api.book(bearer(ours)), done);
    clock_.advance(300s);
    EXPECT_EQ(api.book(bearer(ours)), expired);
}

TEST_F(DoorMatrix, AnAccessTokenIsNoAssertionAndNoProvenance)
{
    EXPECT_EQ(error_of(ask(own())), "invalid_client");
    EXPECT_EQ(error_of(ask(external())), "invalid_client");
    EXPECT_EQ(error_of(ask(provenance_token(to_numeric_date(clock_.now())))), "invalid_client");
    using gateway::faces::gpconnect::AuditToken;
    for (const std::string& token : {own(), external(), sign_jwt(keys().hub, "JWT", good_assertion())})
        EXPECT_FALSE(AuditToken::read("Bearer " + token, "patient/*.read", clock_.now()));
}

TEST_F(DoorMatrix, AReplayedAssertionGetsNothingWhateverElseIsNew)
{
    const auto claims = good_assertion();
    const std::string assertion = sign_jwt(keys().hub, "JWT", claims);
    EXPECT_EQ(error_of(ask(assertion)), "granted");
    EXPECT_EQ(error_of(ask(assertion)), "invalid_client");
    EXPECT_EQ(error_of(ask(assertion, "system/Appointment.r")), "invalid_client");
    JsonValue later = claims;
    later.set("exp", to_numeric_date(clock_.now() + 200s));
    EXPECT_EQ(error_of(ask(sign_jwt(keys().hub, "JWT", later))), "invalid_client");
    EXPECT_EQ(error_of(ask(sign_jwt(keys().hub_rsa, "JWT", claims))), "invalid_client");
    ASSERT_TRUE(identity_->replace_parties(settings_.clients, settings_.issuers));
    EXPECT_EQ(error_of(ask(assertion)), "invalid_client") << "a reload forgets nothing";
}

} // namespace
