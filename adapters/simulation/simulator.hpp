// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/rest/message.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The far side: supplier systems as deterministic state machines. Request in, response out, clock and randomness injected, no sockets.
namespace adapters::simulation
{

// ---- what a simulated practice starts with: the same for every kind of system ------------------------------------------

struct SeedPatient
{
    std::string nhs_number; ///< ten digits, check digit right
    std::string family;
    std::string given;
    std::string title;
    std::string gender;     ///< `male`, `female`
    fhir::Date birth_date{};
    std::string phone;
    bool registered_here = true; ///< false: known only as a temporary resident
};

struct SeedClinician
{
    std::string key;    ///< unique in the practice
    std::string family;
    std::string given;
    std::string title;
    std::string gender;
    std::string role_code; ///< SDS job role: R0260 GP, R0600 nurse, R1290 pharmacist
    std::string role_name;
    std::string sds_user_id;
};

struct SeedLocation
{
    std::string key;
    std::string name;
    std::string line;
    std::string town;
    std::string postcode;
    std::string phone;
};

enum class Channel { in_person, telephone, video };

struct SeedSlot
{
    std::string key; ///< unique in the practice, digits only
    fhir::Instant start{};
    fhir::Instant end{};
    /// NHS number of a patient who already holds it; empty when free.
    std::string booked_by;
};

struct SeedSession
{
    std::string key; ///< unique in the practice, digits only
    std::string name;
    std::string slot_type;
    Channel channel = Channel::in_person;
    std::string clinician;
    std::string location;
    fhir::Interval period;
    std::vector<SeedSlot> slots;
};

struct PracticeSeed
{
    std::string ods;
    std::string name;
    std::string phone;
    std::vector<SeedPatient> patients;
    std::vector<SeedClinician> clinicians;
    std::vector<SeedLocation> locations;
    std::vector<SeedSession> sessions;
    /// Supplier-specific switches, documented in the simulator's README: `booking_reason=mandatory`, `errors=legacy`, …
    std::map<std::string, std::string> options;
};

// ---- the practice's own book, as its reception sees it --------------------------------------------------------------------

struct BookRow
{
    std::string slot_key;
    std::string appointment_key; ///< empty when free
    fhir::Instant start{};
    fhir::Instant end{};
    std::string status; ///< `free`, `booked`, `cancelled`, `reception` (taken at the desk)
    std::string nhs_number; ///< who; empty when free
    std::string description;
    std::uint64_t times_booked = 0; ///< bookings ever accepted for this slot
    std::string comment;
    std::string phone;         ///< number to ring that came with the booking, where the system has a place for it
    std::string last_cancelled; ///< reason of the last cancellation through the interface; empty when never
};

/// What came to the practice's people through the interface besides bookings.
struct MessageRow
{
    std::string kind; ///< `message`, `prescription-request`
    std::string id;   ///< the system's own
    std::string nhs_number;
    std::string recipient, subject, text;
    std::vector<std::string> medicines;
    fhir::Instant at{};
};

class Simulator
{
public:
    virtual ~Simulator() = default;

    /// Answers one request exactly as the supplier would. Never throws for bad input. Not thread-safe: its host serialises calls.
    virtual fhir::rest::Response handle(const fhir::rest::Request& request) = 0;
    virtual std::vector<BookRow> book() const = 0;
    /// Back to the seed.
    virtual void reset() = 0;

    /// In the order in which it came; none where the system takes no such thing.
    virtual std::vector<MessageRow> messages() const { return {}; }

    /// Whether the request books, amends or cancels, or leaves something for the practice's people.
    virtual bool is_write(const fhir::rest::Request& request) const = 0;
    /// Key of the slot that a booking request asks for; empty for any other request.
    virtual std::string requested_slot(const fhir::rest::Request& request) const = 0;

    /// The practice's own reception takes a slot, cancels an appointment or moves it to a free slot behind our back. False when
    /// there is no such thing, or when the slot to move to is not free.
    virtual bool reception_takes(const std::string& slot_key) = 0;
    virtual bool reception_cancels(const std::string& slot_key) = 0;
    virtual bool reception_moves(const std::string& from_slot, const std::string& to_slot) = 0;
    /// What reception writes beside an appointment when the patient comes, has been seen, or does not come. False
    /// when nobody holds the slot, or where this system tells nobody outside.
    enum class Mark { arrived, seen, noshow };
    virtual bool reception_marks(const std::string& slot_key, Mark mark)
    {
        (void)slot_key;
        (void)mark;
        return false;
    }
    /// The practice withdraws a patient's online access: the link no longer holds until it is made anew. False where the system has
    /// no links, or none for this patient.
    virtual bool reception_unlinks(const std::string& nhs_number)
    {
        (void)nhs_number;
        return false;
    }
    /// The practice switches appointments from outside off, or on again, where its wire can say so. Whether they were on before; nothing
    /// where it cannot.
    virtual std::optional<bool> reception_switches(bool on)
    {
        (void)on;
        return std::nullopt;
    }
    /// FHIR's word for a mark, in STU3 as in R4.
    static std::string_view status_of(Mark mark);
    /// Forgets every login session at once (fault `stale_session`). No effect where the system has none.
    virtual void expire_sessions() {}
    /// An answer in this system's own words for throttling and for an unavailable service.
    virtual fhir::rest::Response throttled() const;
    virtual fhir::rest::Response unavailable() const;
    /// How the gateway must be configured to reach this simulator: supplier settings by name (without secrets of patients).
    virtual std::map<std::string, std::string> client_settings() const = 0;
    /// The link credential of a patient, for seeding a store; empty where the system has none.
    virtual std::string link_credential(const std::string& nhs_number) const = 0;
};

// ---- misbehaviour on request ----------------------------------------------------------------------------------------------

/// What `PUT /fault` sets. Faults apply to matching requests, at most `times` of them (unset: until cleared).
struct Fault
{
    enum class Kind
    {
        latency,           ///< delay by latency and up to jitter more
        hang,              ///< never answer
        drop_before,       ///< cut the connection, nothing done
        drop_after,        ///< do it, then cut the connection
        server_error,      ///< 500, nothing done
        unavailable,       ///< 503 in the supplier's form, nothing done
        throttle,          ///< 429 or the supplier's form
        malformed,         ///< answer cut in the middle / not parseable
        wrong_content_type,///< right body under text/html
        oversized,         ///< an answer of 64 MiB
        stale_session,     ///< forget all sessions before handling
        slot_stolen,       ///< reception takes the requested slot just before handling a booking
        clock_skew,        ///< the supplier's clock is off by `skew`
    };
    Kind kind = Kind::latency;
    std::string method;      ///< empty: any
    std::string path_contains; ///< empty: any
    bool writes_only = false;  ///< only calls that change something at the practice
    std::optional<std::uint64_t> times;
    std::chrono::milliseconds latency{0};
    std::chrono::milliseconds jitter{0};
    bool long_tail = false; ///< jitter is the mean of an exponential distribution, not the most there is
    std::chrono::seconds skew{0};
};

} // namespace adapters::simulation
