// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/native_changes.hpp"

#include "gateway/booking/booking_rules.hpp"
#include "gateway/booking/resource_shape.hpp"

#include "adapters/upstream/deadline.hpp"

#include <algorithm>

// What one look asks the practice.
namespace gateway::booking
{

using fhir::ErrorKind;

namespace
{

/// Of these the practice itself is the cause: whatever else is asked now fails as well.
bool ends_look(ErrorKind kind)
{
    using enum ErrorKind;
    constexpr std::array kinds{supplier_unavailable, supplier_timeout, supplier_error, throttled,
                               service_disabled,     practice_paused};
    return std::ranges::find(kinds, kind) != kinds.end();
}

} // namespace

Awaitable<bool> NativeChanges::slots_offered(LookPtr look, store::AppointmentRecord record)
{
    const auto ours = to_stored(record);
    const auto wanted = ours ? slot_ids(ours->resource) : std::vector<std::string>();
    if (wanted.empty() || !may_call(*look))
        co_return false;
    auto offered = co_await adapters::within(
        2 * settings_.read_back_limit,
        look->practice->adapter->find_slots(
            {{record.start, record.end}, provenance_of(record), look->practice->search_identity}));
    if (!offered) {
        heed(*look, offered.error());
        co_return false;
    }
    co_return std::ranges::all_of(wanted, [&](const std::string& id) {
        return std::ranges::any_of(offered->slots, [&](const adapters::SharedSlot& each) {
            return each->id() == id && each->common().status == fhir::SlotStatus::free;
        });
    });
}

Awaitable<NativeChanges::Found> NativeChanges::find(LookPtr look, store::AppointmentRecord record,
                                                    std::string key)
{
    const auto ours = to_stored(record);
    adapters::Adapter& adapter = *look->practice->adapter;
    auto patient = ours ? patient_of(record.patient, ours->resource) : adapters::PatientContext();
    if (!can_name(adapter.capabilities(), patient))
        co_return fhir::fail(ErrorKind::nhs_number_invalid);
    if (adapter.capabilities().needs_patient_link) {
        auto link = co_await parts_.store.patient_link(record.practice, patient.number().digits());
        if (!link || !*link)
            co_return fhir::fail(ErrorKind::link_invalid);
        patient.link = adapters::PatientLink{std::move(**link)};
    }
    if (!adapter.capabilities().read_appointment || key.empty()) {
        auto listed = co_await find_listed(look, std::move(record), std::move(key), std::move(patient));
        co_return listed;
    }
    if (!may_call(*look))
        co_return fhir::fail(ErrorKind::throttled);
    auto read = co_await adapters::within(
        2 * settings_.read_back_limit,
        adapter.read_appointment({provenance_of(record), std::move(patient), std::move(key)}));
    if (!read && read.error().kind() == ErrorKind::appointment_not_found)
        co_return std::nullopt;
    if (!read)
        co_return std::unexpected(read.error());
    co_return std::optional(std::move(*read));
}

/// One list for all of a patient's appointments, and far enough ahead to show one that was put off.
Awaitable<NativeChanges::Found> NativeChanges::find_listed(LookPtr look, store::AppointmentRecord record,
                                                           std::string key, adapters::PatientContext patient)
{
    // Who has no number shares no list with others who have none.
    const std::string& whose = record.patient.empty() ? record.id : record.patient;
    auto known = look->lists.find(whose);
    if (known == look->lists.end()) {
        if (!may_call(*look))
            co_return fhir::fail(ErrorKind::throttled);
        auto listed = co_await adapters::within(
            2 * settings_.read_back_limit,
            look->practice->adapter->list_appointments(
                {provenance_of(record), std::move(patient),
                 fhir::Interval{std::min(look->began, record.start), look->began + look_ahead}}));
        if (!listed)
            co_return std::unexpected(listed.error());
        known = look->lists.emplace(whose, std::move(*listed)).first;
    }
    const auto ours = to_stored(record);
    const auto slots = ours ? slot_ids(ours->resource) : std::vector<std::string>();
    const bool names_slots = look->practice->adapter->capabilities().lists_slots;
    const auto found = std::ranges::find_if(known->second, [&](const adapters::SupplierAppointment& held) {
        if (!key.empty())
            return held.key == key;
        return names_slots ? slot_ids(held.appointment) == slots
                           : held.appointment.start == record.start && held.appointment.end == record.end;
    });
    co_return found == known->second.end() ? std::nullopt : std::optional(*found);
}

bool NativeChanges::may_call(Look& look) const
{
    if (look.calls >= settings_.watch_calls || parts_.clock.now() - look.began >= look_limit)
        look.over = true;
    else
        ++look.calls;
    return !look.over;
}

void NativeChanges::heed(Look& look, const fhir::Error& error) const
{
    if (ends_look(error.kind()))
        look.over = true;
}

adapters::Provenance NativeChanges::provenance_of(const store::AppointmentRecord& record) const
{
    const auto ours = to_stored(record);
    adapters::Provenance who;
    who.organisation_ods = record.booked_by;
    who.organisation_name = ours ? booking_organisation_name(ours->resource) : std::string();
    who.request_id = adapters::new_uuid(parts_.clock, parts_.random);
    return who;
}

} // namespace gateway::booking
