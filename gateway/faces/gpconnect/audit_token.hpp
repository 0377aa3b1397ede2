// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "gateway/faces/gpconnect/refusal.hpp"

#include <string>
#include <string_view>

namespace gateway::faces::gpconnect
{

/// What the unsigned token of GP Connect (RFC 7519 section 6) says of who is behind a call: for the audit and
/// for the practice's books. It proves nothing and grants nothing: it is no VerifiedJwt and no Caller, and
/// nothing makes one of it.
class AuditToken
{
public:
    AuditToken() = default;

    /// The check of an `Authorization` header, in the order of the specification: form, claims, times,
    /// purpose and scope (BAD_REQUEST), then the three resources in it (INVALID_RESOURCE). A future `iat` is
    /// accepted, clocks differ.
    static Checked<AuditToken> read(std::string_view authorization, std::string_view required_scope,
                                    fhir::Instant now);

    const std::string& user_id() const { return user_id_; }           ///< `sub`
    const std::string& user_name() const { return user_name_; }       ///< `Ms Tamsin Okonjo`
    const std::string& sds_user_id() const { return sds_user_id_; }   ///< empty when not known (`UNK`)
    const std::string& organisation() const { return organisation_; } ///< ODS code as it was written

private:
    std::string user_id_, user_name_, sds_user_id_, organisation_;
};

} // namespace gateway::faces::gpconnect
