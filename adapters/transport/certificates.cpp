// SPDX-License-Identifier: Apache-2.0
#include "adapters/transport/certificates.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace adapters::transport
{
namespace
{

template <auto function>
struct Free
{
    void operator()(auto* object) const { function(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

void require(bool succeeded)
{
    if (!succeeded)
        throw std::runtime_error("OpenSSL cannot make a certificate");
}

std::string contents(BIO* memory)
{
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory, &text);
    return std::string(text, static_cast<std::size_t>(length));
}

std::string to_pem(EVP_PKEY* key)
{
    const Memory out(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return contents(out.get());
}

std::string to_pem(X509* certificate)
{
    const Memory out(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509(out.get(), certificate) == 1);
    return contents(out.get());
}

Key read_key(const std::string& pem)
{
    const Memory in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
    require(key != nullptr);
    return key;
}

Certificate read_certificate(const std::string& pem)
{
    const Memory in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Certificate certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    require(certificate != nullptr);
    return certificate;
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
    require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void set_serial(X509* certificate)
{
    std::uint64_t serial = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
    require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1);
}

/// An unsigned certificate for `key`, with everything but extensions and issuer.
Certificate blank(EVP_PKEY* key, std::string_view name, std::chrono::seconds validity)
{
    Certificate certificate(X509_new());
    require(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
    set_serial(certificate.get());
    const auto start = std::min(validity, std::chrono::seconds(0)) - std::chrono::hours(1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), start.count());
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), validity.count());
    X509_set_pubkey(certificate.get(), key);
    const auto* text = reinterpret_cast<const unsigned char*>(name.data());
    require(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, text,
                                       static_cast<int>(name.size()), -1, 0) == 1);
    return certificate;
}

std::string alternative_names(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) {
        boost::system::error_code not_an_address;
        boost::asio::ip::make_address(name, not_an_address);
        text += (text.empty() ? "" : ",") + std::string(not_an_address ? "DNS:" : "IP:") + name;
    }
    return text;
}

} // namespace

Authority make_authority(std::string_view name, std::chrono::seconds validity)
{
    const Key key(EVP_EC_gen("P-256"));
    require(key != nullptr);
    const Certificate certificate = blank(key.get(), name, validity);
    X509* own = certificate.get();
    X509_set_issuer_name(own, X509_get_subject_name(own));
    add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(own, own, NID_subject_key_identifier, "hash");
    require(X509_sign(own, key.get(), EVP_sha256()) > 0);
    Authority authority;
    authority.certificate = to_pem(own);
    authority.key = to_pem(key.get());
    return authority;
}

Identity issue(const Authority& authority, const std::vector<std::string>& names, Purpose purpose,
               std::chrono::seconds validity)
{
    const Certificate issuer = read_certificate(authority.certificate);
    const Key issuer_key = read_key(authority.key);
    const Key key(EVP_EC_gen("P-256"));
    require(key != nullptr && !names.empty());
    const Certificate certificate = blank(key.get(), names.front(), validity);
    X509* own = certificate.get();
    X509_set_issuer_name(own, X509_get_subject_name(issuer.get()));
    add_extension(own, issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(own, issuer.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(own, issuer.get(), NID_ext_key_usage,
                  purpose == Purpose::server ? "serverAuth" : "clientAuth");
    add_extension(own, issuer.get(), NID_subject_key_identifier, "hash");
    add_extension(own, issuer.get(), NID_authority_key_identifier, "keyid");
    if (purpose == Purpose::server)
        add_extension(own, issuer.get(), NID_subject_alt_name, alternative_names(names));
    require(X509_sign(own, issuer_key.get(), EVP_sha256()) > 0);
    return Identity{to_pem(own), to_pem(key.get())};
}

std::string revocation_list(const Authority& authority, const std::vector<std::string>& revoked,
                            std::chrono::seconds validity)
{
    using Time = std::unique_ptr<ASN1_TIME, Free<ASN1_TIME_free>>;
    const Certificate issuer = read_certificate(authority.certificate);
    const Key key = read_key(authority.key);
    const std::unique_ptr<X509_CRL, Free<X509_CRL_free>> list(X509_CRL_new());
    const auto start = std::min(validity, std::chrono::seconds(0)) - std::chrono::hours(1);
    const Time from(X509_gmtime_adj(nullptr, start.count()));
    const Time until(X509_gmtime_adj(nullptr, validity.count()));
    require(list && from && until && X509_CRL_set_version(list.get(), 1) == 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get()));
    X509_CRL_set1_lastUpdate(list.get(), from.get());
    X509_CRL_set1_nextUpdate(list.get(), until.get());
    for (const std::string& pem : revoked) {
        X509_REVOKED* entry = X509_REVOKED_new();
        require(entry != nullptr);
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(read_certificate(pem).get()));
        X509_REVOKED_set_revocationDate(entry, from.get());
        require(X509_CRL_add0_revoked(list.get(), entry) == 1);
    }
    require(X509_CRL_sign(list.get(), key.get(), EVP_sha256()) > 0);
    const Memory out(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509_CRL(out.get(), list.get()) == 1);
    return contents(out.get());
}

} // namespace adapters::transport
