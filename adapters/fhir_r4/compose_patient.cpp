// SPDX-License-Identifier: Apache-2.0
#include "adapters/demographics.hpp"
#include "adapters/fhir_r4/compose.hpp"

#include <algorithm>

namespace adapters::fhir_r4
{

namespace
{

/// Only the NHS number, or only what the consumer calls somebody without one.
std::vector<fhir::Identifier> identifiers_of(const PatientContext& patient)
{
    if (patient.nhs_number)
        return {fhir::identifier_of(fhir::nhs_number_system, patient.nhs_number->digits())};
    auto own = patient.demographics->identifier;
    std::erase_if(own, [](const fhir::Identifier& each) {
        return !each.system || !each.value || fhir::same_system(each.system->text, fhir::nhs_number_system);
    });
    return own;
}

} // namespace

fhir::Result<JsonValue> compose_patient(const PatientContext& patient)
{
    if (const auto applicant = applicant_of(patient.demographics); !applicant)
        return std::unexpected(applicant.error());
    const auto& given = *patient.demographics;
    if (std::ranges::none_of(given.name, [](const fhir::HumanName& name) { return !name.given.empty(); }))
        return std::unexpected(fhir::Error(fhir::ErrorKind::demographics_required).at("Patient.name.given"));
    fhir::Patient record;
    record.active = true;
    record.identifier = identifiers_of(patient);
    record.name = given.name;
    record.telecom = given.telecom;
    record.gender = given.gender;
    record.birth_date = given.birth_date;
    record.address = given.address;
    return fhir::codec::parse_json(fhir::codec::to_json(record));
}

} // namespace adapters::fhir_r4
