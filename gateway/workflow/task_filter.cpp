// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_filter.hpp"

#include "fhir/model/nhs_number.hpp"
#include "fhir/schema/codes.hpp"
#include "gateway/workflow/task_kinds.hpp"
#include "gateway/workflow/task_shape.hpp"
#include "gateway/workflow/task_status.hpp"

#include <algorithm>
#include <array>

namespace gateway::workflow
{

namespace
{

using fhir::search::Criterion;
using fhir::search::ReferenceValue;
using fhir::search::TaskQuery;
using fhir::search::TokenValue;
using Texts = std::vector<std::string>;

/// The codes of a criterion; nothing where it excludes or leaves the code open.
std::optional<Texts> codes_in(const Criterion& criterion)
{
    Texts codes;
    for (const TokenValue& token : criterion.tokens) {
        if (token.negated || !token.code)
            return std::nullopt;
        codes.push_back(*token.code);
    }
    return codes;
}

std::optional<Texts> organisations_in(const Criterion& criterion)
{
    Texts organisations;
    for (const ReferenceValue& value : criterion.references) {
        organisations.push_back(fhir::search::organisation_of(value));
        if (organisations.back().empty())
            return std::nullopt;
    }
    return organisations;
}

/// Numbers only; whoever is named in another way is found by reading the tasks.
std::optional<Texts> patients_in(const Criterion& criterion)
{
    std::vector<TokenValue> tokens = criterion.tokens;
    for (const ReferenceValue& value : criterion.references) {
        if (!value.identifier)
            return std::nullopt;
        tokens.push_back(*value.identifier);
    }
    Texts patients;
    for (const TokenValue& token : tokens) {
        const auto number = token.code ? fhir::NhsNumber::parse(*token.code) : std::nullopt;
        if (!number)
            return std::nullopt;
        patients.push_back(number->digits());
    }
    return patients;
}

std::optional<Texts> references_in(const Criterion& criterion)
{
    Texts references;
    for (const ReferenceValue& value : criterion.references) {
        if (value.identifier || value.type.empty())
            return std::nullopt;
        references.push_back(value.type + "/" + value.id);
    }
    return references;
}

std::optional<std::vector<store::OwnIdentifier>> identifiers_in(const Criterion& criterion)
{
    std::vector<store::OwnIdentifier> identifiers;
    for (const TokenValue& token : criterion.tokens) {
        if (token.negated || !token.system || token.system->empty() || !token.code)
            return std::nullopt;
        identifiers.push_back({*token.system, *token.code, false});
    }
    return identifiers;
}

/// Whether every status asked for is an end, or none is.
std::optional<bool> asks_for_open(const Texts& statuses)
{
    std::size_t ends = 0;
    for (const std::string& code : statuses)
        if (const auto status = fhir::parse_code<fhir::TaskStatus>(code); status && is_end(*status))
            ++ends;
    if (statuses.empty() || (ends != 0 && ends != statuses.size()))
        return std::nullopt;
    return ends == 0;
}

std::optional<std::vector<std::int64_t>> priorities_in(const Criterion& criterion)
{
    std::vector<std::int64_t> priorities;
    for (const TokenValue& token : criterion.tokens) {
        const auto priority = token.negated || !token.code
                                  ? std::nullopt
                                  : fhir::parse_code<fhir::RequestPriority>(*token.code);
        if (!priority)
            return std::nullopt;
        priorities.push_back(static_cast<std::int64_t>(*priority));
    }
    return priorities;
}

/// Codes of kinds in our own CodeSystem, or in any.
std::optional<Texts> kinds_in(const Criterion& criterion)
{
    Texts kinds;
    for (const TokenValue& token : criterion.tokens) {
        const bool known = !token.negated && token.code && !token.system && kind_of(*token.code);
        if (!known)
            return std::nullopt;
        kinds.push_back(*token.code);
    }
    return kinds;
}

std::optional<std::vector<store::OwnIdentifier>> journeys_in(const Criterion& criterion)
{
    auto journeys = identifiers_in(criterion);
    if (!journeys)
        return std::nullopt;
    for (store::OwnIdentifier& each : *journeys)
        each = journey_key(each.system, each.value);
    return journeys;
}

std::optional<std::vector<store::OwnIdentifier>> parents_in(const Criterion& criterion)
{
    std::vector<store::OwnIdentifier> parents;
    for (const ReferenceValue& value : criterion.references) {
        if (value.identifier || (!value.type.empty() && value.type != "Task"))
            return std::nullopt;
        parents.push_back(parent_key("Task/" + value.id));
    }
    return parents;
}

/// FHIR R4 search.html#prefix, of a moment.
std::optional<store::TimeRange> range_in(const Criterion& criterion)
{
    using enum fhir::search::Prefix;
    if (criterion.dates.size() != 1)
        return std::nullopt;
    const auto& [prefix, range, text] = criterion.dates.front();
    switch (prefix) {
    case eq:
        return store::TimeRange{range.start, range.end};
    case lt:
    case eb:
        return store::TimeRange{std::nullopt, range.start};
    case le:
        return store::TimeRange{std::nullopt, range.end};
    case ge:
        return store::TimeRange{range.start, std::nullopt};
    case gt:
    case sa:
        return store::TimeRange{range.end, std::nullopt};
    case ne:
        break;
    }
    return std::nullopt;
}

void narrow(store::TimeRange& known, const store::TimeRange& by)
{
    if (by.from)
        known.from = std::max(known.from.value_or(*by.from), *by.from);
    if (by.before)
        known.before = std::min(known.before.value_or(*by.before), *by.before);
}

bool is_set(const Texts& column)
{
    return !column.empty();
}
template <class T>
bool is_set(const std::optional<T>& column)
{
    return column.has_value();
}
bool is_set(const std::vector<std::int64_t>& column)
{
    return !column.empty();
}

/// A column takes one criterion; further ones, and what it cannot say, are looked for in the tasks.
template <class Column, class Values>
bool put(Column& column, Values values)
{
    if (!values || is_set(column))
        return false;
    column = std::move(*values);
    return true;
}

bool put_range(store::TimeRange& column, const Criterion& criterion)
{
    const auto range = range_in(criterion);
    if (range)
        narrow(column, *range);
    return range.has_value();
}

bool put_link(store::TaskFilter& filter, std::string_view name, const Criterion& criterion)
{
    if (name == "owner")
        return put(filter.owners, organisations_in(criterion));
    if (name == "requester")
        return put(filter.requesters, organisations_in(criterion));
    if (name == "patient" || name == "subject" || name == "patient.identifier") {
        put(filter.patients, patients_in(criterion));
        return false; // whether the task itself names them is for it to say
    }
    if (name == "focus")
        return put(filter.focus, references_in(criterion));
    if (name == "identifier")
        return put(filter.identifiers, identifiers_in(criterion));
    if (name == "group-identifier")
        return put(filter.identifiers, journeys_in(criterion));
    return name == "part-of" && put(filter.identifiers, parents_in(criterion));
}

/// Whether the column answers the criterion.
bool put_criterion(store::TaskFilter& filter, const Criterion& criterion)
{
    const std::string_view name = criterion.parameter->name;
    if (name == "_id")
        return put(filter.ids, codes_in(criterion));
    if (name == "status")
        return put(filter.statuses, codes_in(criterion));
    if (name == "code")
        return put(filter.kinds, kinds_in(criterion));
    if (name == "priority")
        return put(filter.priorities, priorities_in(criterion));
    if (name == "due")
        return put_range(filter.due, criterion);
    if (name == "authored-on")
        return put_range(filter.authored, criterion);
    if (name == "_lastUpdated")
        return put_range(filter.updated, criterion);
    return put_link(filter, name, criterion);
}

bool put_sort(store::TaskFilter& filter, const fhir::search::Sort& key)
{
    using Column = store::TaskSort::Column;
    constexpr std::array<std::pair<std::string_view, Column>, 5> columns{{{"due", Column::due},
                                                                          {"priority", Column::priority},
                                                                          {"authored-on", Column::authored},
                                                                          {"modified", Column::updated},
                                                                          {"_lastUpdated", Column::updated}}};
    for (const auto& [name, column] : columns)
        if (key.parameter == name) {
            filter.sort.push_back({column, key.descending});
            return true;
        }
    return false;
}

} // namespace

ColumnSearch column_search(const TaskQuery& query)
{
    ColumnSearch search{{}, true};
    for (const Criterion& criterion : query.criteria)
        search.whole = put_criterion(search.filter, criterion) && search.whole;
    for (const fhir::search::Sort& key : query.paging.sort)
        search.whole = put_sort(search.filter, key) && search.whole;
    search.filter.open = asks_for_open(search.filter.statuses);
    return search;
}

} // namespace gateway::workflow
