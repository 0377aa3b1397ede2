// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"

#include <memory>
#include <string>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

/// TLS as the gateway speaks it in both directions: TLS 1.3 and 1.2 (ECDHE with AES-GCM or CHACHA20 only), no
/// renegotiation, no compression, no early data, ALPN `http/1.1`.
namespace adapters::transport
{

using TlsContext = std::shared_ptr<ssl_ctx_st>;

enum class PeerCertificate
{
    none,
    optional,
    required
};

struct ServerTls
{
    std::string name;             ///< listener name; separates session tickets of listeners
    std::string certificate_file; ///< PEM chain, leaf first
    std::string key_file;
    std::string client_ca_file; ///< needed unless `peer` is none
    std::string client_crl_file = {}; ///< revocation lists of those authorities; empty: none are asked
    PeerCertificate peer = PeerCertificate::none;
};

struct ClientTls
{
    std::string ca_file;          ///< PEM; empty: system store
    std::string certificate_file; ///< PEM chain for mutual TLS; empty: none
    std::string key_file;
};

/// Errors (kind `internal`) name the file that cannot be used and why.
fhir::Result<TlsContext> make_server_context(const ServerTls& settings);
/// Keeps the sessions of its one endpoint for resumption.
fhir::Result<TlsContext> make_client_context(const ClientTls& settings);

/// Until when the first certificate of a PEM file is valid.
fhir::Result<fhir::Instant> certificate_expiry(const std::string& file);

/// A write to a connection the peer has closed must be an error, not the end of the process.
void ignore_sigpipe();

} // namespace adapters::transport
