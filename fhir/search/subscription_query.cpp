// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/subscription_query.hpp"

#include <algorithm>
#include <array>

namespace fhir::search
{

namespace
{

constexpr std::array<ParameterInfo, 2> subscription_rows{{
    {"status", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Subscription-status",
     "requested, active, error, off.", may_negate},
    {"criteria", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/Subscription-criteria",
     "Canonical URL of the topic.", may_be_exact},
}};

const Vocabulary vocabulary_of_subscriptions{"Subscription", subscription_rows, {}, {}, {}, {}};

} // namespace

const Vocabulary& subscription_vocabulary()
{
    return vocabulary_of_subscriptions;
}

Result<ParsedQuery> parse_subscription_query(const std::vector<RawParameter>& raw, Handling handling,
                                             std::vector<Error>* warnings)
{
    return parse_parameters(vocabulary_of_subscriptions, raw, handling, warnings);
}

bool matches(const ParsedQuery& query, const Subscription& subscription)
{
    return std::ranges::all_of(query.criteria, [&](const Criterion& criterion) {
        const auto name = criterion.parameter->name;
        if (name == "_id") {
            const auto ids = ids_of(criterion);
            return std::ranges::find(ids, subscription.id.value_or("")) != ids.end();
        }
        if (name == "criteria")
            return std::ranges::any_of(criterion.strings, [&](const StringValue& text) {
                return text.matches(subscription.criteria);
            });
        if (!criterion.dates.empty())
            return std::ranges::all_of(criterion.dates, [&](const DateValue& date) {
                return subscription.meta && subscription.meta->last_updated &&
                       date.matches(*subscription.meta->last_updated);
            });
        return std::ranges::any_of(criterion.tokens, [&](const TokenValue& token) {
            return token.matches("http://hl7.org/fhir/subscription-status", subscription.status.text) !=
                   token.negated;
        });
    });
}

} // namespace fhir::search
