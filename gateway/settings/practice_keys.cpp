// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/key_table.hpp"
#include "gateway/slot_types/national_category.hpp"

namespace gateway::settings
{
namespace
{

constexpr ValueRules text{Kind::text, {}, 0, 0};
constexpr ValueRules file{Kind::file, {}, 0, 0};
constexpr ValueRules secret_file{Kind::secret_file, {}, 0, 0};
constexpr ValueRules url{Kind::url, {}, 0, 0};
constexpr ValueRules ods{Kind::ods, {}, 0, 0};
constexpr ValueRules ods_list{Kind::ods_list, {}, 0, 0};
constexpr ValueRules limit{Kind::duration, {}, 100, 300000};

fhir::OdsCode code(const std::string& checked)
{
    return *fhir::OdsCode::parse(checked);
}

std::vector<fhir::OdsCode> codes(const TextList& checked)
{
    std::vector<fhir::OdsCode> list;
    for (const auto& item : checked)
        list.push_back(code(item));
    return list;
}

std::string lower_case(std::string word)
{
    for (char& c : word)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return word;
}

// clang-format off
const Key<Practice> practice[] = {
    {"practice", "ods", ods, required, "ODS code of the practice.",
     [](Practice& p, const Value& v) { p.config.ods = code(v.text); p.endpoint.name = v.text; }},
    {"practice", "name", text, required, "Its name, as people know it.",
     [](Practice& p, const Value& v) { p.config.name = v.text; }},
    {"practice", "phone", text, "", "Its telephone number.",
     [](Practice& p, const Value& v) { p.phone = v.text; }},
    {"practice", "system", text, required, "The supplier system it runs: bars, emis, gpconnect, fhir_r4, microtest, tpp or vision.",
     [](Practice& p, const Value& v) { p.system = v.text; }},
    {"practice", "base_url", url, required, "Where that system's API is; the path is put before every call.",
     [](Practice& p, const Value& v) { p.endpoint.base_url = v.text; }},
    {"practice", "ca_file", file, "", "PEM of the authorities trusted for it; empty takes the system's.",
     [](Practice& p, const Value& v) { p.endpoint.ca_file = v.text; }},
    {"practice", "certificate_file", file, "", "PEM chain of our client certificate.",
     [](Practice& p, const Value& v) { p.endpoint.certificate_file = v.text; }},
    {"practice", "key_file", secret_file, "", "PEM private key of that certificate.",
     [](Practice& p, const Value& v) { p.endpoint.key_file = v.text; }},
    {"practice", "search_identity_file", secret_file, "", "Link credential used for searching, where the system needs one.",
     [](Practice& p, const Value& v) { p.search_identity = adapters::PatientLink{v.text}; }},
    {"practice", "asid", text, "", "ASID that GP Connect consumers call it by (Ssp-To); empty: they may use any.",
     [](Practice& p, const Value& v) { p.asid = v.text; }},
    {"practice", "public_sessions", {Kind::list, {}, 0, 0}, "", "Sessions whose free slots are published to anybody at $bulk-publish, by the practice's name for them, with * for any text. Empty publishes none.",
     [](Practice& p, const Value& v) { p.public_sessions = policy::SessionPatterns(v.list); }},
    {"practice", "deliver_tasks", {Kind::flag, {}, 0, 0}, "false", "Whether messages, hub outcomes, follow-up actions and prescription requests of others are also put into that system, where it takes them; each task stays in the inbox with a note of what became of it.",
     [](Practice& p, const Value& v) { p.deliver_tasks = v.flag; }},
    {"practice", "max_in_flight", {Kind::count, {}, 1, 1000}, "8", "Calls to the practice at the same time.",
     [](Practice& p, const Value& v) { p.endpoint.max_in_flight = static_cast<std::size_t>(v.number); }},
    {"practice", "connect_limit", limit, "2s", "Time to connect.",
     [](Practice& p, const Value& v) { p.endpoint.connect_limit = v.duration; }},
    {"practice", "read_limit", limit, "3s", "Time for a call that reads.",
     [](Practice& p, const Value& v) { p.config.read_limit = v.duration; }},
    {"practice", "write_limit", limit, "8s", "Time for a call that books, amends or cancels.",
     [](Practice& p, const Value& v) { p.config.write_limit = v.duration; }},
    {"practice", "max_response_size", {Kind::size, {}, 1024, 256 << 20}, "8 MiB", "Longest answer taken from it.",
     [](Practice& p, const Value& v) { p.endpoint.max_response_bytes = static_cast<std::size_t>(v.number); }},
    {"practice", "breaker_failures", {Kind::count, {}, 1, 1000}, "5", "Failures in a row after which calls pause.",
     [](Practice& p, const Value& v) { p.endpoint.breaker_failures = static_cast<unsigned>(v.number); }},
    {"practice", "breaker_open_for", limit, "10s", "How long they pause before one is tried.",
     [](Practice& p, const Value& v) { p.endpoint.breaker_open_for = v.duration; }},
};

const Key<policy::Federation> federation[] = {
    {"federation", "name", text, required, "Name of the federation.",
     [](policy::Federation& f, const Value& v) { f.name = v.text; }},
    {"federation", "practices", ods_list, required, "ODS codes of the practices whose slots are shared.",
     [](policy::Federation& f, const Value& v) { f.practices = codes(v.list); }},
    {"federation", "consumers", ods_list, required, "ODS codes of the organisations that may search and book them.",
     [](policy::Federation& f, const Value& v) { f.consumers = codes(v.list); }},
};

const Key<slot_types::SlotType> slot_type[] = {
    {"slot_type", "names", {Kind::list, {}, 0, 0}, required, "What practices call such slots or their sessions, with * for any text: \"GP F2F\", \"Tel*\".",
     [](slot_types::SlotType& t, const Value& v) { t.names = v.list; t.patterns = policy::SessionPatterns(v.list); }},
    {"slot_type", "practices", ods_list, "", "ODS codes of the practices whose words these are. Empty: all; a row that names the practice goes before.",
     [](slot_types::SlotType& t, const Value& v) { t.practices = codes(v.list); }},
    {"slot_type", "category", {Kind::choice, slot_types::category_choices(), 0, 0}, "", "National category of appointment, which slots show beside the practice's own.",
     [](slot_types::SlotType& t, const Value& v) { t.category = v.text; }},
    {"slot_type", "channel", {Kind::choice, "In-person|Telephone|Video", 0, 0}, "", "UK Core delivery channel, where the practice's system names none.",
     [](slot_types::SlotType& t, const Value& v) { t.channel = v.text; }},
    {"slot_type", "role", text, "", "SDS job role code of who holds such sessions: R0260 for a general practitioner.",
     [](slot_types::SlotType& t, const Value& v) { t.role = v.text; }},
};

const Key<workflow::Rung> escalation[] = {
    {"escalation", "kind", {Kind::choice, workflow::kind_choices(), 0, 0}, "", "Kind of task; none: of every kind that has no rungs of its own. At its due time a task is marked overdue and rises one priority whatever stands here.",
     [](workflow::Rung& r, const Value& v) { r.kind = v.text; }},
    {"escalation", "after", {Kind::duration, {}, 0, 90LL * 24 * 3600 * 1000}, required, "How long it must have been overdue; then it rises one more priority and is the team's.",
     [](workflow::Rung& r, const Value& v) { r.after = std::chrono::duration_cast<std::chrono::minutes>(v.duration); }},
    {"escalation", "to", text, "owner", "Whose team: owner, requester, or the ODS code of another organisation, which must have agreements with both.",
     [](workflow::Rung& r, const Value& v) { r.to = v.text; }},
    {"escalation", "team", text, required, "The team of that organisation that holds it from then on; never a person.",
     [](workflow::Rung& r, const Value& v) { r.team = v.text; }},
};

const Key<messages::MessageText> message[] = {
    {"message", "about", {Kind::choice, messages::about_choices, 0, 0}, required, "What it tells.",
     [](messages::MessageText& m, const Value& v) { m.about = *messages::about_of(v.text); }},
    {"message", "medium", {Kind::choice, "email|sms", 0, 0}, "email", "How. Teams have e-mails only.",
     [](messages::MessageText& m, const Value& v) { m.medium = v.text == "sms" ? messages::Medium::sms : messages::Medium::email; }},
    {"message", "subject", text, "", "Subject of an e-mail. Placeholders as in text.",
     [](messages::MessageText& m, const Value& v) { m.subject = v.text; }},
    {"message", "text", text, required, "In the place of our own words. To patients: {date} {time} {place} {phone}; to teams: {kind} {team} {due} {priority} {task}. There is no placeholder for anything clinical.",
     [](messages::MessageText& m, const Value& v) { m.text = v.text; }},
};

const Key<messages::TeamAddress> team_address[] = {
    {"team_address", "ods", ods, required, "ODS code of the organisation.",
     [](messages::TeamAddress& t, const Value& v) { t.organisation = code(v.text).text(); }},
    {"team_address", "team", text, "", "The team, as tasks name it; none: every team of the organisation that has no row of its own.",
     [](messages::TeamAddress& t, const Value& v) { t.team = v.text; }},
    {"team_address", "email", text, required, "Where its e-mails go: an address of the team, never a person's own.",
     [](messages::TeamAddress& t, const Value& v) { t.email = v.text; }},
};

const Key<policy::BookableService> service[] = {
    {"service", "id", text, required, "Service id of the Directory of Services, which BaRS senders address.",
     [](policy::BookableService& s, const Value& v) { s.id = v.text; }},
    {"service", "name", text, required, "Its name, as people know it.",
     [](policy::BookableService& s, const Value& v) { s.name = v.text; }},
    {"service", "practices", ods_list, required, "ODS codes of the practices whose slots it offers; several for a hub.",
     [](policy::BookableService& s, const Value& v) { s.practices = codes(v.list); }},
    {"service", "sessions", {Kind::list, {}, 0, 0}, "", "Which of their sessions, by the practice's name for them, with * for any text: \"Extended access\", \"GP*\". Empty offers all.",
     [](policy::BookableService& s, const Value& v) { s.sessions = policy::SessionPatterns(v.list); }},
    {"service", "use_cases", {Kind::list, {}, 0, 0}, "a7t1", "BaRS use-case codes that it accepts.",
     [](policy::BookableService& s, const Value& v) { s.use_cases = v.list; }},
    {"service", "bookings", {Kind::flag, {}, 0, 0}, "true", "Whether it takes bookings.",
     [](policy::BookableService& s, const Value& v) { s.bookings = v.flag; }},
    {"service", "referrals", {Kind::flag, {}, 0, 0}, "false", "Whether it takes referrals: each becomes a Task in an inbox.",
     [](policy::BookableService& s, const Value& v) { s.referrals = v.flag; }},
    {"service", "referral_owner", ods, "", "ODS code of the organisation whose inbox they come into; empty takes the service's practice, where it is one.",
     [](policy::BookableService& s, const Value& v) { s.referral_owner = code(v.text).text(); }},
    {"service", "referral_team", text, "Reception", "The team of that organisation that holds them; never a person.",
     [](policy::BookableService& s, const Value& v) { s.referral_team = v.text; }},
};

const Key<identity::Client> client[] = {
    {"client", "client_id", text, required, "Name the client uses in its assertions.",
     [](identity::Client& c, const Value& v) { c.client_id = v.text; }},
    {"client", "ods", ods, required, "ODS code of the organisation it acts for.",
     [](identity::Client& c, const Value& v) { c.ods = code(v.text); }},
    {"client", "name", text, required, "Name of that organisation.",
     [](identity::Client& c, const Value& v) { c.name = v.text; }},
    {"client", "organisation_type", text, "", "GP Connect organisation type code, such as urgent-care. Agreements may be for some types only.",
     [](identity::Client& c, const Value& v) { c.organisation_type = v.text; }},
    {"client", "phone", text, "", "Telephone number of that organisation.",
     [](identity::Client& c, const Value& v) { c.organisation_phone = v.text; }},
    {"client", "scope", text, required, "Scopes it may have, such as \"system/Slot.rs system/Appointment.crus\"; of patients who log in with an issuer, \"patient/Slot.rs patient/Appointment.rs\".",
     [](identity::Client& c, const Value& v) { c.scopes = identity::parse_scopes(v.text); }},
    {"client", "jwks_file", file, "", "Its public keys as a JWK Set.",
     [](identity::Client& c, const Value& v) { c.jwks_file = v.text; }},
    {"client", "jwks_url", url, "", "Where it publishes them; instead of jwks_file.",
     [](identity::Client& c, const Value& v) { c.jwks_url = v.text; }},
    {"client", "certificate_sha256", {Kind::sha256, {}, 0, 0}, "", "Client certificate that all its connections must use.",
     [](identity::Client& c, const Value& v) { c.certificate_sha256 = v.text; }},
    {"client", "may_override", {Kind::flag, {}, 0, 0}, "false", "Whether it may book against window, embargo, quota or valve by giving a reason, which is audited; never where no agreement lets it book.",
     [](identity::Client& c, const Value& v) { c.may_override = v.flag; }},
    {"client", "notify_hosts", {Kind::list, {}, 0, 0}, "", "Hosts that its subscriptions may have notifications sent to, with a port where it is not 443: \"hub.example.org\", \"hub.example.org:8443\". \"localhost:*\" is any port of this machine, for trials; no other host can have that. Empty: it can subscribe to nothing.",
     [](identity::Client& c, const Value& v) { c.notify_hosts = v.list; }},
    {"client", "notify_full_resource", {Kind::flag, {}, 0, 0}, "false", "Whether whole resources may be sent there, with what identifies patients, and not only ids.",
     [](identity::Client& c, const Value& v) { c.notify_full_resource = v.flag; }},
};

const Key<identity::ExternalIssuer> issuer[] = {
    {"issuer", "issuer", url, required, "Exact `iss` of its tokens.",
     [](identity::ExternalIssuer& i, const Value& v) { i.issuer = v.text; }},
    {"issuer", "audience", text, required, "What `aud` of its tokens must name.",
     [](identity::ExternalIssuer& i, const Value& v) { i.audience = v.text; }},
    {"issuer", "jwks_file", file, "", "Its public keys as a JWK Set.",
     [](identity::ExternalIssuer& i, const Value& v) { i.jwks_file = v.text; }},
    {"issuer", "jwks_url", url, "", "Where it publishes them; instead of jwks_file.",
     [](identity::ExternalIssuer& i, const Value& v) { i.jwks_url = v.text; }},
};

const Key<identity::SpineConsumer> gpconnect_consumer[] = {
    {"gpconnect_consumer", "certificate_sha256", {Kind::sha256, {}, 0, 0}, required, "The client certificate that proves it; one may prove several, as behind a proxy.",
     [](identity::SpineConsumer& c, const Value& v) { c.certificate_sha256 = lower_case(v.text); }},
    {"gpconnect_consumer", "asid", text, required, "Its ASID (Ssp-From), which tells consumers with one certificate apart.",
     [](identity::SpineConsumer& c, const Value& v) { c.asid = v.text; }},
    {"gpconnect_consumer", "ods", ods, required, "ODS code of the organisation; sharing goes by it.",
     [](identity::SpineConsumer& c, const Value& v) { c.ods = code(v.text); }},
    {"gpconnect_consumer", "name", text, required, "Name of that organisation.",
     [](identity::SpineConsumer& c, const Value& v) { c.name = v.text; }},
    {"gpconnect_consumer", "organisation_type", text, "", "GP Connect organisation type code, such as urgent-care. Agreements may be for some types only; the type that its requests name is no proof.",
     [](identity::SpineConsumer& c, const Value& v) { c.organisation_type = v.text; }},
    {"gpconnect_consumer", "phone", text, "", "Telephone number of that organisation.",
     [](identity::SpineConsumer& c, const Value& v) { c.phone = v.text; }},
};
// clang-format on

} // namespace

std::span<const Key<Practice>> practice_keys()
{
    return practice;
}

std::span<const Key<policy::Federation>> federation_keys()
{
    return federation;
}

std::span<const Key<slot_types::SlotType>> slot_type_keys()
{
    return slot_type;
}

std::span<const Key<workflow::Rung>> escalation_keys()
{
    return escalation;
}

std::span<const Key<messages::MessageText>> message_keys()
{
    return message;
}

std::span<const Key<messages::TeamAddress>> team_address_keys()
{
    return team_address;
}

std::span<const Key<policy::BookableService>> service_keys()
{
    return service;
}

std::span<const Key<identity::Client>> client_keys()
{
    return client;
}

std::span<const Key<identity::ExternalIssuer>> issuer_keys()
{
    return issuer;
}

std::span<const Key<identity::SpineConsumer>> gpconnect_consumer_keys()
{
    return gpconnect_consumer;
}

} // namespace gateway::settings
