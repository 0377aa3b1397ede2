// SPDX-License-Identifier: Apache-2.0
// Every attack on tokens that is known to have worked somewhere (RFC 8725, and the JWT rows of our attack
// list), against both doors: client assertions at the token endpoint and access tokens at the API.
#include "tests/gateway/identity/api_door.hpp"
#include "tests/gateway/identity/identity_fixture.hpp"

#include <functional>
#include <tuple>
#include <vector>

using namespace gateway::identity;
using tests::JsonValue;
using tests::keys;

namespace
{

using Change = std::function<void(JsonValue&)>;

Change set(const char* name, JsonValue value)
{
    return [=](JsonValue& object) { object.set(name, value); };
}

Change drop(const char* name)
{
    return [=](JsonValue& object) { object.remove(name); };
}

/// A token put together by hand, so that headers and signatures can be anything.
struct Forge
{
    const PrivateKey& key;
    Algorithm algorithm;
    JsonValue header;
    JsonValue claims;

    std::string input() const
    {
        return base64url_encode(fhir::codec::to_json(header)) + "." +
               base64url_encode(fhir::codec::to_json(claims));
    }
    std::string text() const
    {
        const std::string start = input();
        return start + "." + base64url_encode(key.sign(algorithm, start));
    }
};

Forge forge(const PrivateKey& key, JsonValue claims)
{
    return {key, key.algorithm(),
            JsonValue::object({{"alg", to_text(key.algorithm())}, {"kid", key.id()}, {"typ", "JWT"}}),
            std::move(claims)};
}

/// One way to build a token from good claims of either door, signed with that door's good key.
struct Attack
{
    const char* name;
    std::function<std::string(const PrivateKey& good, const JsonValue& claims)> build;
};

std::string with_header(const PrivateKey& key, const JsonValue& claims, const Change& change)
{
    Forge made = forge(key, claims);
    change(made.header);
    return made.text();
}

std::string raw_json(const PrivateKey& key, const std::string& header, const std::string& claims)
{
    const std::string input = base64url_encode(header) + "." + base64url_encode(claims);
    return input + "." + base64url_encode(key.sign(input));
}

std::string header_of(const PrivateKey& key)
{
    return R"({"alg":")" + std::string(to_text(key.algorithm())) + R"(","kid":")" + key.id() + R"("})";
}

std::string extended(std::string object, const std::string& member)
{
    object.pop_back();
    return object + "," + member + "}";
}

std::string unsigned_token(const JsonValue& claims, const char* alg)
{
    return base64url_encode(std::string(R"({"alg":")") + alg + R"(","typ":"JWT"})") + "." +
           base64url_encode(fhir::codec::to_json(claims)) + ".";
}

std::string hmac_with(const std::string& secret, const PrivateKey& good, const JsonValue& claims)
{
    const std::string input = base64url_encode(R"({"alg":"HS256","kid":")" + good.id() + R"("})") + "." +
                              base64url_encode(fhir::codec::to_json(claims));
    return input + "." + base64url_encode(hmac_sha256(secret, input));
}

/// Attacks on form, header and signature; they are the same at both doors.
const std::vector<Attack>& attacks()
{
    using Key = const PrivateKey&;
    using Claims = const JsonValue&;
    static const std::vector<Attack> list = {
        {"empty", [](Key, Claims) { return std::string(); }},
        {"only dots", [](Key, Claims) { return std::string(".."); }},
        {"two parts", [](Key k, Claims c) { return forge(k, c).input(); }},
        {"four parts", [](Key k, Claims c) { return forge(k, c).text() + ".AAAA"; }},
        {"five parts, as an encrypted token", [](Key, Claims) { return std::string("AAAA.AAAA.AAAA.AAAA.AAAA"); }},
        {"alg none without signature", [](Key, Claims c) { return unsigned_token(c, "none"); }},
        {"alg NONE", [](Key, Claims c) { return unsigned_token(c, "NONE"); }},
        {"alg none with a signature", [](Key k, Claims c) { return with_header(k, c, set("alg", "none")); }},
        {"alg nOnE with a signature", [](Key k, Claims c) { return with_header(k, c, set("alg", "nOnE")); }},
        {"alg missing", [](Key k, Claims c) { return with_header(k, c, drop("alg")); }},
        {"alg empty", [](Key k, Claims c) { return with_header(k, c, set("alg", "")); }},
        {"alg a number", [](Key k, Claims c) { return with_header(k, c, set("alg", 256)); }},
        {"alg in lower case", [](Key k, Claims c) { return with_header(k, c, set("alg", k.algorithm() == Algorithm::es256 ? "es256" : "es384")); }},
        {"alg of another curve", [](Key k, Claims c) { return with_header(k, c, set("alg", k.algorithm() == Algorithm::es256 ? "ES384" : "ES256")); }},
        {"alg RS256 for an EC key", [](Key k, Claims c) { return with_header(k, c, set("alg", "RS256")); }},
        {"alg PS256", [](Key k, Claims c) { return with_header(k, c, set("alg", "PS256")); }},
        {"alg EdDSA", [](Key k, Claims c) { return with_header(k, c, set("alg", "EdDSA")); }},
        {"HS256 keyed with the public key as PEM", [](Key k, Claims c) { return hmac_with(to_pem(k), k, c); }},
        {"HS256 keyed with the public JWK", [](Key k, Claims c) { return hmac_with(fhir::codec::to_json(to_jwk(k.public_key())), k, c); }},
        {"HS256 with an empty secret", [](Key k, Claims c) { return hmac_with("", k, c); }},
        {"signed by a stranger under our kid",
         [](Key k, Claims c) { return with_header(k.algorithm() == Algorithm::es256 ? keys().stranger_p256 : keys().stranger, c, set("kid", k.id())); }},
        {"signed by a stranger under its own kid", [](Key, Claims c) { return forge(keys().stranger, c).text(); }},
        {"kid of a path", [](Key k, Claims c) { return with_header(k, c, set("kid", "../../etc/passwd")); }},
        {"kid of SQL", [](Key k, Claims c) { return with_header(k, c, set("kid", "' OR '1'='1")); }},
        {"kid of a command", [](Key k, Claims c) { return with_header(k, c, set("kid", "|id")); }},
        {"kid a URL", [](Key k, Claims c) { return with_header(k, c, set("kid", "https://evil.example/jwks")); }},
        {"kid a number", [](Key k, Claims c) { return with_header(k, c, set("kid", 1)); }},
        {"kid with a null byte", [](Key k, Claims c) { return with_header(k, c, set("kid", k.id() + std::string(1, '\0'))); }},
        {"kid of 300 characters", [](Key k, Claims c) { return with_header(k, c, set("kid", std::string(300, 'k'))); }},
        {"own key embedded as jwk",
         [](Key, Claims c) {
             return with_header(keys().stranger, c, [](JsonValue& h) { h.set("jwk", to_jwk(keys().stranger.public_key())); });
         }},
        {"jku to own keys",
         [](Key, Claims c) { return with_header(keys().stranger, c, set("jku", "https://evil.example/jwks")); }},
        {"x5u to own certificate",
         [](Key, Claims c) { return with_header(keys().stranger, c, set("x5u", "https://evil.example/cert.pem")); }},
        {"x5c of own certificate",
         [](Key, Claims c) { return with_header(keys().stranger, c, set("x5c", JsonValue::array({"MIIB"}))); }},
        {"crit", [](Key k, Claims c) { return with_header(k, c, set("crit", JsonValue::array({"exp"}))); }},
        {"b64 false", [](Key k, Claims c) { return with_header(k, c, set("b64", false)); }},
        {"zip", [](Key k, Claims c) { return with_header(k, c, set("zip", "DEF")); }},
        {"typ of a logout token", [](Key k, Claims c) { return with_header(k, c, set("typ", "logout+jwt")); }},
        {"typ a number", [](Key k, Claims c) { return with_header(k, c, set("typ", 1)); }},
        {"duplicate alg", [](Key k, Claims c) { return raw_json(k, extended(header_of(k), R"("alg":"none")"), fhir::codec::to_json(c)); }},
        {"duplicate iss", [](Key k, Claims c) { return raw_json(k, header_of(k), extended(fhir::codec::to_json(c), R"("iss":"hub")")); }},
        {"duplicate exp", [](Key k, Claims c) { return raw_json(k, header_of(k), extended(fhir::codec::to_json(c), R"("exp":9999999999)")); }},
        {"header an array", [](Key k, Claims c) { return raw_json(k, "[]", fhir::codec::to_json(c)); }},
        {"claims a text", [](Key k, Claims) { return raw_json(k, header_of(k), "\"hub\""); }},
        {"claims null", [](Key k, Claims) { return raw_json(k, header_of(k), "null"); }},
        {"claims deeply nested",
         [](Key k, Claims c) { return raw_json(k, header_of(k), extended(fhir::codec::to_json(c), "\"x\":" + std::string(50, '[') + std::string(50, ']'))); }},
        {"claims not UTF-8", [](Key k, Claims c) { return raw_json(k, header_of(k), extended(fhir::codec::to_json(c), "\"x\":\"\xFF\"")); }},
        {"huge", [](Key k, Claims c) { return raw_json(k, header_of(k), extended(fhir::codec::to_json(c), "\"x\":\"" + std::string(9000, 'x') + "\"")); }},
        {"claims changed after signing",
         [](Key k, Claims c) {
             const std::string good = forge(k, c).text();
             JsonValue other = c;
             other.set("scope", "system/*.cruds");
             return forge(k, other).input() + good.substr(good.rfind('.'));
         }},
        {"signature of zeros",
         [](Key k, Claims c) { return forge(k, c).input() + "." + base64url_encode(std::string(k.algorithm() == Algorithm::es256 ? 64 : 96, '\0')); }},
        {"signature cut", [](Key k, Claims c) { const auto t = forge(k, c).text(); return t.substr(0, t.size() - 4); }},
        {"signature in DER", [](Key k, Claims c) { return forge(k, c).input() + "." + base64url_encode("\x30\x06\x02\x01\x01\x02\x01\x01"); }},
        {"padding", [](Key k, Claims c) { return forge(k, c).text() + "=="; }},
        {"blank at the end", [](Key k, Claims c) { return forge(k, c).text() + " "; }},
        {"standard base64", [](Key k, Claims c) { auto t = forge(k, c).text(); t[5] = '+'; return t; }},
        {"exp missing", [](Key k, Claims c) { JsonValue x = c; x.remove("exp"); return forge(k, x).text(); }},
        {"exp a text", [](Key k, Claims c) { JsonValue x = c; x.set("exp", "9999999999"); return forge(k, x).text(); }},
        {"exp a fraction", [](Key k, Claims c) { JsonValue x = c; x.set("exp", JsonValue::number("1795000000.5")); return forge(k, x).text(); }},
        {"exp negative", [](Key k, Claims c) { JsonValue x = c; x.set("exp", -1); return forge(k, x).text(); }},
        {"exp beyond all time", [](Key k, Claims c) { JsonValue x = c; x.set("exp", JsonValue::number("9223372036854775807")); return forge(k, x).text(); }},
        {"exp too large for a number", [](Key k, Claims c) { JsonValue x = c; x.set("exp", JsonValue::number("1e300")); return forge(k, x).text(); }},
        {"exp null", [](Key k, Claims c) { JsonValue x = c; x.set("exp", JsonValue()); return forge(k, x).text(); }},
        {"nbf a text", [](Key k, Claims c) { JsonValue x = c; x.set("nbf", "now"); return forge(k, x).text(); }},
        {"nbf far ahead", [](Key k, Claims c) { JsonValue x = c; x.set("nbf", c.find("exp")->integer().value()); return forge(k, x).text(); }},
        {"iat far ahead", [](Key k, Claims c) { JsonValue x = c; x.set("iat", c.find("exp")->integer().value()); return forge(k, x).text(); }},
        {"aud missing", [](Key k, Claims c) { JsonValue x = c; x.remove("aud"); return forge(k, x).text(); }},
        {"aud of another service", [](Key k, Claims c) { JsonValue x = c; x.set("aud", "https://other.example.net"); return forge(k, x).text(); }},
        {"aud a prefix of ours", [](Key k, Claims c) { JsonValue x = c; x.set("aud", "https://gateway.example.net/"); return forge(k, x).text(); }},
        {"aud an empty array", [](Key k, Claims c) { JsonValue x = c; x.set("aud", JsonValue::array()); return forge(k, x).text(); }},
        {"aud an object", [](Key k, Claims c) { JsonValue x = c; x.set("aud", JsonValue::object()); return forge(k, x).text(); }},
        {"iss missing", [](Key k, Claims c) { JsonValue x = c; x.remove("iss"); return forge(k, x).text(); }},
        {"iss unknown", [](Key k, Claims c) { JsonValue x = c; x.set("iss", "https://evil.example"); return forge(k, x).text(); }},
        {"iss an array", [](Key k, Claims c) { JsonValue x = c; x.set("iss", JsonValue::array({*c.find("iss")})); return forge(k, x).text(); }},
    };
    return list;
}

} // namespace

class TokenMatrix : public tests::IdentityTest
{
protected:
    JsonValue booking_token() const
    {
        JsonValue claims = good_token();
        claims.set("scope", "system/Appointment.crus");
        return claims;
    }
    JsonValue external_token() const
    {
        JsonValue claims = booking_token();
        claims.set("iss", tests::other_issuer);
        claims.set("client_id", "visitor");
        return claims;
    }
    static std::string refused_as(const std::string& code) { return "401 " + code + ", nothing done"; }
};

TEST_F(TokenMatrix, NoForgedAssertionGetsAToken)
{
    for (const Attack& attack : attacks()) {
        const auto response = ask(attack.build(keys().hub, good_assertion()));
        EXPECT_NE(response.status, 200U) << attack.name;
        EXPECT_TRUE(error_of(response) == "invalid_client" || error_of(response) == "invalid_request")
            << attack.name << ": " << response.body.view();
        EXPECT_EQ(response.body.view().find("eyJ"), std::string_view::npos)
            << attack.name << " quotes the token";
    }
    EXPECT_EQ(fetches_, 0) << "nothing a token names is ever fetched";
    EXPECT_EQ(error_of(ask(sign_jwt(keys().hub, "JWT", good_assertion()))), "granted");
}

TEST_F(TokenMatrix, NoForgedTokenOpensTheApi)
{
    tests::ApiDoor api(*identity_, clock_, random_);
    for (const auto& [door, key, claims] : {std::tuple("own", &keys().gateway, booking_token()),
                                            std::tuple("external", &keys().issuer, external_token())}) {
        for (const Attack& attack : attacks()) {
            const std::string token = attack.build(*key, claims);
            const auto answer = api.book({{"Authorization", "Bearer " + token}});
            EXPECT_EQ(answer, refused_as("token-invalid")) << door << ": " << attack.name;
        }
        EXPECT_EQ(api.book({{"Authorization", "Bearer " + sign_jwt(*key, "at+jwt", claims)}}), "201 done") << door;
    }
    EXPECT_EQ(fetches_, 0) << "nothing a token names is ever fetched";
}

TEST_F(TokenMatrix, AttacksAreManyEnough)
{
    EXPECT_GE(attacks().size(), 60U);
}
