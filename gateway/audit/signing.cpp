// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/signing.hpp"

#include "gateway/identity/crypto.hpp"
#include "gateway/identity/keys.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <stdexcept>

namespace gateway::audit
{

namespace
{

using KeyHandle = std::shared_ptr<evp_pkey_st>;

struct BioFree
{
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, BioFree>;
struct ContextFree
{
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;

const unsigned char* as_bytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

Bio bio_of(std::string_view text)
{
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(BIO* bio)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return std::string(data, static_cast<std::size_t>(size));
}

KeyHandle ed25519_only(EVP_PKEY* key)
{
    KeyHandle handle(key, EVP_PKEY_free);
    return key && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 ? handle : nullptr;
}

std::string id_of(EVP_PKEY* key)
{
    std::array<unsigned char, 32> raw{};
    std::size_t size = raw.size();
    if (EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1)
        throw std::runtime_error("OpenSSL cannot read an Ed25519 key");
    return identity::to_hex(identity::sha256({reinterpret_cast<const char*>(raw.data()), size}))
        .substr(0, 16);
}

} // namespace

VerifyingKey::VerifyingKey(KeyHandle key) : key_(std::move(key)), id_(id_of(key_.get())) {}

bool VerifyingKey::verify(std::string_view text, std::string_view signature) const
{
    const Context context(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(context.get(), as_bytes(signature), signature.size(), as_bytes(text),
                            text.size()) == 1;
}

std::string VerifyingKey::to_pem() const
{
    const Bio out(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_PUBKEY(out.get(), key_.get()) != 1)
        throw std::runtime_error("OpenSSL cannot write a public key");
    return text_of(out.get());
}

SigningKey::SigningKey(KeyHandle key) : key_(key), public_key_(std::move(key)) {}

std::string SigningKey::sign(std::string_view text) const
{
    std::string signature(64, '\0');
    std::size_t size = signature.size();
    const Context context(EVP_MD_CTX_new());
    if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       as_bytes(text), text.size()) != 1)
        throw std::runtime_error("OpenSSL cannot sign with an Ed25519 key");
    return signature;
}

std::string SigningKey::to_pem() const
{
    const Bio out(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        throw std::runtime_error("OpenSSL cannot write a private key");
    return text_of(out.get());
}

SigningKey generate_signing_key()
{
    return SigningKey(KeyHandle(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free));
}

fhir::Result<SigningKey> load_signing_key(const std::string& file)
{
    if (file.empty())
        return fhir::fail(
            fhir::ErrorKind::internal,
            "`signing_key_file` of [audit] is missing: the key that signs the audit trail. Make "
            "one with: openssl genpkey -algorithm ed25519 -out audit.key");
    const auto pem = identity::read_text_file(file, true);
    if (!pem)
        return std::unexpected(pem.error());
    auto key =
        ed25519_only(PEM_read_bio_PrivateKey(bio_of(*pem).get(), nullptr, nullptr, const_cast<char*>("")));
    if (!key)
        return fhir::fail(fhir::ErrorKind::internal,
                          file +
                              " holds no Ed25519 private key in PEM. Make one with: openssl genpkey "
                              "-algorithm ed25519 -out " +
                              file);
    return SigningKey(std::move(key));
}

fhir::Result<std::vector<VerifyingKey>> parse_verifying_keys(std::string_view pem, std::string_view where)
{
    const Bio in = bio_of(pem);
    std::vector<VerifyingKey> keys;
    while (EVP_PKEY* const read = PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr)) {
        auto key = ed25519_only(read);
        if (!key)
            return fhir::fail(fhir::ErrorKind::internal,
                              std::string(where) + " holds a public key that is not Ed25519.");
        keys.emplace_back(std::move(key));
    }
    if (keys.empty())
        return fhir::fail(fhir::ErrorKind::internal, std::string(where) +
                                                         " holds no Ed25519 public key in PEM; `apptgw audit "
                                                         "public-key` writes one.");
    return keys;
}

fhir::Result<std::vector<VerifyingKey>> load_verifying_keys(const std::string& file)
{
    const auto pem = identity::read_text_file(file, false);
    if (!pem)
        return std::unexpected(pem.error());
    return parse_verifying_keys(*pem, file);
}

} // namespace gateway::audit
