// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/audit_query.hpp"

#include <algorithm>
#include <array>

namespace fhir::search
{

namespace
{

constexpr std::array<ParameterInfo, 7> audit_event_rows{{
    {"date", SearchParamType::date, "http://hl7.org/fhir/SearchParameter/AuditEvent-date",
     "When it happened; bounds are repeated parameters.", no_modifier},
    {"agent", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/AuditEvent-agent",
     "agent:identifier=https://fhir.nhs.uk/Id/ods-organization-code|… : the "
     "organisation that acted.",
     may_be_logical | may_be_typed},
    {"entity", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/AuditEvent-entity",
     "Appointment/<id> or Task/<id>.", may_be_typed},
    {"patient", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/AuditEvent-patient",
     "patient:identifier=https://fhir.nhs.uk/Id/nhs-number|… : who touched "
     "this patient's appointments; prefer "
     "POST _search, which keeps the number out of URLs.",
     may_be_logical | may_be_typed},
    {"subtype", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/AuditEvent-subtype",
     "access, decision, write, login_failure, export, supplier_call, "
     "configuration.",
     may_negate},
    {"action", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/AuditEvent-action",
     "C, R, U or E.", may_negate},
    {"outcome", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/AuditEvent-outcome",
     "0 done, 4 refused, 8 failed.", may_negate},
}};

constexpr std::array<ParameterInfo, 1> provenance_rows{{
    {"target", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Provenance-target",
     "Appointment/<id>.", may_be_typed},
}};

const Vocabulary audit_events{"AuditEvent", audit_event_rows, {}, {}, {}, {}};
const Vocabulary provenances{"Provenance", provenance_rows, {}, {}, {}, {}};

constexpr std::array<std::string_view, 4> narrowing{"date", "entity", "patient", "target"};

} // namespace

const Vocabulary& audit_event_vocabulary()
{
    return audit_events;
}

const Vocabulary& provenance_vocabulary()
{
    return provenances;
}

Result<ParsedQuery> parse_audit_query(const Vocabulary& vocabulary, const std::vector<RawParameter>& raw,
                                      Handling handling, std::vector<Error>* warnings)
{
    auto parsed = parse_parameters(vocabulary, raw, handling, warnings);
    if (!parsed)
        return parsed;
    const bool narrow = std::ranges::any_of(parsed->criteria, [](const Criterion& criterion) {
        return std::ranges::find(narrowing, criterion.parameter->name) != narrowing.end();
    });
    if (!narrow)
        return fail(ErrorKind::too_costly,
                    vocabulary.resource_type == "Provenance"
                        ? "A Provenance search needs its target."
                        : "An AuditEvent search needs a bound of date, an entity "
                          "or a patient.",
                    vocabulary.resource_type == "Provenance" ? "http.target" : "http.date");
    return parsed;
}

} // namespace fhir::search
