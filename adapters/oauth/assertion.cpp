// SPDX-License-Identifier: Apache-2.0
#include "adapters/oauth/assertion.hpp"

#include "fhir/codec/json_value.hpp"
#include "fhir/model/base64url.hpp"
#include "fhir/rest/message.hpp"

#include <memory>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <vector>

namespace adapters::oauth
{

namespace
{

constexpr std::int64_t assertion_life_seconds = 240; // at most 300 (SMART Backend Services)
constexpr int coordinate_bytes = 48;                 // of P-384 (RFC 7518 section 3.4)

template <auto Free>
struct Freed
{
    template <class T>
    void operator()(T* object) const
    {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

const unsigned char* octets(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

Bio memory(const std::string& text)
{
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string content(BIO* bio)
{
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return std::string(data, static_cast<std::size_t>(size));
}

/// An encrypted key is refused rather than asked for its password on the terminal.
int no_password(char*, int, int, void*)
{
    return -1;
}

bool is_p384(const EVP_PKEY* key)
{
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && EVP_PKEY_get_bits(key) == 384;
}

bool is_rsa(const EVP_PKEY* key)
{
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= 2048;
}

/// Two numbers of fixed length instead of OpenSSL's DER.
std::string raw_of(const std::vector<unsigned char>& der)
{
    const unsigned char* at = der.data();
    const Signature pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::string raw(2 * coordinate_bytes, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, coordinate_bytes) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + coordinate_bytes, coordinate_bytes) < 0)
        return {};
    return raw;
}

std::vector<unsigned char> der_of(std::string_view raw)
{
    if (raw.size() != 2 * coordinate_bytes)
        return {};
    const Signature pair(ECDSA_SIG_new());
    ECDSA_SIG_set0(pair.get(), BN_bin2bn(octets(raw), coordinate_bytes, nullptr),
                   BN_bin2bn(octets(raw) + coordinate_bytes, coordinate_bytes, nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &der);
    std::vector<unsigned char> out(der, der + (size > 0 ? size : 0));
    OPENSSL_free(der);
    return out;
}

const EVP_MD* digest_of(Signing signing)
{
    return signing == Signing::rs512 ? EVP_sha512() : EVP_sha384();
}

std::string_view algorithm_of(const EVP_PKEY* key, Signing signing)
{
    if (signing == Signing::rs512)
        return "RS512";
    return is_p384(key) ? "ES384" : "RS384";
}

bool can_sign(const EVP_PKEY* key, Signing signing)
{
    return key != nullptr && (is_rsa(key) || (signing == Signing::smart && is_p384(key)));
}

std::string signature_of(std::string_view text, EVP_PKEY* key, Signing signing)
{
    const Digest context(EVP_MD_CTX_new());
    std::size_t size = 0;
    if (EVP_DigestSignInit(context.get(), nullptr, digest_of(signing), nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, octets(text), text.size()) != 1)
        return {};
    std::vector<unsigned char> made(size);
    if (EVP_DigestSign(context.get(), made.data(), &size, octets(text), text.size()) != 1)
        return {};
    made.resize(size);
    return is_p384(key) ? raw_of(made) : std::string(made.begin(), made.end());
}

KeyPair written(const Key& key)
{
    const Bio secret(BIO_new(BIO_s_mem()));
    const Bio open(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    PEM_write_bio_PUBKEY(open.get(), key.get());
    return {content(secret.get()), content(open.get())};
}

std::unexpected<fhir::Error> unusable_key(Signing signing)
{
    fhir::Error error(fhir::ErrorKind::access_denied,
                      "The private key configured for this practice cannot sign for its server.");
    error.advise(signing == Signing::rs512
                     ? "Configure an unencrypted PEM key, RSA of at least 2048 bits."
                     : "Configure an unencrypted PEM key, RSA of at least 2048 bits or EC P-384.",
                 fhir::Remedy::operator_);
    return std::unexpected(error);
}

} // namespace

fhir::Result<std::string> sign_assertion(const AssertionFacts& facts, const std::string& private_key)
{
    using fhir::codec::JsonValue;
    const auto source = memory(private_key);
    const Key key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr));
    if (!can_sign(key.get(), facts.signing))
        return unusable_key(facts.signing);
    JsonValue header = JsonValue::object(
        {{"alg", JsonValue(algorithm_of(key.get(), facts.signing))}, {"typ", JsonValue("JWT")}});
    if (!facts.key_id.empty())
        header.set("kid", facts.key_id);
    const auto issued = std::chrono::floor<std::chrono::seconds>(facts.issued).time_since_epoch().count();
    const JsonValue claims = JsonValue::object({
        {"iss", JsonValue(facts.client_id)},
        {"sub", JsonValue(facts.client_id)},
        {"aud", JsonValue(facts.audience)},
        {"iat", JsonValue(std::int64_t{issued})},
        {"exp", JsonValue(std::int64_t{issued} + assertion_life_seconds)},
        {"jti", JsonValue(facts.unique_id)},
    });
    const std::string text = fhir::base64url_encode(fhir::codec::to_json(header)) + "." +
                             fhir::base64url_encode(fhir::codec::to_json(claims));
    const auto signature = signature_of(text, key.get(), facts.signing);
    if (signature.empty())
        return unusable_key(facts.signing);
    return text + "." + fhir::base64url_encode(signature);
}

bool is_signed_by(std::string_view assertion, const std::string& public_key, Signing signing)
{
    const auto dot = assertion.rfind('.');
    if (dot == std::string_view::npos)
        return false;
    const auto source = memory(public_key);
    const Key key(PEM_read_bio_PUBKEY(source.get(), nullptr, no_password, nullptr));
    const auto raw = fhir::base64url_decode(assertion.substr(dot + 1));
    if (!key || !raw)
        return false;
    const auto signature =
        is_p384(key.get()) ? der_of(*raw) : std::vector<unsigned char>(raw->begin(), raw->end());
    const auto text = assertion.substr(0, dot);
    const Digest context(EVP_MD_CTX_new());
    return !signature.empty() &&
           EVP_DigestVerifyInit(context.get(), nullptr, digest_of(signing), nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), octets(text), text.size()) ==
               1;
}

KeyPair make_key_pair()
{
    return written(Key(EVP_EC_gen("P-384")));
}

KeyPair make_rsa_key_pair()
{
    return written(Key(EVP_RSA_gen(2048)));
}

std::string basic_credentials(std::string_view client_id, std::string_view secret)
{
    const auto pair = fhir::rest::percent_encode(client_id) + ":" + fhir::rest::percent_encode(secret);
    std::vector<unsigned char> out(4 * ((pair.size() + 2) / 3) + 1);
    const int size = EVP_EncodeBlock(out.data(), octets(pair), static_cast<int>(pair.size()));
    return "Basic " + std::string(out.begin(), out.begin() + size);
}

} // namespace adapters::oauth
