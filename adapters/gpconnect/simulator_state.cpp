// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/simulator_state.hpp"

#include "adapters/gpconnect/names.hpp"

namespace adapters::gpconnect::provider
{

namespace
{

std::uint64_t fnv1a(std::string_view text)
{
    std::uint64_t hash = 14695981039346656037ULL;
    for (char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

} // namespace

std::string_view channel_code(simulation::Channel channel)
{
    if (channel == simulation::Channel::telephone)
        return "Telephone";
    return channel == simulation::Channel::video ? "Video" : "In-person";
}

State::State(const simulation::PracticeSeed& practice, const Clock& clock) : seed(practice)
{
    if (seed.locations.empty())
        seed.locations.push_back({"main", seed.name, "1 Main Street", "Tarnbeck", "ZZ99 3AB", seed.phone});
    add_people();
    add_slots(clock);
}

std::string State::option(const std::string& name) const
{
    const auto found = seed.options.find(name);
    return found == seed.options.end() ? std::string() : found->second;
}

bool State::lists(const std::string& name, std::string_view value) const
{
    return ("," + option(name) + ",").find("," + std::string(value) + ",") != std::string::npos;
}

std::vector<std::string> State::listed(const std::string& name) const
{
    std::vector<std::string> items;
    std::string rest = option(name);
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        if (comma > 0)
            items.push_back(rest.substr(0, comma));
        rest.erase(0, comma + 1);
    }
    return items;
}

std::string State::asid() const
{
    if (const auto given = option("asid"); !given.empty())
        return given;
    return "9" + std::to_string(100'000'000'000ULL + fnv1a(seed.ods) % 100'000'000'000ULL).substr(1);
}

std::string State::wire_id(std::string_view prefix, std::string_view key) const
{
    std::string id = std::string(prefix) + std::string(key);
    if (is_option("ids", "long"))
        id = std::string(64 - std::min<std::size_t>(64, id.size() + 1), 'z') + "." + id;
    return id;
}

void State::add_people()
{
    for (const auto& patient : seed.patients) {
        Person person{wire_id("pt-", std::to_string(2001 + people.size())), patient, true,
                      patient.registered_here ? "R" : "T"};
        for (const char* status : {"inactive", "deceased", "sensitive", "unverified", "registration_loop"})
            if (lists(status, patient.nhs_number))
                person.findable = false;
        people.push_back(std::move(person));
    }
}

void State::add_slots(const Clock& clock)
{
    for (std::size_t s = 0; s < seed.sessions.size(); ++s) {
        for (const auto& given : seed.sessions[s].slots) {
            SlotState slot{wire_id("", given.key), given.key, given.start, given.end, s, "free", {}, 0, 1};
            for (const auto& person : people) {
                if (given.booked_by.empty() || person.seed.nhs_number != given.booked_by)
                    continue;
                Booking booking;
                booking.id = wire_id("ap-", std::to_string(next_booking++));
                booking.patient = person.id;
                booking.slots = {slots.size()};
                booking.description = "Booked at the practice";
                booking.created = fhir::to_uk_text(std::chrono::floor<std::chrono::seconds>(clock.now()));
                slot.status = "booked";
                slot.appointment = booking.id;
                slot.times_booked = 1;
                bookings.emplace(booking.id, std::move(booking));
            }
            if (!given.booked_by.empty() && slot.appointment.empty())
                slot.status = "reception"; // someone not in the list of patients
            slots.push_back(std::move(slot));
        }
    }
}

const simulation::SeedClinician* State::clinician_of(const simulation::SeedSession& session) const
{
    for (const auto& clinician : seed.clinicians)
        if (clinician.key == session.clinician)
            return &clinician;
    return nullptr;
}

SlotState* State::slot(std::string_view id)
{
    for (auto& slot : slots)
        if (slot.id == id && !is_option("session." + session_of(slot).key + ".gp_connect", "no"))
            return &slot;
    return nullptr;
}

const Person* State::person(std::string_view id) const
{
    for (const auto& person : people)
        if (person.id == id && person.findable)
            return &person;
    return nullptr;
}

std::string State::location_key(const simulation::SeedSession& session) const
{
    for (const auto& location : seed.locations)
        if (location.key == session.location)
            return location.key;
    return seed.locations.front().key;
}

} // namespace adapters::gpconnect::provider
