// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/native_changes.hpp"

#include "gateway/booking/own_records.hpp"
#include "gateway/booking/payload.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/task_calls.hpp"
#include "gateway/observability/log.hpp"

#include "adapters/upstream/deadline.hpp"
#include "adapters/upstream/upstream.hpp"
#include "fhir/rest/message.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include <algorithm>

namespace gateway::booking
{

using fhir::AppointmentStatus;
using fhir::ErrorKind;

namespace
{

constexpr std::size_t practices_at_once = 16;
constexpr std::size_t most_records = 5000;
constexpr auto doubt_pause = std::chrono::seconds(30);
constexpr auto look_back = std::chrono::days(1);
constexpr std::int64_t least_doubts = 2; ///< one look alone ends nothing

bool breaker_is_open(const policy::Practice& practice)
{
    using adapters::upstream::EndpointState;
    const auto* upstream = dynamic_cast<const adapters::upstream::HttpsUpstream*>(practice.upstream.get());
    return upstream && upstream->state().breaker == EndpointState::Breaker::open;
}

bool is_cancelled(const store::AppointmentRecord& record)
{
    return record.status == code_of(AppointmentStatus::cancelled);
}

bool stands_there(const adapters::SupplierAppointment& held)
{
    const auto status = held.appointment.status;
    return status != AppointmentStatus::cancelled && status != AppointmentStatus::entered_in_error;
}

} // namespace

NativeChanges::NativeChanges(const ServiceParts& parts, const ServiceSettings& settings, NewLease new_lease,
                             Restore restore, GiveUpHolds give_up_holds)
    : parts_(parts), settings_(settings), origin_(fhir::rest::origin_of(settings.public_base)),
      new_lease_(std::move(new_lease)), restore_(std::move(restore)), give_up_holds_(std::move(give_up_holds))
{}

/// A start of the whole gateway must not ask every practice at once, so the first looks are spread.
std::vector<NativeChanges::LookPtr> NativeChanges::due_practices()
{
    const fhir::Instant now = parts_.clock.now();
    std::vector<LookPtr> due;
    for (const auto& practice : parts_.directory()->practices()) {
        const auto [found, first_seen] = memories_.try_emplace(practice->ods.text());
        Memory& memory = found->second;
        if (first_seen)
            memory.due =
                now + settings_.watch_every * static_cast<std::int64_t>(parts_.random.next() % 100) / 100;
        if (memory.due > now || breaker_is_open(*practice))
            continue;
        auto look = std::make_shared<Look>();
        look->practice = practice;
        look->memory = &memory;
        look->began = now;
        due.push_back(std::move(look));
    }
    return due;
}

Awaitable<std::size_t> NativeChanges::look()
{
    if (settings_.watch_every <= std::chrono::milliseconds(0))
        co_return 0;
    auto executor = co_await boost::asio::this_coro::executor;
    auto due = due_practices();
    using Looking = decltype(boost::asio::co_spawn(executor, look_at(LookPtr()), boost::asio::deferred));
    for (std::size_t first = 0; first < due.size(); first += practices_at_once) {
        std::vector<Looking> running;
        for (std::size_t i = first; i < std::min(first + practices_at_once, due.size()); ++i)
            running.push_back(boost::asio::co_spawn(executor, look_at(due[i]), boost::asio::deferred));
        auto group = boost::asio::experimental::make_parallel_group(std::move(running));
        auto ended =
            co_await group.async_wait(boost::asio::experimental::wait_for_all(), adapters::use_awaitable);
        (void)ended;
    }
    co_return due.size();
}

Awaitable<void> NativeChanges::look_at(LookPtr look)
{
    co_await gather(look);
    if (look->records.empty()) { // nothing to look for, and nobody to keep from it
        look->memory->due = next_look(*look);
        co_return;
    }
    auto lease = new_lease_(look_limit + std::chrono::seconds(30));
    look->token = lease.token;
    auto leased =
        co_await parts_.store.lease_watch(look->practice->ods.text(), std::move(lease), look->began);
    if (!leased || !*leased) { // another node is at it, or has just been
        look->memory->due =
            look->began + std::min<std::chrono::milliseconds>(doubt_pause, settings_.watch_every);
        co_return;
    }
    co_await look_leased(look);
    look->memory->due = next_look(*look);
    auto ended = co_await parts_.store.end_watch(look->practice->ods.text(), look->token, look->memory->due);
    (void)ended; // without it the lease runs out by itself
}

/// Everything that is not over yet; where attendance is told, also what was yesterday.
Awaitable<void> NativeChanges::gather(LookPtr look)
{
    const bool attendance = look->practice->adapter->capabilities().sees_attendance;
    store::AppointmentFilter filter;
    filter.practices = {look->practice->ods.text()};
    filter.statuses = {"booked", "arrived", "checked-in", "fulfilled", "noshow", "cancelled"};
    filter.start_from = look->began - (attendance ? look_back : std::chrono::days(0));
    filter.start_before = look->began + look_ahead;
    filter.limit = most_records;
    auto records = co_await parts_.store.find(std::move(filter));
    if (records)
        look->records = std::move(*records);
}

Awaitable<void> NativeChanges::look_leased(LookPtr look)
{
    const auto planned = plan(*look);
    for (const store::AppointmentRecord& record : planned) {
        if (look->over)
            break;
        try {
            co_await compare(look, record);
        } catch (
            const std::exception&) { // a bug in one adapter must not hide the appointments after this one
            look->memory->last = record.id;
        }
    }
}

/// Doubts first. The rest where the last look had to stop, so that everything has its turn however few calls
/// there are.
std::vector<store::AppointmentRecord> NativeChanges::plan(const Look& look) const
{
    Memory& memory = *look.memory;
    auto all = look.records;
    std::erase_if(memory.doubts, [&](const auto& doubt) {
        return std::ranges::find(all, doubt.first, &store::AppointmentRecord::id) == all.end();
    });
    const auto last = std::ranges::find(all, memory.last, &store::AppointmentRecord::id);
    if (last != all.end())
        std::rotate(all.begin(), last + 1, all.end());
    std::vector<store::AppointmentRecord> doubted, rest;
    for (store::AppointmentRecord& record : all)
        (memory.doubts.contains(record.id) ? doubted : rest).push_back(std::move(record));
    if (look.began >= memory.full)
        std::ranges::move(rest, std::back_inserter(doubted));
    return doubted;
}

Awaitable<void> NativeChanges::compare(LookPtr look, store::AppointmentRecord record)
{
    const auto kept = read_supplier_copy(record.supplier);
    const fhir::Instant now = parts_.clock.now();
    const bool begun = record.start <= now;
    const bool fresh = now - record.updated < settings_.doubt_claims_after;
    if (!kept || (is_cancelled(record) && (begun || kept->key.empty())))
        co_return; // never was in the practice's book, or does not come back into it
    const std::size_t calls = look->calls;
    auto found = co_await find(look, record, kept->key);
    // What was asked for has had its turn, whatever came of it.
    if ((found || look->calls > calls) && !look->memory->doubts.contains(record.id))
        look->memory->last = record.id;
    if (!found) {
        heed(*look, found.error());
        co_return;
    }
    if (is_cancelled(record)) {
        if (*found && stands_there(**found))
            co_await doubt_cancellation(look, std::move(record), std::move(**found));
        else
            look->memory->doubts.erase(record.id);
        co_return;
    }
    if (!*found) {
        if (!begun && !fresh) // what is over may leave the book, what is new may not be in every list yet
            co_await doubt(look, std::move(record));
        co_return;
    }
    look->memory->doubts.erase(record.id);
    auto ours = to_stored(record);
    if (!ours)
        co_return;
    ours->resource.id.reset();
    auto change = seen_change(ours->resource, *kept, **found, look->practice->adapter->capabilities(),
                              practice_identifier_system(origin_, record.practice));
    if (change)
        co_await take_over(look, std::move(record), std::move(*change), std::move(*found));
}

namespace
{

/// Of what others booked: in its own book a practice knows what it does.
std::string_view task_for(ChangeKind kind, const store::AppointmentRecord& record)
{
    if (record.booked_by == record.practice)
        return {};
    if (kind == ChangeKind::cancelled || kind == ChangeKind::withdrawn)
        return rebook_required;
    return kind == ChangeKind::noshow ? dna_followup : std::string_view();
}

} // namespace

Awaitable<void> NativeChanges::take_over(LookPtr look, store::AppointmentRecord record, SeenChange change,
                                         std::optional<adapters::SupplierAppointment> held)
{
    const auto before = to_stored(record);
    store::NativeVersion seen;
    seen.appointment = to_record(record.id, marked(change.next, origin_, ChangedBy::practice),
                                 record.practice, record.booked_by, record.patient, parts_.clock.now());
    seen.appointment.version = record.version;
    seen.appointment.supplier =
        held ? to_text(std::move(*held), change.next, kept_schedule(record.supplier)) : record.supplier;
    seen.release_claims = change.frees;
    seen.slots = change.moved_slots;
    seen.task = task_for(change.kind, record);
    const std::string status = seen.appointment.status;
    if (change.moved_slots)
        co_await give_up_holds_(record.practice, *change.moved_slots);
    auto noted = co_await parts_.store.note(std::move(seen));
    if (!noted || !noted->applied || !before)
        co_return; // changed here meanwhile; the next look sees what is left to see
    if (change.frees || change.moved_slots)
        parts_.search.slots_released(look->practice->ods, slot_ids(before->resource));
    if (change.moved_slots)
        parts_.search.slots_taken(look->practice->ods, *change.moved_slots);
    co_await announce({change.kind,
                       record.id,
                       noted->version,
                       record.practice,
                       record.booked_by,
                       status,
                       {},
                       parts_.clock.now()},
                      look->practice->system, record.patient);
}

/// Not in the book. A list can lag or be cut short, so this takes several looks, and fewer of them where the
/// practice offers the slot again.
Awaitable<void> NativeChanges::doubt(LookPtr look, store::AppointmentRecord record)
{
    std::int64_t& looks = look->memory->doubts[record.id];
    ++looks;
    bool gone = looks >= settings_.absences_needed;
    if (!gone && looks >= least_doubts) {
        auto offered = co_await slots_offered(look, record);
        gone = offered;
    }
    if (!gone)
        co_return;
    look->memory->doubts.erase(record.id);
    const auto ours = to_stored(record);
    if (!ours)
        co_return;
    auto change = gone_from_book(ours->resource);
    change.next.id.reset();
    co_await take_over(look, std::move(record), std::move(change), std::nullopt);
}

/// Cancelled here, and standing there. A list can lag behind a cancellation as well.
Awaitable<void> NativeChanges::doubt_cancellation(LookPtr look, store::AppointmentRecord record,
                                                  adapters::SupplierAppointment held)
{
    const bool stands_here = std::ranges::any_of(look->records, [&](const store::AppointmentRecord& each) {
        const auto kept =
            is_cancelled(each) ? fhir::fail(ErrorKind::not_found) : read_supplier_copy(each.supplier);
        return kept && kept->key == held.key;
    });
    const bool lagging = look->began - record.updated < settings_.doubt_claims_after;
    if (stands_here || lagging || ++look->memory->doubts[record.id] < least_doubts) {
        if (stands_here || lagging)
            look->memory->doubts.erase(record.id);
        co_return;
    }
    look->memory->doubts.erase(record.id);
    co_await restore_(std::move(record), std::move(held));
}

/// With a tenth more or less, so that practices asked together do not stay together. Doubts are looked at
/// again sooner than everything else.
fhir::Instant NativeChanges::next_look(const Look& look) const
{
    const auto tenths = static_cast<std::int64_t>(parts_.random.next() % 21);
    const auto pause = settings_.watch_every * (90 + tenths) / 100;
    Memory& memory = *look.memory;
    if (look.began >= memory.full)
        memory.full = look.began + pause;
    if (memory.doubts.empty())
        return memory.full;
    return std::min<fhir::Instant>(memory.full, parts_.clock.now() + doubt_pause);
}

Awaitable<void> NativeChanges::announce(PracticeChange change, std::string system, std::string patient) const
{
    parts_.metrics.practice_change(system, code_of(change.kind));
    observability::log(observability::Level::info, "changed_by_practice",
                       {{"appointment", change.appointment},
                        {"version", change.version},
                        {"practice", change.practice_ods},
                        {"change", std::string(code_of(change.kind))}});
    if (parts_.changes)
        parts_.changes->on_change(change);
    co_await put_on_record(parts_.audit, {"practice",
                                          std::string(code_of(change.kind)) + " in its own book",
                                          change.practice_ods,
                                          change.appointment,
                                          change.version,
                                          change.practice_ods,
                                          std::move(patient),
                                          {}});
}

} // namespace gateway::booking
