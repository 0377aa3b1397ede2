// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/search/appointment_query.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/booking/withdrawal.hpp"
#include "gateway/identity/caller.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gateway::booking
{

/// What every write carries besides its resource.
struct WriteContext
{
    identity::Caller caller;
    std::string request_id;
    /// `Idempotency-Key` as sent; bound to the caller, the operation and `request_hash`. Empty: none.
    std::string idempotency_key;
    /// SHA-256 over method, route and canonical body.
    std::string request_hash;
    /// The person at the consumer, where the request named one: SDS user id and name.
    std::string user_id, user_name;
    /// How long the caller waits, where that is shorter than the service's own limit; 0: that limit.
    std::chrono::milliseconds answer_within{0};
    bool overriding = false; ///< set by the engine: the caller goes against rules, and may
    /// Who asks, where the caller stands in a practice's place; unset: the caller.
    std::optional<fhir::OdsCode> asking = {};
};

/// Where an appointment is to be moved, and what is to change on the way.
struct Move
{
    std::vector<fhir::Reference> slots; ///< `Slot/<id>`, of any practice that shares with whoever booked
    std::optional<fhir::CodeableConcept> reason;     ///< why the old one is given up
    std::optional<std::string> description, comment; ///< of the new one; unset: the old one's
    bool leave_out_texts = false;                    ///< without description and comment of the old one
    std::optional<fhir::Patient> patient; ///< details for a practice that must link or register the patient
};

/// One version of an appointment, as this gateway keeps it. `resource.id` and `resource.meta` (versionId,
/// lastUpdated, source) are filled.
struct StoredAppointment
{
    fhir::Appointment resource;
    std::int64_t version = 0;
    fhir::Instant last_updated{};
    std::string practice_ods;
    std::string booked_by = {}; ///< ODS code
};

struct WriteOutcome
{
    StoredAppointment appointment;
    bool created =
        false; ///< false: an existing one answered (conditional create or idempotent replay of one)
    bool replayed = false; ///< same Idempotency-Key as before: this is the first answer again
    /// Set when the supplier's outcome is unknown: the appointment is `pending` (or keeps its status) and is
    /// being settled. Kind `outcome_unknown`.
    std::optional<fhir::Error> unresolved;
};

/// Bookings, cancellations and amendments as intents (DESIGN §6): written down before the supplier hears of
/// them, exactly one effect per idempotency key, one active claim per slot, unknown outcomes settled by
/// reading back. Thread-safe.
class Service
{
public:
    virtual ~Service() = default;

    /// `if_none_exist`: `identifier` value of the header, empty when absent. Errors: `required`,
    /// `value_invalid`, `invariant` with path; `slot_unavailable`, `slot_in_past`, `patient_not_found`, …
    /// from checks or the practice.
    virtual Awaitable<fhir::Result<WriteOutcome>>
    book(WriteContext context, fhir::Appointment wanted,
         std::optional<fhir::search::TokenValue> if_none_exist) = 0;
    /// The first answer to a `book` with this Idempotency-Key; nothing when there was none, or no key is
    /// sent. For callers that must look something up before they can send the same request again.
    virtual Awaitable<fhir::Result<std::optional<WriteOutcome>>> booked_before(WriteContext)
    {
        co_return std::nullopt;
    }
    /// PUT, or the result of a PATCH: cancels when the status becomes `cancelled`, amends when texts changed;
    /// everything else is refused with its path. `expected_version` is If-Match's; `version_conflict` when
    /// stale.
    virtual Awaitable<fhir::Result<WriteOutcome>>
    update(WriteContext context, std::string id, std::int64_t expected_version, fhir::Appointment wanted) = 0;

    /// Books the new slots, then cancels the appointment; both name each other in `supportingInformation`.
    /// The outcome is the new appointment, `created` unset. Refused: the appointment stands as it was, and
    /// what was booked for it has been cancelled again. `unresolved`: one of the two is not settled yet;
    /// never none stands, and two only on the worklist. Paths are of the new Appointment
    /// (`Appointment.slot[0]`).
    virtual Awaitable<fhir::Result<WriteOutcome>> reschedule(WriteContext context, std::string id,
                                                             std::int64_t expected_version, Move wanted) = 0;

    /// A practice withdraws a session: written down with all that it affects, worked on from then on. The
    /// same Idempotency-Key answers with the same withdrawal. Errors: `organisation_not_allowed` unless the
    /// caller is the practice itself; `not_found`, `duplicate_key_other_body`.
    virtual Awaitable<fhir::Result<Withdrawal>> withdraw(WriteContext context, WithdrawRequest request) = 0;
    /// How far it has come. `not_found` also for those of others.
    virtual Awaitable<fhir::Result<Withdrawal>> withdrawal(identity::Caller caller, std::string id) = 0;

    /// `not_found` also for appointments this caller may not see.
    virtual Awaitable<fhir::Result<StoredAppointment>> read(identity::Caller caller, std::string id) = 0;
    virtual Awaitable<fhir::Result<StoredAppointment>> read_version(identity::Caller caller, std::string id,
                                                                    std::int64_t version) = 0;
    /// Newest first.
    virtual Awaitable<fhir::Result<std::vector<StoredAppointment>>> history(identity::Caller caller,
                                                                            std::string id) = 0;
    /// Current versions the caller may see, by start, then id; at most `limit`.
    virtual Awaitable<fhir::Result<std::vector<StoredAppointment>>>
    search(identity::Caller caller, fhir::search::AppointmentQuery query, std::size_t limit) = 0;

    /// For a practice: the appointments of one of its patients that begin in that stretch of time, whoever
    /// made them, cancelled ones included. What it made itself is taken on record first, so that it has an id
    /// and versions and is changed like any other; not where its system does not name the slots of
    /// appointments. Where the patient is hidden from who asks: that organisation's own bookings only.
    virtual Awaitable<fhir::Result<std::vector<StoredAppointment>>>
    patient_book(WriteContext, fhir::NhsNumber, fhir::Interval)
    {
        co_return fhir::fail(fhir::ErrorKind::not_implemented);
    }
};

} // namespace gateway::booking
