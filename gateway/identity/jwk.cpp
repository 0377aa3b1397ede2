// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/jwk.hpp"

#include "gateway/identity/crypto.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <memory>

namespace gateway::identity
{
namespace
{

using fhir::codec::JsonValue;

constexpr std::size_t max_keys = 64;

struct Release
{
    void operator()(BIGNUM* number) const { BN_free(number); }
    void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
    void operator()(OSSL_PARAM* params) const { OSSL_PARAM_free(params); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

std::string member(const JsonValue& object, std::string_view name)
{
    const JsonValue* value = object.find(name);
    return value && value->is_string() ? value->text() : std::string();
}

std::optional<std::string> bytes_member(const JsonValue& object, std::string_view name)
{
    return base64url_decode(member(object, name));
}

std::shared_ptr<EVP_PKEY> key_from(const char* kind, OSSL_PARAM_BLD* builder)
{
    const Owned<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(builder));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* made = nullptr;
    if (!params || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return nullptr;
    std::shared_ptr<EVP_PKEY> key(made, EVP_PKEY_free);
    const Owned<EVP_PKEY_CTX> check(EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr));
    return EVP_PKEY_public_check(check.get()) == 1 ? key : nullptr;
}

std::shared_ptr<EVP_PKEY> ec_key(const JsonValue& jwk, KeyType type)
{
    const std::size_t coordinate = type == KeyType::ec_p256 ? 32 : 48;
    const auto x = bytes_member(jwk, "x");
    const auto y = bytes_member(jwk, "y");
    if (!x || !y || x->size() != coordinate || y->size() != coordinate)
        return nullptr;
    const std::string point = '\x04' + *x + *y;
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                    type == KeyType::ec_p256 ? "P-256" : "P-384", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    return key_from("EC", builder.get());
}

std::shared_ptr<EVP_PKEY> rsa_key(const JsonValue& jwk)
{
    const auto n = bytes_member(jwk, "n");
    const auto e = bytes_member(jwk, "e");
    // Huge moduli and exponents make one verification cost seconds.
    if (!n || !e || n->size() < 256 || n->size() > 1024 || e->empty() || e->size() > 4)
        return nullptr;
    const auto number = [](const std::string& bytes) {
        return Owned<BIGNUM>(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()), nullptr));
    };
    const auto modulus = number(*n), exponent = number(*e);
    if (BN_num_bits(modulus.get()) < 2048 || !BN_is_odd(exponent.get()) || BN_is_one(exponent.get()))
        return nullptr;
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    return key_from("RSA", builder.get());
}

/// The type when this JWK is for verifying signatures with an algorithm known here.
std::optional<KeyType> usable_type(const JsonValue& jwk)
{
    if (const JsonValue* use = jwk.find("use"); use && use->text() != "sig")
        return std::nullopt;
    if (const JsonValue* alg = jwk.find("alg"); alg && !parse_algorithm(alg->text()))
        return std::nullopt;
    const std::string kind = member(jwk, "kty"), curve = member(jwk, "crv");
    if (kind == "RSA")
        return KeyType::rsa;
    if (kind == "EC" && curve == "P-256")
        return KeyType::ec_p256;
    return kind == "EC" && curve == "P-384" ? std::optional(KeyType::ec_p384) : std::nullopt;
}

/// Nothing for a key of a kind not used here; an error sentence's end for a broken one.
std::expected<std::optional<PublicKey>, std::string> read_key(const JsonValue& jwk)
{
    if (!jwk.is_object())
        return std::unexpected("holds something other than a key.");
    if (jwk.find("d") || jwk.find("k"))
        return std::unexpected(
            "holds a private or secret key: publish the public half only and replace that key.");
    const auto type = usable_type(jwk);
    if (!type)
        return std::nullopt;
    const std::string id = member(jwk, "kid");
    if (id.size() > 256)
        return std::unexpected("holds a key whose kid is longer than 256 characters.");
    auto key = *type == KeyType::rsa ? rsa_key(jwk) : ec_key(jwk, *type);
    if (!key)
        return std::unexpected("holds a key that is malformed, too short or not on its curve (kid `" + id +
                               "`).");
    PublicKey made(std::move(key), *type, id, parse_algorithm(member(jwk, "alg")));
    if (jwk.find("alg") && !made.accepts(*parse_algorithm(member(jwk, "alg"))))
        return std::unexpected("holds a key whose alg does not fit its type (kid `" + id + "`).");
    return made;
}

std::string number_text(EVP_PKEY* key, const char* name, int width)
{
    BIGNUM* raw = nullptr;
    EVP_PKEY_get_bn_param(key, name, &raw);
    const Owned<BIGNUM> number(raw);
    std::string bytes(static_cast<std::size_t>(width > 0 ? width : BN_num_bytes(number.get())), '\0');
    BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(bytes.data()),
                 static_cast<int>(bytes.size()));
    return base64url_encode(bytes);
}

/// The members a thumbprint covers, in its order (RFC 7638 section 3.2).
JsonValue essential_members(const PublicKey& key)
{
    if (key.type() == KeyType::rsa)
        return JsonValue::object({{"e", number_text(key.handle(), OSSL_PKEY_PARAM_RSA_E, 0)},
                                  {"kty", "RSA"},
                                  {"n", number_text(key.handle(), OSSL_PKEY_PARAM_RSA_N, 0)}});
    const bool short_curve = key.type() == KeyType::ec_p256;
    const int width = short_curve ? 32 : 48;
    return JsonValue::object({{"crv", short_curve ? "P-256" : "P-384"},
                              {"kty", "EC"},
                              {"x", number_text(key.handle(), OSSL_PKEY_PARAM_EC_PUB_X, width)},
                              {"y", number_text(key.handle(), OSSL_PKEY_PARAM_EC_PUB_Y, width)}});
}

} // namespace

const PublicKey* KeySet::find(std::string_view kid) const
{
    if (kid.empty())
        return keys_.size() == 1 ? &keys_.front() : nullptr;
    const auto found = std::ranges::find(keys_, kid, &PublicKey::id);
    return found == keys_.end() ? nullptr : &*found;
}

fhir::Result<KeySet> parse_key_set(std::string_view json, std::string_view where)
{
    const auto refuse = [&](std::string_view why) {
        return fhir::fail(fhir::ErrorKind::value_invalid, std::string(where) + " " + std::string(why));
    };
    const auto document = fhir::codec::parse_json(json, {.max_depth = 6, .max_bytes = 256 << 10});
    if (!document || !document->is_object())
        return refuse("is not a JSON Web Key Set.");
    const JsonValue* list = document->find("keys");
    if (!list || !list->is_array() || list->items().size() > max_keys)
        return refuse("has no `keys` array of at most 64 keys.");
    std::vector<PublicKey> keys;
    for (const JsonValue& jwk : list->items()) {
        auto key = read_key(jwk);
        if (!key)
            return refuse(key.error());
        if (!*key)
            continue;
        if (std::ranges::find(keys, (*key)->id(), &PublicKey::id) != keys.end())
            return refuse("holds two keys of the same kid `" + (*key)->id() + "`.");
        keys.push_back(std::move(**key));
    }
    if (keys.empty())
        return refuse("holds no EC P-256, EC P-384 or RSA key for signatures.");
    return KeySet(std::move(keys));
}

JsonValue to_jwk(const PublicKey& key)
{
    JsonValue jwk = essential_members(key);
    jwk.set("kid", key.id());
    jwk.set("use", "sig");
    if (key.type() != KeyType::rsa)
        jwk.set("alg", key.type() == KeyType::ec_p256 ? "ES256" : "ES384");
    return jwk;
}

std::string to_key_set_json(const std::vector<PublicKey>& keys)
{
    JsonValue list = JsonValue::array();
    for (const PublicKey& key : keys)
        list.items().push_back(to_jwk(key));
    return fhir::codec::to_json(JsonValue::object({{"keys", std::move(list)}}));
}

std::string jwk_thumbprint(const PublicKey& key)
{
    return base64url_encode(sha256(fhir::codec::to_json(essential_members(key))));
}

} // namespace gateway::identity
