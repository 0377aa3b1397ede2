// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/subscription.hpp"
#include "fhir/search/parameter.hpp"

namespace fhir::search
{

const Vocabulary& subscription_vocabulary();
Result<ParsedQuery> parse_subscription_query(const std::vector<RawParameter>& raw, Handling handling,
                                             std::vector<Error>* warnings);
bool matches(const ParsedQuery& query, const Subscription& subscription);

} // namespace fhir::search
