// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/tokens.hpp"

#include "adapters/fhir_r4/assertion.hpp"
#include "fhir/model/base64url.hpp"
#include "tests/adapters/fhir_r4/world.hpp"

using namespace tests::fhir_r4;
using fhir::ErrorKind;
using tests::run;

namespace
{

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
    explicit TokenWorld(Options settings = {})
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
        tokens = std::make_unique<r4::Tokens>(practice, endpoint, clock, random);
    }
    fhir::Result<std::string> get() { return run(tokens->get()); }

    tests::FakeClock clock;
    tests::FakeRandom random;
    TokenEndpoint endpoint;
    adapters::PracticeConfig practice;
    std::unique_ptr<r4::Tokens> tokens;
};

} // namespace

TEST(FhirR4Tokens, ATokenIsAskedForBySecretOnceAndKept)
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

TEST(FhirR4Tokens, ATokenIsRenewedShortlyBeforeItsEnd)
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

TEST(FhirR4Tokens, ATokenWithoutAnEndIsKeptForLessThanAMinute)
{
    TokenWorld world;
    world.endpoint.reply = answer(200, R"({"access_token":"t-1","token_type":"bearer"})", "application/json");
    ASSERT_TRUE(world.get());
    world.clock.advance(std::chrono::seconds(45));
    ASSERT_TRUE(world.get());
    EXPECT_EQ(world.endpoint.calls.size(), 2U);
}

TEST(FhirR4Tokens, OnlyTheTokenThatWasRefusedIsForgotten)
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

TEST(FhirR4Tokens, WithoutAClientNoTokenIsAskedFor)
{
    TokenWorld world({{"client_id", ""}});
    EXPECT_EQ(world.get(), "");
    EXPECT_TRUE(world.endpoint.calls.empty());
}

TEST(FhirR4Tokens, SettingsThatCannotWorkAreSaidToTheOperator)
{
    for (const Options& settings :
         {Options{{"client_secret", ""}}, Options{{"token_url", ""}},
          Options{{"token_url", "http://auth.example/token"}}, Options{{"private_key", "not a key"}}}) {
        TokenWorld world(settings);
        const auto token = world.get();
        ASSERT_EQ(kind(token), ErrorKind::access_denied);
        EXPECT_EQ(token.error().remedy(), fhir::Remedy::operator_);
        EXPECT_TRUE(world.endpoint.calls.empty());
    }
}

TEST(FhirR4Tokens, AnswersThatHoldNoTokenAreMalformed)
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

TEST(FhirR4Tokens, AnOverlongTokenOrAnEndlessLifeIsNotBelieved)
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

TEST(FhirR4Tokens, AKeySignsANewAssertionEachTime)
{
    const auto keys = r4::make_key_pair();
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
    EXPECT_TRUE(r4::is_signed_by(form->back().second, keys.public_key));
}

TEST(FhirR4Assertion, NamesTheClientTheAudienceAndItsEnd)
{
    const auto keys = r4::make_key_pair();
    const auto signed_text = r4::sign_assertion(
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

TEST(FhirR4Assertion, ASignatureHoldsForItsTextAndKeyAlone)
{
    const auto keys = r4::make_key_pair();
    const auto made = r4::sign_assertion({"hub", "aud", "", "id-1", {}}, keys.private_key);
    ASSERT_TRUE(made);
    EXPECT_TRUE(r4::is_signed_by(*made, keys.public_key));
    EXPECT_FALSE(r4::is_signed_by(*made, r4::make_key_pair().public_key));
    EXPECT_FALSE(r4::is_signed_by("x" + *made, keys.public_key));
    EXPECT_FALSE(r4::is_signed_by(made->substr(0, made->rfind('.') + 1), keys.public_key));
    EXPECT_FALSE(r4::is_signed_by("", keys.public_key));
    EXPECT_FALSE(r4::is_signed_by(*made, "no key"));
}
