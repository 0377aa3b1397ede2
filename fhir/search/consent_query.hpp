// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/nhs_number.hpp"
#include "fhir/search/parameter.hpp"

namespace fhir::search
{

/// A search over what one patient has decided.
struct ConsentQuery : ParsedQuery
{
    NhsNumber patient;
};

const Vocabulary& consent_vocabulary();

/// `patient` is needed, by NHS number (`patient:identifier`): otherwise `too_costly`.
Result<ConsentQuery> parse_consent_query(const std::vector<RawParameter>& raw, Handling handling,
                                         std::vector<Error>* warnings);

} // namespace fhir::search
