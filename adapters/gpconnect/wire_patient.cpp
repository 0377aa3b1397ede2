// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/datatypes.hpp"
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/wire.hpp"

namespace adapters::gpconnect::wire
{

namespace
{

std::string preferred_branch_of(const Node& tree)
{
    const auto* details = extension_of(tree, names::registration_details);
    const auto* branch = details == nullptr ? nullptr : extension_of(*details, "preferredBranchSurgery");
    return branch == nullptr ? std::string()
                             : reference_id(view_at(*branch, {"valueReference", "reference"}), "Location");
}

fhir::Extension concept_extension(std::string_view url, fhir::CodeableConcept value)
{
    fhir::Extension extension;
    extension.url = url;
    extension.value = std::move(value);
    return extension;
}

// STU3's NHSCommunication extension is R4's `communication` and, for the interpreter, an extension of the
// patient.
void read_communication(const Node& tree, fhir::Patient& patient)
{
    for (const auto* item : items_of(tree, "extension")) {
        if (text_of(*item, "url") != names::nhs_communication)
            continue;
        if (const auto* language = extension_of(*item, "language")) {
            fhir::PatientCommunication spoken;
            if (auto coding = read_coding(follow(*language, {"valueCodeableConcept", "coding"})))
                spoken.language =
                    fhir::concept_of("urn:ietf:bcp:47", coding->code->text, coding->display.value_or(""));
            if (const auto* preferred = extension_of(*item, "preferred"))
                if (const auto* value = preferred->find("valueBoolean");
                    value != nullptr && value->is_boolean())
                    spoken.preferred = value->boolean();
            if (!spoken.language.coding.empty())
                patient.communication.push_back(std::move(spoken));
        }
        const auto* interpreter = extension_of(*item, "interpreterRequired");
        const auto* value = interpreter == nullptr ? nullptr : interpreter->find("valueBoolean");
        if (value != nullptr && value->is_boolean()) {
            fhir::Extension extension;
            extension.url = names::interpreter_required;
            extension.value = value->boolean();
            patient.extension.push_back(std::move(extension));
        }
    }
}

void read_verification(const Node& tree, fhir::Patient& patient)
{
    for (const auto* item : items_of(tree, "identifier")) {
        const auto* extension = extension_of(*item, names::nhs_number_verification);
        if (extension == nullptr)
            continue;
        auto coding = read_coding(follow(*extension, {"valueCodeableConcept", "coding"}));
        for (auto& identifier : patient.identifier)
            if (coding && identifier.value == text_of(*item, "value"))
                identifier.extension.push_back(
                    concept_extension(names::ukcore_verification,
                                      fhir::concept_of(names::ukcore_verification_system, coding->code->text,
                                                       coding->display.value_or(""))));
    }
}

std::vector<fhir::PatientContact> read_contacts(const Node& tree)
{
    std::vector<fhir::PatientContact> found;
    for (const auto* item : items_of(tree, "contact")) {
        fhir::PatientContact contact;
        for (const auto* relationship : items_of(*item, "relationship"))
            if (const auto text = text_of(*relationship, "text"); !text.empty())
                contact.relationship.push_back(fhir::concept_text(text));
        if (auto names = read_names(*item); !names.empty())
            contact.name = std::move(names.front());
        contact.telecom = read_telecom(*item);
        if (const auto* address = item->is_object() ? item->find("address") : nullptr)
            contact.address = read_address(*address);
        contact.gender = read_gender(*item);
        if (!contact.relationship.empty() || contact.name || !contact.telecom.empty())
            found.push_back(std::move(contact));
    }
    return found;
}

std::optional<Patient> read_patient(const Node& tree)
{
    Patient found;
    found.patient.id = text_of(tree, "id");
    if (found.patient.id->empty())
        return std::nullopt;
    found.patient.identifier = read_identifiers(tree);
    if (const auto* active = tree.find("active"); active != nullptr && active->is_boolean())
        found.patient.active = active->boolean();
    found.patient.name = read_names(tree);
    found.patient.telecom = read_telecom(tree);
    found.patient.gender = read_gender(tree);
    found.patient.birth_date = fhir::parse_date_time(view_of(tree, "birthDate"));
    found.patient.address = read_addresses(tree);
    found.patient.contact = read_contacts(tree);
    if (auto deceased = fhir::parse_date_time(view_of(tree, "deceasedDateTime")))
        found.patient.deceased = *deceased;
    read_communication(tree, found.patient);
    read_verification(tree, found.patient);
    found.preferred_branch = preferred_branch_of(tree);
    return found;
}

} // namespace

fhir::Result<std::vector<Patient>> read_patients(std::string_view json)
{
    auto bundle = read_bundle(json);
    if (!bundle)
        return std::unexpected(bundle.error());
    const auto entries = entries_in(bundle->root());
    if (!entries || entries->without > 0)
        return std::unexpected(unusable("entry without a resource"));
    std::vector<Patient> found;
    for (const auto* tree : entries->resources) {
        if (!is_resource(*tree, "Patient"))
            continue;
        auto patient = read_patient(*tree);
        if (!patient)
            return std::unexpected(unusable("Patient without an id"));
        found.push_back(std::move(*patient));
    }
    return found;
}

} // namespace adapters::gpconnect::wire
