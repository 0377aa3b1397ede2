// SPDX-License-Identifier: Apache-2.0
#include "adapters/oauth/tokens.hpp"

#include "adapters/oauth/errors.hpp"
#include "adapters/oauth/token_server.hpp"
#include "fhir/model/base64url.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>
#include <map>

namespace oauth = adapters::oauth;
using fhir::ErrorKind;
using fhir::rest::Request;
using fhir::rest::Response;
using tests::run;

namespace
{

using Settings = std::map<std::string, std::string>;

constexpr const char* root = "https://fhir.example/Z90001/fhir/R4/";

Response answer(unsigned status, std::string_view body, std::string_view content_type)
{
    Response response;
    response.status = status;
    if (!content_type.empty())
        response.headers.set("Content-Type", std::string(content_type));
    response.body.append(body);
    return response;
}

ErrorKind kind(const fhir::Result<std::string>& result)
{
    EXPECT_FALSE(result.has_value());
    return result ? ErrorKind::internal : result.error().kind();
}

/// Answers every call for a token with the same words.
class TokenEndpoint : public adapters::upstream::Upstream
{
public:
    adapters::Awaitable<fhir::Result<Response>> send(adapters::upstream::Call call) override
    {
        calls.push_back(call.request);
        auto copy = reply;
        co_return std::move(copy);
    }
    std::vector<Request> calls;
    Response reply =
        answer(200, R"({"access_token":"t-1","token_type":"Bearer","expires_in":300})", "application/json");
};

struct TokenWorld
{
    explicit TokenWorld(Settings settings = {})
        : practice{*fhir::OdsCode::parse("Z90001"),
                   "Brackenfold Surgery",
                   {{"service_root", root},
                    {"client_id", "hub a"},
                    {"client_secret", "s:1"},
                    {"token_url", std::string(root) + "auth/token"},
                    {"scope", "system/Slot.rs"}}}
    {
        for (const auto& [name, value] : settings)
            practice.settings[name] = value;
        tokens = std::make_unique<oauth::Tokens>(practice, endpoint, clock, random);
    }
    fhir::Result<std::string> get() { return run(tokens->get()); }

    tests::FakeClock clock;
    tests::FakeRandom random;
    TokenEndpoint endpoint;
    adapters::PracticeConfig practice;
    std::unique_ptr<oauth::Tokens> tokens;
};

} // namespace

TEST(OAuthTokens, ATokenIsAskedForBySecretOnceAndKept)
{
    TokenWorld world;
    EXPECT_EQ(world.get(), "t-1");
    EXPECT_EQ(world.get(), "t-1");
    ASSERT_EQ(world.endpoint.calls.size(), 1U);
    const auto& call = world.endpoint.calls[0];
    EXPECT_EQ(call.method, "POST");
    EXPECT_EQ(call.target, "auth/token");
    EXPECT_EQ(call.body, "grant_type=client_credentials&scope=system%2FSlot.rs");
    EXPECT_EQ(call.headers.get("Authorization"), "Basic aHViJTIwYTpzJTNBMQ==");
}

TEST(OAuthTokens, ATokenIsRenewedShortlyBeforeItsEnd)
{
    TokenWorld world;
    ASSERT_TRUE(world.get());
    world.clock.advance(std::chrono::seconds(269));
    ASSERT_TRUE(world.get());
    EXPECT_EQ(world.endpoint.calls.size(), 1U);
    world.clock.advance(std::chrono::seconds(1));
    ASSERT_TRUE(world.get());
    EXPECT_EQ(world.endpoint.calls.size(), 2U);
}

TEST(OAuthTokens, ATokenWithoutAnEndIsKeptForLessThanAMinute)
{
    TokenWorld world;
    world.endpoint.reply = answer(200, R"({"access_token":"t-1","token_type":"bearer"})", "application/json");
    ASSERT_TRUE(world.get());
    world.clock.advance(std::chrono::seconds(45));
    ASSERT_TRUE(world.get());
    EXPECT_EQ(world.endpoint.calls.size(), 2U);
}

TEST(OAuthTokens, OnlyTheTokenThatWasRefusedIsForgotten)
{
    TokenWorld world;
    ASSERT_TRUE(world.get());
    world.tokens->forget("another");
    ASSERT_TRUE(world.get());
    EXPECT_EQ(world.endpoint.calls.size(), 1U);
    world.tokens->forget("t-1");
    ASSERT_TRUE(world.get());
    EXPECT_EQ(world.endpoint.calls.size(), 2U);
}

TEST(OAuthTokens, WithoutAClientNoTokenIsAskedFor)
{
    TokenWorld world({{"client_id", ""}});
    EXPECT_EQ(world.get(), "");
    EXPECT_TRUE(world.endpoint.calls.empty());
}

TEST(OAuthTokens, SettingsThatCannotWorkAreSaidToTheOperator)
{
    for (const Settings& settings :
         {Settings{{"client_secret", ""}}, Settings{{"token_url", ""}},
          Settings{{"token_url", "http://auth.example/token"}}, Settings{{"private_key", "not a key"}}}) {
        TokenWorld world(settings);
        const auto token = world.get();
        ASSERT_EQ(kind(token), ErrorKind::access_denied);
        EXPECT_EQ(token.error().remedy(), fhir::Remedy::operator_);
        EXPECT_TRUE(world.endpoint.calls.empty());
    }
}

TEST(OAuthTokens, AnswersThatHoldNoTokenAreMalformed)
{
    for (const char* body :
         {"", "[]", "{}", R"({"access_token":"","token_type":"Bearer"})", R"({"access_token":"t-1"})",
          R"({"access_token":7,"token_type":"Bearer"})", R"({"access_token":"t 1","token_type":"Bearer"})",
          R"({"access_token":"t\r\nX-Evil: 1","token_type":"Bearer"})",
          R"({"access_token":"t-1","token_type":"mac"})"}) {
        TokenWorld world;
        world.endpoint.reply = answer(200, body, "application/json");
        EXPECT_EQ(kind(world.get()), ErrorKind::supplier_malformed) << body;
    }
    TokenWorld world;
    world.endpoint.reply.headers.set("Content-Type", "text/html");
    EXPECT_EQ(kind(world.get()), ErrorKind::supplier_malformed);
}

TEST(OAuthTokens, AnOverlongTokenOrAnEndlessLifeIsNotBelieved)
{
    TokenWorld world;
    world.endpoint.reply =
        answer(200, R"({"access_token":")" + std::string(9000, 'x') + R"(","token_type":"Bearer"})",
               "application/json");
    EXPECT_EQ(kind(world.get()), ErrorKind::supplier_malformed);
    world.endpoint.reply = answer(
        200, R"({"access_token":"t-1","token_type":"Bearer","expires_in":99999999999})", "application/json");
    ASSERT_TRUE(world.get());
    world.clock.advance(std::chrono::hours(1));
    ASSERT_TRUE(world.get());
    EXPECT_EQ(world.endpoint.calls.size(), 3U);
}

TEST(OAuthTokens, AKeySignsANewAssertionEachTime)
{
    const auto keys = oauth::make_key_pair();
    TokenWorld world({{"private_key", keys.private_key}, {"key_id", "k-1"}});
    ASSERT_TRUE(world.get());
    world.tokens->forget("t-1");
    ASSERT_TRUE(world.get());
    ASSERT_EQ(world.endpoint.calls.size(), 2U);
    EXPECT_NE(world.endpoint.calls[0].body, world.endpoint.calls[1].body);
    EXPECT_FALSE(world.endpoint.calls[0].headers.has("Authorization"));
    const auto form = fhir::rest::parse_query(world.endpoint.calls[0].body);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->back().first, "client_assertion");
    EXPECT_TRUE(oauth::is_signed_by(form->back().second, keys.public_key));
}

TEST(OAuthAssertion, NamesTheClientTheAudienceAndItsEnd)
{
    const auto keys = oauth::make_key_pair();
    const auto signed_text = oauth::sign_assertion(
        {"hub", "https://auth.example/token", "k-1", "id-1", tests::at("2026-11-23T08:00:00Z")},
        keys.private_key);
    ASSERT_TRUE(signed_text);
    const auto first = signed_text->find('.');
    const auto second = signed_text->find('.', first + 1);
    EXPECT_EQ(fhir::base64url_decode(signed_text->substr(0, first)),
              R"({"alg":"ES384","typ":"JWT","kid":"k-1"})");
    EXPECT_EQ(
        fhir::base64url_decode(signed_text->substr(first + 1, second - first - 1)),
        R"({"iss":"hub","sub":"hub","aud":"https://auth.example/token","iat":1795420800,"exp":1795421040,"jti":"id-1"})");
    EXPECT_EQ(fhir::base64url_decode(signed_text->substr(second + 1))->size(), 96U);
}

TEST(OAuthAssertion, ASignatureHoldsForItsTextAndKeyAlone)
{
    const auto keys = oauth::make_key_pair();
    const auto made = oauth::sign_assertion({"hub", "aud", "", "id-1", {}}, keys.private_key);
    ASSERT_TRUE(made);
    EXPECT_TRUE(oauth::is_signed_by(*made, keys.public_key));
    EXPECT_FALSE(oauth::is_signed_by(*made, oauth::make_key_pair().public_key));
    EXPECT_FALSE(oauth::is_signed_by("x" + *made, keys.public_key));
    EXPECT_FALSE(oauth::is_signed_by(made->substr(0, made->rfind('.') + 1), keys.public_key));
    EXPECT_FALSE(oauth::is_signed_by("", keys.public_key));
    EXPECT_FALSE(oauth::is_signed_by(*made, "no key"));
}

TEST(OAuthErrors, AnAuthorizationServersRefusalsHaveTheirKinds)
{
    const auto refused = oauth::token_error(answer(401, R"({"error":"invalid_client"})", "application/json"));
    EXPECT_EQ(refused.kind(), ErrorKind::access_denied);
    EXPECT_EQ(refused.remedy(), fhir::Remedy::operator_);
    EXPECT_EQ(refused.supplier_code(), "token 401 invalid_client");
    EXPECT_EQ(oauth::token_error(answer(400, "no JSON", "")).kind(), ErrorKind::access_denied);
    EXPECT_EQ(oauth::token_error(answer(429, "", "")).kind(), ErrorKind::throttled);
    EXPECT_EQ(oauth::token_error(answer(500, "", "")).kind(), ErrorKind::supplier_error);
    EXPECT_EQ(oauth::token_error(answer(503, "", "")).kind(), ErrorKind::supplier_unavailable);
}

TEST(OAuthAssertion, NhsEnglandsApisWantRs512)
{
    const auto keys = oauth::make_rsa_key_pair();
    const oauth::AssertionFacts facts{"hub", "https://auth.example/token", "k-1", "id-1",
                                      {},    oauth::Signing::rs512};
    const auto made = oauth::sign_assertion(facts, keys.private_key);
    ASSERT_TRUE(made);
    EXPECT_EQ(fhir::base64url_decode(made->substr(0, made->find('.'))),
              R"({"alg":"RS512","typ":"JWT","kid":"k-1"})");
    EXPECT_TRUE(oauth::is_signed_by(*made, keys.public_key, oauth::Signing::rs512));
    EXPECT_FALSE(oauth::is_signed_by(*made, keys.public_key, oauth::Signing::smart));
    EXPECT_EQ(kind(oauth::sign_assertion(facts, oauth::make_key_pair().private_key)),
              ErrorKind::access_denied);
}

TEST(OAuthTokenServer, TakesAnAssertionOnce)
{
    const auto keys = oauth::make_rsa_key_pair();
    tests::FakeClock clock;
    tests::FakeRandom random;
    oauth::TokenServer server({"hub", {}, keys.public_key, "k-1", oauth::Signing::rs512, {}},
                              "https://auth.example/token");
    const auto assertion = oauth::sign_assertion(
        {"hub", "https://auth.example/token", "k-1", "id-1", clock.now(), oauth::Signing::rs512},
        keys.private_key);
    ASSERT_TRUE(assertion);
    Request request;
    request.method = "POST";
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = "grant_type=client_credentials&client_assertion_type="
                   "urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=" +
                   *assertion;
    EXPECT_EQ(server.grant(request, clock, random).status, 200U);
    EXPECT_EQ(server.grant(request, clock, random).status, 401U);
}
