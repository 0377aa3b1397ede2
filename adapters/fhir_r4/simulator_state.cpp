// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/simulator_state.hpp"

#include "adapters/fhir_r4/names.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"

#include <algorithm>

namespace adapters::fhir_r4::server
{

namespace
{

std::string_view channel_name(simulation::Channel channel)
{
    if (channel == simulation::Channel::telephone)
        return "Telephone";
    return channel == simulation::Channel::video ? "Video" : "In-person";
}

JsonValue resource_tree(std::string_view type, std::string_view id, std::string_view version = "1")
{
    return JsonValue::object({{"resourceType", JsonValue(type)},
                              {"id", JsonValue(id)},
                              {"meta", JsonValue::object({{"versionId", JsonValue(version)}})}});
}

JsonValue name_tree(const std::string& family, const std::string& given, const std::string& title)
{
    JsonValue name = JsonValue::object({{"use", JsonValue("official")},
                                        {"family", JsonValue(family)},
                                        {"given", JsonValue::array({JsonValue(given)})}});
    if (!title.empty())
        name.set("prefix", JsonValue::array({JsonValue(title)}));
    return JsonValue::array({name});
}

JsonValue telecom_tree(const std::string& phone)
{
    return JsonValue::array(
        {JsonValue::object({{"system", JsonValue("phone")}, {"value", JsonValue(phone)}})});
}

JsonValue clinician_tree(const simulation::SeedClinician& clinician)
{
    auto tree = resource_tree("Practitioner", "pr-" + clinician.key);
    if (!clinician.sds_user_id.empty())
        tree.set("identifier",
                 JsonValue::array({identifier_tree(names::sds_user_system, clinician.sds_user_id)}));
    tree.set("name", name_tree(clinician.family, clinician.given, clinician.title));
    if (!clinician.gender.empty())
        tree.set("gender", clinician.gender);
    return tree;
}

JsonValue role_tree(const simulation::SeedClinician& clinician)
{
    auto tree = resource_tree("PractitionerRole", "role-" + clinician.key);
    tree.set("active", JsonValue(true));
    tree.set("practitioner", reference_tree("Practitioner/pr-" + clinician.key));
    tree.set("organization", reference_tree("Organization/org-1"));
    tree.set("code", JsonValue::array(
                         {concept_tree(names::job_role_system, clinician.role_code, clinician.role_name)}));
    return tree;
}

JsonValue location_tree(const simulation::SeedLocation& location)
{
    auto tree = resource_tree("Location", "loc-" + location.key);
    tree.set("status", "active");
    tree.set("name", location.name);
    tree.set("telecom", telecom_tree(location.phone));
    tree.set("address", JsonValue::object({{"line", JsonValue::array({JsonValue(location.line)})},
                                           {"city", JsonValue(location.town)},
                                           {"postalCode", JsonValue(location.postcode)}}));
    tree.set("managingOrganization", reference_tree("Organization/org-1"));
    return tree;
}

void add_to(std::map<std::string, JsonValue>& all, JsonValue tree)
{
    auto name = text_of(tree, "resourceType") + "/" + text_of(tree, "id");
    all.emplace(std::move(name), std::move(tree));
}

} // namespace

State::State(const simulation::PracticeSeed& practice) : seed(practice)
{
    add_slots();
}

std::string State::option(const std::string& name) const
{
    const auto found = seed.options.find(name);
    return found == seed.options.end() ? std::string() : found->second;
}

void State::add_slots()
{
    for (std::size_t s = 0; s < seed.sessions.size(); ++s) {
        for (const auto& given : seed.sessions[s].slots) {
            SlotState state{given.key, given.start, given.end, s, "free", {}, 0, {}};
            if (!given.booked_by.empty()) {
                const auto who = patient_id(given.booked_by);
                // Someone who is not in the list of patients leaves only the taken slot.
                state.status = who.empty() ? "reception" : "booked";
                state.times_booked = 1;
                if (!who.empty()) {
                    state.appointment = "ap-" + std::to_string(next_booking++);
                    auto tree = JsonValue::object({{"resourceType", JsonValue("Appointment")},
                                                   {"id", JsonValue(state.appointment)},
                                                   {"status", JsonValue("booked")},
                                                   {"description", JsonValue("Booked at the practice")},
                                                   {"start", JsonValue(fhir::to_utc_text(given.start))},
                                                   {"end", JsonValue(fhir::to_utc_text(given.end))}});
                    tree.set("slot", JsonValue::array({reference_tree("Slot/" + given.key)}));
                    tree.set("participant",
                             JsonValue::array({JsonValue::object({{"actor", reference_tree("Patient/" + who)},
                                                                  {"status", JsonValue("accepted")}})}));
                    bookings.emplace(state.appointment,
                                     Booking{std::move(tree), 1, {slots.size()}, given.booked_by});
                }
            }
            slots.push_back(std::move(state));
        }
    }
}

SlotState* State::slot(std::string_view id)
{
    const auto found = std::ranges::find(slots, id, &SlotState::key);
    return found == slots.end() ? nullptr : &*found;
}

std::string State::patient_id(std::string_view nhs_number) const
{
    for (std::size_t i = 0; i < seed.patients.size(); ++i)
        if (seed.patients[i].nhs_number == nhs_number)
            return is_option("patient_ids", "nhs_number") ? std::string(nhs_number)
                                                          : "pt-" + std::to_string(2001 + i);
    return {};
}

std::optional<JsonValue> State::patient(std::string_view id) const
{
    const auto newcomer = newcomers.find(std::string(id));
    if (newcomer != newcomers.end())
        return newcomer->second;
    for (const auto& each : seed.patients)
        if (patient_id(each.nhs_number) == id)
            return patient_tree(each, id);
    return std::nullopt;
}

std::map<std::string, JsonValue> State::patients() const
{
    auto all = newcomers;
    for (const auto& each : seed.patients) {
        const auto id = patient_id(each.nhs_number);
        all.emplace(id, patient_tree(each, id));
    }
    return all;
}

JsonValue State::slot_tree(const SlotState& slot) const
{
    const auto& session = seed.sessions[slot.session];
    auto tree = resource_tree("Slot", slot.key);
    tree.set("extension", JsonValue::array({JsonValue::object(
                              {{"url", JsonValue(names::delivery_channel)},
                               {"valueCodeableConcept",
                                concept_tree(names::delivery_channel_system, channel_name(session.channel),
                                             channel_name(session.channel))}})}));
    if (!session.slot_type.empty())
        tree.set("serviceType",
                 JsonValue::array({JsonValue::object({{"text", JsonValue(session.slot_type)}})}));
    tree.set("schedule", reference_tree("Schedule/sch-" + session.key));
    tree.set("status", slot.status == "free"     ? "free"
                       : slot.status == "booked" ? "busy"
                                                 : "busy-unavailable");
    tree.set("start", fhir::to_utc_text(slot.start));
    tree.set("end", fhir::to_utc_text(slot.end));
    return tree;
}

JsonValue State::schedule_tree(const simulation::SeedSession& session) const
{
    auto tree = resource_tree("Schedule", "sch-" + session.key);
    tree.set("active", JsonValue(true));
    tree.set("serviceCategory", JsonValue::array({JsonValue::object({{"text", JsonValue(session.name)}})}));
    JsonValue actors = JsonValue::array({reference_tree("Location/loc-" + session.location)});
    if (!session.clinician.empty()) {
        actors.items().push_back(reference_tree("Practitioner/pr-" + session.clinician));
        actors.items().push_back(reference_tree("PractitionerRole/role-" + session.clinician));
    }
    actors.items().push_back(reference_tree("HealthcareService/hs-1"));
    tree.set("actor", std::move(actors));
    tree.set("planningHorizon",
             JsonValue::object({{"start", JsonValue(fhir::to_utc_text(session.period.start))},
                                {"end", JsonValue(fhir::to_utc_text(session.period.end))}}));
    return tree;
}

JsonValue State::appointment_tree(const Booking& booking) const
{
    auto tree = booking.tree;
    tree.set("meta", JsonValue::object({{"versionId", JsonValue(std::to_string(booking.version))}}));
    return tree;
}

JsonValue State::patient_tree(const simulation::SeedPatient& patient, std::string_view id) const
{
    auto tree = resource_tree("Patient", id);
    tree.set("identifier", JsonValue::array({identifier_tree(fhir::nhs_number_system, patient.nhs_number)}));
    tree.set("active", JsonValue(option("inactive").find(patient.nhs_number) == std::string::npos));
    tree.set("name", name_tree(patient.family, patient.given, patient.title));
    if (!patient.phone.empty())
        tree.set("telecom", telecom_tree(patient.phone));
    tree.set("gender", patient.gender);
    tree.set("birthDate", fhir::to_text(patient.birth_date));
    return tree;
}

const std::map<std::string, JsonValue>& State::directory() const
{
    if (directory_.empty())
        directory_ = make_directory();
    return directory_;
}

std::map<std::string, JsonValue> State::make_directory() const
{
    std::map<std::string, JsonValue> all;
    for (const auto& session : seed.sessions)
        add_to(all, schedule_tree(session));
    for (const auto& clinician : seed.clinicians) {
        add_to(all, clinician_tree(clinician));
        add_to(all, role_tree(clinician));
    }
    for (const auto& location : seed.locations)
        add_to(all, location_tree(location));
    auto organization = resource_tree("Organization", "org-1");
    organization.set("identifier",
                     JsonValue::array({identifier_tree(fhir::ods_organisation_system, seed.ods)}));
    organization.set("name", seed.name);
    organization.set("telecom", telecom_tree(seed.phone));
    add_to(all, std::move(organization));
    auto service = resource_tree("HealthcareService", "hs-1");
    service.set("active", JsonValue(true));
    service.set("providedBy", reference_tree("Organization/org-1"));
    service.set("type",
                JsonValue::array({concept_tree(names::snomed, "788007007", "General practice service")}));
    service.set("name", "Appointments at " + seed.name);
    add_to(all, std::move(service));
    return all;
}

void State::release(Booking& booking, const std::string& reason)
{
    booking.tree.set("status", "cancelled");
    for (const auto index : booking.slots) {
        slots[index].status = "free";
        slots[index].appointment.clear();
        slots[index].last_cancelled = reason;
    }
}

void State::move(Booking& booking, SlotState& to)
{
    auto& from = slots[booking.slots.front()];
    std::swap(from.status, to.status);
    std::swap(from.appointment, to.appointment);
    ++to.times_booked;
    booking.slots.front() = static_cast<std::size_t>(&to - slots.data());
    booking.tree.set("slot", JsonValue::array({reference_tree("Slot/" + to.key)}));
    booking.tree.set("start", fhir::to_utc_text(to.start));
    booking.tree.set("end", fhir::to_utc_text(to.end));
    ++booking.version;
}

} // namespace adapters::fhir_r4::server
