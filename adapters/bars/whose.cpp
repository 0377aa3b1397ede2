// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/whose.hpp"

#include "adapters/bars/mapping.hpp"
#include "adapters/bars/standard/message.hpp"
#include "adapters/demographics.hpp"
#include "fhir/rest/message.hpp"

namespace adapters::bars
{

namespace
{

/// The Patient that the appointment's participant refers to, beside it or inside it.
const Node* shown_patient(const Node& appointment, const Node& around)
{
    for (const auto* participant : items_or_one_of(appointment, "participant")) {
        const auto reference = view_at(*participant, {"actor", "reference"});
        if (const Node* beside = standard::resource_named(around, reference, "Patient"))
            return beside;
        for (const auto* inside : items_of(appointment, "contained"))
            if (is_resource(*inside, "Patient") && reference.starts_with('#') &&
                view_of(*inside, "id") == reference.substr(1))
                return inside;
    }
    return nullptr;
}

fhir::Patient named_in(const Node& tree)
{
    fhir::Patient patient;
    for (const auto* each : items_or_one_of(tree, "name")) {
        fhir::HumanName name;
        if (const auto family = text_of(*each, "family"); !family.empty())
            name.family = family;
        for (const auto* given : items_or_one_of(*each, "given"))
            name.given.emplace_back(given->text());
        patient.name.push_back(std::move(name));
    }
    patient.birth_date = fhir::parse_date_time(view_of(tree, "birthDate"));
    return patient;
}

Whose by_details(const Node* tree, const PatientContext& patient)
{
    if (tree == nullptr)
        return Whose::not_told;
    const auto held = named_in(*tree);
    if (held.name.empty() || !held.name.front().family || !held.birth_date)
        return Whose::not_told;
    return mismatch(patient.demographics, held) ? Whose::somebody_elses : Whose::theirs;
}

std::string parameter_for(std::string_view name, std::string_view value)
{
    return std::string(name) + "=" + fhir::rest::percent_encode(value, ":/");
}

} // namespace

Whose whose(const Node& appointment, const Node& around, const PatientContext& patient)
{
    // A number that a receiver has found out for itself says nothing of who was booked without one.
    if (!patient.nhs_number)
        return by_details(shown_patient(appointment, around), patient);
    const auto number = patient_of(appointment, around);
    if (number.empty())
        return Whose::not_told;
    return number == patient.nhs_number->digits() ? Whose::theirs : Whose::somebody_elses;
}

std::optional<std::string> patient_query(const PatientContext& patient)
{
    if (patient.nhs_number)
        return parameter_for("patient:identifier",
                             std::string(fhir::nhs_number_system) + "|" + patient.nhs_number->digits());
    const auto applicant = applicant_of(patient.demographics);
    if (!applicant)
        return std::nullopt;
    for (const auto& address : patient.demographics->address)
        if (address.postal_code)
            return parameter_for("patient:name", applicant->surname) + "&" +
                   parameter_for("patient:birthdate", fhir::to_text(applicant->birth_date)) + "&" +
                   parameter_for("patient:address-postalcode", *address.postal_code);
    return std::nullopt;
}

} // namespace adapters::bars
