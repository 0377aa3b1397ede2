// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"

#include <memory>

namespace gateway::identity
{

/// SMART Backend Services: issues and verifies access tokens. Thread-safe.
class Identity
{
public:
    virtual ~Identity() = default;

    /// The caller behind `Authorization: Bearer …`. Errors: `login_required`, `token_invalid`, `token_expired`. Verified tokens are cached.
    virtual fhir::Result<Caller> authenticate(const fhir::rest::Request& request) = 0;

    /// `POST /oauth2/token`: answers in OAuth JSON, not OperationOutcome.
    virtual Awaitable<fhir::rest::Response> token(fhir::rest::Request request) = 0;
    /// `GET …/.well-known/smart-configuration`.
    virtual fhir::rest::Response smart_configuration() const = 0;
    /// `GET /oauth2/jwks`: the public keys of tokens issued here.
    virtual fhir::rest::Response jwks() const = 0;
};

} // namespace gateway::identity
