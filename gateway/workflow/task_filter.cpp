// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_filter.hpp"

#include "fhir/model/nhs_number.hpp"
#include "fhir/schema/codes.hpp"
#include "gateway/workflow/task_status.hpp"

#include <algorithm>

namespace gateway::workflow
{

namespace
{

using fhir::search::Criterion;
using fhir::search::ReferenceValue;
using fhir::search::TaskQuery;
using fhir::search::TokenValue;
using Texts = std::vector<std::string>;

/// The first criterion of that name whose values can all be put into a column; more of it narrow later.
template <class Read>
void put_first(const TaskQuery& query, std::string_view parameter, const Read& read)
{
    for (const Criterion* criterion : query.of(parameter))
        if (read(*criterion))
            return;
}

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

template <class Into, class Read>
auto into(Into& column, const Read& read)
{
    return [&column, &read](const Criterion& criterion) {
        auto values = read(criterion);
        if (values)
            column = std::move(*values);
        return values.has_value();
    };
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

} // namespace

store::TaskFilter store_filter(const TaskQuery& query)
{
    store::TaskFilter filter;
    put_first(query, "_id", into(filter.ids, codes_in));
    put_first(query, "status", into(filter.statuses, codes_in));
    put_first(query, "owner", into(filter.owners, organisations_in));
    put_first(query, "requester", into(filter.requesters, organisations_in));
    for (const auto name : {"patient", "subject", "patient.identifier"})
        put_first(query, name, into(filter.patients, patients_in));
    put_first(query, "focus", into(filter.focus, references_in));
    put_first(query, "identifier", into(filter.identifiers, identifiers_in));
    filter.open = asks_for_open(filter.statuses);
    return filter;
}

} // namespace gateway::workflow
