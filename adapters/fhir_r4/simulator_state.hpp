// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/json_tree.hpp"
#include "adapters/simulation/kept_listings.hpp"
#include "adapters/simulation/simulator.hpp"
#include "fhir/rest/message.hpp"

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// The practice behind the simulated server: who and what it holds, and how it shows them as R4 resources.
namespace adapters::fhir_r4::server
{

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Why a request is refused: status and issue type.
struct Refusal
{
    unsigned status;
    std::string_view code;
    std::string diagnostics;
};

inline std::unexpected<Refusal> refuse(unsigned status, std::string_view code, std::string diagnostics)
{
    return std::unexpected(Refusal{status, code, std::move(diagnostics)});
}

struct SlotState
{
    std::string key;
    fhir::Instant start{};
    fhir::Instant end{};
    std::size_t session = 0;
    std::string status = "free"; ///< `free`, `booked`, `reception`
    std::string appointment;
    std::uint64_t times_booked = 0;
    std::string last_cancelled;
};

/// An appointment as it was sent, with the server's id; its version stands beside it.
struct Booking
{
    JsonValue tree;
    std::uint64_t version = 1;
    std::vector<std::size_t> slots;
    std::string nhs_number;

    bool stands() const { return view_of(tree, "status") == "booked"; }
};

struct Match
{
    std::string name; ///< `Slot/880011`
    std::string json;
    std::string schedule; ///< of a slot: what `_include` adds
};

/// A search result that waits for its next page to be asked for.
struct Frozen
{
    std::shared_ptr<std::vector<Match>> matches = std::make_shared<std::vector<Match>>();
    std::vector<std::string> includes; ///< asked for
    std::string self;
    std::size_t at = 0;
    std::size_t page = 50;
    fhir::Instant until{};
};

struct State
{
    explicit State(const simulation::PracticeSeed& practice);

    std::string option(const std::string& name) const;
    bool is_option(const std::string& name, std::string_view value) const { return option(name) == value; }
    std::string base() const { return "https://fhir.example/" + seed.ods + "/fhir/R4/"; }

    SlotState* slot(std::string_view id);
    /// One of the seed's, or whom the practice has taken on since.
    std::optional<JsonValue> patient(std::string_view id) const;
    std::map<std::string, JsonValue> patients() const; ///< all of them, by id
    std::string patient_id(std::string_view nhs_number) const;

    JsonValue slot_tree(const SlotState& slot) const;
    JsonValue appointment_tree(const Booking& booking) const;
    JsonValue patient_tree(const simulation::SeedPatient& patient, std::string_view id) const;
    /// Schedules, people and places, by `Type/id`.
    const std::map<std::string, JsonValue>& directory() const;
    void release(Booking& booking, const std::string& reason);
    /// A booking of one slot goes to another, free one.
    void move(Booking& booking, SlotState& to);

    simulation::PracticeSeed seed;
    std::vector<SlotState> slots;
    std::map<std::string, Booking> bookings;
    std::map<std::string, JsonValue> newcomers; ///< patients, by id
    std::map<std::string, Frozen> pages;
    std::uint64_t next_booking = 4001;
    std::uint64_t next_page = 1;
    simulation::KeptListings<std::shared_ptr<std::vector<Match>>> listings; ///< of slots

private:
    void add_slots();
    JsonValue schedule_tree(const simulation::SeedSession& session) const;
    std::map<std::string, JsonValue> make_directory() const;

    mutable std::map<std::string, JsonValue> directory_; ///< made when first asked for
};

} // namespace adapters::fhir_r4::server
