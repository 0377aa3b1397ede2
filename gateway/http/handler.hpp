// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/awaitable.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

namespace gateway::http
{

/// What a listener serves. The HTTP layer knows no face: it hands over whole, policy-checked requests and sends what it gets.
class Handler
{
public:
    virtual ~Handler() = default;

    /// Runs on the connection's thread; cancelled when the client goes away or the server stops. Must not throw for expected failures.
    virtual Awaitable<fhir::rest::Response> handle(fhir::rest::Request request) = 0;

    /// The answer to a request that the HTTP layer itself refuses (policy, limits, time-outs), in this listener's own form.
    virtual fhir::rest::Response refuse(const fhir::Error& error) = 0;
};

} // namespace gateway::http
