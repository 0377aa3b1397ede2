// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"

#include <memory>
#include <string>
#include <string_view>

/// RSA-SHA1 over the timestamp of the SOAP header (WS-Security 1.0, XML Signature), and the two canonical
/// texts it is made of: their shape never varies, so no XML signature library is needed. SHA-1 because the
/// wire wants it.
namespace adapters::vision
{

/// As it stands on the wire; the other side signs what was written, not what was meant.
struct SignedTimestamp
{
    std::string id, created, expires;

    /// Exclusive C14N of the `wsu:Timestamp`: what is digested.
    std::string canonical() const;
};

/// `2026-06-12T17:20:00.000Z`.
std::string timestamp_text(fhir::Instant moment);
/// Exclusive C14N of the `SignedInfo`: what is signed.
std::string canonical_signed_info(const std::string& timestamp_id, const std::string& digest);
/// Base64.
std::string sha1_of(std::string_view text);

/// A private key with its certificate. Cheap to copy, thread-safe.
class Signer
{
public:
    /// Both PEM. `access_denied` with advice for the operator when they cannot be used or do not belong
    /// together.
    static fhir::Result<Signer> make(const std::string& key, const std::string& certificate);

    /// Base64.
    fhir::Result<std::string> sign(std::string_view text) const;
    /// DER in base64.
    const std::string& certificate() const { return certificate_; }

private:
    std::shared_ptr<void> key_;
    std::string certificate_;
};

/// The other side's check, by a certificate it knows: reading one takes longer than a check. Cheap to copy,
/// thread-safe.
class Verifier
{
public:
    /// DER in base64. One that cannot be read accepts nothing.
    Verifier(std::string certificate);

    /// Base64.
    bool accepts(std::string_view text, const std::string& signature) const;
    const std::string& certificate() const { return certificate_; }

private:
    std::string certificate_;
    std::shared_ptr<void> shown_;
};

/// The same for a certificate seen once; both base64.
bool is_signed_by(std::string_view text, const std::string& signature, const std::string& certificate);

/// A throw-away key with its certificate, PEM: for the simulator.
struct SigningIdentity
{
    std::string key, certificate;
};
SigningIdentity make_signing_identity();

} // namespace adapters::vision
