// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/identity/identity_fixture.hpp"

#include "gateway/identity/jwk.hpp"

using namespace gateway::identity;
using tests::JsonValue;
using tests::keys;

namespace
{

/// RFC 7515 appendix A.3: the public key, the signing input and its signature.
constexpr const char* rfc_key =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";
constexpr const char* rfc_input =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr const char* rfc_signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

std::string with_member(const PublicKey& key, const char* name, JsonValue value)
{
    JsonValue jwk = to_jwk(key);
    jwk.set(name, std::move(value));
    return fhir::codec::to_json(JsonValue::object({{"keys", JsonValue::array({jwk})}}));
}

} // namespace

TEST(Signatures, AgreeWithThePublishedEs256Example)
{
    const auto set = parse_key_set(rfc_key, "example");
    ASSERT_TRUE(set) << set.error().sentence();
    EXPECT_TRUE(set->keys()[0].verify(Algorithm::es256, rfc_input, *base64url_decode(rfc_signature)));
    EXPECT_FALSE(set->keys()[0].verify(Algorithm::es256, "another text", *base64url_decode(rfc_signature)));
}

TEST(Signatures, EveryKeyVerifiesWhatItSigned)
{
    for (const PrivateKey* key : {&keys().gateway, &keys().hub, &keys().hub_rsa}) {
        const auto set = parse_key_set(to_key_set_json({key->public_key()}), "made here");
        ASSERT_TRUE(set) << set.error().sentence();
        const PublicKey* found = set->find(key->id());
        ASSERT_NE(found, nullptr);
        EXPECT_TRUE(found->verify(key->algorithm(), "text", key->sign("text")));
        EXPECT_FALSE(found->verify(key->algorithm(), "text", std::string()));
    }
}

TEST(Signatures, TheKeyDecidesTheAlgorithm)
{
    const PublicKey& p256 = keys().gateway.public_key();
    EXPECT_TRUE(p256.accepts(Algorithm::es256));
    EXPECT_FALSE(p256.accepts(Algorithm::es384));
    EXPECT_FALSE(p256.accepts(Algorithm::rs256));
    EXPECT_TRUE(keys().hub_rsa.public_key().accepts(Algorithm::rs384));
    EXPECT_FALSE(keys().hub_rsa.public_key().accepts(Algorithm::es384));
    const auto fixed = parse_key_set(with_member(keys().hub_rsa.public_key(), "alg", "RS384"), "set");
    ASSERT_TRUE(fixed);
    EXPECT_FALSE(fixed->keys()[0].accepts(Algorithm::rs256));
}

TEST(Signatures, AnEcdsaSignatureOfZerosIsRefused)
{
    EXPECT_FALSE(keys().gateway.public_key().verify(Algorithm::es256, "text", std::string(64, '\0')));
}

TEST(KeySets, ThumbprintFollowsRfc7638)
{
    const auto set = parse_key_set(
        R"({"keys":[{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB"}]})",
        "RFC 7638");
    ASSERT_TRUE(set) << set.error().sentence();
    EXPECT_EQ(jwk_thumbprint(set->keys()[0]), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST(KeySets, KeysOfOtherKindsArePassedOver)
{
    JsonValue list = JsonValue::array({JsonValue::object({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "AA"}}),
                                       JsonValue::object({{"kty", "RSA"}, {"use", "enc"}}),
                                       to_jwk(keys().hub.public_key())});
    const auto set = parse_key_set(fhir::codec::to_json(JsonValue::object({{"keys", list}})), "set");
    ASSERT_TRUE(set) << set.error().sentence();
    EXPECT_EQ(set->keys().size(), 1U);
}

TEST(KeySets, BrokenOnesAreRefusedWithTheirName)
{
    const PublicKey& hub = keys().hub.public_key();
    const std::string twice = to_key_set_json({hub, hub});
    for (const std::string& bad :
         {std::string("not json"), std::string("{}"), std::string(R"({"keys":[]})"),
          std::string(R"({"keys":{}})"), std::string(R"({"keys":["text"]})"),
          std::string(R"({"keys":[{"kty":"oct","k":"c2VjcmV0"}]})"), with_member(hub, "d", "AAAA"),
          with_member(hub, "x", "AAAA"),
          with_member(hub, "y", to_jwk(keys().stranger.public_key()).find("y")->text()),
          with_member(hub, "alg", "RS256"), with_member(keys().hub_rsa.public_key(), "n", "AQAB"),
          with_member(keys().hub_rsa.public_key(), "e", "Ag"),
          with_member(keys().hub_rsa.public_key(), "e", std::string(400, 'A')), twice}) {
        const auto set = parse_key_set(bad, "hub.json");
        ASSERT_FALSE(set) << bad;
        EXPECT_TRUE(set.error().sentence().starts_with("hub.json ")) << set.error().sentence();
    }
}

TEST(PrivateKeys, SurvivePem)
{
    const auto read = parse_private_key(to_pem(keys().hub), "hub.pem");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id(), keys().hub.id());
}

TEST(PrivateKeys, OfOthersAreRefusedWhenOthersMayReadThem)
{
    const tests::TemporaryFolder directory;
    const auto file = directory.write("key.pem", to_pem(keys().gateway));
    EXPECT_TRUE(load_private_key(file));
    std::filesystem::permissions(file, std::filesystem::perms::group_read,
                                 std::filesystem::perm_options::add);
    const auto refused = load_private_key(file);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().sentence().find("chmod 600"), std::string::npos);
}

TEST(PrivateKeys, ThatAreNoneAreRefusedWithTheFile)
{
    const tests::TemporaryFolder directory;
    for (const auto& file : {directory.write("text.pem", "hello"), directory.write("empty.pem", ""),
                             (directory.path() / "missing.pem").string(), directory.path().string()}) {
        const auto key = load_private_key(file);
        ASSERT_FALSE(key) << file;
        EXPECT_TRUE(key.error().sentence().starts_with(file));
    }
}
