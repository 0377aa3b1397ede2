// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"

#include "adapters/upstream/deadline.hpp"

#include <algorithm>

namespace gateway::booking
{

using fhir::AppointmentStatus;
using Seen = ReadBack::Seen;

namespace
{

/// Also when the patient did not come: nobody has cancelled it.
bool stands(const adapters::SupplierAppointment& held)
{
    const AppointmentStatus status = held.appointment.status;
    return status != AppointmentStatus::cancelled && status != AppointmentStatus::entered_in_error;
}

/// A system that does not name an appointment's slot is believed by its times: the adapter books nobody who
/// has an appointment at just those times already.
bool has_times(const adapters::SupplierAppointment& held, const fhir::Interval& times)
{
    return held.appointment.slot.empty() && held.appointment.start == times.start &&
           held.appointment.end == times.end;
}

bool has_slot(const adapters::SupplierAppointment& held, const std::optional<std::string>& reference)
{
    return reference && std::ranges::any_of(held.appointment.slot, [&](const fhir::Reference& slot) {
               return slot.reference == reference;
           });
}

bool same_texts(const adapters::SupplierAppointment& held, const Payload& payload)
{
    return held.appointment.description.value_or("") == payload.description &&
           held.appointment.comment.value_or("") == payload.comment;
}

/// What a look at an intent leaves behind when the appointment to be cancelled is not listed.
constexpr std::string_view not_listed = "not-listed";

ReadBack judge(const Write& write, std::optional<adapters::SupplierAppointment> held)
{
    bool effect = false;
    if (cancels(write.intent.kind) && !held) {
        // Systems that forget cancelled appointments answer with nothing; what we kept stands in for it.
        auto kept = read_supplier_copy(write.record.supplier);
        if (kept)
            return {Seen::gone, std::move(*kept), std::string(not_listed)};
    } else if (cancels(write.intent.kind)) {
        effect = !stands(*held);
    } else if (write.intent.kind == store::IntentKind::amend) {
        effect = held && stands(*held) && same_texts(*held, write.payload);
    } else {
        effect = held && stands(*held);
    }
    return {effect ? Seen::effect : Seen::no_effect, std::move(held), {}};
}

} // namespace

std::int64_t absences_after(const Write& write, const ReadBack& seen)
{
    const store::IntentRecord& intent = write.intent;
    const bool absent = seen.seen == Seen::no_effect || seen.seen == Seen::gone;
    if (!cancels(intent.kind))
        return intent.absences + (absent ? 1 : 0);
    // An appointment that stands and one that is not listed are counted apart, each without interruption.
    const bool same = (intent.note == not_listed) == (seen.seen == Seen::gone);
    return absent ? (same ? intent.absences : 0) + 1 : 0;
}

Awaitable<ReadBack> Engine::read_back(WritePtr write)
{
    if (!write->practice)
        co_return ReadBack{Seen::no_answer, std::nullopt, "practice-unknown"};
    const auto until = adapters::Monotonic::now() + settings_.read_back_limit;
    auto held = co_await adapters::within(settings_.read_back_limit, find_at_practice(write));
    if (!held)
        co_return ReadBack{Seen::no_answer, std::nullopt, std::string(detail_code(held.error()))};
    auto seen = judge(*write, std::move(*held));
    if (seen.seen == Seen::gone) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - adapters::Monotonic::now());
        auto confirmed = co_await confirm_gone(std::move(write), std::move(seen), left);
        co_return confirmed;
    }
    const bool decisive = seen.seen == Seen::no_effect && write->intent.kind == store::IntentKind::book &&
                          write->intent.absences + 1 >= settings_.absences_needed;
    if (!decisive)
        co_return seen;
    // A list can lag or be cut short. Before a booking is declared not made, the book itself must agree.
    auto free = co_await adapters::within(settings_.read_back_limit, slots_are_free(write));
    if (!free)
        co_return ReadBack{Seen::no_answer, std::nullopt, std::string(detail_code(free.error()))};
    if (!*free)
        co_return ReadBack{Seen::no_answer, std::nullopt, "slot-not-free"};
    co_return seen;
}

/// One list without the appointment proves no cancellation, for a list can lag or be cut short. A book that
/// offers the slot again does; without that, only looking again does.
Awaitable<ReadBack> Engine::confirm_gone(WritePtr write, ReadBack seen, std::chrono::milliseconds limit)
{
    auto free = co_await adapters::within(limit, slots_are_free(std::move(write)));
    if (free && *free)
        seen.seen = Seen::effect;
    co_return seen;
}

Awaitable<fhir::Result<bool>> Engine::slots_are_free(WritePtr write)
{
    const auto& wanted = write->payload.wanted->slot;
    if (wanted.empty())
        co_return false;
    const fhir::Interval window{write->record.start, write->record.end};
    auto found = co_await write->practice->adapter->find_slots(
        {window, write->payload.provenance, write->practice->search_identity});
    if (!found)
        co_return std::unexpected(found.error());
    co_return std::ranges::all_of(wanted, [&](const fhir::Reference& slot) {
        return std::ranges::any_of(found->slots, [&](const adapters::SharedSlot& offered) {
            return slot.reference == "Slot/" + offered->id() &&
                   offered->common().status == fhir::SlotStatus::free;
        });
    });
}

/// The practice's keys of what else stands here for that patient. What reception moves into the slot that a
/// booking was for is not that booking.
Awaitable<fhir::Result<std::vector<std::string>>> Engine::keys_of_others(WritePtr write)
{
    store::AppointmentFilter filter;
    filter.practices = {write->record.practice};
    filter.patients.emplace({write->record.patient});
    filter.statuses = {"booked", "arrived", "checked-in", "fulfilled", "noshow"};
    auto records = co_await parts_.store.find(std::move(filter));
    if (!records)
        co_return std::unexpected(records.error());
    std::vector<std::string> keys;
    for (const store::AppointmentRecord& record : *records) {
        const auto copy = record.id == write->record.id ? fhir::fail(fhir::ErrorKind::not_found)
                                                        : read_supplier_copy(record.supplier);
        if (copy && !copy->key.empty())
            keys.push_back(copy->key);
    }
    co_return keys;
}

/// A booking is looked for by its slot among the patient's appointments of that time; a cancellation or
/// amendment by the practice's key.
Awaitable<fhir::Result<std::optional<adapters::SupplierAppointment>>> Engine::find_at_practice(WritePtr write)
{
    using Found = std::optional<adapters::SupplierAppointment>;
    adapters::Adapter& adapter = *write->practice->adapter;
    if (!can_name(adapter.capabilities(), write->patient)) // it runs another system since
        co_return fhir::fail(fhir::ErrorKind::not_supported_by_practice);
    const bool booking = write->intent.kind == store::IntentKind::book;
    std::string key;
    if (!booking) {
        auto copy = read_supplier_copy(write->record.supplier);
        if (!copy)
            co_return std::unexpected(copy.error());
        key = copy->key;
    }
    const bool by_slot = booking || key.empty(); // nobody has seen its key yet
    if (!by_slot && adapter.capabilities().read_appointment) {
        auto read = co_await adapter.read_appointment({write->payload.provenance, write->patient, key});
        if (!read && read.error().kind() == fhir::ErrorKind::appointment_not_found)
            co_return Found();
        if (!read)
            co_return std::unexpected(read.error());
        co_return Found(std::move(*read));
    }
    const fhir::Interval window{write->record.start, write->record.end};
    auto listed = co_await adapter.list_appointments({write->payload.provenance, write->patient, window});
    if (!listed)
        co_return std::unexpected(listed.error());
    fhir::Result<std::vector<std::string>> others;
    if (by_slot)
        others = co_await keys_of_others(write);
    if (!others)
        co_return std::unexpected(others.error());
    const auto& wanted = *write->payload.wanted;
    const auto slot = wanted.slot.empty() ? std::nullopt : wanted.slot.front().reference;
    const bool names_slots = adapter.capabilities().lists_slots;
    const auto found = std::ranges::find_if(*listed, [&](const adapters::SupplierAppointment& held) {
        if (!by_slot)
            return held.key == key;
        if (std::ranges::find(*others, held.key) != others->end())
            return false;
        return stands(held) && (has_slot(held, slot) || (!names_slots && has_times(held, window)));
    });
    co_return found == listed->end() ? Found() : Found(std::move(*found));
}

} // namespace gateway::booking
