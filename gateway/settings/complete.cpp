// SPDX-License-Identifier: Apache-2.0
#include "fhir/rest/message.hpp"
#include "gateway/audit/record.hpp"
#include "gateway/identity/keys.hpp"
#include "gateway/messages/address.hpp"
#include "gateway/notify/endpoint.hpp"
#include "gateway/settings/agreed.hpp"
#include "gateway/settings/section_reader.hpp"

#include <algorithm>
#include <cctype>

namespace gateway::settings
{
namespace
{

/// `https://gateway.example.net` of the same with a port.
std::string without_port(std::string_view origin)
{
    const auto host = origin.find("://") + 3;
    const auto bracket = origin.find(']', host); // an IPv6 address has colons of its own
    return std::string(
        origin.substr(0, origin.find(':', bracket == std::string_view::npos ? host : bracket)));
}

/// What the listener of GP Connect has in common with the first one, where it does not say otherwise.
void derive_gpconnect(Settings& settings)
{
    auto& own = settings.gpconnect;
    own.listener.name = "gpconnect";
    own.listener.limits = settings.server.limits;
    own.listener.host_names = settings.server.host_names;
    own.listener.tls.client_certificates = http::ClientCertificates::required;
    if (own.listener.tls.certificate_file.empty()) {
        own.listener.tls.certificate_file = settings.server.tls.certificate_file;
        own.listener.tls.key_file = settings.server.tls.key_file;
    }
    auto& tls = own.listener.tls;
    if (tls.client_ca_file.empty()) {
        tls.client_ca_file = settings.server.tls.client_ca_file;
        if (tls.client_crl_file.empty())
            tls.client_crl_file = settings.server.tls.client_crl_file;
    }
    while (own.public_origin.ends_with('/'))
        own.public_origin.pop_back();
    if (own.public_origin.empty())
        own.public_origin = without_port(fhir::rest::origin_of(settings.public_base_url)) + ":" +
                            std::to_string(own.listener.port);
}

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
    derive_gpconnect(settings);
    const std::string base(fhir::rest::origin_of(settings.public_base_url));
    settings.identity.base_url = settings.public_base_url;
    settings.identity.token_url = base + "/oauth2/token";
    settings.identity.jwks_url = base + "/oauth2/jwks";
    if (settings.identity.issuer.empty())
        settings.identity.issuer = base;
    for (Practice& practice : settings.practices)
        practice.config.identifier_base = base;
}

/// Brings it to lower case, which connections report.
bool is_digest(std::string& text)
{
    for (char& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// The line in a secret's file, without its end.
std::string secret_in(const std::string& file)
{
    std::string text = file.empty() ? std::string() : identity::read_text_file(file, true).value_or("");
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.pop_back();
    return text;
}

bool is_mail_server(const std::string& url)
{
    const auto host = url.starts_with("smtps://") ? 8U : url.starts_with("smtp://") ? 7U : 0U;
    return host > 0 && url.size() > host && url.find_first_of(" /?#@", host) == std::string::npos;
}

template <class Problem>
void complete_messages(messages::MessageSettings& settings, Problem problem)
{
    messages::EmailSettings& email = settings.email;
    if (settings.quiet.from.count() < 0 || settings.quiet.until.count() < 0)
        problem("`quiet_from` and `quiet_until` of [messages] are times such as \"21:00\".");
    if (!email.server.url.empty() && !is_mail_server(email.server.url))
        problem("`url` of [email] is \"smtps://HOST:465\" or \"smtp://HOST:587\", without a user or a path.");
    if (!email.server.url.empty() && !messages::is_email(email.from))
        problem("`from` of [email] is missing, or no address such as \"no-reply@example.org\".");
    if (email.server.user.empty() != email.password_file.empty())
        problem("`user` and `password_file` of [email] go together.");
    if (email.server.url.empty() && (email.to_patients || email.to_teams))
        problem("`url` of [email] is missing: e-mails are to be sent.");
    if (settings.sms.on() && settings.sms.secret_file.empty())
        problem("`secret_file` of [sms] is missing: what is sent there is signed with it.");
    email.server.password = secret_in(email.password_file);
    settings.sms.secret = secret_in(settings.sms.secret_file);
    if (settings.sms.on() && !settings.sms.secret_file.empty() && settings.sms.secret.size() < 16)
        problem("The secret in `secret_file` of [sms] is shorter than 16 characters.");
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
    if (!settings.server.tls.client_crl_file.empty() && settings.server.tls.client_ca_file.empty())
        problem("`tls_client_crl_file` of [server] needs `tls_client_ca_file`: the authorities whose lists "
                "these are.");
    if (settings.management.tls.certificate_file.empty() != settings.management.tls.key_file.empty())
        problem("`tls_certificate_file` and `tls_key_file` of [management] go together.");
    if (settings.gpconnect.listener.tls.certificate_file.empty() !=
        settings.gpconnect.listener.tls.key_file.empty())
        problem("`tls_certificate_file` and `tls_key_file` of [gpconnect] go together.");
    if (settings.gpconnect.offered && settings.gpconnect.listener.tls.client_ca_file.empty() &&
        settings.server.tls.client_ca_file.empty())
        problem(
            "`tls_client_ca_file` of [gpconnect] is missing: its consumers are proved by certificates, which "
            "needs the authorities to check them with.");
    if (settings.search.default_count > settings.search.max_count)
        problem("`default_count` of [search] is larger than `max_count`.");
    for (const auto& federation : settings.federations)
        for (const auto& ods : federation.practices)
            if (!known_practice(settings, ods))
                problem("Federation `" + federation.name + "` names practice " + ods.text() +
                        ", which is not in the practices file.");
    const policy::Agreed agreed{{}, settings.areas, settings.agreements, settings.valves};
    for (std::string& sentence : dangling(settings, agreed))
        problem(std::move(sentence));
    for (const auto& service : settings.services)
        for (const auto& ods : service.practices)
            if (!known_practice(settings, ods))
                problem("Service `" + service.id + "` names practice " + ods.text() +
                        ", which is not in the practices file.");
    for (const auto& type : settings.slot_types)
        for (const auto& ods : type.practices)
            if (!known_practice(settings, ods))
                problem("A [[slot_type]] names practice " + ods.text() +
                        ", which is not in the practices file.");
    if (!audit::is_chain_name(settings.audit.node))
        problem("`node` of [audit] must be 1 to 32 letters, digits and dashes.");
    for (std::string& certificate : settings.bars.proxy_certificates)
        if (!is_digest(certificate))
            problem(
                "`proxy_certificates` of [bars] holds something else than SHA-256 in 64 hexadecimal digits.");
    for (const auto& client : settings.identity.clients)
        for (const std::string& host : client.notify_hosts)
            if (!notify::is_host_entry(host))
                problem(
                    "`notify_hosts` of client `" + client.client_id + "` holds `" + host +
                    "`: a host looks like \"hub.example.org\" or \"hub.example.org:8443\"; any port (*) only "
                    "localhost can have.");
    complete_messages(settings.messages, problem);
    derive(settings);
}

} // namespace gateway::settings
