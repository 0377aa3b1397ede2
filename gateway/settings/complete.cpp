// SPDX-License-Identifier: Apache-2.0
#include "fhir/rest/message.hpp"
#include "gateway/settings/section_reader.hpp"

#include <algorithm>

namespace gateway::settings
{
namespace
{

void derive(Settings& settings)
{
    settings.server.name = "fhir";
    settings.management.name = "management";
    while (settings.public_base_url.ends_with('/'))
        settings.public_base_url.pop_back();
    if (settings.management.tls.certificate_file.empty()) {
        settings.management.tls.certificate_file = settings.server.tls.certificate_file;
        settings.management.tls.key_file = settings.server.tls.key_file;
    }
    const std::string base(fhir::rest::origin_of(settings.public_base_url));
    settings.identity.base_url = settings.public_base_url;
    settings.identity.token_url = base + "/oauth2/token";
    settings.identity.jwks_url = base + "/oauth2/jwks";
    if (settings.identity.issuer.empty())
        settings.identity.issuer = base;
    for (Practice& practice : settings.practices)
        practice.config.identifier_base = base;
}

bool known_practice(const Settings& settings, const fhir::OdsCode& ods)
{
    return std::ranges::any_of(settings.practices,
                               [&](const Practice& practice) { return practice.config.ods == ods; });
}

} // namespace

void complete(Loaded& loaded, const std::string& where)
{
    Settings& settings = loaded.settings;
    const auto problem = [&](std::string sentence) {
        loaded.problems.push_back({where, std::move(sentence)});
    };
    if (settings.server.tls.client_certificates != http::ClientCertificates::none &&
        settings.server.tls.client_ca_file.empty())
        problem("`tls_client_ca_file` of [server] is missing: tls_client_certificates needs the authorities "
                "to check them with.");
    if (settings.management.tls.certificate_file.empty() != settings.management.tls.key_file.empty())
        problem("`tls_certificate_file` and `tls_key_file` of [management] go together.");
    if (settings.search.default_count > settings.search.max_count)
        problem("`default_count` of [search] is larger than `max_count`.");
    for (const auto& federation : settings.federations)
        for (const auto& ods : federation.practices)
            if (!known_practice(settings, ods))
                problem("Federation `" + federation.name + "` names practice " + ods.text() +
                        ", which is not in the practices file.");
    derive(settings);
}

} // namespace gateway::settings
