// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/search/audit_query.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/audit_shape.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/searchset.hpp"
#include "gateway/faces/r4_face.hpp"

#include <algorithm>
#include <charconv>

/// The audit trail for those it concerns: a practice sees what was done to its
/// book, everybody what they did.
namespace gateway::faces::r4
{

namespace
{

using fhir::ErrorKind;
using fhir::search::Criterion;
using fhir::search::Prefix;

/// The code of the one identifier with that system that a criterion asks for.
fhir::Result<std::string> identifier_in(const Criterion& criterion, std::string_view system)
{
    const auto& values = criterion.references;
    const auto& token = values.empty() ? std::nullopt : values.front().identifier;
    if (values.size() != 1 || !token || !token->system || !token->code ||
        !fhir::same_system(*token->system, system))
        return fhir::fail(ErrorKind::value_invalid,
                          "Give one value as " + std::string(criterion.parameter->name) +
                              ":identifier=" + std::string(system) + "|….",
                          "http." + std::string(criterion.parameter->name));
    return *token->code;
}

fhir::Result<void> ask_patient(audit::Question& question, const Criterion& criterion)
{
    const auto code = identifier_in(criterion, fhir::nhs_number_system);
    if (!code)
        return std::unexpected(code.error());
    const auto number = fhir::NhsNumber::parse(*code);
    if (!number)
        return std::unexpected(fhir::Error(ErrorKind::nhs_number_invalid).at("http.patient"));
    question.patient = number->digits();
    return {};
}

fhir::Result<void> ask_entity(audit::Question& question, const Criterion& criterion)
{
    const auto& values = criterion.references;
    const std::string type =
        values.size() == 1 && !values.front().type.empty() ? values.front().type : "Appointment";
    const bool known = type == "Appointment" || type == "Task" || type == "Basic"; // Basic: a calendar feed
    if (values.size() != 1 || values.front().id.empty() || !known)
        return fhir::fail(ErrorKind::value_invalid, "Give one Appointment/<id> or Task/<id>.",
                          "http." + std::string(criterion.parameter->name));
    question.entity = type + "/" + values.front().id;
    return {};
}

/// A bound that the store narrows by; what is finer is filtered afterwards.
void ask_date(audit::Question& question, const fhir::search::DateValue& date)
{
    using enum Prefix;
    if (date.prefix == ge || date.prefix == eq || date.prefix == gt || date.prefix == sa)
        question.from = std::max(question.from.value_or(date.range.start), date.range.start);
    if (date.prefix == le || date.prefix == eq || date.prefix == lt || date.prefix == eb)
        question.before = std::min(question.before.value_or(date.range.end), date.range.end);
}

fhir::Result<audit::Question> question_of(const Context& context, const fhir::search::ParsedQuery& query)
{
    audit::Question question{context.caller->ods.text()};
    for (const Criterion& criterion : query.criteria) {
        const auto name = criterion.parameter->name;
        fhir::Result<void> asked;
        if (name == "patient") {
            asked = ask_patient(question, criterion);
        } else if (name == "entity" || name == "target") {
            asked = ask_entity(question, criterion);
        } else if (name == "agent") {
            const auto code = identifier_in(criterion, fhir::ods_organisation_system);
            if (!code)
                return std::unexpected(code.error());
            question.agent = *code;
        }
        if (!asked)
            return std::unexpected(asked.error());
        for (const auto& date : criterion.dates)
            ask_date(question, date);
    }
    return question;
}

bool has_code(const Criterion& criterion, std::string_view code)
{
    return std::ranges::any_of(criterion.tokens, [&](const fhir::search::TokenValue& token) {
        return (!token.code || *token.code == code) != token.negated;
    });
}

bool fits(const fhir::search::ParsedQuery& query, const fhir::AuditEvent& event)
{
    return std::ranges::all_of(query.criteria, [&](const Criterion& criterion) {
        const auto name = criterion.parameter->name;
        if (name == "subtype")
            return has_code(criterion, event.subtype.front().code->text);
        if (name == "action")
            return has_code(criterion, event.action->text);
        if (name == "outcome")
            return has_code(criterion, event.outcome->text);
        return std::ranges::all_of(criterion.dates,
                                   [&](const auto& date) { return date.matches(event.recorded); });
    });
}

std::string_view origin_of_base(const Context& context)
{
    return fhir::rest::origin_of(context.base_url);
}

/// Whose appointment it was is for the practice, and for who did it.
bool may_know_patient(const Context& context, const audit::AuditRecord& record)
{
    const auto& own = context.caller->ods.text();
    return record.practice == own || record.agent == own;
}

/// The trail may hold more than one search reads.
fhir::Error not_all_of(std::size_t limit)
{
    fhir::Error error(ErrorKind::too_costly,
                      "Only the newest " + std::to_string(limit) +
                          " records of this stretch of time were looked at.",
                      "http.date");
    error.advise("Ask for less at a time: two bounds of date, an entity or a patient.");
    return error;
}

struct Search
{
    fhir::search::ParsedQuery query;
    std::vector<audit::FoundEntry> found;
    Searchset result;
};

Awaitable<fhir::Result<Search>> search_trail(const Context& context, const R4Services& services,
                                             const fhir::search::Vocabulary& vocabulary)
{
    Search search;
    auto parameters = context.parameters;
    const auto offset = take_offset(parameters);
    if (!offset)
        co_return std::unexpected(offset.error());
    auto query = fhir::search::parse_audit_query(vocabulary, parameters, context.prefer.handling,
                                                 &search.result.notes);
    if (!query)
        co_return std::unexpected(query.error());
    auto question = question_of(context, *query);
    if (!question)
        co_return std::unexpected(question.error());
    if (services.audit_finder == nullptr)
        co_return fhir::fail(ErrorKind::not_implemented);
    const std::size_t limit = question->limit;
    auto found = co_await services.audit_finder->find(std::move(*question));
    if (!found)
        co_return std::unexpected(found.error());
    if (found->size() >= limit)
        search.result.notes.push_back(not_all_of(limit));
    search.found = std::move(*found);
    search.query = std::move(*query);
    search.result.type = vocabulary.resource_type;
    search.result.pages = context.pages;
    search.result.used = search.query.used;
    search.result.paging = search.query.paging;
    search.result.offset = *offset;
    search.result.id = adapters::new_uuid(services.clock, services.random);
    search.result.made = services.clock.now();
    co_return search;
}

/// `<chain>.<sequence>`, as `to_audit_event` makes it.
std::optional<audit::Place> place_of(std::string_view id)
{
    constexpr std::size_t most_digits = 12;
    const auto dot = id.rfind('.');
    if (dot == std::string_view::npos || id.size() - dot - 1 > most_digits)
        return std::nullopt;
    audit::Place place{std::string(id.substr(0, dot))};
    const auto [end, wrong] = std::from_chars(id.data() + dot + 1, id.data() + id.size(), place.sequence);
    if (wrong != std::errc() || end != id.data() + id.size() || place.sequence < 1)
        return std::nullopt;
    return place;
}

/// The record of that id, where it concerns the caller; all others do not exist for it.
Awaitable<fhir::Result<audit::FoundEntry>> find_record(const Context& context, const R4Services& services)
{
    auto place = place_of(context.destination.id);
    if (!place)
        co_return fhir::fail(ErrorKind::not_found);
    if (services.audit_finder == nullptr)
        co_return fhir::fail(ErrorKind::not_implemented);
    audit::Question question{context.caller->ods.text()};
    question.place = std::move(*place);
    auto found = co_await services.audit_finder->find(std::move(question));
    if (!found)
        co_return std::unexpected(found.error());
    if (found->empty())
        co_return fhir::fail(ErrorKind::not_found);
    co_return std::move(found->front());
}

/// Nothing that was recorded ever has another.
template <class Resource>
Version only_version(const Resource& record)
{
    return {fhir::codec::to_json(record), "1", record.recorded};
}

} // namespace

Answered read_audit_event(const Context& context, const R4Services& services)
{
    const auto found = co_await find_record(context, services);
    if (!found)
        co_return std::unexpected(found.error());
    const bool with_patient = may_know_patient(context, found->entry.record);
    co_return read_answer(context,
                          only_version(to_audit_event(*found, with_patient, origin_of_base(context))));
}

Answered read_provenance(const Context& context, const R4Services& services)
{
    const auto found = co_await find_record(context, services);
    if (!found)
        co_return std::unexpected(found.error());
    if (!made_a_version(found->entry.record))
        co_return fhir::fail(ErrorKind::not_found);
    co_return read_answer(context, only_version(to_provenance(*found, origin_of_base(context))));
}

Answered search_audit_events(const Context& context, const R4Services& services)
{
    auto search = co_await search_trail(context, services, fhir::search::audit_event_vocabulary());
    if (!search)
        co_return std::unexpected(search.error());
    const auto options = options_of(search->query.paging);
    for (const auto& found : search->found) {
        const auto event =
            to_audit_event(found, may_know_patient(context, found.entry.record), origin_of_base(context));
        if (fits(search->query, event))
            search->result.matches.push_back(
                {"AuditEvent/" + *event.id, fhir::codec::to_json(event, options)});
    }
    co_return searchset_answer(context, std::move(search->result));
}

Answered search_provenance(const Context& context, const R4Services& services)
{
    auto search = co_await search_trail(context, services, fhir::search::provenance_vocabulary());
    if (!search)
        co_return std::unexpected(search.error());
    const auto options = options_of(search->query.paging);
    for (const auto& found : search->found) {
        if (!made_a_version(found.entry.record))
            continue;
        const auto made = to_provenance(found, origin_of_base(context));
        search->result.matches.push_back({"Provenance/" + *made.id, fhir::codec::to_json(made, options)});
    }
    co_return searchset_answer(context, std::move(search->result));
}

} // namespace gateway::faces::r4
