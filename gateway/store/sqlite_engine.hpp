// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_database.hpp"
#include "gateway/store/sqlite_store.hpp"
#include "gateway/store/sqlite_writer.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace gateway::store
{

/// Read-only connections, lent for the length of one read.
class ReadPool
{
public:
    explicit ReadPool(std::string path) : path_(std::move(path)) {}
    std::unique_ptr<Database> take();
    void give_back(std::unique_ptr<Database> database);

private:
    const std::string path_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Database>> idle_;
};

/// Held as long as the store is: two gateways on one database would take over each other's work. The system
/// lets go of it however the process ends.
class DatabaseLock
{
public:
    explicit DatabaseLock(const std::string& database);
    DatabaseLock(DatabaseLock&& other) noexcept;
    DatabaseLock& operator=(DatabaseLock&&) = delete;
    ~DatabaseLock();
    bool held() const { return held_; }

private:
    int descriptor_;
    bool held_;
};

/// A known text sealed with the key that made the database: tells a wrong key before any row is read. Kept in
/// a database that has none yet.
bool key_fits(Database& database, const Sealer& sealer);

/// The SQLite engine. Reads run inline on the calling thread (10 to 30 microseconds); writes go to the writer
/// thread.
class SqliteStore : public Store
{
public:
    SqliteStore(SqliteSettings settings, const Sealer::Key& key, std::unique_ptr<Database> database,
                DatabaseLock lock);

    Awaitable<fhir::Result<Begun>> begin(NewIntent wanted) override;
    Awaitable<fhir::Result<Advanced>> advance(IntentChange change) override;
    Awaitable<fhir::Result<std::optional<IntentRecord>>> intent(std::string id) override;
    Awaitable<fhir::Result<std::optional<IntentRecord>>> open_intent(std::string appointment) override;
    Awaitable<fhir::Result<std::vector<IntentRecord>>> intents_in(IntentState state,
                                                                  std::size_t limit) override;
    Awaitable<fhir::Result<std::vector<IntentRecord>>> lease(LeaseRequest request) override;
    Awaitable<fhir::Result<LeasedForPerson>> lease_for_person(std::string intent, Lease lease,
                                                              fhir::Instant now) override;
    Awaitable<fhir::Result<bool>> reopen(std::string intent, fhir::Instant now) override;
    Awaitable<fhir::Result<std::optional<TicketRecord>>> ticket(Ticket ticket) override;
    Awaitable<fhir::Result<std::optional<HeldSlot>>> held_slot(std::string practice,
                                                               std::vector<std::string> slots) override;
    Awaitable<fhir::Result<std::vector<HoldRecord>>> holds() override;
    Awaitable<fhir::Result<std::vector<ClaimUse>>>
    claims_in_use(std::string practice, fhir::Instant starting_from, fhir::Instant made_after) override;
    Awaitable<fhir::Result<std::vector<std::string>>> identified(std::string organisation,
                                                                 OwnIdentifier identifier) override;

    Awaitable<fhir::Result<std::optional<AppointmentRecord>>> appointment(std::string id) override;
    Awaitable<fhir::Result<std::optional<AppointmentRecord>>> appointment_any(std::string id) override;
    Awaitable<fhir::Result<std::optional<AppointmentRecord>>>
    appointment_version(std::string id, std::int64_t version) override;
    Awaitable<fhir::Result<std::vector<AppointmentRecord>>> history(std::string id) override;
    Awaitable<fhir::Result<std::vector<AppointmentRecord>>> newest_versions(std::size_t limit) override;
    Awaitable<fhir::Result<std::vector<AppointmentRecord>>> waiting(std::size_t limit) override;
    Awaitable<fhir::Result<std::vector<AppointmentRecord>>> find(AppointmentFilter filter) override;

    Awaitable<fhir::Result<Advanced>> note(NativeVersion seen) override;
    Awaitable<fhir::Result<bool>> lease_watch(std::string practice, Lease lease, fhir::Instant now) override;
    Awaitable<fhir::Result<void>> end_watch(std::string practice, std::string token,
                                            fhir::Instant next) override;

    Awaitable<fhir::Result<bool>> begin_job(JobRecord job) override;
    Awaitable<fhir::Result<std::optional<JobRecord>>> job(std::string id) override;
    Awaitable<fhir::Result<std::vector<JobRecord>>> lease_jobs(LeaseRequest request) override;
    Awaitable<fhir::Result<bool>> save_job(JobRecord job, bool keep_lease) override;

    Awaitable<fhir::Result<TaskWritten>> create_task(NewTask wanted) override;
    Awaitable<fhir::Result<TaskWritten>> change_task(TaskChange change) override;
    Awaitable<fhir::Result<std::optional<TaskRecord>>> task(std::string id) override;
    Awaitable<fhir::Result<std::optional<TaskRecord>>> task_version(std::string id,
                                                                    std::int64_t version) override;
    Awaitable<fhir::Result<std::vector<TaskRecord>>> task_history(std::string id) override;
    Awaitable<fhir::Result<std::vector<TaskRecord>>> find_tasks(TaskFilter filter) override;
    Awaitable<fhir::Result<std::size_t>> count_tasks(TaskFilter filter) override;
    Awaitable<fhir::Result<std::vector<TaskMessage>>> task_messages(std::string id) override;
    Awaitable<fhir::Result<std::vector<TaskRecord>>> tasks_to_escalate(fhir::Instant now,
                                                                       std::size_t limit) override;
    Awaitable<fhir::Result<std::vector<WantedTask>>> wanted_tasks(std::size_t limit) override;
    Awaitable<fhir::Result<void>> forget_wanted_task(std::int64_t id) override;
    Awaitable<fhir::Result<std::vector<TaskDelivery>>> lease_deliveries(LeaseRequest request) override;
    Awaitable<fhir::Result<bool>> save_delivery(TaskDelivery delivery, bool keep_lease) override;
    Awaitable<fhir::Result<std::vector<TaskDelivery>>> deliveries_of(std::string task) override;

    Awaitable<fhir::Result<std::optional<std::string>>> patient_link(std::string practice,
                                                                     std::string patient) override;
    Awaitable<fhir::Result<void>> save_patient_links(std::vector<LinkRecord> links) override;
    Awaitable<fhir::Result<void>> forget_patient_link(std::string practice, std::string patient) override;
    Awaitable<fhir::Result<bool>> remember_jti(std::string client, std::string jti,
                                               fhir::Instant expires) override;
    Awaitable<fhir::Result<void>> purge(fhir::Instant tickets_before, fhir::Instant now) override;
    Awaitable<fhir::Result<void>> check() override;

    Awaitable<fhir::Result<std::optional<std::int64_t>>> write_policy(PolicyRecord record) override;
    Awaitable<fhir::Result<std::vector<PolicyRecord>>> policies() override;
    Awaitable<fhir::Result<std::vector<PolicyRecord>>> policy_history(std::string kind,
                                                                      std::string key) override;

    Awaitable<fhir::Result<std::optional<std::int64_t>>> write_consent(ConsentRecord record) override;
    Awaitable<fhir::Result<std::vector<ConsentRecord>>> consents() override;
    Awaitable<fhir::Result<std::vector<ConsentRecord>>> consents_of(std::string patient) override;
    Awaitable<fhir::Result<std::vector<ConsentRecord>>> consent_history(std::string id) override;

    Awaitable<fhir::Result<std::int64_t>> write_event(OutboxEvent event) override;
    Awaitable<fhir::Result<std::vector<OutboxEvent>>> events_after(std::int64_t sequence,
                                                                   std::size_t limit) override;
    Awaitable<fhir::Result<OutboxPlace>> outbox_place(fhir::Instant now) override;
    Awaitable<fhir::Result<bool>> fan_out(FanOut wanted) override;
    Awaitable<fhir::Result<std::optional<std::int64_t>>>
    write_subscription(SubscriptionWrite wanted) override;
    Awaitable<fhir::Result<bool>> remove_subscription(std::string id) override;
    Awaitable<fhir::Result<std::vector<SubscriptionRecord>>> subscriptions() override;
    Awaitable<fhir::Result<std::optional<SubscriptionRecord>>> subscription(std::string id) override;
    Awaitable<fhir::Result<std::optional<Channel>>> channel(std::string subscription) override;
    Awaitable<fhir::Result<std::vector<LeasedChannel>>> lease_channels(ChannelLease request) override;
    Awaitable<fhir::Result<bool>> keep_batches(std::string subscription, std::string token,
                                               std::vector<Batch> batches) override;
    Awaitable<fhir::Result<bool>> settle_channel(ChannelStep step) override;
    Awaitable<fhir::Result<std::vector<DeliveryRecord>>> deliveries(DeliveryFilter filter) override;
    Awaitable<fhir::Result<std::int64_t>> order_deliveries(DeliveryOrder order) override;
    Awaitable<fhir::Result<OutboxFigures>> outbox_figures() override;
    Awaitable<fhir::Result<void>> purge_outbox(fhir::Instant before) override;

    Awaitable<fhir::Result<bool>> add_calendar_feed(CalendarFeedRecord record, std::size_t most) override;
    Awaitable<fhir::Result<std::optional<CalendarFeedRecord>>>
    calendar_feed_by_hash(std::string secret_hash) override;
    Awaitable<fhir::Result<std::vector<CalendarFeedRecord>>> calendar_feeds(std::string client) override;
    Awaitable<fhir::Result<std::optional<CalendarFeedRecord>>>
    revoke_calendar_feed(std::string id, std::string client, std::string by, fhir::Instant now) override;

    Awaitable<fhir::Result<std::vector<AuditChain>>> audit_chains() override;
    Awaitable<fhir::Result<std::vector<AuditRow>>> audit_rows(std::string chain, std::int64_t after,
                                                              std::size_t limit) override;
    Awaitable<fhir::Result<std::vector<AuditCheckpoint>>>
    audit_checkpoints(std::string chain, std::int64_t from, std::size_t limit) override;
    Awaitable<fhir::Result<std::optional<AuditCheckpoint>>>
    audit_checkpoint_before(std::string chain, fhir::Instant moment) override;
    Awaitable<fhir::Result<AuditHead>> append_audit(std::string chain, AuditLink link) override;
    Awaitable<fhir::Result<std::vector<AuditRow>>> find_audit(AuditFilter filter) override;
    Awaitable<fhir::Result<bool>> purge_audit(AuditPurge purge) override;

private:
    /// Runs `read(Database&)` on a lent connection; a database failure becomes `store_unavailable`.
    template <class T, class Read>
    fhir::Result<T> read(Read work);

    DatabaseLock lock_;
    Sealer sealer_;
    ReadPool readers_;
    StoreGate* const gate_;
    SqliteWriter writer_;
};

template <class T, class Read>
fhir::Result<T> SqliteStore::read(Read work)
{
    if (gate_ != nullptr && !gate_->may_read())
        return fhir::fail(fhir::ErrorKind::store_unavailable);
    try {
        auto database = readers_.take();
        fhir::Result<T> result = work(*database);
        readers_.give_back(std::move(database));
        return result;
    } catch (const DatabaseError&) {
        return fhir::fail(fhir::ErrorKind::store_unavailable);
    }
}

} // namespace gateway::store
