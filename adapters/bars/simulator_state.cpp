// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/simulator_state.hpp"

#include "adapters/bars/standard/message.hpp"
#include "adapters/bars/standard/names.hpp"
#include "adapters/r4/terms.hpp"
#include "adapters/simulation/spread.hpp"
#include "fhir/model/named_uuid.hpp"

#include <algorithm>

namespace adapters::bars::receiver
{

namespace
{

/// When everything was last changed: what does not change is sent byte for byte the same.
constexpr std::string_view long_ago = "2026-05-01T06:00:00.0000000+00:00";

std::string_view channel_name(simulation::Channel channel)
{
    if (channel == simulation::Channel::telephone)
        return "Telephone";
    return channel == simulation::Channel::video ? "Video" : "In-person";
}

JsonValue resource_tree(std::string_view type, const std::string& id)
{
    const auto profile = std::string(standard::profile::uk_core) + std::string(type);
    return JsonValue::object(
        {{"resourceType", JsonValue(type)},
         {"id", JsonValue(id)},
         {"meta", JsonValue::object({{"lastUpdated", JsonValue(long_ago)},
                                     {"profile", JsonValue::array({JsonValue(profile)})}})}});
}

JsonValue urn_reference(const std::string& id)
{
    return reference_tree("urn:uuid:" + id);
}

JsonValue general_practice()
{
    return JsonValue::array(
        {concept_tree(standard::system::service_category, standard::general_practice, "General Practice")});
}

JsonValue clinician_tree(const simulation::SeedClinician& clinician, const std::string& id)
{
    auto tree = resource_tree("Practitioner", id);
    if (!clinician.sds_user_id.empty())
        tree.set("identifier",
                 JsonValue::array({identifier_tree(standard::system::user, clinician.sds_user_id)}));
    auto name = JsonValue::object({{"use", JsonValue("official")},
                                   {"family", JsonValue(clinician.family)},
                                   {"given", JsonValue::array({JsonValue(clinician.given)})}});
    if (!clinician.title.empty())
        name.set("prefix", JsonValue::array({JsonValue(clinician.title)}));
    tree.set("name", JsonValue::array({name}));
    if (!clinician.gender.empty())
        tree.set("gender", clinician.gender);
    return tree;
}

JsonValue location_tree(const simulation::SeedLocation& location, const std::string& id)
{
    auto tree = resource_tree("Location", id);
    tree.set("status", "active");
    tree.set("name", location.name);
    tree.set("address", JsonValue::object({{"line", JsonValue::array({JsonValue(location.line)})},
                                           {"city", JsonValue(location.town)},
                                           {"postalCode", JsonValue(location.postcode)}}));
    return tree;
}

void add_to(std::map<std::string, JsonValue>& all, JsonValue tree)
{
    auto url = url_of(tree);
    all.emplace(std::move(url), std::move(tree));
}

} // namespace

std::unexpected<Refusal> refuse(unsigned status, std::string_view code, std::string_view issue,
                                std::string diagnostics)
{
    return std::unexpected(Refusal{status, code, issue, std::move(diagnostics)});
}

std::unexpected<Refusal> bad(std::string_view issue, std::string diagnostics)
{
    return refuse(400, "REC_BAD_REQUEST", issue, std::move(diagnostics));
}

std::string url_of(const JsonValue& resource)
{
    return "urn:uuid:" + text_of(resource, "id");
}

State::State(const simulation::PracticeSeed& practice) : seed(practice)
{
    add_slots();
}

std::string State::service_id() const
{
    const auto given = options().text("service_id");
    const auto digits = std::to_string(simulation::spread("service of " + seed.ods) % 1'000'000);
    return given.empty() ? "9999" + std::string(6 - digits.size(), '0') + digits : given;
}

std::string State::uuid(std::string_view what) const
{
    return fhir::named_uuid(seed.ods + " " + std::string(what));
}

std::string State::patient_id(const Booking& booking) const
{
    const auto& number = booking.person.nhs_number;
    return uuid("patient " + (number.empty() ? "of " + text_of(booking.tree, "id") : number));
}

void State::add_slots()
{
    for (std::size_t s = 0; s < seed.sessions.size(); ++s) {
        schedules.push_back(uuid("schedule " + seed.sessions[s].key));
        for (const auto& given : seed.sessions[s].slots) {
            SlotState state{uuid("slot " + given.key), given.start, given.end, s, "free", {}, 0, {}};
            // What the practice booked itself is not shown to senders; they see the slot taken.
            if (!given.booked_by.empty()) {
                state.status = "reception";
                state.times_booked = 1;
            }
            slots.push_back(std::move(state));
        }
    }
}

SlotState* State::slot(std::string_view id)
{
    const auto found = std::ranges::find(slots, id, &SlotState::id);
    return found == slots.end() ? nullptr : &*found;
}

JsonValue State::slot_tree(const SlotState& slot) const
{
    const auto& session = seed.sessions[slot.session];
    auto tree = resource_tree("Slot", slot.id);
    if (!options().is("resources", "mandatory")) {
        tree.set(
            "extension",
            JsonValue::array({JsonValue::object({{"url", JsonValue(r4::terms::delivery_channel)},
                                                 {"valueCode", JsonValue(channel_name(session.channel))}})}));
        auto type = concept_tree("http://terminology.hl7.org/CodeSystem/v2-0276", "ROUTINE");
        type.set("text", session.slot_type);
        tree.set("appointmentType", std::move(type));
    }
    tree.set("serviceCategory", general_practice());
    tree.set("schedule", urn_reference(schedules[slot.session]));
    tree.set("status", slot.status == "free" ? "free" : "busy");
    tree.set("start", fhir::to_utc_text(slot.start));
    tree.set("end", fhir::to_utc_text(slot.end));
    return tree;
}

JsonValue State::schedule_tree(std::size_t index) const
{
    const auto& session = seed.sessions[index];
    auto tree = resource_tree("Schedule", schedules[index]);
    tree.set("identifier", JsonValue::array({identifier_tree(base() + "id/schedule", session.key)}));
    tree.set("serviceCategory", general_practice());
    auto actors = JsonValue::array({urn_reference(uuid("service at " + session.location))});
    if (!session.clinician.empty() && !options().is("resources", "mandatory")) {
        actors.items().push_back(urn_reference(uuid("role of " + session.clinician)));
        actors.items().push_back(urn_reference(uuid("practitioner " + session.clinician)));
    }
    tree.set("actor", std::move(actors));
    tree.set("comment", session.name);
    return tree;
}

/// One a place: where an appointment is, only its service can tell.
JsonValue State::service_tree(const simulation::SeedLocation& location) const
{
    auto tree = resource_tree("HealthcareService", uuid("service at " + location.key));
    tree.set("identifier", JsonValue::array({identifier_tree(standard::system::service_id, service_id())}));
    tree.set("active", JsonValue(true));
    tree.set("name", "GP appointments at " + location.name);
    if (options().is("resources", "mandatory"))
        return tree;
    tree.set("providedBy", urn_reference(uuid("organization")));
    tree.set("location", JsonValue::array({urn_reference(uuid("location " + location.key))}));
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
    for (std::size_t s = 0; s < seed.sessions.size(); ++s)
        add_to(all, schedule_tree(s));
    for (const auto& location : seed.locations) {
        add_to(all, service_tree(location));
        add_to(all, location_tree(location, uuid("location " + location.key)));
    }
    for (const auto& clinician : seed.clinicians) {
        add_to(all, clinician_tree(clinician, uuid("practitioner " + clinician.key)));
        auto role = resource_tree("PractitionerRole", uuid("role of " + clinician.key));
        role.set("practitioner", urn_reference(uuid("practitioner " + clinician.key)));
        role.set("organization", urn_reference(uuid("organization")));
        role.set("code",
                 JsonValue::array({concept_tree("https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName",
                                                clinician.role_code, clinician.role_name)}));
        add_to(all, std::move(role));
    }
    auto organization = resource_tree("Organization", uuid("organization"));
    organization.set("identifier", JsonValue::array({identifier_tree(standard::system::ods, seed.ods)}));
    organization.set("name", seed.name);
    add_to(all, std::move(organization));
    return all;
}

void State::release(Booking& booking, const std::string& reason)
{
    booking.tree.set("status", "cancelled");
    auto& slot = slots[booking.slot];
    slot.status = "free";
    slot.appointment.clear();
    slot.last_cancelled = reason;
}

void State::move(Booking& booking, SlotState& to)
{
    auto& from = slots[booking.slot];
    to.appointment = std::exchange(from.appointment, {});
    to.status = std::exchange(from.status, "free");
    booking.slot = static_cast<std::size_t>(&to - slots.data());
    booking.changed_here = true;
    booking.tree.set("start", fhir::to_utc_text(to.start));
    booking.tree.set("end", fhir::to_utc_text(to.end));
    booking.tree.set("slot", JsonValue::array({urn_reference(to.id)}));
}

} // namespace adapters::bars::receiver
