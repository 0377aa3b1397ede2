// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox_config.hpp"

#include "adapters/registry.hpp"
#include "gateway/identity/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gateway::cli
{

namespace
{

using fhir::Result;

/// A TOML basic string.
std::string toml_text(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result.push_back('\\');
        result.push_back(c);
    }
    return result + "\"";
}

std::string line(std::string_view key, std::string_view value)
{
    return value.empty() ? "" : fmt::format("{} = {}\n", key, toml_text(value));
}

std::string list_text(const std::vector<std::string>& items)
{
    std::string text;
    for (const auto& item : items)
        text += (text.empty() ? "" : ", ") + toml_text(item);
    return "[" + text + "]\n";
}

std::string gateway_text(const SandboxPorts& ports)
{
    return fmt::format(
        R"(# The sandbox's gateway, written anew at every start. Every setting: config/README.md.

[server]
port = {0}
public_base_url = "https://localhost:{0}/fhir/R4"
host_names = ["localhost", "127.0.0.1"]
tls_certificate_file = "server.pem"
tls_key_file = "server.key"
tls_client_ca_file = "ca.pem"
tls_client_certificates = "optional"
threads = {2}
drain = "2s"
max_connections_per_address = 0

[gpconnect]
port = {3}

[management]
port = {1}

[directory]
practices_file = "practices.toml"

[store]
path = "apptgw.db"
key_file = "store.key"

[identity]
token_signing_key_file = "token.key"

[audit]
signing_key_file = "audit.key"

# Whoever tries notifications listens on this machine, with receiver.pem or another certificate of ca.pem.
[notify]
ca_file = "ca.pem"
private_addresses = true

# One machine plays everybody here, and load tests are to find other limits.
[limits]
client_per_second = 0
organisation_per_second = 0
practice_per_second = 0
patient_lookups_per_minute = 0
failed_logins_per_minute = 0
max_lag = "10s"

[log]
level = "{4}"
)",
        ports.fhir, ports.management, ports.threads, ports.gpconnect, ports.log_level);
}

bool is_secret(const adapters::SupplierSystem& system, const std::string& name)
{
    return std::ranges::any_of(system.settings,
                               [&](const auto& setting) { return setting.name == name && setting.secret; });
}

/// The practice's lines; its secrets go to files of their own.
Result<std::string> practice_text(const SandboxFiles& files, const SandboxPractice& practice,
                                  SandboxSimulators& simulators, std::uint16_t port,
                                  std::string_view asid = {})
{
    const auto& seed = practice.seed;
    const auto& system = *adapters::find_supplier_system(practice.system);
    std::string text =
        "[[practice]]\n" + line("ods", seed.ods) + line("name", seed.name) + line("phone", seed.phone) +
        line("system", practice.system) + line("asid", asid) +
        line("base_url", fmt::format("https://localhost:{}/{}{}", port, seed.ods, system.simulator_path)) +
        "ca_file = \"ca.pem\"\ncertificate_file = \"client.pem\"\nkey_file = \"client.key\"\n" +
        (practice.public_sessions.empty() ? "" : "public_sessions = " + list_text(practice.public_sessions));
    std::string settings;
    for (const auto& [name, value] : simulators.host(seed.ods).simulator().client_settings()) {
        if (!is_secret(system, name)) {
            settings += line(name, value);
            continue;
        }
        const std::string file = seed.ods + "." + name;
        if (auto written = files.write(file, value + "\n"); !written)
            return std::unexpected(written.error());
        // What a search is made with has a key of its own, the same for every system.
        if (name == "search_identity")
            text += line("search_identity_file", file);
        else
            settings += line(name + "_file", file);
    }
    return text + "\n[practice.settings]\n" + settings + "\n";
}

std::string federation_text(const SandboxShare& federation)
{
    return "[[federation]]\n" + line("name", federation.name) +
           "practices = " + list_text(federation.practices) +
           "consumers = " + list_text(federation.consumers) + "\n";
}

std::string service_text(const SandboxService& service)
{
    return "[[service]]\n" + line("id", service.id) + line("name", service.name) +
           "practices = " + list_text(service.practices) +
           (service.sessions.empty() ? "" : "sessions = " + list_text(service.sessions)) +
           (service.referrals ? "referrals = true\n" : "") + "\n";
}

std::string client_text(const SandboxConsumer& consumer)
{
    return "[[client]]\n" + line("client_id", consumer.client_id) + line("ods", consumer.ods) +
           line("name", consumer.name) + line("organisation_type", consumer.organisation_type) +
           line("phone", consumer.phone) + line("scope", consumer.scope) +
           line("jwks_file", consumer.client_id + ".jwks.json") +
           "notify_hosts = " + list_text({"localhost:*", "127.0.0.1:*"}) + "\n";
}

Result<std::string> consumer_text(const SandboxFiles& files, const SandboxGpConnect::Consumer& consumer)
{
    const auto certificate = identity::read_text_file(files.path(consumer.name + ".pem"), false);
    if (!certificate)
        return std::unexpected(certificate.error());
    return "[[gpconnect_consumer]]\n" + line("certificate_sha256", certificate_sha256(*certificate)) +
           line("asid", consumer.asid) + line("ods", consumer.ods) + line("name", consumer.title) +
           line("phone", consumer.phone) + "\n";
}

/// The consumers of GP Connect reach every practice.
SandboxShare gpconnect_share(const SandboxWorld& world, const SandboxGpConnect& gpconnect)
{
    SandboxShare share{"GP Connect consumers", {}, {}};
    for (const auto* practices : {&world.practices, &gpconnect.practices})
        for (const auto& practice : *practices)
            share.practices.push_back(practice.seed.ods);
    for (const auto& consumer : gpconnect.consumers)
        if (consumer.shares)
            share.consumers.push_back(consumer.ods);
    return share;
}

Result<std::string> gpconnect_text(const SandboxFiles& files, const SandboxWorld& world,
                                   const SandboxGpConnect& gpconnect, SandboxSimulators& simulators,
                                   std::uint16_t port)
{
    std::string text;
    for (const auto& practice : gpconnect.practices) {
        auto lines = practice_text(files, practice, simulators, port, practice.seed.options.at("asid"));
        if (!lines)
            return lines;
        text += *lines;
    }
    text += federation_text(gpconnect_share(world, gpconnect)) + client_text(gpconnect.r4_client);
    for (const auto& consumer : gpconnect.consumers) {
        auto lines = consumer_text(files, consumer);
        if (!lines)
            return lines;
        text += *lines;
    }
    return text;
}

} // namespace

Result<void> write_sandbox_config(const SandboxFiles& files, const SandboxWorld& world,
                                  const SandboxGpConnect& gpconnect, SandboxSimulators& simulators,
                                  const SandboxPorts& ports)
{
    std::string practices = "# Invented practices on simulated systems, written anew at every start.\n\n";
    for (const auto& practice : world.practices) {
        auto text = practice_text(files, practice, simulators, ports.suppliers);
        if (!text)
            return std::unexpected(text.error());
        practices += *text;
    }
    for (const auto& federation : world.federations)
        practices += federation_text(federation);
    for (const auto& service : world.services)
        practices += service_text(service);
    for (const auto& consumer : world.consumers)
        practices += client_text(consumer);
    auto more = gpconnect_text(files, world, gpconnect, simulators, ports.suppliers);
    if (!more)
        return std::unexpected(more.error());
    practices += *more;
    if (auto written = files.write("practices.toml", practices); !written)
        return written;
    return files.write("apptgw.toml", gateway_text(ports));
}

} // namespace gateway::cli
