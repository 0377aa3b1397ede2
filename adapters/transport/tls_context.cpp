// SPDX-License-Identifier: Apache-2.0
#include "adapters/transport/tls_context.hpp"
#include "adapters/transport/revocation.hpp"
#include "adapters/transport/session_cache.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <csignal>
#include <ctime>
#include <span>
#include <string_view>

namespace adapters::transport
{
namespace
{

constexpr std::string_view alpn = "\x08http/1.1";

std::string openssl_reason()
{
    const unsigned long code = ERR_peek_last_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return reason == nullptr ? "it cannot be read" : reason;
}

std::unexpected<fhir::Error> unusable(std::string_view what, const std::string& file)
{
    return fhir::fail(fhir::ErrorKind::internal, "The " + std::string(what) + " '" + file +
                                                     "' cannot be used: " + openssl_reason() + ".");
}

/// What GP Connect and NCSC guidance have in common: forward secrecy and authenticated encryption only.
bool set_protocol(SSL_CTX* context)
{
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // Idle connections give their buffers back; read-ahead saves one system call per record.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
           SSL_CTX_set_ciphersuites(context, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:"
                                             "TLS_AES_128_GCM_SHA256") == 1 &&
           SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1;
}

fhir::Result<TlsContext> new_context(const SSL_METHOD* method)
{
    ERR_clear_error();
    TlsContext context(SSL_CTX_new(method), SSL_CTX_free);
    if (!context || !set_protocol(context.get()))
        return fhir::fail(fhir::ErrorKind::internal, "TLS cannot be set up: " + openssl_reason() + ".");
    return context;
}

fhir::Result<void> use_certificate(SSL_CTX* context, const std::string& certificate, const std::string& key)
{
    if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1)
        return unusable("certificate file", certificate);
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
        return unusable("private key file", key);
    if (SSL_CTX_check_private_key(context) != 1)
        return unusable("private key file", key);
    return {};
}

int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                unsigned int offered_length, void*)
{
    const auto* ours = reinterpret_cast<const unsigned char*>(alpn.data());
    unsigned char* chosen = nullptr;
    const int outcome =
        SSL_select_next_proto(&chosen, out_length, ours, alpn.size(), offered, offered_length);
    *out = chosen;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

fhir::Result<void> ask_for_certificate(SSL_CTX* context, const ServerTls& settings)
{
    if (settings.peer == PeerCertificate::none)
        return {};
    if (SSL_CTX_load_verify_file(context, settings.client_ca_file.c_str()) != 1)
        return unusable("client CA file", settings.client_ca_file);
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(settings.client_ca_file.c_str()));
    const int insist = settings.peer == PeerCertificate::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | insist, nullptr);
    if (settings.client_crl_file.empty())
        return {};
    return check_revocation(context, settings.client_crl_file, settings.client_ca_file);
}

/// Sessions are resumed by ticket only: one per handshake, nothing kept here. Without an id context,
/// resumption fails as soon as client certificates are asked for.
void set_server_sessions(SSL_CTX* context, const std::string& name)
{
    const std::string id = ("apptgw " + name).substr(0, SSL_MAX_SSL_SESSION_ID_LENGTH);
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(id.data()),
                                   static_cast<unsigned>(id.size()));
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
}

} // namespace

fhir::Result<TlsContext> make_server_context(const ServerTls& settings)
{
    auto context = new_context(TLS_server_method());
    if (!context)
        return context;
    auto certificate = use_certificate(context->get(), settings.certificate_file, settings.key_file);
    if (!certificate)
        return std::unexpected(certificate.error());
    auto asked = ask_for_certificate(context->get(), settings);
    if (!asked)
        return std::unexpected(asked.error());
    set_server_sessions(context->get(), settings.name);
    SSL_CTX_set_alpn_select_cb(context->get(), choose_alpn, nullptr);
    return context;
}

fhir::Result<TlsContext> make_client_context(const ClientTls& settings)
{
    auto context = new_context(TLS_client_method());
    if (!context)
        return context;
    if (!settings.certificate_file.empty()) {
        auto certificate = use_certificate(context->get(), settings.certificate_file, settings.key_file);
        if (!certificate)
            return std::unexpected(certificate.error());
    }
    const int trusted = settings.ca_file.empty()
                            ? SSL_CTX_set_default_verify_paths(context->get())
                            : SSL_CTX_load_verify_file(context->get(), settings.ca_file.c_str());
    if (trusted != 1)
        return unusable("CA file", settings.ca_file);
    SSL_CTX_set_verify(context->get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_alpn_protos(context->get(), reinterpret_cast<const unsigned char*>(alpn.data()), alpn.size());
    enable_session_cache(context->get());
    return context;
}

fhir::Result<fhir::Instant> certificate_expiry(const std::string& file)
{
    ERR_clear_error();
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_file(file.c_str(), "r"), BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr, X509_free);
    std::tm parts{};
    if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &parts) != 1)
        return unusable("certificate", file);
    return fhir::Instant(std::chrono::seconds(timegm(&parts)));
}

void ignore_sigpipe()
{
    std::signal(SIGPIPE, SIG_IGN);
}

} // namespace adapters::transport
