// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/registration.hpp"

#include "gateway/faces/gpconnect/names.hpp"

#include <algorithm>

namespace gateway::faces::gpconnect
{

namespace
{

const fhir::Patient* patient_in(const fhir::Parameters& parameters)
{
    if (parameters.parameter.size() != 1 || parameters.parameter.front().name != "registerPatient")
        return nullptr;
    const auto& resource = parameters.parameter.front().resource;
    return resource ? resource->as<fhir::Patient>() : nullptr;
}

Checked<void> check_name(const fhir::Patient& patient)
{
    const bool one = patient.name.size() == 1 && patient.name.front().use == fhir::NameUse::official;
    if (!one || !patient.name.front().family || patient.name.front().given.empty())
        return invalid_resource("Patient.name must be one official name with family and given");
    return {};
}

/// Each use at most once, and only those that registration takes.
Checked<void> check_contact(const fhir::Patient& patient)
{
    const auto of_use = [&](fhir::ContactUse use) {
        return std::ranges::count_if(patient.telecom, [&](const fhir::ContactPoint& each) {
            return each.use == use && each.system != fhir::ContactSystem::email;
        });
    };
    using enum fhir::ContactUse;
    for (const auto use : {home, work, mobile, temp})
        if (of_use(use) > 1)
            return invalid_resource("Patient.telecom holds two numbers for the same use");
    const auto emails = std::ranges::count(patient.telecom, std::optional(fhir::ContactSystem::email),
                                           &fhir::ContactPoint::system);
    if (emails > 1)
        return invalid_resource("Patient.telecom holds two email addresses");
    for (const auto use : {fhir::AddressUse::home, fhir::AddressUse::temp})
        if (std::ranges::count(patient.address, std::optional(use), &fhir::Address::use) > 1)
            return invalid_resource("Patient.address holds two addresses for the same use");
    const bool other = std::ranges::any_of(patient.address, [](const fhir::Address& each) {
        return each.use != fhir::AddressUse::home && each.use != fhir::AddressUse::temp;
    });
    return other ? invalid_resource("Patient.address must have use home or temp") : Checked<void>{};
}

bool holds_more(const fhir::Patient& patient)
{
    return patient.active || !std::holds_alternative<std::monostate>(patient.deceased) ||
           patient.marital_status || !std::holds_alternative<std::monostate>(patient.multiple_birth) ||
           !patient.photo.empty() || !patient.contact.empty() || !patient.general_practitioner.empty() ||
           patient.managing_organization || !patient.link.empty() || !patient.contained.empty() ||
           !patient.modifier_extension.empty() || patient.implicit_rules ||
           std::ranges::any_of(patient.extension, [](const fhir::Extension& each) {
               return each.url != names::interpreter_required; // of NHSCommunication-1, as the codec reads it
           });
}

} // namespace

Checked<Registration> read_registration(const fhir::Parameters& parameters)
{
    const fhir::Patient* patient = patient_in(parameters);
    if (!patient)
        return invalid_resource("The body must be Parameters with one parameter registerPatient: a Patient");
    const auto has_profile = [&] {
        return patient->meta &&
               std::ranges::find(patient->meta->profile, fhir::Uri(names::patient_profile)) !=
                   patient->meta->profile.end();
    };
    if (!has_profile())
        return invalid_resource("Patient.meta.profile must hold " + std::string(names::patient_profile));
    const auto digits = fhir::identifier_value(patient->identifier, names::nhs_number_system);
    if (!digits)
        return invalid_resource("Patient.identifier must hold the NHS number");
    const auto number = fhir::NhsNumber::parse(*digits);
    if (!number)
        return std::unexpected(Refusal{"INVALID_NHS_NUMBER", "Patient.identifier is not a valid NHS number"});
    if (const auto name = check_name(*patient); !name)
        return std::unexpected(name.error());
    if (!patient->birth_date)
        return invalid_resource("Patient.birthDate is missing");
    if (const auto contact = check_contact(*patient); !contact)
        return std::unexpected(contact.error());
    if (holds_more(*patient))
        return invalid_resource("The Patient holds an element that registration does not take");
    return Registration{*number, *patient};
}

Refusal registration_refusal(const fhir::Error& error)
{
    using enum fhir::ErrorKind;
    Refusal refusal = refusal_of(error);
    // Traced nowhere, dead, sensitive, or with other details: the operation has one word for all of them.
    // Some systems that link patients do not tell who is unknown from whose details are wrong.
    if (error.kind() == patient_ineligible || error.kind() == demographics_mismatch ||
        error.kind() == patient_not_found || error.kind() == patient_inactive || error.kind() == link_invalid)
        refusal.code = "INVALID_PATIENT_DEMOGRAPHICS";
    if (error.kind() == not_supported_by_practice) // this one system of its kind does not register
        refusal.code = "NOT_IMPLEMENTED";
    return refusal;
}

} // namespace gateway::faces::gpconnect
