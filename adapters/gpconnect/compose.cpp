// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/compose.hpp"

#include "adapters/gpconnect/datatypes.hpp"
#include "adapters/gpconnect/names.hpp"
#include "fhir/model/utf8.hpp"

#include <algorithm>

namespace adapters::gpconnect
{

namespace
{

using fhir::ErrorKind;

const std::string& organisation_name(const Provenance& who)
{
    return who.organisation_name.empty() ? who.organisation_ods : who.organisation_name;
}

fhir::Result<BookingText> within_limits(BookingText text)
{
    if (fhir::code_points(text.description) > max_description)
        return fhir::fail(ErrorKind::text_too_long,
                          "The description is longer than the 100 characters this practice's system holds.",
                          "Appointment.description");
    if (fhir::code_points(text.comment) > max_comment)
        return fhir::fail(ErrorKind::text_too_long,
                          "The comment is longer than the 500 characters this practice's system holds.",
                          "Appointment.comment");
    return text;
}

JsonValue booking_organisation(const Provenance& who, const std::string& phone)
{
    JsonValue organisation = JsonValue::object({
        {"resourceType", JsonValue("Organization")},
        {"id", JsonValue("1")},
        {"meta", meta_of(names::organization_profile)},
        {"identifier", JsonValue::array({identifier_tree(names::ods_system, who.organisation_ods)})},
    });
    // Present if and only if the type was a search filter: find_slots sends it under the same condition.
    if (!who.organisation_type.empty())
        organisation.set(
            "type", JsonValue::array({concept_tree(names::organisation_type_system, who.organisation_type)}));
    organisation.set("name", organisation_name(who));
    organisation.set("telecom", JsonValue::array({JsonValue::object({{"system", JsonValue("phone")},
                                                                     {"value", JsonValue(phone)},
                                                                     {"use", JsonValue("work")}})}));
    return organisation;
}

JsonValue participant(std::string_view type, const std::string& id)
{
    return JsonValue::object({{"actor", reference_tree(type, id)}, {"status", JsonValue("accepted")}});
}

JsonValue participants(const SlotKey& slot, const std::string& patient)
{
    JsonValue list =
        JsonValue::array({participant("Patient", patient), participant("Location", slot.location)});
    if (!slot.practitioner.empty())
        list.items().push_back(participant("Practitioner", slot.practitioner));
    return list;
}

const fhir::HumanName* usable_name(const fhir::Patient& patient)
{
    for (const auto& name : patient.name)
        if (name.family && !name.given.empty())
            return &name;
    return nullptr;
}

JsonValue registered_patient(const PatientContext& context, const fhir::HumanName& given_name)
{
    auto name = given_name;
    name.use = fhir::NameUse::official;
    name.text.reset();
    const auto& patient = *context.demographics;
    JsonValue tree = JsonValue::object({
        {"resourceType", JsonValue("Patient")},
        {"meta", meta_of(names::patient_profile)},
        {"identifier",
         JsonValue::array({identifier_tree(names::nhs_number_system, context.number().digits())})},
        {"name", JsonValue::array({wire::write_name(name)})},
    });
    // The operation takes one telecom per use and one home address, nothing else.
    JsonValue telecom = JsonValue::array();
    for (const auto& point : patient.telecom)
        if (point.system == fhir::ContactSystem::phone && point.use == fhir::ContactUse::mobile &&
            telecom.items().empty())
            telecom.items().push_back(wire::write_telecom(point));
    if (!telecom.items().empty())
        tree.set("telecom", std::move(telecom));
    if (patient.gender)
        tree.set("gender", wire::gender_code(*patient.gender));
    tree.set("birthDate", to_text(*patient.birth_date));
    for (const auto& address : patient.address)
        if (address.use == fhir::AddressUse::home && tree.find("address") == nullptr)
            tree.set("address", JsonValue::array({wire::write_address(address)}));
    return tree;
}

} // namespace

fhir::Result<std::vector<SlotKey>> check_slots(const std::vector<OfferedSlot>& slots)
{
    if (slots.empty())
        return fhir::fail(ErrorKind::required, "A booking names at least one slot.", "Appointment.slot");
    std::vector<SlotKey> keys;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        auto key = read_slot_key(slots[i].supplier_key);
        if (!key)
            return std::unexpected(key.error().at("Appointment.slot[" + std::to_string(i) + "]"));
        keys.push_back(std::move(*key));
    }
    const auto starts = [](const SlotKey& key) { return fhir::parse_instant(key.start); };
    std::ranges::sort(keys, {}, starts);
    for (std::size_t i = 1; i < keys.size(); ++i) {
        const auto& before = keys[i - 1];
        const auto& after = keys[i];
        if (fhir::parse_instant(before.end) != starts(after) || before.schedule != after.schedule ||
            before.channel != after.channel || before.service_type != after.service_type)
            return fhir::fail(
                ErrorKind::slots_not_adjacent,
                "The slots do not follow each other in the same session with the same channel and type.",
                "Appointment.slot[" + std::to_string(i) + "]");
    }
    return keys;
}

fhir::Result<BookingText> booking_text(const BookAppointment& booking)
{
    BookingText text{booking.description, booking.comment};
    if (is_blank(text.description))
        text.description =
            fhir::first_code_points("Booked by " + organisation_name(booking.provenance), max_description);
    if (!booking.phone.empty())
        text.comment += (text.comment.empty() ? "Ring " : "\nRing ") + booking.phone;
    return within_limits(std::move(text));
}

fhir::Result<BookingText> amended_text(const AmendAppointment& amendment,
                                       const std::string& stored_description)
{
    return within_limits(
        {is_blank(amendment.description) ? stored_description : amendment.description, amendment.comment});
}

JsonValue compose_booking(const BookAppointment& booking, const std::vector<SlotKey>& slots,
                          const BookingText& text, const std::string& patient, const std::string& phone)
{
    JsonValue references = JsonValue::array();
    for (const auto& slot : slots)
        references.items().push_back(reference_tree("Slot", slot.slot));
    const JsonValue organisation = JsonValue::object({{"reference", JsonValue("#1")}});
    JsonValue tree = JsonValue::object({
        {"resourceType", JsonValue("Appointment")},
        {"meta", meta_of(names::appointment_profile)},
        {"contained", JsonValue::array({booking_organisation(booking.provenance, phone)})},
        {"extension", JsonValue::array({JsonValue::object({{"url", JsonValue(names::booking_organisation)},
                                                           {"valueReference", organisation}})})},
        {"status", JsonValue("booked")},
        {"description", JsonValue(text.description)},
        // Providers compare the text of the times, not only the moment: send what they sent.
        {"start", JsonValue(slots.front().start)},
        {"end", JsonValue(slots.back().end)},
        {"slot", std::move(references)},
        {"created", JsonValue(fhir::to_uk_text(std::chrono::floor<std::chrono::seconds>(booking.created)))},
    });
    if (!text.comment.empty())
        tree.set("comment", text.comment);
    tree.set("participant", participants(slots.front(), patient));
    return tree;
}

JsonValue edit_for_amend(JsonValue appointment, const BookingText& text)
{
    appointment.set("description", text.description);
    if (text.comment.empty())
        appointment.remove("comment");
    else
        appointment.set("comment", text.comment);
    return appointment;
}

JsonValue edit_for_cancel(JsonValue appointment, const std::string& reason)
{
    appointment.set("status", "cancelled");
    JsonValue extension = JsonValue::object(
        {{"url", JsonValue(names::cancellation_reason)}, {"valueString", JsonValue(reason)}});
    JsonValue* extensions = appointment.find("extension");
    if (extensions != nullptr && extensions->is_array())
        extensions->items().push_back(std::move(extension));
    else if (extensions != nullptr && extensions->is_object())
        appointment.set("extension", JsonValue::array({JsonValue(*extensions), std::move(extension)}));
    else
        appointment.set("extension", JsonValue::array({std::move(extension)}));
    return appointment;
}

fhir::Result<JsonValue> compose_registration(const PatientContext& context)
{
    const auto* name = context.demographics ? usable_name(*context.demographics) : nullptr;
    if (name == nullptr || !context.demographics->birth_date)
        return fhir::fail(ErrorKind::demographics_required,
                          "Registering a patient needs their family name, given name and birth date.",
                          "Patient");
    return JsonValue::object({
        {"resourceType", JsonValue("Parameters")},
        {"parameter",
         JsonValue::array({JsonValue::object(
             {{"name", JsonValue("registerPatient")}, {"resource", registered_patient(context, *name)}})})},
    });
}

} // namespace adapters::gpconnect
