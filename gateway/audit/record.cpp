// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/record.hpp"

#include "gateway/audit/fields.hpp"
#include "gateway/identity/crypto.hpp"

#include <algorithm>
#include <array>

namespace gateway::audit
{

namespace
{

constexpr std::string_view version_1 = "1";
constexpr std::size_t patient_hash_bytes = 32;

constexpr std::array<std::string_view, 7> event_names = {
    "access", "decision", "write", "login_failure", "export", "supplier_call", "configuration"};
constexpr std::array<std::string_view, 4> outcome_names = {"ok", "refused", "failed", "unknown"};

template <class E, std::size_t N>
std::optional<E> named(const std::array<std::string_view, N>& names, std::string_view name)
{
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<E>(found - names.begin());
}

} // namespace

std::string_view to_text(Event event)
{
    return event_names[static_cast<std::size_t>(event)];
}

std::string_view to_text(Outcome outcome)
{
    return outcome_names[static_cast<std::size_t>(outcome)];
}

bool is_chain_name(std::string_view name)
{
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    return !name.empty() && name.size() <= 32 && name.find_first_not_of(allowed) == std::string_view::npos;
}

std::string canonical(const Entry& entry)
{
    const AuditRecord& record = entry.record;
    return FieldWriter(version_1)
        .add("chain", entry.chain)
        .add("seq", entry.sequence)
        .add("at", fhir::to_utc_text(record.at))
        .add("event", to_text(record.event))
        .add("outcome", to_text(record.outcome))
        .add("via", record.via)
        .add("action", record.action)
        .add("status", std::int64_t{record.status})
        .add("reason", record.reason)
        .add("agent", record.agent)
        .add("client", record.client)
        .add("user", record.user)
        .add("type", record.type)
        .add("id", record.id)
        .add("version", record.version)
        .add("practice", record.practice)
        .add("practices", record.practices)
        .add("request", record.request)
        .add("override", std::string_view(record.override_used ? "yes" : ""))
        .add("patient", identity::to_hex(record.patient_hash))
        .take();
}

std::optional<Entry> parse_canonical(std::string_view text)
{
    const FieldReader fields(text);
    const auto sequence = fields.number("seq"), status = fields.number("status"),
               practices = fields.number("practices");
    const auto at = fhir::parse_instant(fields.text("at"));
    const auto event = named<Event>(event_names, fields.text("event"));
    const auto outcome = named<Outcome>(outcome_names, fields.text("outcome"));
    const auto patient = identity::from_hex(fields.text("patient"));
    if (!sequence || !status || !practices || !at || !event || !outcome || !patient)
        return std::nullopt;
    Entry entry{fields.text("chain"), *sequence, {}};
    AuditRecord& record = entry.record;
    record.at = *at;
    record.event = *event;
    record.outcome = *outcome;
    record.via = fields.text("via");
    record.action = fields.text("action");
    record.status = static_cast<unsigned>(*status);
    record.reason = fields.text("reason");
    record.agent = fields.text("agent");
    record.client = fields.text("client");
    record.user = fields.text("user");
    record.type = fields.text("type");
    record.id = fields.text("id");
    record.version = fields.text("version");
    record.practice = fields.text("practice");
    record.practices = *practices;
    record.request = fields.text("request");
    record.override_used = fields.text("override") == "yes";
    record.patient_hash = *patient;
    const bool whole =
        (patient->empty() || patient->size() == patient_hash_bytes) && is_chain_name(entry.chain);
    if (!whole || canonical(entry) != text)
        return std::nullopt;
    return entry;
}

} // namespace gateway::audit
