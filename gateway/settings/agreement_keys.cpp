// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/key_table.hpp"

namespace gateway::settings
{
namespace
{

using policy::Agreement;
using policy::Area;
using policy::Valve;

constexpr ValueRules text{Kind::text, {}, 0, 0};
constexpr ValueRules list{Kind::list, {}, 0, 0};
constexpr ValueRules ods{Kind::ods, {}, 0, 0};
constexpr ValueRules ods_list{Kind::ods_list, {}, 0, 0};
constexpr ValueRules lead{Kind::lead, {}, 0, 0};
constexpr ValueRules date{Kind::date, {}, 0, 0};
constexpr ValueRules slots{Kind::count, {}, 0, 100000};

fhir::OdsCode code(const std::string& checked)
{
    return *fhir::OdsCode::parse(checked);
}

std::vector<fhir::OdsCode> codes(const TextList& checked)
{
    std::vector<fhir::OdsCode> all;
    for (const auto& item : checked)
        all.push_back(code(item));
    return all;
}

std::size_t number(const Value& value)
{
    return static_cast<std::size_t>(value.number);
}

// clang-format off
const Key<Area> area[] = {
    {"area", "ods", ods, required, "ODS code of the ICB, place or PCN.",
     [](Area& a, const Value& v) { a.ods = code(v.text); }},
    {"area", "name", text, required, "Its name, as people know it.",
     [](Area& a, const Value& v) { a.name = v.text; }},
    {"area", "kind", {Kind::choice, "icb|place|pcn", 0, 0}, required, "What it is.",
     [](Area& a, const Value& v) { a.kind = v.text; }},
    {"area", "part_of", ods, "", "The area that it belongs to; what is agreed for that one holds here too, until something nearer says otherwise.",
     [](Area& a, const Value& v) { a.part_of = code(v.text); }},
    {"area", "members", ods_list, "", "ODS codes of the practices and other organisations that belong to it.",
     [](Area& a, const Value& v) { a.members = codes(v.list); }},
};

const Key<Agreement> agreement[] = {
    {"agreement", "id", text, required, "Short name of the agreement: small letters, digits and hyphens. Answers, the audit and commands call it so.",
     [](Agreement& a, const Value& v) { a.id = v.text; }},
    {"agreement", "title", text, required, "Its title, as people know it.",
     [](Agreement& a, const Value& v) { a.title = v.text; }},
    {"agreement", "purpose", text, "direct-care", "What the sharing is for.",
     [](Agreement& a, const Value& v) { a.purpose = v.text; }},
    {"agreement", "practices", ods_list, required, "Who shares: ODS codes of practices, and of areas whose practices all do. What names the practice itself goes before what names its area.",
     [](Agreement& a, const Value& v) { a.sharers = codes(v.list); }},
    {"agreement", "consumers", ods_list, required, "With whom: ODS codes of organisations and areas.",
     [](Agreement& a, const Value& v) { a.users = codes(v.list); }},
    {"agreement", "types", list, "", "For which types of organisation among the consumers, by GP Connect code: gp-practice, urgent-care. It counts what `organisation_type` of their [[client]] or [[gpconnect_consumer]] tables says, never what they say of themselves; where it says nothing the agreement allows nothing, and where several differ all must be listed. Empty: any.",
     [](Agreement& a, const Value& v) { a.types = v.list; }},
    {"agreement", "allows", list, "search,book", "What they may do: search, book, task.",
     [](Agreement& a, const Value& v) { a.uses.clear(); for (const auto& use : v.list) if (const auto known = policy::parse_use(use)) a.uses.push_back(*known); }},
    {"agreement", "refuses", {Kind::flag, {}, 0, 0}, "false", "A no: takes back for these practices and consumers what was agreed for an area.",
     [](Agreement& a, const Value& v) { a.refuses = v.flag; }},
    {"agreement", "sessions", list, "", "Which sessions, by the practice's name for them, with * for any text. Empty shares all.",
     [](Agreement& a, const Value& v) { a.sessions = policy::SessionPatterns(v.list); }},
    {"agreement", "roles", list, "", "Roles of the session's holder, by code or name. Empty shares all.",
     [](Agreement& a, const Value& v) { a.roles = v.list; }},
    {"agreement", "channels", list, "", "Delivery channels: In-person, Telephone, Video. Empty shares all.",
     [](Agreement& a, const Value& v) { a.channels = v.list; }},
    {"agreement", "categories", list, "", "Service categories or types, by code or name. Empty shares all.",
     [](Agreement& a, const Value& v) { a.categories = v.list; }},
    {"agreement", "mapped_only", {Kind::flag, {}, 0, 0}, "false", "Shares no slot whose type is not mapped to a national category ([[slot_type]]); otherwise such slots are shared, and listed by `apptgw slot-type list --unmapped`.",
     [](Agreement& a, const Value& v) { a.mapped_only = v.flag; }},
    {"agreement", "slots_per_session", slots, "", "Most slots that one consumer may have in one session on one UK day.",
     [](Agreement& a, const Value& v) { a.quota.per_session = number(v); }},
    {"agreement", "slots_per_day", slots, "", "Most slots that one consumer may have at one practice on one UK day.",
     [](Agreement& a, const Value& v) { a.quota.per_day = number(v); }},
    {"agreement", "slots_standing", slots, "", "Most slots still to come that one consumer may have at one practice.",
     [](Agreement& a, const Value& v) { a.quota.standing = number(v); }},
    {"agreement", "furthest", lead, "", "How long before a slot it can be booked at the earliest.",
     [](Agreement& a, const Value& v) { a.furthest = policy::Lead::parse(v.text); }},
    {"agreement", "latest", lead, "", "How long before a slot it can be booked at the latest.",
     [](Agreement& a, const Value& v) { a.latest = policy::Lead::parse(v.text); }},
    {"agreement", "embargo", lead, "", "How long before a slot it is shown at all; until then it is kept back.",
     [](Agreement& a, const Value& v) { a.embargo = policy::Lead::parse(v.text); }},
    {"agreement", "returned", lead, "", "How long before a slot it goes back to the practice when nobody has used it.",
     [](Agreement& a, const Value& v) { a.returned = policy::Lead::parse(v.text); }},
    {"agreement", "from", date, "", "First day on which it holds.",
     [](Agreement& a, const Value& v) { a.from = fhir::parse_date(v.text); }},
    {"agreement", "until", date, "", "Last day on which it holds.",
     [](Agreement& a, const Value& v) { a.until = fhir::parse_date(v.text); }},
    {"agreement", "document_sha256", {Kind::sha256, {}, 0, 0}, "", "SHA-256 of the signed document.",
     [](Agreement& a, const Value& v) { a.document_sha256 = v.text; }},
};

const Key<Valve> valve[] = {
    {"valve", "practice", ods, required, "ODS code of the practice.",
     [](Valve& w, const Value& v) { w.practice = code(v.text); }},
    {"valve", "state", {Kind::choice, "open|limited|paused", 0, 0}, required, "Whether organisations other than the practice may book: as agreed, so many an hour, or not at all. Cancelling is always possible.",
     [](Valve& w, const Value& v) { w.state = *policy::parse_valve_state(v.text); }},
    {"valve", "per_hour", {Kind::count, {}, 1, 10000}, "1", "Slots that all of them together may book in any sixty minutes, where it is limited.",
     [](Valve& w, const Value& v) { w.per_hour = number(v); }},
    {"valve", "until", {Kind::moment, {}, 0, 0}, "", "When it opens by itself.",
     [](Valve& w, const Value& v) { w.until = fhir::parse_instant(v.text); }},
    {"valve", "reason", text, "", "Why, shown to whoever asks; nothing about a patient.",
     [](Valve& w, const Value& v) { w.reason = v.text; }},
};
// clang-format on

} // namespace

std::span<const Key<Area>> area_keys()
{
    return area;
}

std::span<const Key<Agreement>> agreement_keys()
{
    return agreement;
}

std::span<const Key<Valve>> valve_keys()
{
    return valve;
}

} // namespace gateway::settings
