// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/management_call.hpp"

#include "gateway/cli/https_call.hpp"
#include "gateway/identity/operator_proof.hpp"

namespace gateway::cli
{

namespace
{

/// A listener on every address is asked on the machine itself.
std::string management_origin(const ManagementListener& listener, const settings::Settings& settings)
{
    if (!listener.url.empty())
        return listener.url.ends_with('/') ? listener.url : listener.url + "/";
    const auto& [address, port] = std::pair(settings.management.address, settings.management.port);
    const bool here = address == "127.0.0.1" || address == "::1" || address == "0.0.0.0" || address == "::";
    return "https://" + (here ? "localhost" : address) + ":" + std::to_string(port) + "/";
}

} // namespace

fhir::Result<fhir::rest::Response> call_management(const ManagementListener& listener,
                                                   const settings::Settings& settings,
                                                   fhir::rest::Request request)
{
    request.headers.set("Accept", "application/json");
    return call_once(management_origin(listener, settings), listener.ca_file, "management listener",
                     std::move(request));
}

fhir::Result<void> prove_operator(fhir::rest::Request& request, const settings::Settings& settings,
                                  const std::string& name, const adapters::Clock& clock,
                                  adapters::Random& random)
{
    const auto key = identity::load_private_key(settings.identity.token_signing_key_file);
    if (!key)
        return std::unexpected(key.error());
    request.headers.set(
        "Authorization",
        "Bearer " + identity::sign_operator_proof(*key, settings.identity.issuer, name, clock, random));
    return {};
}

} // namespace gateway::cli
