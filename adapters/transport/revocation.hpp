// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"

#include <string>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

/// Certificate revocation lists (RFC 5280) as a file of PEM blocks beside the file of authorities.
namespace adapters::transport
{

/// From now on every certificate of a peer's chain is looked up in the list of its issuer; one that is
/// revoked, or whose issuer's list is missing or out of date, ends the handshake. Errors (kind `internal`)
/// name the file and the authority: each authority of `ca_file` needs a list that it signed and that is in
/// date now.
fhir::Result<void> check_revocation(ssl_ctx_st* context, const std::string& crl_file,
                                    const std::string& ca_file);

/// When the first list of the file goes out of date: from then on its authority's certificates are refused.
fhir::Result<fhir::Instant> revocation_expiry(const std::string& crl_file);

} // namespace adapters::transport
