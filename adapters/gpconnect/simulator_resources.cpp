// SPDX-License-Identifier: Apache-2.0
// How the simulated practice shows what it holds: GP Connect 1.2.7 profiles, "never" elements left out.
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/simulator_state.hpp"

namespace adapters::gpconnect::provider
{

namespace
{

JsonValue resource(std::string_view type, const std::string& id, std::string_view profile,
                   std::uint64_t version = 1)
{
    return JsonValue::object({{"resourceType", JsonValue(type)},
                              {"id", JsonValue(id)},
                              {"meta", meta_of(profile, std::to_string(version))}});
}

JsonValue text_concept(const std::string& text)
{
    return JsonValue::object({{"text", JsonValue(text)}});
}

JsonValue list(JsonValue item)
{
    return JsonValue::array({std::move(item)});
}

JsonValue channel_extension(simulation::Channel channel)
{
    return JsonValue::object(
        {{"url", JsonValue(names::delivery_channel)}, {"valueCode", JsonValue(channel_code(channel))}});
}

JsonValue name_tree(const std::string& family, const std::string& given, const std::string& title)
{
    JsonValue name = JsonValue::object({{"use", JsonValue("official")}, {"family", JsonValue(family)}});
    if (!given.empty())
        name.set("given", list(JsonValue(given)));
    if (!title.empty())
        name.set("prefix", list(JsonValue(title)));
    return name;
}

JsonValue address_tree(const simulation::SeedLocation& location)
{
    JsonValue address = JsonValue::object({{"use", JsonValue("work")}});
    if (!location.line.empty())
        address.set("line", list(JsonValue(location.line)));
    if (!location.town.empty())
        address.set("city", location.town);
    if (!location.postcode.empty())
        address.set("postalCode", location.postcode);
    address.set("country", "GBR");
    return address;
}

JsonValue participant(std::string_view type, const std::string& id)
{
    return JsonValue::object({{"actor", reference_tree(type, id)}, {"status", JsonValue("accepted")}});
}

JsonValue extension_with(std::string_view url, std::string_view value_name, JsonValue value)
{
    return JsonValue::object({{"url", JsonValue(url)}, {std::string(value_name), std::move(value)}});
}

} // namespace

JsonValue State::role_extension(const simulation::SeedClinician& clinician) const
{
    std::string_view system = names::job_role_system;
    if (is_option("role_system", "valueset")) // as the reference implementation writes it
        system = "https://fhir.nhs.uk/STU3/ValueSet/GPConnect-PractitionerRole-1";
    if (is_option("role_system", "hl7"))
        system = "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1";
    return extension_with(names::practitioner_role, "valueCodeableConcept",
                          concept_tree(system, clinician.role_code, clinician.role_name));
}

JsonValue State::telecom(const std::string& phone) const
{
    JsonValue point = JsonValue::object(
        {{"system", JsonValue("phone")}, {"value", JsonValue(phone)}, {"use", JsonValue("work")}});
    // Published examples write a single object here.
    return is_option("telecom", "object") ? point : list(std::move(point));
}

JsonValue State::slot_tree(const SlotState& slot) const
{
    const auto& session = session_of(slot);
    JsonValue tree = resource("Slot", slot.id, names::slot_profile, slot.version);
    if (!is_option("extensions", "missing"))
        tree.set("extension", list(channel_extension(session.channel)));
    tree.set("serviceType", list(text_concept(session.slot_type)));
    tree.set("schedule", reference_tree("Schedule", schedule_id(session)));
    tree.set("status", "free");
    tree.set("start", fhir::to_uk_text(slot.start));
    tree.set("end", fhir::to_uk_text(slot.end));
    return tree;
}

JsonValue State::schedule_tree(const simulation::SeedSession& session) const
{
    JsonValue tree = resource("Schedule", schedule_id(session), names::schedule_profile);
    const auto* clinician = clinician_of(session);
    if (clinician != nullptr && !clinician->role_code.empty() && !is_option("extensions", "missing"))
        tree.set("extension", list(role_extension(*clinician)));
    tree.set("serviceCategory", text_concept(session.name));
    JsonValue actors = list(reference_tree("Location", location_id(location_key(session))));
    if (clinician != nullptr && is_named(*clinician))
        actors.items().push_back(reference_tree("Practitioner", practitioner_id(clinician->key)));
    tree.set("actor", std::move(actors));
    tree.set("planningHorizon",
             JsonValue::object({{"start", JsonValue(fhir::to_uk_text(session.period.start))},
                                {"end", JsonValue(fhir::to_uk_text(session.period.end))}}));
    return tree;
}

JsonValue State::practitioner_tree(const simulation::SeedClinician& clinician) const
{
    JsonValue tree = resource("Practitioner", practitioner_id(clinician.key), names::practitioner_profile);
    JsonValue identifiers = JsonValue::array();
    if (!clinician.sds_user_id.empty())
        identifiers.items().push_back(identifier_tree(names::sds_user_system, clinician.sds_user_id));
    for (const auto& profile : listed("clinician." + clinician.key + ".role_profiles"))
        identifiers.items().push_back(identifier_tree(names::sds_role_profile_system, profile));
    if (!identifiers.items().empty())
        tree.set("identifier", std::move(identifiers));
    tree.set("name", list(name_tree(clinician.family, clinician.given, clinician.title)));
    if (!clinician.gender.empty())
        tree.set("gender", clinician.gender);
    return tree;
}

JsonValue State::location_tree(const simulation::SeedLocation& location) const
{
    JsonValue tree = resource("Location", location_id(location.key), names::location_profile);
    tree.set("name", location.name);
    if (!location.phone.empty())
        tree.set("telecom", telecom(location.phone));
    tree.set("address", address_tree(location));
    tree.set("managingOrganization", reference_tree("Organization", "org-1"));
    return tree;
}

JsonValue State::organization_tree() const
{
    JsonValue tree = resource("Organization", "org-1", names::organization_profile);
    tree.set("identifier", list(identifier_tree(names::ods_system, seed.ods)));
    tree.set("name", seed.name);
    if (!seed.phone.empty())
        tree.set("telecom", telecom(seed.phone));
    tree.set("address", list(address_tree(seed.locations.front())));
    return tree;
}

JsonValue State::patient_tree(const Person& person) const
{
    const auto& patient = person.seed;
    JsonValue tree = resource("Patient", person.id, names::patient_profile);
    JsonValue details = extension_with("registrationType", "valueCodeableConcept",
                                       concept_tree(names::registration_type_system, person.registration));
    JsonValue registration = JsonValue::object({{"url", JsonValue(names::registration_details)}});
    registration.set("extension", list(std::move(details)));
    if (const auto branch = option("preferred_branch"); !branch.empty())
        registration.find("extension")
            ->items()
            .push_back(extension_with("preferredBranchSurgery", "valueReference",
                                      reference_tree("Location", location_id(branch))));
    tree.set("extension", list(std::move(registration)));
    JsonValue identifier = JsonValue::object();
    identifier.set("extension", list(extension_with(names::nhs_number_verification, "valueCodeableConcept",
                                                    concept_tree(names::verification_system, "01",
                                                                 "Number present and verified"))));
    identifier.set("system", names::nhs_number_system);
    identifier.set("value", patient.nhs_number);
    tree.set("identifier", list(std::move(identifier)));
    tree.set("active", JsonValue(true));
    tree.set("name", list(name_tree(patient.family, patient.given, patient.title)));
    if (!patient.phone.empty())
        tree.set("telecom", list(JsonValue::object({{"system", JsonValue("phone")},
                                                    {"value", JsonValue(patient.phone)},
                                                    {"use", JsonValue("mobile")}})));
    if (!patient.gender.empty())
        tree.set("gender", patient.gender);
    tree.set("birthDate", fhir::to_text(patient.birth_date));
    tree.set("managingOrganization", reference_tree("Organization", "org-1"));
    return tree;
}

JsonValue State::appointment_tree(const Booking& booking) const
{
    const auto& first = slots[booking.slots.front()];
    const auto& last = slots[booking.slots.back()];
    const auto& session = session_of(first);
    const auto* clinician = clinician_of(session);
    JsonValue tree = resource("Appointment", booking.id, names::appointment_profile, booking.version);
    JsonValue extensions = JsonValue::array();
    if (!booking.organisation.is_null()) {
        tree.set("contained", list(booking.organisation));
        extensions.items().push_back(extension_with(
            names::booking_organisation, "valueReference",
            JsonValue::object({{"reference", JsonValue("#" + text_of(booking.organisation, "id"))}})));
    }
    if (clinician != nullptr && !clinician->role_code.empty() && !is_option("extensions", "missing"))
        extensions.items().push_back(role_extension(*clinician));
    if (!is_option("extensions", "missing"))
        extensions.items().push_back(channel_extension(session.channel));
    if (booking.cancelled)
        extensions.items().push_back(
            extension_with(names::cancellation_reason, "valueString", JsonValue(booking.reason)));
    if (!extensions.items().empty())
        tree.set("extension", std::move(extensions));
    if (!booking.identifiers.is_null())
        tree.set("identifier", booking.identifiers);
    tree.set("status", booking.cancelled            ? std::string("cancelled")
                       : booking.attendance.empty() ? std::string("booked")
                                                    : booking.attendance);
    tree.set("serviceCategory", text_concept(session.name));
    tree.set("serviceType", list(text_concept(session.slot_type)));
    if (!booking.priority.is_null())
        tree.set("priority", booking.priority);
    tree.set("description", booking.description);
    tree.set("start", fhir::to_uk_text(first.start));
    tree.set("end", fhir::to_uk_text(last.end));
    tree.set("minutesDuration",
             JsonValue(std::int64_t{
                 std::chrono::duration_cast<std::chrono::minutes>(last.end - first.start).count()}));
    JsonValue references = JsonValue::array();
    for (auto index : booking.slots)
        references.items().push_back(reference_tree("Slot", slots[index].id));
    tree.set("slot", std::move(references));
    tree.set("created", booking.created);
    if (!booking.comment.empty())
        tree.set("comment", booking.comment);
    JsonValue participants = list(participant("Patient", booking.patient));
    participants.items().push_back(participant("Location", location_id(location_key(session))));
    if (clinician != nullptr && is_named(*clinician))
        participants.items().push_back(participant("Practitioner", practitioner_id(clinician->key)));
    tree.set("participant", std::move(participants));
    return tree;
}

} // namespace adapters::gpconnect::provider
