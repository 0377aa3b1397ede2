// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/store/audit_store.hpp"
#include "gateway/store/calendar_store.hpp"
#include "gateway/store/consent_store.hpp"
#include "gateway/store/outbox_store.hpp"
#include "gateway/store/policy_store.hpp"
#include "gateway/store/records.hpp"
#include "gateway/store/task_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gateway::store
{

/// Everything durable, behind one interface so that one node (SQLite) and many (PostgreSQL) behave alike: one
/// contract suite runs against each engine. Every call is one transaction, durable when it returns. The only
/// expected failure is `store_unavailable`; then nothing was written, unless the engine died while
/// committing, or the disk refused to confirm it: that may turn up, whole, after a restart. Thread-safe; a
/// call resumes on the caller's io_context, which must outlive the store. Tasks: task_store.hpp; audit
/// chains: audit_store.hpp; what operators changed of the policy: policy_store.hpp; what patients decided:
/// consent_store.hpp; what is announced, and to whom: outbox_store.hpp; calendar feeds: calendar_store.hpp.
class Store : public TaskStore,
              public AuditStore,
              public PolicyStore,
              public ConsentStore,
              public OutboxStore,
              public CalendarStore
{
public:
    // ---- intents, claims, idempotency
    // --------------------------------------------------------------------------------

    virtual Awaitable<fhir::Result<Begun>> begin(NewIntent wanted) = 0;
    virtual Awaitable<fhir::Result<Advanced>> advance(IntentChange change) = 0;
    virtual Awaitable<fhir::Result<std::optional<IntentRecord>>> intent(std::string id) = 0;
    /// The open intent of an appointment.
    virtual Awaitable<fhir::Result<std::optional<IntentRecord>>> open_intent(std::string appointment) = 0;
    /// Oldest first; payloads included.
    virtual Awaitable<fhir::Result<std::vector<IntentRecord>>> intents_in(IntentState state,
                                                                          std::size_t limit) = 0;
    /// Open intents nobody works on and whose time has come, now leased to the caller.
    virtual Awaitable<fhir::Result<std::vector<IntentRecord>>> lease(LeaseRequest request) = 0;
    /// Lets a person settle one intent of the worklist; it stays there until `advance` moves it.
    virtual Awaitable<fhir::Result<LeasedForPerson>> lease_for_person(std::string intent, Lease lease,
                                                                      fhir::Instant now) = 0;
    /// A person asks to settle again what stands on the worklist. False when it does not stand there, or when
    /// somebody is settling it.
    virtual Awaitable<fhir::Result<bool>> reopen(std::string intent, fhir::Instant now) = 0;
    Awaitable<fhir::Result<std::optional<TicketRecord>>> ticket(Ticket ticket) override = 0;

    /// The appointment that holds the first of these slots that is claimed; looking only, `begin` decides.
    virtual Awaitable<fhir::Result<std::optional<HeldSlot>>> held_slot(std::string practice,
                                                                       std::vector<std::string> slots) = 0;
    /// Every slot under a hold, those first that end first; also holds whose time is up and that nobody has
    /// ended yet.
    virtual Awaitable<fhir::Result<std::vector<HoldRecord>>> holds() = 0;
    /// What counts against limits at a practice: claims on slots that begin then or later, and those made
    /// after the second moment.
    virtual Awaitable<fhir::Result<std::vector<ClaimUse>>>
    claims_in_use(std::string practice, fhir::Instant starting_from, fhir::Instant made_after) = 0;
    /// Appointments, at most two, that carry this identifier of this booking organisation.
    virtual Awaitable<fhir::Result<std::vector<std::string>>> identified(std::string organisation,
                                                                         OwnIdentifier identifier) = 0;

    // ---- appointments (version 0 is never returned, except by `appointment_any`)
    // -----------------------------------------

    virtual Awaitable<fhir::Result<std::optional<AppointmentRecord>>> appointment(std::string id) = 0;
    virtual Awaitable<fhir::Result<std::optional<AppointmentRecord>>> appointment_any(std::string id) = 0;
    /// `resource`, `status`, `version` and `updated` as of that version; the rest as it is now.
    virtual Awaitable<fhir::Result<std::optional<AppointmentRecord>>>
    appointment_version(std::string id, std::int64_t version) = 0;
    /// Newest first.
    virtual Awaitable<fhir::Result<std::vector<AppointmentRecord>>> history(std::string id) = 0;
    /// Of all appointments, newest first, each as `appointment_version` returns it.
    virtual Awaitable<fhir::Result<std::vector<AppointmentRecord>>> newest_versions(std::size_t limit) = 0;
    /// Those in status waitlist, by id and so by age.
    virtual Awaitable<fhir::Result<std::vector<AppointmentRecord>>> waiting(std::size_t limit) = 0;
    /// By start, then id.
    virtual Awaitable<fhir::Result<std::vector<AppointmentRecord>>> find(AppointmentFilter filter) = 0;

    /// The practice's own doing, as the next version.
    virtual Awaitable<fhir::Result<Advanced>> note(NativeVersion seen) = 0;
    /// Lets one node look through a practice's book. False when another one is at it, or when the time of the
    /// next look has not come.
    virtual Awaitable<fhir::Result<bool>> lease_watch(std::string practice, Lease lease,
                                                      fhir::Instant now) = 0;
    /// Ends such a look; nobody looks again before `next`.
    virtual Awaitable<fhir::Result<void>> end_watch(std::string practice, std::string token,
                                                    fhir::Instant next) = 0;

    // ---- jobs
    // ------------------------------------------------------------------------------------------------

    /// False when a job of that id is known already; then nothing is written.
    virtual Awaitable<fhir::Result<bool>> begin_job(JobRecord job) = 0;
    virtual Awaitable<fhir::Result<std::optional<JobRecord>>> job(std::string id) = 0;
    /// Open jobs that are due and nobody works on, now leased to the caller; also those that this node had
    /// leased in an earlier run.
    virtual Awaitable<fhir::Result<std::vector<JobRecord>>> lease_jobs(LeaseRequest request) = 0;
    /// Payload, `open`, `updated` and `next_step`; with `keep_lease` also `lease.until`, otherwise the lease
    /// ends. False when the lease was lost: then nothing is written.
    virtual Awaitable<fhir::Result<bool>> save_job(JobRecord job, bool keep_lease) = 0;

    // ---- patient links and client assertions
    // ------------------------------------------------------------------------------

    virtual Awaitable<fhir::Result<std::optional<std::string>>> patient_link(std::string practice,
                                                                             std::string patient) = 0;
    virtual Awaitable<fhir::Result<void>> save_patient_links(std::vector<LinkRecord> links) = 0;
    virtual Awaitable<fhir::Result<void>> forget_patient_link(std::string practice, std::string patient) = 0;
    /// True the first time a client uses this assertion id, false for a replay. `expires`: when it may be
    /// forgotten.
    virtual Awaitable<fhir::Result<bool>> remember_jti(std::string client, std::string jti,
                                                       fhir::Instant expires) = 0;

    /// Drops settled idempotency keys first used before `tickets_before` and assertion ids that expired
    /// before `now`.
    virtual Awaitable<fhir::Result<void>> purge(fhir::Instant tickets_before, fhir::Instant now) = 0;
    /// An answer within the engine's own limits means it can read and write (readiness).
    virtual Awaitable<fhir::Result<void>> check() = 0;
};

} // namespace gateway::store
