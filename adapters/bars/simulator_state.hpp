// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/json_tree.hpp"
#include "adapters/simulation/kept_listings.hpp"
#include "adapters/simulation/seed.hpp"
#include "fhir/rest/message.hpp"

#include <expected>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// The practice behind the simulated receiver: its book, how it shows it, and which messages it has had.
namespace adapters::bars::receiver
{

/// Why a request is refused: status, code of the standard's table, issue type.
struct Refusal
{
    unsigned status;
    std::string_view code;
    std::string_view issue;
    std::string diagnostics;
};
using Checked = std::expected<void, Refusal>;

std::unexpected<Refusal> refuse(unsigned status, std::string_view code, std::string_view issue,
                                std::string diagnostics);
/// 400 `REC_BAD_REQUEST`.
std::unexpected<Refusal> bad(std::string_view issue, std::string diagnostics);

struct SlotState
{
    std::string id; ///< UUID
    fhir::Instant start{};
    fhir::Instant end{};
    std::size_t session = 0;
    std::string status = "free"; ///< `free`, `booked`, `reception`
    std::string appointment;
    std::uint64_t times_booked = 0;
    std::string last_cancelled;
};

/// What a message says of whom a booking is for; who has no number is found by the rest.
struct BookedPerson
{
    std::string nhs_number, family, birth_date, postcode;
    bool operator==(const BookedPerson&) const = default;
};

/// A booking that came in a message, as it is shown now.
struct Booking
{
    JsonValue tree;
    std::size_t slot = 0;
    BookedPerson person;
    std::string phone;
    std::string sender; ///< ODS code
    bool changed_here = false;
};

/// A message that has been received, by its pair of ids.
struct Received
{
    std::string body;
    fhir::rest::Response answer;
    bool done = false;
    std::int64_t still_busy = 0; ///< how often it is still said to be in progress
};

struct State
{
    explicit State(const simulation::PracticeSeed& practice);

    std::string base() const { return "https://bars.example/" + seed.ods + "/FHIR/R4/"; }
    simulation::Options options() const { return simulation::Options(seed); }
    std::string service_id() const;
    /// A UUID made up for something of this practice, the same on every run.
    std::string uuid(std::string_view what) const;
    /// The practice's own id of somebody: one it knows by number, else one for each booking.
    std::string patient_id(const Booking& booking) const;

    SlotState* slot(std::string_view id);
    JsonValue slot_tree(const SlotState& slot) const;
    JsonValue schedule_tree(std::size_t session) const;
    /// Whom and where schedules name, by fullUrl.
    const std::map<std::string, JsonValue>& directory() const;
    void release(Booking& booking, const std::string& reason);
    void move(Booking& booking, SlotState& to);

    simulation::PracticeSeed seed;
    std::vector<SlotState> slots;
    std::vector<std::string> schedules; ///< ids, one a session
    std::map<std::string, Booking> bookings;
    std::map<std::pair<std::string, std::string>, Received> messages;
    std::uint64_t next_booking = 1;
    mutable simulation::KeptListings<> listings; ///< of free slots

private:
    void add_slots();
    JsonValue service_tree(const simulation::SeedLocation& location) const;
    std::map<std::string, JsonValue> make_directory() const;

    mutable std::map<std::string, JsonValue> directory_; ///< made when first asked for
};

std::string url_of(const JsonValue& resource); ///< `urn:uuid:<id>`

} // namespace adapters::bars::receiver
