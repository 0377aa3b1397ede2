// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/keys.hpp"

#include "gateway/identity/jwk.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <stdexcept>

namespace gateway::identity
{
namespace
{

struct Release
{
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

const EVP_MD* digest_of(Algorithm algorithm)
{
    switch (algorithm) {
    case Algorithm::es256:
    case Algorithm::rs256:
        return EVP_sha256();
    case Algorithm::es384:
    case Algorithm::rs384:
        return EVP_sha384();
    case Algorithm::rs512:
        return EVP_sha512();
    }
    return EVP_sha256();
}

int coordinate_bytes(KeyType type)
{
    return type == KeyType::ec_p384 ? 48 : 32;
}

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// JOSE's R||S as the DER that OpenSSL checks; empty when it has the wrong length.
std::string der_from_raw(std::string_view raw, int coordinate)
{
    if (raw.size() != static_cast<std::size_t>(2 * coordinate))
        return {};
    Owned<ECDSA_SIG> signature(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(bytes_of(raw), coordinate, nullptr);
    BIGNUM* s = BN_bin2bn(bytes_of(raw) + coordinate, coordinate, nullptr);
    ECDSA_SIG_set0(signature.get(), r, s);
    unsigned char* der = nullptr;
    const int length = i2d_ECDSA_SIG(signature.get(), &der);
    if (length <= 0)
        return {};
    std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
    return text;
}

std::string raw_from_der(std::string_view der, int coordinate)
{
    const unsigned char* at = bytes_of(der);
    const Owned<ECDSA_SIG> signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    if (!signature)
        throw std::runtime_error("OpenSSL made an ECDSA signature it cannot read");
    std::string raw(static_cast<std::size_t>(2 * coordinate), '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, coordinate);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + coordinate, coordinate);
    return raw;
}

std::optional<KeyType> type_of(EVP_PKEY* key)
{
    if (EVP_PKEY_is_a(key, "RSA")) {
        const int bits = EVP_PKEY_get_bits(key);
        return bits >= 2048 && bits <= 8192 ? std::optional(KeyType::rsa) : std::nullopt;
    }
    std::array<char, 80> name{};
    if (!EVP_PKEY_is_a(key, "EC") || EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr) != 1)
        return std::nullopt;
    const std::string_view group(name.data());
    if (group == "prime256v1" || group == "P-256")
        return KeyType::ec_p256;
    return group == "secp384r1" || group == "P-384" ? std::optional(KeyType::ec_p384) : std::nullopt;
}

std::shared_ptr<EVP_PKEY> shared(EVP_PKEY* key)
{
    return {key, EVP_PKEY_free};
}

/// A passphrase prompt on the terminal would hang a service.
int no_passphrase(char*, int, int, void*)
{
    return -1;
}

} // namespace

std::string_view to_text(Algorithm algorithm)
{
    static constexpr std::array<std::string_view, 5> names = {"ES256", "ES384", "RS256", "RS384", "RS512"};
    return names[static_cast<std::size_t>(algorithm)];
}

std::optional<Algorithm> parse_algorithm(std::string_view text)
{
    for (const auto algorithm :
         {Algorithm::es256, Algorithm::es384, Algorithm::rs256, Algorithm::rs384, Algorithm::rs512})
        if (to_text(algorithm) == text)
            return algorithm;
    return std::nullopt;
}

PublicKey::PublicKey(std::shared_ptr<evp_pkey_st> key, KeyType type, std::string id,
                     std::optional<Algorithm> only)
    : key_(std::move(key)), type_(type), id_(std::move(id)), only_(only)
{}

bool PublicKey::accepts(Algorithm algorithm) const
{
    if (only_ && *only_ != algorithm)
        return false;
    switch (algorithm) {
    case Algorithm::es256:
        return type_ == KeyType::ec_p256;
    case Algorithm::es384:
        return type_ == KeyType::ec_p384;
    default:
        return type_ == KeyType::rsa;
    }
}

bool PublicKey::verify(Algorithm algorithm, std::string_view data, std::string_view signature) const
{
    if (!accepts(algorithm))
        return false;
    std::string der;
    if (type_ != KeyType::rsa) {
        der = der_from_raw(signature, coordinate_bytes(type_));
        if (der.empty())
            return false;
        signature = der;
    }
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit(context.get(), nullptr, digest_of(algorithm), nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(data),
                            data.size()) == 1;
}

PrivateKey::PrivateKey(std::shared_ptr<evp_pkey_st> key, KeyType type)
    : public_key_(key, type, jwk_thumbprint(PublicKey(key, type, {})))
{}

Algorithm PrivateKey::algorithm() const
{
    if (public_key_.type() == KeyType::rsa)
        return Algorithm::rs384;
    return public_key_.type() == KeyType::ec_p256 ? Algorithm::es256 : Algorithm::es384;
}

std::string PrivateKey::sign(std::string_view data) const
{
    return sign(algorithm(), data);
}

std::string PrivateKey::sign(Algorithm algorithm, std::string_view data) const
{
    if (!public_key_.accepts(algorithm))
        throw std::logic_error("this key cannot sign with that algorithm");
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    std::size_t length = 0;
    if (EVP_DigestSignInit(context.get(), nullptr, digest_of(algorithm), nullptr, public_key_.handle()) !=
            1 ||
        EVP_DigestSign(context.get(), nullptr, &length, bytes_of(data), data.size()) != 1)
        throw std::runtime_error("OpenSSL cannot sign");
    std::string signature(length, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                       bytes_of(data), data.size()) != 1)
        throw std::runtime_error("OpenSSL cannot sign");
    signature.resize(length);
    return public_key_.type() == KeyType::rsa ? signature
                                              : raw_from_der(signature, coordinate_bytes(public_key_.type()));
}

fhir::Result<PrivateKey> parse_private_key(std::string_view pem, std::string_view where)
{
    const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    auto key = shared(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (!key)
        return fhir::fail(fhir::ErrorKind::internal,
                          std::string(where) + " does not hold an unencrypted private key in PEM form.");
    const auto type = type_of(key.get());
    if (!type)
        return fhir::fail(fhir::ErrorKind::internal,
                          std::string(where) +
                              " must hold an EC P-256, EC P-384 or RSA key of at least 2048 bits.");
    return PrivateKey(std::move(key), *type);
}

fhir::Result<PrivateKey> load_private_key(const std::string& file)
{
    const auto pem = read_text_file(file, true);
    if (!pem)
        return std::unexpected(pem.error());
    return parse_private_key(*pem, file);
}

PrivateKey generate_private_key(KeyType type)
{
    EVP_PKEY* key = nullptr;
    if (type == KeyType::rsa)
        key = EVP_RSA_gen(2048U);
    else
        key = EVP_EC_gen(type == KeyType::ec_p256 ? "P-256" : "P-384");
    if (!key)
        throw std::runtime_error("OpenSSL cannot make a key");
    return {shared(key), type};
}

std::string to_pem(const PrivateKey& key)
{
    const Owned<BIO> bio(BIO_new(BIO_s_secmem()));
    if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key.public_key().handle(), nullptr, nullptr, 0, nullptr,
                                      nullptr) != 1)
        throw std::runtime_error("OpenSSL cannot write a key");
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

} // namespace gateway::identity
