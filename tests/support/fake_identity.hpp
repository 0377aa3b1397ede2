// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/identity/identity.hpp"

#include <map>
#include <string>
#include <string_view>

namespace tests
{

inline gateway::identity::Caller caller_with(std::string_view scope, std::string_view ods = "ZZ901")
{
    gateway::identity::Caller caller{.client_id = "hub-901",
                                     .ods = *fhir::OdsCode::parse(ods),
                                     .name = "Northmoor Hub",
                                     .organisation_type = {},
                                     .organisation_phone = {},
                                     .scopes = gateway::identity::parse_scopes(scope),
                                     .token_expires = {}};
    return caller;
}

/// Knows a few tokens by name: `good`, `narrow` (may only search slots), `expired`, `wrong-audience`.
class FakeIdentity : public gateway::identity::Identity
{
public:
    fhir::Result<gateway::identity::Caller> authenticate(const fhir::rest::Request& request) override
    {
        const std::string_view authorization = request.headers.get("Authorization");
        if (authorization.empty())
            return fhir::fail(fhir::ErrorKind::login_required);
        if (authorization == "Bearer good")
            return caller_with("system/*.cruds");
        if (authorization == "Bearer narrow")
            return caller_with("system/Slot.s");
        if (authorization == "Bearer expired")
            return fhir::fail(fhir::ErrorKind::token_expired);
        return fhir::fail(fhir::ErrorKind::token_invalid);
    }

    gateway::Awaitable<fhir::rest::Response> token(fhir::rest::Request request) override
    {
        fhir::rest::Response response;
        response.headers.set("Content-Type", "application/json");
        response.headers.set("Cache-Control", "no-store");
        response.body.append(request.body.empty() ? R"({"error":"invalid_request"})"
                                                  : R"({"access_token":"t"})");
        response.status = request.body.empty() ? 400 : 200;
        co_return response;
    }

    fhir::rest::Response smart_configuration() const override { return json(R"({"token_endpoint":"x"})"); }
    fhir::rest::Response jwks() const override { return json(R"({"keys":[]})"); }

private:
    static fhir::rest::Response json(std::string_view text)
    {
        fhir::rest::Response response;
        response.headers.set("Content-Type", "application/json");
        response.body.append(text);
        return response;
    }
};

} // namespace tests
