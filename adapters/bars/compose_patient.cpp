// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/compose_patient.hpp"

#include "adapters/bars/standard/message.hpp"
#include "adapters/bars/standard/names.hpp"
#include "fhir/codec/json.hpp"

#include <algorithm>

namespace adapters::bars
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;

// In any other state the number must not be sent (BaRS Applications 1 and 7).
constexpr std::string_view number_traced = "number-present-and-verified";
constexpr std::string_view number_not_traced = "number-present-but-not-traced";

/// The number for the call back: that of the booking, else the first that the patient has.
std::string call_back(const PatientContext& patient, const std::string& phone)
{
    if (!phone.empty() || !patient.demographics)
        return phone;
    const auto is_phone = [](const fhir::ContactPoint& point) {
        return point.system == fhir::ContactSystem::phone && point.value;
    };
    const auto& known = patient.demographics->telecom;
    const auto found = std::ranges::find_if(known, is_phone);
    return found == known.end() ? std::string() : *found->value;
}

bool has_family_name(const fhir::Patient& patient)
{
    return std::ranges::any_of(
        patient.name, [](const fhir::HumanName& name) { return name.family && !is_blank(*name.family); });
}

/// What the consumer says of the number goes before what is configured.
std::string status_of_number(const PatientContext& patient, const std::string& configured)
{
    if (patient.demographics)
        for (const auto& identifier : patient.demographics->identifier)
            if (const auto* extension =
                    fhir::find_extension(identifier.extension, standard::extension::number_status))
                if (const auto* value = std::get_if<fhir::CodeableConcept>(&extension->value);
                    value != nullptr && !value->coding.empty() && value->coding.front().code)
                    return value->coding.front().code->text;
    return configured;
}

JsonValue number_tree(const fhir::NhsNumber& number, const std::string& status)
{
    auto identifier = JsonValue::object(
        {{"extension",
          JsonValue::array({JsonValue::object(
              {{"url", JsonValue(standard::extension::number_status)},
               {"valueCodeableConcept", concept_tree(standard::system::number_status, status)}})})}});
    identifier.set("system", fhir::nhs_number_system);
    identifier.set("value", number.digits());
    return identifier;
}

/// By number; without one by what the consumer itself calls the patient (BaRS Applications 1 and 7).
JsonValue identifiers_tree(const PatientContext& patient, const std::string& number_status)
{
    auto identifiers = JsonValue::array();
    if (patient.nhs_number) {
        const auto status = status_of_number(patient, number_status);
        identifiers.items().push_back(number_tree(*patient.nhs_number, status));
        return identifiers;
    }
    if (!patient.demographics)
        return identifiers;
    for (const auto& each : patient.demographics->identifier)
        if (each.system && each.value && !fhir::same_system(each.system->text, fhir::nhs_number_system))
            identifiers.items().push_back(identifier_tree(each.system->text, *each.value));
    return identifiers;
}

/// The patient as their own contact: BaRS rings contact 1 on number 1.
JsonValue contact_tree(const std::string& phone)
{
    return JsonValue::object(
        {{"extension",
          JsonValue::array({JsonValue::object(
              {{"url", JsonValue(standard::extension::contact_rank)}, {"valuePositiveInt", JsonValue(1)}})})},
         {"relationship", JsonValue::array({concept_tree(standard::system::role, "ONESELF", "self")})},
         {"telecom",
          JsonValue::array({JsonValue::object(
              {{"system", JsonValue("phone")}, {"value", JsonValue(phone)}, {"rank", JsonValue(1)}})})}});
}

/// Name, gender, birth date and addresses of the demographics, nothing else: the rest is not for a booking.
JsonValue demographics_tree(const PatientContext& patient)
{
    fhir::Patient kept;
    if (patient.demographics) {
        kept.name = patient.demographics->name;
        kept.gender = patient.demographics->gender;
        kept.birth_date = patient.demographics->birth_date;
        kept.address = patient.demographics->address;
    }
    auto tree = fhir::codec::parse_json(fhir::codec::to_json(kept));
    return tree ? std::move(*tree) : JsonValue::object();
}

} // namespace

std::optional<Error> objection_to_patient(const PatientContext& patient, const std::string& phone)
{
    if (!patient.demographics || !has_family_name(*patient.demographics) || !patient.demographics->birth_date)
        return Error(ErrorKind::demographics_required,
                     "The practice is told who the patient is with each booking and needs the patient's "
                     "family name and birth date.",
                     "Appointment.participant")
            .advise("Contain a Patient with identifier (NHS number, where it is known), name.family and "
                    "birthDate, and refer to it with actor.reference.",
                    fhir::Remedy::user);
    if (const auto status = status_of_number(patient, std::string(number_traced));
        patient.nhs_number && status != number_traced && status != number_not_traced)
        return Error(ErrorKind::nhs_number_invalid,
                     "The patient's NHS number must be traced before it may go to the practice.",
                     "Appointment.participant")
            .advise("Trace the patient, then book again.", fhir::Remedy::user);
    if (call_back(patient, phone).empty())
        return Error(ErrorKind::phone_required,
                     "The practice's system takes no booking without a number to ring the patient on.");
    return std::nullopt;
}

JsonValue patient_tree(const PatientContext& patient, const std::string& phone,
                       const std::string& number_status, fhir::Instant moment)
{
    auto tree = JsonValue::object(
        {{"resourceType", JsonValue("Patient")}, {"meta", standard::uk_core_meta("Patient", moment)}});
    if (auto identifiers = identifiers_tree(patient, number_status); !identifiers.items().empty())
        tree.set("identifier", std::move(identifiers));
    auto demographics = demographics_tree(patient);
    for (auto& [name, value] : demographics.members())
        if (name != "resourceType")
            tree.set(name, std::move(value));
    if (const auto number = call_back(patient, phone); !number.empty())
        tree.set("contact", JsonValue::array({contact_tree(number)}));
    return tree;
}

} // namespace adapters::bars
