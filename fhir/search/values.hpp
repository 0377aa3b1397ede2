// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Search parameter values and the query string around them (FHIR R4 search). Pure.
namespace fhir::search
{

enum class Prefix
{
    eq,
    ne,
    gt,
    lt,
    ge,
    le,
    sa,
    eb
};

/// A date parameter: the value covers a stretch of time (a partial date a whole day, month or year, UK local;
/// a time without offset is UK local too, and both readings when the clocks go back).
struct DateValue
{
    Prefix prefix = Prefix::eq;
    Interval range;
    std::string text; ///< as used, with its prefix and a repaired `+`: for the self link

    /// Whether a moment satisfies it, R4 rules.
    bool matches(Instant moment) const;
    /// Whether a stretch of time satisfies it: periods and planning horizons.
    bool matches(const Interval& stretch) const;
};

/// `code`, `system|code`, `|code`, `system|`, with `:not`.
struct TokenValue
{
    std::optional<std::string> system; ///< unset: any; empty: none
    std::optional<std::string> code;   ///< unset: any
    bool negated = false;

    /// Systems compare as `fhir::same_system`: `/Id/` and `/id/`, http and https are equal.
    bool matches(std::string_view system, std::string_view code) const;
};

/// `id`, `Type/id`, absolute URL, or `:identifier` (logical).
struct ReferenceValue
{
    std::string type; ///< empty: not said
    std::string id;
    std::optional<TokenValue> identifier;

    /// Whether the literal reference `Type/id` (also absolute) is the one asked for; false for a logical
    /// value.
    bool matches(std::string_view reference) const;
};

/// String parameter: case- and accent-insensitive prefix unless `exact` or `contains`.
struct StringValue
{
    enum class Mode
    {
        prefix,
        exact,
        contains
    } mode = Mode::prefix;
    std::string text;

    bool matches(std::string_view candidate) const;
};

/// `_include=Slot:schedule`, `_include:iterate=Schedule:actor:Practitioner`.
struct Include
{
    std::string source;
    std::string parameter;
    std::string target; ///< empty: any
    bool iterate = false;
    bool reverse = false;
};

struct Sort
{
    std::string parameter;
    bool descending = false;
};

struct Paging
{
    std::optional<std::size_t> count; ///< 0 is turned into Summary::count
    std::vector<Sort> sort;
    enum class Summary
    {
        none,
        true_,
        text,
        data,
        count
    } summary = Summary::none;
    std::vector<std::string> elements;
    enum class Total
    {
        unsaid,
        none,
        estimate,
        accurate
    } total = Total::unsaid;
};

/// One raw parameter: `name[:modifier][.chain]`, decoded value.
struct RawParameter
{
    std::string name; ///< as sent, decoded: `schedule.actor:HealthcareService.identifier`
    std::string value;

    bool operator==(const RawParameter&) const = default;
};

/// Errors of all three: `value_invalid` or `unknown_parameter` (a prefix that is not offered), at
/// `http.<parameter>`.
Result<DateValue> parse_date_value(std::string_view text, std::string_view parameter);
Result<TokenValue> parse_token(std::string_view text, std::string_view parameter);
Result<ReferenceValue> parse_reference(std::string_view text, std::string_view parameter);
/// Splits at unescaped commas and undoes `\,` `\$` `\\` in each part; `\|` is left for parse_token.
std::vector<std::string> split_or(std::string_view text);
/// Lower case without accents, for comparing names: `ÉMILE` and `emile` are equal. Latin letters only.
std::string fold(std::string_view text);

/// How an error names a parameter: `http.<parameter>`.
std::string path_of(std::string_view parameter);

/// `a=1&b=2` from parameters as used, percent-encoded: the query part of a self link.
std::string to_query(const std::vector<RawParameter>& parameters);

} // namespace fhir::search
