// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/key_table.hpp"

#include <array>

namespace gateway::settings
{
namespace
{

using http::ClientCertificates;
using observability::Level;

constexpr ValueRules text{Kind::text, {}, 0, 0};
constexpr ValueRules file{Kind::file, {}, 0, 0};
constexpr ValueRules secret_file{Kind::secret_file, {}, 0, 0};
constexpr ValueRules path{Kind::path, {}, 0, 0};
constexpr ValueRules url{Kind::url, {}, 0, 0};
constexpr ValueRules port{Kind::port, {}, 0, 65535};
constexpr ValueRules list{Kind::list, {}, 0, 0};
constexpr ValueRules flag{Kind::flag, {}, 0, 0};

constexpr ValueRules count(std::int64_t least, std::int64_t most)
{
    return {Kind::count, {}, least, most};
}

/// In milliseconds.
constexpr ValueRules duration(std::int64_t least, std::int64_t most)
{
    return {Kind::duration, {}, least, most};
}

constexpr ValueRules size(std::int64_t least, std::int64_t most)
{
    return {Kind::size, {}, least, most};
}

constexpr std::int64_t second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

ClientCertificates client_certificates(const std::string& word)
{
    if (word == "required")
        return ClientCertificates::required;
    return word == "optional" ? ClientCertificates::optional : ClientCertificates::none;
}

Level level(const std::string& word)
{
    if (word == "debug")
        return Level::debug;
    if (word == "warning")
        return Level::warning;
    return word == "error" ? Level::error : Level::info;
}

/// What is none is found by complete().
std::chrono::minutes time_of_day(const std::string& written)
{
    return messages::parse_time_of_day(written).value_or(std::chrono::minutes(-1));
}

std::size_t bytes(const Value& value)
{
    return static_cast<std::size_t>(value.number);
}

// clang-format off
const Key<Settings> keys[] = {
    {"server", "address", text, "127.0.0.1", "Address the FHIR listener binds to; \"0.0.0.0\" or \"::\" for all.",
     [](Settings& s, const Value& v) { s.server.address = v.text; }},
    {"server", "port", port, "8443", "Port of the FHIR listener; 0 takes any free port.",
     [](Settings& s, const Value& v) { s.server.port = static_cast<std::uint16_t>(v.number); }},
    {"server", "public_base_url", url, required, "Base URL of the FHIR API as clients see it; also the audience of access tokens.",
     [](Settings& s, const Value& v) { s.public_base_url = v.text; }},
    {"server", "host_names", list, "", "Host names requests may name; empty accepts any.",
     [](Settings& s, const Value& v) { s.server.host_names = v.list; }},
    {"server", "tls_certificate_file", file, required, "PEM chain of the server certificate, leaf first.",
     [](Settings& s, const Value& v) { s.server.tls.certificate_file = v.text; }},
    {"server", "tls_key_file", secret_file, required, "PEM private key of that certificate.",
     [](Settings& s, const Value& v) { s.server.tls.key_file = v.text; }},
    {"server", "tls_client_ca_file", file, "", "PEM of the authorities that sign client certificates.",
     [](Settings& s, const Value& v) { s.server.tls.client_ca_file = v.text; }},
    {"server", "tls_client_crl_file", file, "", "PEM revocation lists of those authorities, one in date for each: whoever they revoke is refused, and everybody once a list is out of date. Read again with the certificates; empty asks none.",
     [](Settings& s, const Value& v) { s.server.tls.client_crl_file = v.text; }},
    {"server", "tls_client_certificates", {Kind::choice, "none|optional|required", 0, 0}, "none", "Whether clients show a certificate.",
     [](Settings& s, const Value& v) { s.server.tls.client_certificates = client_certificates(v.text); }},
    {"server", "threads", count(0, 256), "0", "Worker threads; 0 means one per core.",
     [](Settings& s, const Value& v) { s.threads = static_cast<unsigned>(v.number); }},
    {"server", "drain", duration(0, 10 * minute), "20s", "How long running requests may finish when stopping.",
     [](Settings& s, const Value& v) { s.drain = v.duration; }},
    {"server", "max_header_size", size(1024, 1 << 20), "16 KiB", "All header fields of a request together.",
     [](Settings& s, const Value& v) { s.server.limits.max_header_bytes = bytes(v); }},
    {"server", "max_target_size", size(1024, 1 << 20), "16 KiB", "Path and query of a request.",
     [](Settings& s, const Value& v) { s.server.limits.max_target_bytes = bytes(v); }},
    {"server", "max_body_size", size(1024, 64 << 20), "1 MiB", "Body of a request.",
     [](Settings& s, const Value& v) { s.server.limits.max_body_bytes = bytes(v); }},
    {"server", "max_connections", count(1, 1000000), "15000", "Open connections; more are refused.",
     [](Settings& s, const Value& v) { s.server.limits.max_connections = bytes(v); }},
    {"server", "max_connections_per_address", count(0, 1000000), "1000", "Open connections from one address; more are closed at once. 0 does not limit, as behind a balancer that hides addresses.",
     [](Settings& s, const Value& v) { s.server.limits.max_connections_per_address = bytes(v); }},
    {"server", "handshake_limit", duration(100, 10 * minute), "10s", "Time for the TLS handshake.",
     [](Settings& s, const Value& v) { s.server.limits.handshake_limit = v.duration; }},
    {"server", "header_limit", duration(100, 10 * minute), "10s", "Time for a request's header to arrive.",
     [](Settings& s, const Value& v) { s.server.limits.header_limit = v.duration; }},
    {"server", "body_limit", duration(100, 10 * minute), "30s", "Time for a request's body to arrive.",
     [](Settings& s, const Value& v) { s.server.limits.body_limit = v.duration; }},
    {"server", "idle_limit", duration(100, hour), "75s", "How long an idle connection stays open.",
     [](Settings& s, const Value& v) { s.server.limits.idle_limit = v.duration; }},
    {"server", "write_limit", duration(100, 10 * minute), "30s", "Time for a client to take an answer.",
     [](Settings& s, const Value& v) { s.server.limits.write_limit = v.duration; }},

    {"management", "address", text, "127.0.0.1", "Address of the listener for health and metrics.",
     [](Settings& s, const Value& v) { s.management.address = v.text; }},
    {"management", "port", port, "9443", "Its port; 0 takes any free port.",
     [](Settings& s, const Value& v) { s.management.port = static_cast<std::uint16_t>(v.number); }},
    {"management", "tls_certificate_file", file, "", "PEM chain; empty takes the server's certificate and key.",
     [](Settings& s, const Value& v) { s.management.tls.certificate_file = v.text; }},
    {"management", "tls_key_file", secret_file, "", "PEM private key of that certificate.",
     [](Settings& s, const Value& v) { s.management.tls.key_file = v.text; }},

    {"gpconnect", "port", port, "", "Port of the listener for GP Connect consumers, who must show a client certificate; 0 takes any free port. Without it there is no such listener.",
     [](Settings& s, const Value& v) { s.gpconnect.offered = true; s.gpconnect.listener.port = static_cast<std::uint16_t>(v.number); }},
    {"gpconnect", "address", text, "127.0.0.1", "Address it binds to.",
     [](Settings& s, const Value& v) { s.gpconnect.listener.address = v.text; }},
    {"gpconnect", "public_origin", url, "", "Scheme, host and port as consumers see them; empty takes the host of public_base_url with this port.",
     [](Settings& s, const Value& v) { s.gpconnect.public_origin = v.text; }},
    {"gpconnect", "tls_certificate_file", file, "", "PEM chain; empty takes the server's certificate and key.",
     [](Settings& s, const Value& v) { s.gpconnect.listener.tls.certificate_file = v.text; }},
    {"gpconnect", "tls_key_file", secret_file, "", "PEM private key of that certificate.",
     [](Settings& s, const Value& v) { s.gpconnect.listener.tls.key_file = v.text; }},
    {"gpconnect", "tls_client_ca_file", file, "", "PEM of the authorities that sign the consumers' certificates; empty takes the server's.",
     [](Settings& s, const Value& v) { s.gpconnect.listener.tls.client_ca_file = v.text; }},
    {"gpconnect", "tls_client_crl_file", file, "", "PEM revocation lists of those authorities; empty takes the server's where the authorities are the server's too.",
     [](Settings& s, const Value& v) { s.gpconnect.listener.tls.client_crl_file = v.text; }},
    {"gpconnect", "if_match_required", flag, "false", "Whether an amendment or cancellation without If-Match is refused.",
     [](Settings& s, const Value& v) { s.gpconnect.if_match_required = v.flag; }},

    {"directory", "practices_file", path, "practices.toml", "The practices file.",
     [](Settings&, const Value&) {}},

    {"store", "path", path, "apptgw.db", "Database file (SQLite); its directory must exist.",
     [](Settings& s, const Value& v) { s.store.path = v.text; }},
    {"store", "key_file", secret_file, required, "Key that encrypts what identifies patients. Losing it loses that data.",
     [](Settings& s, const Value& v) { s.store.key_file = v.text; }},

    {"search", "deadline", duration(100, 5 * minute), "3s", "Time for a whole slot search; practices that miss it are named in the answer.",
     [](Settings& s, const Value& v) { s.search.deadline = v.duration; }},
    {"search", "book_lifetime", duration(0, hour), "30s", "How long a practice's slots, once read, answer further searches.",
     [](Settings& s, const Value& v) { s.search.book_lifetime = v.duration; }},
    {"search", "max_window", duration(day, 28 * day), "28d", "Longest stretch of time one search may ask for, in whole days.",
     [](Settings& s, const Value& v) { s.search.max_window = std::chrono::duration_cast<std::chrono::days>(v.duration); }},
    {"search", "max_parallel_practices", count(1, 10000), "64", "Practices one search asks at the same time.",
     [](Settings& s, const Value& v) { s.search.max_parallel_practices = bytes(v); }},
    {"search", "cursor_lifetime", duration(second, day), "5min", "How long the next page of a search can be fetched.",
     [](Settings& s, const Value& v) { s.search.cursor_lifetime = v.duration; }},
    {"search", "max_cursors", count(1, 1000000), "10000", "Searches whose further pages are kept.",
     [](Settings& s, const Value& v) { s.search.max_cursors = bytes(v); }},
    {"search", "default_count", count(1, 500), "50", "Slots on a page when the request does not say.",
     [](Settings& s, const Value& v) { s.search.default_count = bytes(v); }},
    {"search", "max_count", count(1, 500), "500", "Most slots on a page.",
     [](Settings& s, const Value& v) { s.search.max_count = bytes(v); }},

    {"booking", "answer_limit", duration(second, 5 * minute), "10s", "A write whose outcome is unknown by then is answered 504 and settled.",
     [](Settings& s, const Value& v) { s.booking.answer_limit = v.duration; }},
    {"booking", "settle_every", duration(100, hour), "1s", "How often unsettled bookings are looked at.",
     [](Settings& s, const Value& v) { s.booking.settle_every = v.duration; }},
    {"booking", "settle_attempts", count(1, 1000), "20", "How often a practice is read back about one write before a person must look.",
     [](Settings& s, const Value& v) { s.booking.settle_attempts = v.number; }},
    {"booking", "idempotency_lifetime", duration(7 * day, 366 * day), "7d", "How long an Idempotency-Key answers as it did first.",
     [](Settings& s, const Value& v) { s.booking.idempotency_lifetime = std::chrono::duration_cast<std::chrono::hours>(v.duration); }},
    {"booking", "hold_lifetime", duration(10 * second, day), "5min", "How long a slot stays held (an Appointment in status pending) before it is free again.",
     [](Settings& s, const Value& v) { s.booking.hold_lifetime = v.duration; }},
    {"booking", "hold_quota", count(1, 10000), "50", "Most slots one organisation may hold at a time.",
     [](Settings& s, const Value& v) { s.booking.hold_quota = bytes(v); }},
    {"booking", "offer_lifetime", duration(10 * second, day), "15min", "How long a slot that became free is kept for whoever is next on the waiting list.",
     [](Settings& s, const Value& v) { s.booking.offer_lifetime = v.duration; }},
    {"booking", "waitlist_every", duration(second, day), "1min", "How often practices are looked at for slots that somebody waits for; what is given back through the gateway is offered at once.",
     [](Settings& s, const Value& v) { s.booking.waitlist_every = v.duration; }},
    {"booking", "waitlist_quota", count(1, 5000), "200", "Most appointments of one organisation on the waiting list.",
     [](Settings& s, const Value& v) { s.booking.waitlist_quota = bytes(v); }},
    {"booking", "watch_every", duration(0, day), "5min", "How often each practice's book is looked through for what the practice changed itself; \"0s\" never.",
     [](Settings& s, const Value& v) { s.booking.watch_every = v.duration; }},
    {"booking", "watch_calls", count(1, 10000), "30", "Most calls to one practice in such a look; what is left has its turn in the next.",
     [](Settings& s, const Value& v) { s.booking.watch_calls = bytes(v); }},

    {"identity", "issuer", url, "", "Issuer of access tokens made here; empty takes scheme and host of public_base_url.",
     [](Settings& s, const Value& v) { s.identity.issuer = v.text; }},
    {"identity", "token_signing_key_file", secret_file, required, "PEM private key (EC P-256) that signs access tokens.",
     [](Settings& s, const Value& v) { s.identity.token_signing_key_file = v.text; }},
    {"identity", "token_lifetime", duration(30 * second, 300 * second), "5min", "How long an access token is valid.",
     [](Settings& s, const Value& v) { s.identity.token_lifetime = std::chrono::duration_cast<std::chrono::seconds>(v.duration); }},
    {"identity", "leeway", duration(0, 5 * minute), "60s", "How far the clocks of others may be off.",
     [](Settings& s, const Value& v) { s.identity.leeway = std::chrono::duration_cast<std::chrono::seconds>(v.duration); }},
    {"identity", "max_cached_tokens", count(16, 1000000), "20000", "Verified tokens kept in memory.",
     [](Settings& s, const Value& v) { s.identity.max_cached_tokens = bytes(v); }},
    {"identity", "key_fetch_ca_file", file, "", "PEM of the authorities trusted when fetching jwks_url; empty takes the system's.",
     [](Settings& s, const Value& v) { s.identity.key_fetch_ca_file = v.text; }},

    {"bars", "answer_limit", duration(second, 30 * second), "4800ms", "Time for an answer on the BaRS face; senders give up after 5 s. A booking whose outcome is unknown by then is answered 408 and settled.",
     [](Settings& s, const Value& v) { s.bars.answer_limit = v.duration; }},
    {"bars", "proxy_certificates", list, "", "SHA-256 of the client certificates of the national proxy: its requests need no access token, the organisation is the one its headers name. They come over the FHIR listener, with tls_client_certificates.",
     [](Settings& s, const Value& v) { s.bars.proxy_certificates = v.list; }},

    {"workflow", "referral_due", duration(minute, 90 * day), "24h", "By when a referral must have come to an end. Sooner where the referral itself says so.",
     [](Settings& s, const Value& v) { s.workflow.referral_due.routine = std::chrono::duration_cast<std::chrono::minutes>(v.duration); }},
    {"workflow", "referral_due_urgent", duration(minute, 90 * day), "4h", "The same for those above routine priority.",
     [](Settings& s, const Value& v) { s.workflow.referral_due.urgent = std::chrono::duration_cast<std::chrono::minutes>(v.duration); }},
    {"workflow", "team", text, "Appointments", "The team that holds the tasks that the gateway raises itself, at whichever organisation has booked.",
     [](Settings& s, const Value& v) { s.workflow.team = v.text; }},
    {"workflow", "escalate_every", duration(second, hour), "30s", "How often tasks are looked for that are overdue or go one rung up ([[escalation]] of the practices file).",
     [](Settings& s, const Value& v) { s.workflow.escalate_every = v.duration; }},

    {"notify", "ca_file", file, "", "PEM of the authorities trusted when notifications are sent to subscribers; empty takes the system's.",
     [](Settings& s, const Value& v) { s.notify.ca_file = v.text; }},
    {"notify", "private_addresses", flag, "false", "Whether subscribers may be at addresses of private networks, as on a network of the NHS, or of this machine.",
     [](Settings& s, const Value& v) { s.notify.private_addresses = v.flag; }},
    {"notify", "subscriptions_per_client", count(1, 100000), "100", "Most subscriptions of one client.",
     [](Settings& s, const Value& v) { s.notify.subscriptions_per_client = bytes(v); }},
    {"notify", "first_pause", duration(10, hour), "1s", "How long a subscription pauses after a notification that failed; each further time twice as long, at most ten minutes.",
     [](Settings& s, const Value& v) { s.notify.first_pause = v.duration; }},
    {"notify", "give_up_after", duration(hour, 30 * day), "24h", "After failures for that long a subscription is in error, and what waited for it is dead.",
     [](Settings& s, const Value& v) { s.notify.give_up_after = std::chrono::duration_cast<std::chrono::hours>(v.duration); }},
    {"notify", "keep", duration(hour, 365 * day), "7d", "How long a subscriber can ask for events that it has had.",
     [](Settings& s, const Value& v) { s.notify.keep = std::chrono::duration_cast<std::chrono::hours>(v.duration); }},
    {"notify", "replays_per_minute", count(1, 1000000), "1000", "Most deliveries that operators may have sent again in a minute.",
     [](Settings& s, const Value& v) { s.notify.replays_per_minute = v.number; }},

    {"messages", "quiet_from", text, "21:00", "From when on no patient is written to, by UK clocks; what is due then waits. The same as quiet_until: there are no quiet hours.",
     [](Settings& s, const Value& v) { s.messages.quiet.from = time_of_day(v.text); }},
    {"messages", "quiet_until", text, "08:00", "Until when.",
     [](Settings& s, const Value& v) { s.messages.quiet.until = time_of_day(v.text); }},

    {"email", "url", text, "", "The mail server: \"smtps://HOST:465\" (TLS from the first byte) or \"smtp://HOST:587\" (STARTTLS, without which nothing is sent). Empty sends no e-mails.",
     [](Settings& s, const Value& v) { s.messages.email.server.url = v.text; }},
    {"email", "user", text, "", "Name to log in with; empty does not log in.",
     [](Settings& s, const Value& v) { s.messages.email.server.user = v.text; }},
    {"email", "password_file", secret_file, "", "File with its password.",
     [](Settings& s, const Value& v) { s.messages.email.password_file = v.text; }},
    {"email", "ca_file", file, "", "PEM of the authorities trusted for the mail server; empty takes the system's.",
     [](Settings& s, const Value& v) { s.messages.email.server.ca_file = v.text; }},
    {"email", "from", text, "", "Address that e-mails come from.",
     [](Settings& s, const Value& v) { s.messages.email.from = v.text; }},
    {"email", "from_name", text, "", "Name beside it.",
     [](Settings& s, const Value& v) { s.messages.email.from_name = v.text; }},
    {"email", "to_patients", flag, "false", "Whether patients whose booking names an e-mail address are told when an appointment is booked, moved or cancelled: date, time, place and a number to call, nothing clinical.",
     [](Settings& s, const Value& v) { s.messages.email.to_patients = v.flag; }},
    {"email", "to_teams", flag, "false", "Whether teams with a [[team_address]] of the practices file are told when a task becomes theirs, or is overdue.",
     [](Settings& s, const Value& v) { s.messages.email.to_teams = v.flag; }},

    {"sms", "url", url, "", "Where text messages to patients are POSTed as JSON (`id`, `to`, `text`), signed like notifications, for whoever sends them on. For patients whose booking names a mobile number, and no e-mail address where e-mails go to patients. Empty sends none.",
     [](Settings& s, const Value& v) { s.messages.sms.url = v.text; }},
    {"sms", "ca_file", file, "", "PEM of the authorities trusted there; empty takes the system's.",
     [](Settings& s, const Value& v) { s.messages.sms.ca_file = v.text; }},
    {"sms", "secret_file", secret_file, "", "File with the secret that signs them; needed where there is a url.",
     [](Settings& s, const Value& v) { s.messages.sms.secret_file = v.text; }},

    {"audit", "node", text, "node-a", "Name of this node's audit chain: letters, digits and dashes, at most 32; another one for every node.",
     [](Settings& s, const Value& v) { s.audit.node = v.text; }},
    {"audit", "signing_key_file", secret_file, "", "PEM private key (Ed25519) that signs the audit trail; the gateway does not start without it. `openssl genpkey -algorithm ed25519 -out FILE` makes one.",
     [](Settings& s, const Value& v) { s.audit.signing_key_file = v.text; }},
    {"audit", "keep", duration(0, 36600 * day), "0s", "How long records of the audit trail are kept; \"0s\" for ever. What is purged leaves a signed anchor.",
     [](Settings& s, const Value& v) { if (v.duration.count() > 0) s.audit.keep = std::chrono::duration_cast<std::chrono::hours>(v.duration); }},

    {"limits", "client_per_second", count(0, 1000000), "200", "Requests of one client in a second; 0 does not limit. Writes may use the last tenth of a burst, reading may not.",
     [](Settings& s, const Value& v) { s.limits.client.permits = v.number; }},
    {"limits", "client_burst", count(1, 10000000), "1000", "Requests it may send at once after a quiet time.",
     [](Settings& s, const Value& v) { s.limits.client.burst = v.number; }},
    {"limits", "organisation_per_second", count(0, 1000000), "400", "The same for an organisation, over all of its clients.",
     [](Settings& s, const Value& v) { s.limits.organisation.permits = v.number; }},
    {"limits", "organisation_burst", count(1, 10000000), "2000", "Requests it may send at once after a quiet time.",
     [](Settings& s, const Value& v) { s.limits.organisation.burst = v.number; }},
    {"limits", "practice_per_second", count(0, 1000000), "600", "Requests in a second about one practice, of all organisations together; more than one organisation may send, or it alone keeps the others out. Cancelling is not counted.",
     [](Settings& s, const Value& v) { s.limits.practice.permits = v.number; }},
    {"limits", "practice_burst", count(1, 10000000), "3000", "Requests about it at once after a quiet time.",
     [](Settings& s, const Value& v) { s.limits.practice.burst = v.number; }},
    {"limits", "patient_lookups_per_minute", count(0, 1000000), "600", "Patients an organisation may look up in a minute; as many at once after a quiet time.",
     [](Settings& s, const Value& v) { s.limits.patient_lookups = {v.number, std::chrono::minutes(1), std::max<std::int64_t>(v.number, 1)}; }},
    {"limits", "failed_lookup_cost", count(1, 1000), "5", "As how many look-ups one counts that finds nobody, and a booking for somebody nobody knows.",
     [](Settings& s, const Value& v) { s.limits.failed_lookup_cost = v.number; }},
    {"limits", "lookup_alarm_percent", count(1, 100), "50", "From 30 look-ups in ten minutes on that find nobody: the share of all at which the log and `apptgw_abuse_alarms_total` tell of it.",
     [](Settings& s, const Value& v) { s.limits.lookup_alarm.percent = v.number; }},
    {"limits", "quick_cancel", duration(0, day), "10min", "A booking that is cancelled sooner than this counts as booked and cancelled at once; holds that are let go do not.",
     [](Settings& s, const Value& v) { s.limits.quick_cancel = v.duration; }},
    {"limits", "hoarding_alarm_percent", count(1, 100), "50", "From 20 such of one organisation at one practice in an hour on: the share of what it booked there at which log, audit trail and `apptgw_abuse_alarms_total` tell of it.",
     [](Settings& s, const Value& v) { s.limits.hoarding_alarm.percent = v.number; }},
    {"limits", "refuse_hoarders", flag, "false", "Whether such an organisation may then book nothing more at that practice until the hour is over.",
     [](Settings& s, const Value& v) { s.limits.refuse_hoarders = v.flag; }},
    {"limits", "max_lag", duration(10, minute), "250ms", "How late a worker may run before it refuses searches with 503; bookings at one and a half times that, cancellations and reading back at two and a half times.",
     [](Settings& s, const Value& v) { s.limits.load.max_lag = v.duration; }},
    {"limits", "max_in_flight", count(1, 10000000), "8000", "The same for requests that are being answered.",
     [](Settings& s, const Value& v) { s.limits.load.max_in_flight = v.number; }},
    {"limits", "max_store_queue", count(1, 10000000), "2000", "The same for writes that wait for the disk.",
     [](Settings& s, const Value& v) { s.limits.load.max_store_queue = v.number; }},
    {"limits", "failed_logins_per_minute", count(0, 1000000), "30", "Logins that fail, for one address and for one client, before further ones are answered 429 and no longer recorded one by one. Who proves who they are is let in all the same.",
     [](Settings& s, const Value& v) { s.limits.failed_logins = {v.number, std::chrono::minutes(1), std::max<std::int64_t>(v.number, 1)}; }},

    {"log", "level", {Kind::choice, "debug|info|warning|error", 0, 0}, "info", "Lines below this level are not written.",
     [](Settings& s, const Value& v) { s.log.level = level(v.text); }},
};
// clang-format on

} // namespace

std::span<const Key<Settings>> gateway_keys()
{
    return keys;
}

} // namespace gateway::settings
