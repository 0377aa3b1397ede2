// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/parameter.hpp"

namespace fhir::search
{

/// Searches over AuditEvent and Provenance.
const Vocabulary& audit_event_vocabulary();
const Vocabulary& provenance_vocabulary();

/// An AuditEvent search needs a bound of `date`, an `entity` or a `patient`, a Provenance search its
/// `target`: otherwise `too_costly`.
Result<ParsedQuery> parse_audit_query(const Vocabulary& vocabulary, const std::vector<RawParameter>& raw,
                                      Handling handling, std::vector<Error>* warnings);

} // namespace fhir::search
