// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/capability_statement.hpp"
#include "fhir/search/values.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fhir::search
{

/// `Prefer: handling=`. Strict is the default here: a filter that is ignored finds slots that were not asked
/// for.
enum class Handling
{
    strict,
    lenient
};

/// Modifiers a parameter takes, besides none.
enum Modifiers : unsigned
{
    no_modifier = 0,
    may_negate = 1,     ///< `:not`
    may_be_exact = 2,   ///< `:exact`, `:contains`
    may_be_logical = 4, ///< `:identifier`
    may_be_typed = 8,   ///< `:Location`
};

/// One row of a table of search parameters: what is parsed, and what the CapabilityStatement says.
struct ParameterInfo
{
    std::string_view
        name; ///< `service-type`; for a chain its whole path: `schedule.actor:Location.identifier`
    SearchParamType type;
    std::string_view definition; ///< canonical URL; empty for a parameter of our own
    std::string_view documentation;
    unsigned modifiers = no_modifier;
};

/// Everything that one resource type offers in searches.
struct Vocabulary
{
    std::string_view resource_type;
    std::span<const ParameterInfo> parameters;
    std::span<const ParameterInfo> chains;
    std::span<const std::string_view> includes; ///< `Slot:schedule`, `Schedule:actor`; also with `:iterate`
    std::span<const std::string_view> rev_includes;
    std::span<const std::string_view> sorts;
};

/// The page size of a search that does not say, and the largest; more is reduced in silence (FHIR R4 allows
/// it).
inline constexpr std::size_t default_count = 50;
inline constexpr std::size_t max_count = 500;

/// One parameter as it was asked: its values are alternatives. Only the vector of its type is filled.
struct Criterion
{
    const ParameterInfo* parameter = nullptr; ///< static
    std::vector<TokenValue> tokens;
    std::vector<ReferenceValue> references;
    std::vector<StringValue> strings;
    std::vector<DateValue> dates;
};

/// A search before it is typed: all criteria must hold.
struct ParsedQuery
{
    std::vector<Criterion> criteria;
    std::vector<Include> includes;
    Paging paging;
    std::vector<RawParameter> used; ///< normalised; what the self link says
};

/// Reads parameters against a vocabulary. Unknown parameter, modifier, include or sort: `unknown_parameter`
/// at `http.<name>`, with the nearest known name; under lenient handling a warning instead, and the parameter
/// is left out. A bad value is always an error.
Result<ParsedQuery> parse_parameters(const Vocabulary& vocabulary, const std::vector<RawParameter>& raw,
                                     Handling handling, std::vector<Error>* warnings);

/// The values of `_id`.
std::vector<std::string> ids_of(const Criterion& criterion);

/// Adds the one date of a criterion; bounds are repeated parameters, since alternatives of dates have no use.
Result<void> add_dates(std::vector<DateValue>& dates, const Criterion& criterion);

/// Parameters of every type: `_id`, `_lastUpdated`.
std::span<const ParameterInfo> common_parameters();

} // namespace fhir::search
