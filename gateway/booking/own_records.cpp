// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/own_records.hpp"

#include "gateway/booking/engine.hpp"
#include "gateway/observability/log.hpp"

#include <algorithm>
#include <chrono>

namespace gateway::booking
{

namespace
{

/// More writes are never under way at once, and none for longer.
constexpr std::size_t versions_looked_at = 1000;
constexpr std::chrono::minutes looked_back{10};

bool names(const store::AuditRow& row, std::int64_t version)
{
    const auto entry = audit::parse_canonical(row.bytes);
    return entry && entry->record.event == audit::Event::write &&
           entry->record.version == std::to_string(version);
}

} // namespace

OwnWrite own_write(std::string_view via, std::string action, const store::AppointmentRecord& record,
                   std::int64_t version)
{
    return {via,     std::move(action), record.booked_by, record.id,
            version, record.practice,   record.patient,   {}};
}

Awaitable<void> put_on_record(audit::Recorder* audit, OwnWrite write)
{
    if (audit == nullptr)
        co_return;
    audit::Note note;
    audit::AuditRecord& record = note.record;
    record.event = audit::Event::write;
    record.via = write.via;
    record.action = std::move(write.action);
    record.agent = std::move(write.agent);
    record.type = "Appointment";
    record.id = std::move(write.appointment);
    record.practice = std::move(write.practice);
    if (write.version > 0)
        record.version = std::to_string(write.version);
    if (!write.failure.empty())
        record.outcome = audit::Outcome::failed;
    record.reason = std::move(write.failure);
    note.patient = std::move(write.patient);
    auto written = co_await audit->record(std::move(note));
    static_cast<void>(written);
}

/// What is still open has no end yet that could be put on record.
Awaitable<void> Engine::note_own(OwnWrite own, Outcome outcome)
{
    if (!outcome || outcome->unresolved)
        co_return;
    own.appointment = outcome->appointment.resource.id.value_or(own.appointment); // of a move the new one
    own.version = outcome->appointment.version;
    own.practice = outcome->appointment.practice_ods;
    co_await put_on_record(parts_.audit, std::move(own));
}

/// A write and the record of who asked are two commits, and a crash may come between them. Once, at start:
/// every version of that time that nobody is on record for gets a record.
Awaitable<void> Engine::record_unrecorded()
{
    if (!parts_.audit)
        co_return;
    auto versions = co_await parts_.store.newest_versions(versions_looked_at);
    if (!versions || versions->empty())
        co_return;
    const fhir::Instant last = versions->front().updated;
    std::int64_t recorded = 0;
    for (const store::AppointmentRecord& version : *versions) {
        if (version.updated >= began_ || last - version.updated > looked_back)
            continue;
        store::AuditFilter filter;
        filter.entity = "Appointment/" + version.id;
        auto rows = co_await parts_.store.find_audit(std::move(filter));
        const auto is_named = [&](const store::AuditRow& row) { return names(row, version.version); };
        if (!rows || std::ranges::any_of(*rows, is_named))
            continue;
        co_await put_on_record(parts_.audit,
                               own_write("recovery", "became " + version.status, version, version.version));
        ++recorded;
    }
    observability::log(observability::Level::info, "versions_recorded", {{"count", recorded}});
}

} // namespace gateway::booking
