// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/consent_query.hpp"

#include <algorithm>
#include <array>

namespace fhir::search
{

namespace
{

constexpr std::array<ParameterInfo, 4> consent_rows{{
    {"patient", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/clinical-patient",
     "patient:identifier=https://fhir.nhs.uk/Id/nhs-number|… ; prefer POST _search, which keeps the number "
     "out of URLs.",
     may_be_logical | may_be_typed},
    {"status", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Consent-status",
     "active, inactive, entered-in-error.", may_negate},
    {"scope", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Consent-scope", "patient-privacy.",
     may_negate},
    {"category", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Consent-category",
     "dissent or sensitive, or the code of the reason.", may_negate},
}};

const Vocabulary vocabulary_of_consents{"Consent", consent_rows, {}, {}, {}, {}};

} // namespace

const Vocabulary& consent_vocabulary()
{
    return vocabulary_of_consents;
}

Result<ConsentQuery> parse_consent_query(const std::vector<RawParameter>& raw, Handling handling,
                                         std::vector<Error>* warnings)
{
    auto parsed = parse_parameters(vocabulary_of_consents, raw, handling, warnings);
    if (!parsed)
        return std::unexpected(parsed.error());
    const auto named = std::ranges::find(parsed->criteria, std::string_view("patient"),
                                         [](const Criterion& each) { return each.parameter->name; });
    if (named == parsed->criteria.end())
        return fail(ErrorKind::too_costly, "A search for consents needs the patient's NHS number.",
                    "http.patient");
    const bool one = named->references.size() == 1 && named->references.front().identifier;
    const auto code = one ? named->references.front().identifier->code : std::nullopt;
    if (!code)
        return fail(ErrorKind::value_invalid,
                    "Give one patient as patient:identifier=https://fhir.nhs.uk/Id/nhs-number|….",
                    "http.patient");
    const auto number = NhsNumber::parse(*code);
    if (!number)
        return std::unexpected(Error(ErrorKind::nhs_number_invalid).at("http.patient"));
    return ConsentQuery{std::move(*parsed), *number};
}

} // namespace fhir::search
