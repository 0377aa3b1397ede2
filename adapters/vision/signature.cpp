// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/signature.hpp"

#include "adapters/refusals.hpp"
#include "adapters/vision/soap_names.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <vector>

namespace adapters::vision
{

namespace
{

constexpr int least_key_bits = 2048;

template <auto Free>
struct Freed
{
    void operator()(auto* object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

const unsigned char* octets(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64_of(const unsigned char* bytes, std::size_t size)
{
    std::vector<unsigned char> out(4 * ((size + 2) / 3) + 1);
    const int length = EVP_EncodeBlock(out.data(), bytes, static_cast<int>(size));
    return std::string(out.begin(), out.begin() + length);
}

/// Empty when it is none.
std::vector<unsigned char> bytes_of(const std::string& base64)
{
    std::vector<unsigned char> out(base64.size() / 4 * 3 + 3);
    const int length = EVP_DecodeBlock(out.data(), octets(base64), static_cast<int>(base64.size()));
    const auto padding = base64.ends_with("==") ? 2 : base64.ends_with("=") ? 1 : 0;
    out.resize(length > padding ? static_cast<std::size_t>(length - padding) : 0);
    return out;
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

std::string base64_of(X509* certificate)
{
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate, &der);
    auto text = size > 0 ? base64_of(der, static_cast<std::size_t>(size)) : std::string();
    OPENSSL_free(der);
    return text;
}

std::unexpected<fhir::Error> unusable()
{
    return std::unexpected(refused(fhir::ErrorKind::access_denied,
                                   "The signing key configured for this practice cannot be used.",
                                   "Configure an unencrypted PEM key, RSA of at least 2048 bits, and the "
                                   "certificate that belongs to it.",
                                   fhir::Remedy::operator_));
}

} // namespace

std::string SignedTimestamp::canonical() const
{
    return "<wsu:Timestamp xmlns:wsu=\"" + std::string(wsu_space) + "\" wsu:Id=\"" + id + "\"><wsu:Created>" +
           created + "</wsu:Created><wsu:Expires>" + expires + "</wsu:Expires></wsu:Timestamp>";
}

std::string timestamp_text(fhir::Instant moment)
{
    const auto thousandths = (moment.time_since_epoch().count() % 1000 + 1000) % 1000;
    auto text = fhir::to_utc_text(std::chrono::floor<std::chrono::seconds>(moment));
    text.pop_back();
    return text + "." + std::to_string(1000 + thousandths).substr(1) + "Z";
}

std::string canonical_signed_info(const std::string& timestamp_id, const std::string& digest)
{
    const auto element = [](std::string_view name, std::string_view algorithm) {
        return "<" + std::string(name) + " Algorithm=\"" + std::string(algorithm) + "\"></" +
               std::string(name) + ">";
    };
    return "<SignedInfo xmlns=\"" + std::string(ds_space) + "\">" +
           element("CanonicalizationMethod", exclusive_c14n) + element("SignatureMethod", rsa_sha1) +
           "<Reference URI=\"#" + timestamp_id + "\"><Transforms>" + element("Transform", exclusive_c14n) +
           "</Transforms>" + element("DigestMethod", sha1) + "<DigestValue>" + digest +
           "</DigestValue></Reference></SignedInfo>";
}

std::string sha1_of(std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    return base64_of(digest.data(), size);
}

fhir::Result<Signer> Signer::make(const std::string& key, const std::string& certificate)
{
    const auto key_source = memory(key);
    const auto certificate_source = memory(certificate);
    Key own(PEM_read_bio_PrivateKey(key_source.get(), nullptr, no_password, nullptr));
    const Certificate shown(PEM_read_bio_X509(certificate_source.get(), nullptr, no_password, nullptr));
    if (!own || !shown || EVP_PKEY_get_base_id(own.get()) != EVP_PKEY_RSA ||
        EVP_PKEY_get_bits(own.get()) < least_key_bits || X509_check_private_key(shown.get(), own.get()) != 1)
        return unusable();
    Signer signer;
    signer.certificate_ = base64_of(shown.get());
    signer.key_ = std::shared_ptr<EVP_PKEY>(own.release(), EVP_PKEY_free);
    return signer;
}

fhir::Result<std::string> Signer::sign(std::string_view text) const
{
    auto* key = static_cast<EVP_PKEY*>(key_.get());
    const Digest context(EVP_MD_CTX_new());
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
    std::vector<unsigned char> made(size);
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha1(), nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), made.data(), &size, octets(text), text.size()) != 1)
        return unusable();
    return base64_of(made.data(), size);
}

Verifier::Verifier(std::string certificate) : certificate_(std::move(certificate))
{
    const auto der = bytes_of(certificate_);
    const auto* at = der.data();
    shown_ = std::shared_ptr<X509>(d2i_X509(nullptr, &at, static_cast<long>(der.size())), X509_free);
}

bool Verifier::accepts(std::string_view text, const std::string& signature) const
{
    const auto made = bytes_of(signature);
    auto* key = shown_ ? X509_get0_pubkey(static_cast<X509*>(shown_.get())) : nullptr;
    const Digest context(EVP_MD_CTX_new());
    return key && !made.empty() &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha1(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), made.data(), made.size(), octets(text), text.size()) == 1;
}

bool is_signed_by(std::string_view text, const std::string& signature, const std::string& certificate)
{
    return Verifier(certificate).accepts(text, signature);
}

SigningIdentity make_signing_identity()
{
    const Key key(EVP_RSA_gen(least_key_bits));
    const Certificate certificate(X509_new());
    auto* own = certificate.get();
    X509_set_version(own, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(own), 1);
    X509_gmtime_adj(X509_getm_notBefore(own), 0);
    X509_gmtime_adj(X509_getm_notAfter(own), 60L * 60 * 24 * 365);
    X509_set_pubkey(own, key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(own), "CN", MBSTRING_UTF8, octets("gateway"), -1, -1, 0);
    X509_set_issuer_name(own, X509_get_subject_name(own));
    X509_sign(own, key.get(), EVP_sha256());
    const Bio secret(BIO_new(BIO_s_mem()));
    const Bio open(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    PEM_write_bio_X509(open.get(), own);
    return {content(secret.get()), content(open.get())};
}

} // namespace adapters::vision
