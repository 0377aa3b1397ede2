// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/gpconnect/tree.hpp"
#include "adapters/simulation/kept_listings.hpp"
#include "adapters/simulation/simulator.hpp"

#include <expected>
#include <map>
#include <string>
#include <vector>

/// The practice behind the provider simulator: who and what it holds, and how it shows them as STU3
/// resources.
namespace adapters::gpconnect::provider
{

/// Why a request is refused, in Spine codes.
struct Refusal
{
    unsigned status;
    std::string_view code;
    std::string diagnostics;
};

inline Refusal bad_request(std::string diagnostics)
{
    return {400, "BAD_REQUEST", std::move(diagnostics)};
}
inline Refusal invalid_resource(std::string diagnostics)
{
    return {422, "INVALID_RESOURCE", std::move(diagnostics)};
}
inline Refusal invalid_parameter(std::string diagnostics)
{
    return {422, "INVALID_PARAMETER", std::move(diagnostics)};
}

struct Person
{
    std::string id;
    simulation::SeedPatient seed;
    bool findable = true; ///< inactive, deceased, sensitive and unverified patients are not
    std::string registration = "R";
};

struct SlotState
{
    std::string id;
    std::string key;
    fhir::Instant start{};
    fhir::Instant end{};
    std::size_t session = 0;
    std::string status = "free"; ///< `free`, `booked`, `reception`
    std::string appointment;
    std::uint64_t times_booked = 0;
    std::uint64_t version = 1;
    std::string last_cancelled{}; ///< the reason
};

struct Booking
{
    std::string id;
    std::uint64_t version = 1;
    std::string patient;
    std::vector<std::size_t> slots;
    bool cancelled = false;
    std::string reason;
    std::string attendance; ///< `arrived`, `fulfilled`, `noshow`; empty while merely booked
    std::string description;
    std::string comment;
    std::string created;
    JsonValue organisation; ///< contained; null when the practice booked it itself
    JsonValue identifiers;
    JsonValue priority;
};

struct State
{
    State(const simulation::PracticeSeed& practice, const Clock& clock);

    std::string option(const std::string& name) const;
    bool is_option(const std::string& name, std::string_view value) const { return option(name) == value; }
    /// Whether a comma-separated option holds the value.
    bool lists(const std::string& name, std::string_view value) const;
    /// The items of a comma-separated option.
    std::vector<std::string> listed(const std::string& name) const;
    std::string asid() const;

    const simulation::SeedSession& session_of(const SlotState& slot) const
    {
        return seed.sessions[slot.session];
    }
    const simulation::SeedClinician* clinician_of(const simulation::SeedSession& session) const;
    /// Slot by its wire id; nullptr when unknown or not offered through GP Connect.
    SlotState* slot(std::string_view id);
    const Person* person(std::string_view id) const;

    JsonValue slot_tree(const SlotState& slot) const;
    JsonValue schedule_tree(const simulation::SeedSession& session) const;
    JsonValue practitioner_tree(const simulation::SeedClinician& clinician) const;
    JsonValue location_tree(const simulation::SeedLocation& location) const;
    JsonValue organization_tree() const;
    JsonValue patient_tree(const Person& person) const;
    JsonValue appointment_tree(const Booking& booking) const;

    std::string schedule_id(const simulation::SeedSession& session) const
    {
        return wire_id("sch-", session.key);
    }
    std::string practitioner_id(std::string_view key) const { return wire_id("pr-", key); }
    std::string location_id(std::string_view key) const { return wire_id("loc-", key); }
    std::string location_key(const simulation::SeedSession& session) const;

    simulation::PracticeSeed seed;
    std::vector<SlotState> slots;
    std::vector<Person> people;
    std::map<std::string, Booking> bookings;
    std::uint64_t next_booking = 7001;
    mutable simulation::KeptListings<> listings; ///< of free slots

private:
    std::string wire_id(std::string_view prefix, std::string_view key) const;
    void add_people();
    void add_slots(const Clock& clock);
    JsonValue role_extension(const simulation::SeedClinician& clinician) const;
    JsonValue telecom(const std::string& phone) const;
};

/// A clinician without a name is a role that a session has, whoever comes.
inline bool is_named(const simulation::SeedClinician& clinician)
{
    return !clinician.family.empty();
}

std::string_view channel_code(simulation::Channel channel);

} // namespace adapters::gpconnect::provider
