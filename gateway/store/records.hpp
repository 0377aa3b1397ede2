// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the store keeps, as plain values. Every text called "sealed" is encrypted at rest and never searched;
/// patients and identifiers are found by a keyed hash. Practices and organisations are ODS codes.
namespace gateway::store
{

enum class IntentKind
{
    book,
    cancel,
    amend,
    hold,
    move
};

/// `recorded`: no write has been sent. `sent`: it may have been. `unknown`: the answer was lost, being
/// settled. The others are ends; `needs_person` is the worklist.
enum class IntentState
{
    recorded,
    sent,
    unknown,
    done,
    refused,
    needs_person
};

enum class ClaimKind
{
    hold,
    booking
};

/// One appointment, current version. Version 0 is written down but visible to nobody: its booking has no
/// answer yet.
struct AppointmentRecord
{
    std::string id;
    std::int64_t version = 0;
    fhir::Instant updated{};
    std::string practice;
    std::string booked_by;
    std::string patient; ///< NHS number digits; sealed, found by hash
    std::string status;  ///< FHIR code
    fhir::Instant start{};
    fhir::Instant end{};
    std::string resource; ///< FHIR JSON without meta.versionId and lastUpdated; sealed
    std::string supplier; ///< the supplier's copy, as the booking service writes it; sealed
};

/// Who works on an intent, until when. `token` is new for every lease and fences a worker that came back too
/// late.
struct Lease
{
    std::string node;
    std::string token;
    fhir::Instant until{};
};

struct IntentRecord
{
    std::string id;
    IntentKind kind = IntentKind::book;
    IntentState state = IntentState::recorded;
    std::string appointment;
    std::string practice;
    std::string payload; ///< everything needed to settle without the request; sealed
    fhir::Instant created{};
    fhir::Instant updated{};
    std::int64_t attempts = 0; ///< read-backs so far
    std::int64_t absences = 0; ///< read-backs the supplier answered without showing the effect
    fhir::Instant next_attempt{};
    std::string note; ///< code of the last failure
    Lease lease;
    std::string resolution; ///< who ended it and why, where a person did; sealed
};

/// An intent of the worklist, leased to the person who settles it.
struct LeasedForPerson
{
    enum class Answer
    {
        leased,
        not_known,
        not_waiting, ///< it does not stand on the worklist; `intent` says where it stands
        held,        ///< somebody else is at it
    };
    Answer answer = Answer::not_known;
    IntentRecord intent;
};

/// One use of an Idempotency-Key.
struct Ticket
{
    std::string client;
    std::string operation;
    std::string key;
    std::string request_hash;
};

struct TicketRecord
{
    std::string request_hash;
    std::string intent;
    std::string appointment;
    std::int64_t version = 0;           ///< of the appointment, once `outcome` is set
    std::optional<std::string> outcome; ///< as the booking service writes it; unset while the intent is open
};

/// A consumer's own identifier of an appointment, unique per booking organisation where `conditional`.
struct OwnIdentifier
{
    std::string system;
    std::string value;
    bool conditional = false;
};

/// What a claim on slots counts against.
struct ClaimUse
{
    std::string organisation;  ///< for whom; empty: it counts against nothing
    std::string session;       ///< Schedule id
    fhir::Instant start{};     ///< of the slot
    fhir::Instant made{};      ///< when it was claimed; only read
};

/// At most this many slots of a practice may be claimed, those of the request included.
struct ClaimLimit
{
    std::size_t most = 0;
    bool of_organisation = true; ///< counts those of the same organisation; else of all but the practice
    std::string session;         ///< only of this one, unless empty
    std::optional<fhir::Interval> starts;
    std::optional<fhir::Instant> made_after;
    std::string except; ///< appointment that does not count, because it is given up for this one
};

/// Everything that one accepted request writes in one transaction.
struct NewIntent
{
    IntentRecord intent;
    std::vector<std::string> slots; ///< to claim in the intent's practice
    ClaimKind claim = ClaimKind::booking;
    std::optional<AppointmentRecord> appointment; ///< a new one, kept as version 0
    std::vector<OwnIdentifier> identifiers;       ///< of the new appointment
    std::optional<Ticket> ticket;
    std::optional<std::int64_t> expected_version; ///< of the existing appointment
    std::optional<fhir::Instant> hold_until;      ///< of the claims, where they are holds
    std::optional<std::size_t> hold_quota; ///< most slots the booking organisation may hold, these included
    ClaimUse use; ///< of the claims
    std::vector<ClaimLimit> limits;
    bool book_holds = false; ///< the claims that the existing appointment has as holds become bookings
    /// Written in the same transaction or none of it is; each of another appointment. `Begun::appointment`
    /// says whose obstacle it was.
    std::vector<NewIntent> also;
};

struct HeldSlot
{
    std::size_t slot_index = 0;
    std::string appointment;
    std::optional<fhir::Instant> until; ///< set: a hold, until then
};

/// A slot under a hold.
struct HoldRecord
{
    std::string practice;
    std::string slot;
    std::string appointment;
    fhir::Instant until{};
};

/// What became of it. Only `recorded` has written anything.
struct Begun
{
    enum class Answer
    {
        recorded,
        ticket_known,    ///< `ticket` says what it holds, or that its intent is open
        ticket_differs,  ///< same key, another request
        identity_known,  ///< `appointment` has the conditional identifier
        identity_many,   ///< several have it
        slot_taken,      ///< `slot_index`; `appointment` holds the claim
        version_changed, ///< the appointment has another version, or is unknown
        change_open,     ///< another change of the appointment is not settled
        hold_ended,      ///< the holds to be booked have run out
        quota_reached,   ///< the organisation holds too many slots
        limit_reached,   ///< `limit_index` of `limits`
    };
    Answer answer = Answer::recorded;
    TicketRecord ticket;
    std::string appointment;
    std::size_t slot_index = 0;
    std::size_t limit_index = 0;
    std::optional<fhir::Instant> hold_until; ///< where a hold took the slot
};

/// One step of an intent and everything that goes with it, in one transaction. Refused (nothing is written)
/// unless the intent is open, or waits for a person, and `token` still holds its lease.
struct IntentChange
{
    std::string intent;
    std::string token;
    IntentState to = IntentState::sent;
    fhir::Instant now{};
    std::optional<AppointmentRecord> appointment; ///< becomes the next version; its `version` is ignored
    bool withdraw = false; ///< the booking never was: version 0 is deleted, identifiers are free again
    bool release_claims = false;
    std::optional<fhir::Instant> hold_until; ///< the claims are holds again, until then
    std::optional<std::string> outcome;      ///< for the ticket
    bool forget_ticket = false;              ///< the same key may try again
    bool keep_lease = false;
    std::int64_t attempts = 0;
    std::int64_t absences = 0;
    fhir::Instant next_attempt{};
    std::string note;
    std::string resolution; ///< kept with the intent unless empty
    std::string task = {};  ///< kind of the task that this calls for; empty: none
};

struct Advanced
{
    bool applied = false;
    std::int64_t version = 0; ///< current version of the appointment, 0 when there is none
};

/// What the practice's own book shows of an appointment: its next version, without an intent. Refused
/// (nothing is written) when the current version is not `appointment.version`, or when a change is open.
struct NativeVersion
{
    AppointmentRecord appointment; ///< `version`: the one it follows
    bool release_claims = false;
    std::optional<std::vector<std::string>>
        slots; ///< the claims are on these from now on, as far as they are free
    std::string task = {}; ///< kind of the task that this calls for; empty: none
};

struct LeaseRequest
{
    Lease lease; ///< each leased intent gets `token` with `-<n>` appended
    fhir::Instant now{};
    std::size_t limit = 16;
    /// After a restart: also what this node had leased before, known by tokens that do not start with `run`.
    bool take_over = false;
    std::string run;
};

/// Work on many appointments that goes on by itself, on one node at a time, over restarts.
struct JobRecord
{
    std::string id;
    std::string owner;        ///< the organisation that asked
    std::string request_hash; ///< of what was asked, to tell another request with the same id
    bool open = true;
    std::string payload; ///< sealed
    fhir::Instant created{};
    fhir::Instant updated{};
    fhir::Instant next_step{}; ///< not taken up before
    Lease lease;
};

/// AND of what is set.
struct AppointmentFilter
{
    std::string visible_to; ///< booked by it, or in its own practice
    std::vector<std::string> ids;
    std::vector<std::string> practices;
    std::vector<std::string> booked_by;
    std::optional<std::vector<std::string>> patients; ///< NHS number digits, any of
    std::vector<std::string> statuses;
    std::optional<fhir::Instant> start_from;   ///< inclusive
    std::optional<fhir::Instant> start_before; ///< exclusive
    std::size_t limit = 1000;
};

struct LinkRecord
{
    std::string practice;
    std::string patient;    ///< NHS number digits; kept as hash only
    std::string credential; ///< sealed
};

} // namespace gateway::store
