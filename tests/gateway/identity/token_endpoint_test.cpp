// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/identity/identity_fixture.hpp"

#include <optional>

using namespace gateway::identity;
using namespace std::chrono_literals;
using tests::JsonValue;
using tests::keys;

using TokenEndpointTest = tests::IdentityTest;

TEST_F(TokenEndpointTest, ASignedAssertionGetsATokenThatWorks)
{
    const auto response = ask(sign_jwt(keys().hub, "JWT", good_assertion()), "system/Slot.read");
    ASSERT_EQ(response.status, 200U) << response.body.view();
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
    const JsonValue body = json(response);
    EXPECT_EQ(body.find("token_type")->text(), "Bearer");
    EXPECT_EQ(body.find("expires_in")->integer(), 300);
    EXPECT_EQ(body.find("scope")->text(), "system/Slot.rs");
    const auto caller = with_token(body.find("access_token")->text());
    ASSERT_TRUE(caller) << caller.error().sentence();
    EXPECT_EQ(caller->client_id, "hub");
    EXPECT_EQ(caller->ods.text(), "Y90001");
    EXPECT_EQ(caller->organisation_type, "urgent-care");
    EXPECT_TRUE(caller->may(Permission::search, "Slot"));
    EXPECT_FALSE(caller->may(Permission::create, "Appointment"));
}

TEST_F(TokenEndpointTest, EveryRegisteredKeyAndAlgorithmIsAccepted)
{
    for (const auto algorithm : {Algorithm::rs256, Algorithm::rs384, Algorithm::rs512})
        EXPECT_EQ(
            error_of(ask(sign_jwt(keys().hub_rsa, algorithm, keys().hub_rsa.id(), "JWT", good_assertion()))),
            "granted");
    EXPECT_EQ(error_of(ask(sign_jwt(keys().hub, "JWT", good_assertion()))), "granted");
}

TEST_F(TokenEndpointTest, AnAssertionWorksOnce)
{
    const std::string assertion = sign_jwt(keys().hub, "JWT", good_assertion());
    EXPECT_EQ(error_of(ask(assertion)), "granted");
    EXPECT_EQ(error_of(ask(assertion)), "invalid_client");
}

TEST_F(TokenEndpointTest, AReplayIsRefusedUntilTheAssertionExpiresEvenWithinTheLeeway)
{
    const std::string assertion = sign_jwt(keys().hub, "JWT", good_assertion());
    EXPECT_EQ(error_of(ask(assertion)), "granted");
    clock_.advance(240s + 59s);
    EXPECT_EQ(error_of(ask(assertion)), "invalid_client");
}

TEST_F(TokenEndpointTest, ExpiryIsCheckedWithLeeway)
{
    const struct
    {
        std::chrono::seconds until_expiry;
        const char* expected;
    } rows[] = {{300s, "granted"},         {359s, "granted"}, {361s, "invalid_client"},
                {24h, "invalid_client"},   {-59s, "granted"}, {-60s, "invalid_client"},
                {-3600s, "invalid_client"}};
    for (const auto& row : rows) {
        JsonValue claims = good_assertion();
        claims.set("exp", to_numeric_date(clock_.now() + row.until_expiry));
        EXPECT_EQ(error_of(ask(sign_jwt(keys().hub, "JWT", claims))), row.expected)
            << row.until_expiry.count();
    }
}

TEST_F(TokenEndpointTest, ClaimsMustNameTheClientAndThisEndpoint)
{
    const struct
    {
        const char* claim;
        std::optional<JsonValue> value;
        const char* expected;
    } rows[] = {{"sub", "bound", "invalid_client"},
                {"sub", std::nullopt, "invalid_client"},
                {"iss", "nobody", "invalid_client"},
                {"aud", tests::base_url, "invalid_client"},
                {"aud", JsonValue::array({"https://x.example", tests::token_url}), "granted"},
                {"jti", std::nullopt, "invalid_client"},
                {"jti", 7, "invalid_client"},
                {"jti", std::string(257, 'j'), "invalid_client"},
                {"nbf", to_numeric_date(clock_.now() + 30s), "granted"},
                {"nbf", to_numeric_date(clock_.now() + 90s), "invalid_client"}};
    for (const auto& row : rows) {
        JsonValue claims = good_assertion();
        if (row.value)
            claims.set(row.claim, *row.value);
        else
            claims.remove(row.claim);
        EXPECT_EQ(error_of(ask(sign_jwt(keys().hub, "JWT", claims))), row.expected) << row.claim;
    }
}

TEST_F(TokenEndpointTest, AClientWithoutKeysCannotAskHere)
{
    JsonValue claims = good_assertion();
    claims.set("iss", "visitor");
    claims.set("sub", "visitor");
    EXPECT_EQ(error_of(ask(sign_jwt(keys().hub, "JWT", claims))), "invalid_client");
}

TEST_F(TokenEndpointTest, ScopesAreNarrowedToWhatTheClientMayHave)
{
    const struct
    {
        const char* asked;
        const char* granted;
    } rows[] = {{"system/*.cruds", "system/Slot.rs system/Appointment.crus"},
                {"system/Slot.rs system/Task.rs openid", "system/Slot.rs"},
                {"", "system/Slot.rs system/Appointment.crus"}};
    for (const auto& row : rows) {
        const auto response = ask(sign_jwt(keys().hub, "JWT", good_assertion()), row.asked);
        ASSERT_EQ(response.status, 200U) << row.asked;
        EXPECT_EQ(json(response).find("scope")->text(), row.granted);
    }
    for (const char* none : {"system/Task.rs", "openid", "system/Slot.cud"})
        EXPECT_EQ(error_of(ask(sign_jwt(keys().hub, "JWT", good_assertion()), none)), "invalid_scope")
            << none;
}

TEST_F(TokenEndpointTest, FormsThatAreNotOneAreRefusedInOAuthWords)
{
    const std::string type = "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const struct
    {
        std::string body;
        const char* expected;
    } rows[] = {
        {"", "invalid_request"},
        {"grant_type=password", "unsupported_grant_type"},
        {"grant_type=authorization_code&code=x", "unsupported_grant_type"},
        {"grant_type=client_credentials", "invalid_request"},
        {"grant_type=client_credentials&client_secret=x", "invalid_client"},
        {"grant_type=client_credentials" + type, "invalid_request"},
        {"grant_type=client_credentials&client_assertion_type=x&client_assertion=a.b.c", "invalid_request"},
        {"grant_type=client_credentials&grant_type=client_credentials" + type + "&client_assertion=x",
         "invalid_request"},
        {"grant_type=%zz", "invalid_request"},
        {std::string(20000, 'x'), "invalid_request"}};
    for (const auto& row : rows)
        EXPECT_EQ(error_of(post(row.body)), row.expected) << row.body.substr(0, 80);
}

TEST_F(TokenEndpointTest, JsonBodiesAndBasicPasswordsAreRefused)
{
    fhir::rest::Request request;
    request.method = "POST";
    request.headers.set("Content-Type", "application/json");
    request.body = "{}";
    EXPECT_EQ(error_of(tests::run(identity_->token(request))), "invalid_request");
    request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    request.headers.set("Authorization", "Basic aHViOmh1Yg==");
    EXPECT_EQ(error_of(tests::run(identity_->token(request))), "invalid_client");
}

TEST_F(TokenEndpointTest, ABoundClientNeedsItsCertificateForTokenAndCalls)
{
    const auto assertion = [&] {
        JsonValue claims = good_assertion();
        claims.set("iss", "bound");
        claims.set("sub", "bound");
        return sign_jwt(keys().hub, "JWT", claims);
    };
    EXPECT_EQ(error_of(ask(assertion())), "invalid_client");
    EXPECT_EQ(error_of(ask(assertion(), "system/Slot.rs", std::string(64, 'b'))), "invalid_client");
    const auto response = ask(assertion(), "system/Slot.rs", tests::certificate_sha256);
    ASSERT_EQ(response.status, 200U);
    const std::string token = json(response).find("access_token")->text();
    EXPECT_TRUE(with_token(token, tests::certificate_sha256));
    EXPECT_FALSE(with_token(token));
    EXPECT_FALSE(with_token(token, std::string(64, 'b')));
}

TEST_F(TokenEndpointTest, ATokenAskedForWithACertificateIsBoundToIt)
{
    const auto response =
        ask(sign_jwt(keys().hub, "JWT", good_assertion()), "system/Slot.rs", std::string(64, 'c'));
    ASSERT_EQ(response.status, 200U);
    const std::string token = json(response).find("access_token")->text();
    EXPECT_TRUE(with_token(token, std::string(64, 'c')));
    EXPECT_FALSE(with_token(token));
}

TEST_F(TokenEndpointTest, AStoreThatCannotRememberIssuesNothing)
{
    auto identity =
        make_identity(settings_, clock_, random_,
                      [](std::string, std::string, fhir::Instant) -> gateway::Awaitable<fhir::Result<bool>> {
                          co_return fhir::fail(fhir::ErrorKind::store_unavailable);
                      },
                      {});
    ASSERT_TRUE(identity);
    identity_ = std::move(*identity);
    EXPECT_EQ(ask(sign_jwt(keys().hub, "JWT", good_assertion())).status, 503U);
}
