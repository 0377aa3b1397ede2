// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/identity/identity_fixture.hpp"

#include "gateway/identity/token_cache.hpp"

using namespace gateway::identity;
using namespace std::chrono_literals;
using tests::JsonValue;
using tests::keys;

namespace
{

class AccessTest : public tests::IdentityTest
{
protected:
    JsonValue visitor_token() const
    {
        JsonValue claims = good_token();
        claims.set("iss", tests::other_issuer);
        claims.set("client_id", "visitor");
        return claims;
    }

    fhir::ErrorKind refusal(const std::string& header)
    {
        fhir::rest::Request request;
        if (!header.empty())
            request.headers.set("Authorization", header);
        const auto caller = identity_->authenticate(request);
        return caller ? fhir::ErrorKind::internal : caller.error().kind();
    }
};

} // namespace

TEST_F(AccessTest, NoTokenAsksForALogin)
{
    EXPECT_EQ(refusal(""), fhir::ErrorKind::login_required);
}

TEST_F(AccessTest, OnlyOneBearerHeaderCounts)
{
    for (const char* header :
         {"Basic aHViOmh1Yg==", "Bearer", "Bearer ", "Token x", "bearer_x", "Bearer a b"})
        EXPECT_EQ(refusal(header), fhir::ErrorKind::token_invalid) << header;
    fhir::rest::Request request;
    const std::string good = "bearer " + sign_jwt(keys().gateway, "at+jwt", good_token());
    request.headers.add("Authorization", good);
    EXPECT_TRUE(identity_->authenticate(request));
    request.headers.add("Authorization", good);
    EXPECT_FALSE(identity_->authenticate(request));
}

TEST_F(AccessTest, ATokenEndsWithItsLifetimeAlsoInTheCache)
{
    const std::string token = sign_jwt(keys().gateway, "at+jwt", good_token());
    EXPECT_TRUE(with_token(token));
    clock_.advance(299s);
    EXPECT_TRUE(with_token(token));
    clock_.advance(1s);
    const auto caller = with_token(token);
    ASSERT_FALSE(caller);
    EXPECT_EQ(caller.error().kind(), fhir::ErrorKind::token_expired);
}

TEST_F(AccessTest, ScopesBeyondTheRegistrationAreCut)
{
    const auto caller = with_token(sign_jwt(keys().gateway, "at+jwt", good_token()));
    ASSERT_TRUE(caller);
    EXPECT_EQ(to_text(caller->scopes), "system/Slot.rs");
}

TEST_F(AccessTest, AnAssertionIsNotAnAccessToken)
{
    EXPECT_FALSE(with_token(sign_jwt(keys().hub, "JWT", good_assertion())));
}

TEST_F(AccessTest, AnExternalIssuersTokenWorksForARegisteredClient)
{
    const auto caller = with_token(sign_jwt(keys().issuer, "JWT", visitor_token()));
    ASSERT_TRUE(caller) << caller.error().sentence();
    EXPECT_EQ(caller->client_id, "visitor");
}

TEST_F(AccessTest, AzpNamesTheClientWhereClientIdIsMissing)
{
    JsonValue claims = visitor_token();
    claims.remove("client_id");
    claims.set("azp", "visitor");
    EXPECT_TRUE(with_token(sign_jwt(keys().issuer, "JWT", claims)));
    claims.set("azp", "stranger");
    EXPECT_FALSE(with_token(sign_jwt(keys().issuer, "JWT", claims)));
    claims.remove("azp");
    EXPECT_FALSE(with_token(sign_jwt(keys().issuer, "JWT", claims)));
}

TEST_F(AccessTest, AnExternalIssuerCannotSpeakForThisGatewayNorWeForIt)
{
    EXPECT_FALSE(with_token(sign_jwt(keys().issuer, "JWT", good_token())));
    EXPECT_FALSE(with_token(sign_jwt(keys().gateway, "JWT", visitor_token())));
}

TEST_F(AccessTest, AnExternalClockMayBeAMinuteOff)
{
    JsonValue claims = visitor_token();
    claims.set("exp", to_numeric_date(clock_.now() - 30s));
    claims.set("nbf", to_numeric_date(clock_.now() + 30s));
    claims.remove("iat");
    EXPECT_TRUE(with_token(sign_jwt(keys().issuer, "JWT", claims)));
    claims.set("exp", to_numeric_date(clock_.now() - 61s));
    EXPECT_FALSE(with_token(sign_jwt(keys().issuer, "JWT", claims)));
}

TEST_F(AccessTest, ACnfThatCannotBeHonouredIsRefused)
{
    for (const auto& cnf : {JsonValue::object({{"jkt", "x"}}), JsonValue::object({{"x5t#S256", "short"}}),
                            JsonValue("text"), JsonValue::object()}) {
        JsonValue claims = good_token();
        claims.set("cnf", cnf);
        EXPECT_FALSE(with_token(sign_jwt(keys().gateway, "at+jwt", claims)));
    }
}

TEST_F(AccessTest, AMintedTokenHoldsEveryScopeOfItsClient)
{
    const auto token = identity_->mint("hub", 12h);
    ASSERT_TRUE(token);
    clock_.advance(11h);
    const auto caller = with_token(*token);
    ASSERT_TRUE(caller);
    EXPECT_EQ(to_text(caller->scopes), "system/Slot.rs system/Appointment.crus");
    EXPECT_FALSE(identity_->mint("nobody", 1h));
}

TEST_F(AccessTest, PublishedKeysVerifyOurTokens)
{
    const auto set = parse_key_set(identity_->jwks().body.view(), "jwks");
    ASSERT_TRUE(set);
    const auto token = UnverifiedJwt::parse(identity_->mint("hub", 1h).value());
    ASSERT_TRUE(token);
    EXPECT_TRUE(token->verify(*set));
    EXPECT_EQ(identity_->jwks().body.view().find("\"d\""), std::string_view::npos);
}

TEST_F(AccessTest, DiscoveryNamesTheEndpoints)
{
    const JsonValue document = json(identity_->smart_configuration());
    EXPECT_EQ(document.find("token_endpoint")->text(), tests::token_url);
    EXPECT_EQ(document.find("grant_types_supported")->items().at(0).text(), "client_credentials");
}

TEST(TokenCacheTest, StaysWithinItsCapacity)
{
    TokenCache cache(160);
    const tests::FakeClock clock;
    for (int i = 0; i < 5000; ++i) {
        auto caller = std::make_shared<VerifiedCaller>(
            Caller{"hub", *fhir::OdsCode::parse("Y90001"), {}, {}, {}, {}, clock.now() + 1h}, std::string());
        cache.add(sha256(std::to_string(i)), caller, clock.now());
    }
    EXPECT_LE(cache.size(), 176U);
    EXPECT_GE(cache.size(), 100U);
    EXPECT_NE(cache.find(sha256("4999"), clock.now()), nullptr);
    EXPECT_EQ(cache.find(sha256("4999"), clock.now() + 1h), nullptr);
}
