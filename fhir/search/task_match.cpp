// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/id.hpp"
#include "fhir/schema/codes.hpp"
#include "fhir/search/match.hpp"
#include "fhir/search/task_query.hpp"

#include <algorithm>

namespace fhir::search
{

namespace
{

bool is_organisation(const Criterion& criterion, const std::optional<Reference>& held)
{
    return held && std::ranges::any_of(criterion.references, [&](const ReferenceValue& wanted) {
               const std::string ods = organisation_of(wanted);
               return fits(wanted, *held, {}) ||
                      (!ods.empty() && held->identifier && (*held->identifier)->value == ods);
           });
}

bool any_reference(const Criterion& criterion, const std::vector<Reference>& held)
{
    return std::ranges::any_of(held, [&](const Reference& each) {
        return std::ranges::any_of(criterion.references,
                                   [&](const ReferenceValue& wanted) { return fits(wanted, each, {}); });
    });
}

bool any_reference(const Criterion& criterion, const std::optional<Reference>& held)
{
    return held && any_reference(criterion, std::vector<Reference>{*held});
}

bool is_patient(const Criterion& criterion, const std::optional<Reference>& held)
{
    if (!criterion.tokens.empty())
        return held && held->identifier && any_token(criterion.tokens, [&](const TokenValue& wanted) {
                   return fits(wanted, std::vector<Identifier>{**held->identifier});
               });
    return any_reference(criterion, held);
}

bool has_code(const Criterion& criterion, std::string_view code)
{
    return any_token(criterion.tokens, [&](const TokenValue& wanted) { return fits_code(wanted, code); });
}

bool has_concept(const Criterion& criterion, const std::vector<CodeableConcept>& held)
{
    return any_token(criterion.tokens, [&](const TokenValue& wanted) { return fits(wanted, held); });
}

bool has_concept(const Criterion& criterion, const std::optional<CodeableConcept>& held)
{
    return has_concept(criterion, held ? std::vector{*held} : std::vector<CodeableConcept>());
}

bool at_moment(const Criterion& criterion, const std::optional<DateTime>& held)
{
    return held && std::ranges::any_of(criterion.dates,
                                       [&](const DateValue& wanted) { return wanted.matches(held->at); });
}

bool in_period(const Criterion& criterion, const std::optional<Period>& held)
{
    if (!held || !held->start)
        return false;
    const Instant end = held->end ? held->end->at : Instant::max() - std::chrono::hours(24);
    return std::ranges::any_of(criterion.dates, [&](const DateValue& wanted) {
        return wanted.matches(Interval{held->start->at, end});
    });
}

std::optional<DateTime> due_of(const Task& task)
{
    return task.restriction && task.restriction->period ? task.restriction->period->end : std::nullopt;
}

/// Who is concerned and what it leads to.
std::optional<bool> holds_of_links(const Criterion& criterion, const Task& task)
{
    const std::string_view name = criterion.parameter->name;
    if (name == "owner")
        return is_organisation(criterion, task.owner);
    if (name == "requester")
        return is_organisation(criterion, task.requester);
    if (name == "patient" || name == "subject" || name == "patient.identifier")
        return is_patient(criterion, task.for_);
    if (name == "focus")
        return any_reference(criterion, task.focus);
    if (name == "based-on")
        return any_reference(criterion, task.based_on);
    if (name == "part-of")
        return any_reference(criterion, task.part_of);
    return std::nullopt;
}

std::optional<bool> holds_of_codes(const Criterion& criterion, const Task& task)
{
    const std::string_view name = criterion.parameter->name;
    if (name == "_id")
        return has_code(criterion, task.id.value_or(""));
    if (name == "status")
        return has_code(criterion, code_text(task.status));
    if (name == "priority")
        return has_code(criterion, code_text(task.priority.value_or(RequestPriority::routine)));
    if (name == "intent")
        return has_code(criterion, code_text(task.intent));
    if (name == "code")
        return has_concept(criterion, task.code);
    if (name == "business-status")
        return has_concept(criterion, task.business_status);
    if (name == "performer")
        return has_concept(criterion, task.performer_type);
    if (name == "identifier")
        return any_token(criterion.tokens,
                         [&](const TokenValue& wanted) { return fits(wanted, task.identifier); });
    if (name == "group-identifier")
        return any_token(criterion.tokens, [&](const TokenValue& wanted) {
            return fits(wanted, task.group_identifier ? std::vector{*task.group_identifier}
                                                      : std::vector<Identifier>());
        });
    return std::nullopt;
}

bool holds_of_times(const Criterion& criterion, const Task& task, Instant updated)
{
    const std::string_view name = criterion.parameter->name;
    if (name == "authored-on")
        return at_moment(criterion, task.authored_on);
    if (name == "modified")
        return at_moment(criterion, task.last_modified);
    if (name == "due")
        return at_moment(criterion, due_of(task));
    if (name == "period")
        return in_period(criterion, task.execution_period);
    return std::ranges::any_of(criterion.dates,
                               [&](const DateValue& wanted) { return wanted.matches(updated); });
}

/// What a key sorts by; tasks without it come last.
std::int64_t sort_value(const Task& task, const Sort& key)
{
    if (key.parameter == "priority")
        return static_cast<std::int64_t>(task.priority.value_or(RequestPriority::routine));
    std::optional<DateTime> moment = task.last_modified;
    if (key.parameter == "authored-on")
        moment = task.authored_on;
    if (key.parameter == "due")
        moment = due_of(task);
    return moment ? moment->at.time_since_epoch().count() : Instant::max().time_since_epoch().count();
}

} // namespace

std::string organisation_of(const ReferenceValue& value)
{
    const bool by_identifier = value.identifier && value.identifier->code;
    if (by_identifier && value.identifier->system &&
        !same_system(*value.identifier->system, ods_organisation_system))
        return {};
    const std::string& text = by_identifier ? *value.identifier->code : value.id;
    if (const auto practice = by_identifier ? std::nullopt : PracticeId::parse(text))
        return practice->ods.text();
    const auto ods = OdsCode::parse(text);
    return ods ? ods->text() : std::string();
}

bool matches(const TaskQuery& query, const Task& task, Instant updated)
{
    return std::ranges::all_of(query.criteria, [&](const Criterion& criterion) {
        if (const auto linked = holds_of_links(criterion, task))
            return *linked;
        if (const auto coded = holds_of_codes(criterion, task))
            return *coded;
        return holds_of_times(criterion, task, updated);
    });
}

bool comes_before(const Task& left, const Task& right, const std::vector<Sort>& keys)
{
    for (const Sort& key : keys) {
        const auto a = sort_value(left, key), b = sort_value(right, key);
        if (a != b)
            return (a < b) != key.descending;
    }
    return left.id < right.id;
}

} // namespace fhir::search
