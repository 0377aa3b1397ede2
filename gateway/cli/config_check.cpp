// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/config_check.hpp"

#include "adapters/transport/tls_context.hpp"
#include "gateway/audit/signing.hpp"
#include "gateway/identity/identity.hpp"
#include "gateway/store/sealer.hpp"

#include <fmt/format.h>

#include <map>

namespace gateway::cli
{

namespace
{

using adapters::transport::PeerCertificate;

template <class T>
void note(std::vector<std::string>& problems, const std::string& where, const fhir::Result<T>& result)
{
    if (!result)
        problems.push_back(where + ": " + result.error().sentence());
}

void check_listener(const http::ListenerSettings& listener, std::vector<std::string>& problems)
{
    adapters::transport::ServerTls tls;
    tls.name = listener.name;
    tls.certificate_file = listener.tls.certificate_file;
    tls.key_file = listener.tls.key_file;
    tls.client_ca_file = listener.tls.client_ca_file;
    tls.client_crl_file = listener.tls.client_crl_file;
    if (listener.tls.client_certificates != http::ClientCertificates::none)
        tls.peer = PeerCertificate::optional;
    note(problems, "listener " + listener.name, adapters::transport::make_server_context(tls));
}

std::string_view words_for(http::ClientCertificates wanted)
{
    switch (wanted) {
    case http::ClientCertificates::none:
        return "no client certificates";
    case http::ClientCertificates::optional:
        return "client certificates optional";
    case http::ClientCertificates::required:
        return "client certificates required";
    }
    return "";
}

std::string listener_line(const http::ListenerSettings& listener)
{
    return fmt::format("  {:<12} {}:{}, {}\n", listener.name, listener.address, listener.port,
                       words_for(listener.tls.client_certificates));
}

/// `12 (6 emis, 6 gpconnect)`.
std::string practices_by_system(const std::vector<settings::Practice>& practices)
{
    std::map<std::string, std::size_t> counts;
    for (const auto& practice : practices)
        ++counts[practice.system];
    std::string text;
    for (const auto& [system, count] : counts)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, system);
    return fmt::format("{} ({})", practices.size(), text);
}

} // namespace

std::vector<std::string> check_files(const settings::Settings& settings)
{
    std::vector<std::string> problems;
    check_listener(settings.server, problems);
    if (settings.gpconnect.offered)
        check_listener(settings.gpconnect.listener, problems);
    check_listener(settings.management, problems);
    note(problems, "store", store::read_key_file(settings.store.key_file));
    note(problems, "audit", audit::load_signing_key(settings.audit.signing_key_file));
    const auto& clock = adapters::system_clock();
    note(problems, "identity",
         identity::make_identity(settings.identity, clock, adapters::secure_random(),
                                 identity::memory_jti_store(clock),
                                 identity::https_fetch(settings.identity.key_fetch_ca_file)));
    for (const auto& practice : settings.practices)
        note(problems, "practice " + practice.config.ods.text(),
             adapters::upstream::make_https_upstream(practice.endpoint));
    return problems;
}

std::string describe(const settings::Settings& settings)
{
    std::string text = fmt::format("  {:<12} {}\n", "FHIR R4", settings.public_base_url);
    text += listener_line(settings.server) + listener_line(settings.management);
    text += fmt::format("  {:<12} {}\n", "store", settings.store.path);
    text += fmt::format("  {:<12} {}\n", "practices", practices_by_system(settings.practices));
    for (const auto& federation : settings.federations)
        text += fmt::format("  {:<12} {}: {} practices, {} consumers\n", "federation", federation.name,
                            federation.practices.size(), federation.consumers.size());
    for (const auto& client : settings.identity.clients)
        text += fmt::format("  {:<12} {} of {} ({} scopes)\n", "client", client.client_id, client.ods.text(),
                            client.scopes.size());
    return text;
}

} // namespace gateway::cli
