// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/parameter.hpp"

#include "fhir/model/id.hpp"
#include "fhir/search/suggestion.hpp"

#include <algorithm>
#include <array>

namespace fhir::search
{

namespace
{

constexpr std::array<ParameterInfo, 2> common{{
    {"_id", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Resource-id",
     "Ids, comma-separated.", no_modifier},
    {"_lastUpdated", SearchParamType::date, "http://hl7.org/fhir/SearchParameter/Resource-lastUpdated",
     "When the gateway last saw a change.", no_modifier},
}};

/// A name as sent, taken apart.
struct Name
{
    const ParameterInfo* parameter = nullptr;
    std::string modifier;
};

class Reader
{
public:
    Reader(const Vocabulary& vocabulary, Handling handling, std::vector<Error>* warnings)
        : vocabulary_(vocabulary), handling_(handling), warnings_(warnings)
    {}

    Result<void> take(const RawParameter& raw);
    ParsedQuery finish() { return std::move(query_); }

private:
    Result<void> take_control(const RawParameter& raw, bool& known);
    Result<void> take_filter(const RawParameter& raw);
    Result<void> take_include(const RawParameter& raw, bool reverse);
    Result<void> take_count(const RawParameter& raw);
    Result<void> take_sort(const RawParameter& raw);
    Result<void> take_summary(const RawParameter& raw);
    Result<void> take_total(const RawParameter& raw);
    void take_elements(const RawParameter& raw);
    Result<void> refuse(Error error);
    Error unknown_name(std::string_view name) const;

    Name resolve(std::string_view name) const;
    bool takes(const ParameterInfo& parameter, std::string_view modifier) const;
    Result<void> read_values(Criterion& criterion, const std::string& modifier,
                             const RawParameter& raw) const;
    void keep(std::string name, std::string value)
    {
        query_.used.push_back({std::move(name), std::move(value)});
    }

    const Vocabulary& vocabulary_;
    Handling handling_;
    std::vector<Error>* warnings_;
    ParsedQuery query_;
};

const ParameterInfo* find(std::span<const ParameterInfo> rows, std::string_view name)
{
    const auto row = std::ranges::find(rows, name, &ParameterInfo::name);
    return row == rows.end() ? nullptr : &*row;
}

/// `schedule:Schedule.actor` says the same as `schedule.actor`: the schedule of a slot can be nothing else.
std::string canonical_name(std::string_view name)
{
    constexpr std::string_view spelled_out = "schedule:Schedule.";
    if (name.starts_with(spelled_out))
        return "schedule." + std::string(name.substr(spelled_out.size()));
    return std::string(name);
}

/// Under lenient handling what is not offered is left out and said; under strict handling it ends the search.
Result<void> Reader::refuse(Error error)
{
    if (handling_ == Handling::strict)
        return std::unexpected(std::move(error));
    if (warnings_)
        warnings_->push_back(std::move(error));
    return {};
}

Name Reader::resolve(std::string_view name) const
{
    for (const auto rows :
         {vocabulary_.parameters, vocabulary_.chains, std::span<const ParameterInfo>(common)})
        if (const ParameterInfo* row = find(rows, name))
            return {row, {}};
    const auto colon = name.rfind(':');
    if (colon == std::string_view::npos || name.find('.', colon) != std::string_view::npos)
        return {};
    Name base = resolve(name.substr(0, colon));
    if (!base.modifier.empty())
        return {};
    base.modifier = name.substr(colon + 1);
    return base;
}

bool Reader::takes(const ParameterInfo& parameter, std::string_view modifier) const
{
    if (modifier.empty())
        return true;
    if (modifier == "not")
        return parameter.modifiers & may_negate;
    if (modifier == "exact" || modifier == "contains")
        return parameter.modifiers & may_be_exact;
    if (modifier == "identifier")
        return parameter.modifiers & may_be_logical;
    return (parameter.modifiers & may_be_typed) && modifier[0] >= 'A' && modifier[0] <= 'Z';
}

Error Reader::unknown_name(std::string_view name) const
{
    Error error(ErrorKind::unknown_parameter,
                std::string(vocabulary_.resource_type) + " cannot be searched by " + printable(name) + ".",
                path_of(printable(name)));
    std::vector<std::string_view> names;
    for (const auto rows :
         {vocabulary_.parameters, vocabulary_.chains, std::span<const ParameterInfo>(common)})
        for (const ParameterInfo& row : rows)
            names.push_back(row.name);
    const auto nearest = nearest_name(name, names);
    if (!nearest.empty())
        error.advise("Did you mean " + std::string(nearest) + "?", Remedy::caller);
    else
        error.advise("The capability statement at /metadata lists what can be searched.", Remedy::caller);
    return error;
}

Result<void> Reader::take(const RawParameter& raw)
{
    bool known = true;
    auto control = take_control(raw, known);
    return known ? control : take_filter(raw);
}

Result<void> Reader::take_control(const RawParameter& raw, bool& known)
{
    const std::string& name = raw.name;
    if (name == "_include" || name == "_include:iterate" || name == "_include:recurse")
        return take_include(raw, false);
    if (name == "_revinclude" || name == "_revinclude:iterate")
        return take_include(raw, true);
    if (name == "_count")
        return take_count(raw);
    if (name == "_sort")
        return take_sort(raw);
    if (name == "_summary")
        return take_summary(raw);
    if (name == "_total")
        return take_total(raw);
    if (name == "_elements")
        take_elements(raw);
    else if (name == "_format" || name == "_pretty")
        keep(name, raw.value);
    else
        known = false;
    return {};
}

Result<void> Reader::take_filter(const RawParameter& raw)
{
    const std::string name = canonical_name(raw.name);
    const Name resolved = resolve(name);
    if (!resolved.parameter)
        return refuse(unknown_name(raw.name));
    if (!takes(*resolved.parameter, resolved.modifier))
        return refuse(Error(ErrorKind::unknown_parameter,
                            std::string(resolved.parameter->name) + " does not take the modifier " +
                                printable(resolved.modifier) + ".",
                            path_of(printable(raw.name))));
    Criterion criterion;
    criterion.parameter = resolved.parameter;
    auto read = read_values(criterion, resolved.modifier, raw);
    if (!read)
        return read.error().kind() == ErrorKind::unknown_parameter ? refuse(read.error()) : read;
    std::string value = raw.value;
    if (!criterion.dates.empty()) {
        value = criterion.dates.front().text;
        for (std::size_t i = 1; i < criterion.dates.size(); ++i)
            value += "," + criterion.dates[i].text;
    }
    keep(name, std::move(value));
    query_.criteria.push_back(std::move(criterion));
    return {};
}

Result<ReferenceValue> read_reference(const std::string& part, const std::string& modifier,
                                      std::string_view name)
{
    if (modifier == "identifier") {
        auto token = parse_token(part, name);
        if (!token)
            return std::unexpected(token.error());
        ReferenceValue logical;
        logical.identifier = std::move(*token);
        return logical;
    }
    auto literal = parse_reference(part, name);
    if (!literal || modifier.empty())
        return literal;
    if (!literal->type.empty() && literal->type != modifier)
        return fail(ErrorKind::invariant,
                    "The modifier of " + std::string(name) + " and the type in its value differ.",
                    path_of(name));
    literal->type = modifier;
    return literal;
}

StringValue read_string(std::string part, const std::string& modifier)
{
    const auto mode = modifier == "exact"      ? StringValue::Mode::exact
                      : modifier == "contains" ? StringValue::Mode::contains
                                               : StringValue::Mode::prefix;
    return {mode, std::move(part)};
}

template <class T>
Result<void> add(std::vector<T>& values, Result<T> value)
{
    if (!value)
        return std::unexpected(value.error());
    values.push_back(std::move(*value));
    return {};
}

Result<TokenValue> read_token(const std::string& part, const std::string& modifier, std::string_view name)
{
    auto token = parse_token(part, name);
    if (token && modifier == "not")
        token->negated = true;
    return token;
}

Result<void> read_value(Criterion& criterion, const std::string& part, const std::string& modifier)
{
    const std::string_view name = criterion.parameter->name;
    if (part.empty())
        return fail(ErrorKind::value_invalid, std::string(name) + " has an empty value.", path_of(name));
    switch (criterion.parameter->type) {
    case SearchParamType::date:
        return add(criterion.dates, parse_date_value(part, name));
    case SearchParamType::reference:
        return add(criterion.references, read_reference(part, modifier, name));
    case SearchParamType::string:
        return add(criterion.strings, Result<StringValue>(read_string(part, modifier)));
    default:
        return add(criterion.tokens, read_token(part, modifier, name));
    }
}

Result<void> Reader::read_values(Criterion& criterion, const std::string& modifier,
                                 const RawParameter& raw) const
{
    for (const std::string& part : split_or(raw.value)) {
        auto read = read_value(criterion, part, modifier);
        if (!read)
            return read;
    }
    return {};
}

/// `Slot:schedule`, `Schedule:actor:Location`.
Include split_include(std::string_view text)
{
    Include include;
    const auto first = text.find(':');
    include.source = text.substr(0, first);
    if (first == std::string_view::npos)
        return include;
    const auto second = text.find(':', first + 1);
    include.parameter =
        text.substr(first + 1, second == std::string_view::npos ? second : second - first - 1);
    if (second != std::string_view::npos)
        include.target = text.substr(second + 1);
    return include;
}

Result<void> Reader::take_include(const RawParameter& raw, bool reverse)
{
    Include include = split_include(raw.value);
    const auto offered = reverse ? vocabulary_.rev_includes : vocabulary_.includes;
    const std::string without_target = include.source + ":" + include.parameter;
    if (std::ranges::find(offered, raw.value) == offered.end() &&
        std::ranges::find(offered, without_target) == offered.end()) {
        Error error(ErrorKind::unknown_parameter,
                    "A search for " + std::string(vocabulary_.resource_type) + " cannot include " +
                        printable(raw.value) + ".",
                    path_of(raw.name));
        const auto nearest = nearest_name(raw.value, {offered.begin(), offered.end()});
        if (!nearest.empty())
            error.advise("Did you mean " + std::string(nearest) + "?", Remedy::caller);
        return refuse(std::move(error));
    }
    include.iterate = raw.name.find(':') != std::string::npos;
    include.reverse = reverse;
    const char* const name = reverse ? "_revinclude" : "_include";
    keep(include.iterate ? std::string(name) + ":iterate" : name, raw.value);
    query_.includes.push_back(std::move(include));
    return {};
}

Result<void> Reader::take_count(const RawParameter& raw)
{
    const bool digits =
        !raw.value.empty() && std::ranges::all_of(raw.value, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits)
        return fail(ErrorKind::value_invalid, "_count is not a whole number from 0.", "http._count");
    // Above the maximum it is reduced silently, however long the number is.
    const std::size_t wanted = raw.value.size() <= 9 ? std::stoul(raw.value) : max_count;
    if (wanted == 0)
        query_.paging.summary = Paging::Summary::count;
    query_.paging.count = std::min(wanted, max_count);
    keep("_count", std::to_string(*query_.paging.count));
    return {};
}

std::string sorting_advice(std::span<const std::string_view> sorts)
{
    std::string list;
    for (const std::string_view sort : sorts)
        list += (list.empty() ? "" : ", ") + std::string(sort);
    return list.empty() ? "Leave _sort out: there is one order only." : "Sort by " + list + ".";
}

Result<void> Reader::take_sort(const RawParameter& raw)
{
    for (const std::string& part : split_or(raw.value)) {
        const bool descending = part.starts_with('-');
        const std::string name = descending ? part.substr(1) : part;
        if (std::ranges::find(vocabulary_.sorts, name) == vocabulary_.sorts.end()) {
            Error error(ErrorKind::unknown_parameter,
                        std::string(vocabulary_.resource_type) + " cannot be sorted by " + printable(name) +
                            ".",
                        "http._sort");
            error.advise(sorting_advice(vocabulary_.sorts));
            return refuse(std::move(error));
        }
        query_.paging.sort.push_back({name, descending});
    }
    keep("_sort", raw.value);
    return {};
}

Result<void> Reader::take_summary(const RawParameter& raw)
{
    using Summary = Paging::Summary;
    constexpr std::array<std::pair<std::string_view, Summary>, 5> known{{{"false", Summary::none},
                                                                         {"true", Summary::true_},
                                                                         {"text", Summary::text},
                                                                         {"data", Summary::data},
                                                                         {"count", Summary::count}}};
    const auto* row = std::ranges::find(known, raw.value, &std::pair<std::string_view, Summary>::first);
    if (row == known.end())
        return fail(ErrorKind::value_invalid, "_summary is none of true, false, text, data and count.",
                    "http._summary");
    query_.paging.summary = row->second;
    keep("_summary", raw.value);
    return {};
}

Result<void> Reader::take_total(const RawParameter& raw)
{
    using Total = Paging::Total;
    constexpr std::array<std::pair<std::string_view, Total>, 3> known{
        {{"none", Total::none}, {"estimate", Total::estimate}, {"accurate", Total::accurate}}};
    const auto* row = std::ranges::find(known, raw.value, &std::pair<std::string_view, Total>::first);
    if (row == known.end())
        return fail(ErrorKind::value_invalid, "_total is none of none, estimate and accurate.",
                    "http._total");
    query_.paging.total = row->second;
    keep("_total", raw.value);
    return {};
}

void Reader::take_elements(const RawParameter& raw)
{
    for (std::string& element : split_or(raw.value))
        if (!element.empty())
            query_.paging.elements.push_back(std::move(element));
    keep("_elements", raw.value);
}

} // namespace

Result<ParsedQuery> parse_parameters(const Vocabulary& vocabulary, const std::vector<RawParameter>& raw,
                                     Handling handling, std::vector<Error>* warnings)
{
    Reader reader(vocabulary, handling, warnings);
    for (const RawParameter& parameter : raw) {
        auto taken = reader.take(parameter);
        if (!taken)
            return std::unexpected(taken.error());
    }
    return reader.finish();
}

std::vector<std::string> ids_of(const Criterion& criterion)
{
    std::vector<std::string> ids;
    for (const TokenValue& token : criterion.tokens)
        ids.push_back(token.code.value_or(""));
    return ids;
}

Result<void> add_dates(std::vector<DateValue>& dates, const Criterion& criterion)
{
    if (criterion.dates.size() > 1) {
        const std::string name(criterion.parameter->name);
        Error error(ErrorKind::value_invalid, name + " takes one value at a time.", path_of(name));
        error.advise("Repeat the parameter for a lower and an upper bound: " + name + "=ge…&" + name +
                     "=lt….");
        return std::unexpected(std::move(error));
    }
    dates.push_back(criterion.dates.front());
    return {};
}

std::span<const ParameterInfo> common_parameters()
{
    return common;
}

} // namespace fhir::search
