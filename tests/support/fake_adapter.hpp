// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/upstream/deadline.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace tests
{

/// A practice's system in memory: one appointment per slot, and misbehaviour on request. Its book outlives
/// any gateway before it.
class FakeAdapter : public adapters::Adapter
{
public:
    enum class Fault
    {
        none,
        cut_before,  ///< the call is lost, the caller cannot know
        cut_after,   ///< done, the answer is lost
        hang_before, ///< never answers, nothing done
        hang_after,  ///< done, never answers
        refuse,      ///< answers `refusal`
    };
    struct Row
    {
        std::string patient;
        std::string slot;
        std::string description, comment;
        bool cancelled = false;
        std::optional<fhir::AppointmentStatus> mark = std::nullopt; ///< what reception wrote beside it
    };

    FakeAdapter()
    {
        can.amend = can.cancel_reason = can.booking_reason = true;
        can.max_description = 100;
        can.max_comment = 100;
    }

    adapters::Capabilities can;
    std::deque<Fault> write_faults; ///< one per write; none when empty
    std::deque<Fault> read_faults;  ///< one per list or read
    fhir::Error refusal{fhir::ErrorKind::slot_unavailable};
    std::optional<fhir::Error> link_error;
    std::set<std::string> unknown_patients;
    std::string required_link; ///< empty: any
    std::string cancelled_for; ///< organisation of the last cancellation
    bool links_open_another_record = false;
    std::vector<adapters::OfferedSlot> offered; ///< the book; without those that an appointment holds
    std::set<std::string> not_shown;            ///< slots that reception took
    std::set<std::string> not_listed;           ///< slots whose appointments the list leaves out
    std::string list_breaks_for;                ///< a list asked for this slot's time throws
    std::string list_throws_for;                ///< a list asked for this patient throws
    bool registration_hangs = false;
    /// Called when a write arrives, before anything else.
    std::function<void()> on_write;

    std::map<std::string, Row> rows; ///< by the practice's key
    std::vector<adapters::Delivery> delivered; ///< what has arrived
    std::set<std::string> medicines;           ///< that the practice has on record
    int deliveries = 0, delivery_looks = 0;
    int books = 0, cancels = 0, amends = 0, links = 0, registrations = 0, reads = 0, searches = 0;
    adapters::BookAppointment last_booking{
        {}, {*fhir::NhsNumber::parse("9990000018"), {}, {}}, {}, {}, {}, {}, {}};
    std::string last_reason;

    const adapters::Capabilities& capabilities() const override { return can; }

    adapters::Awaitable<fhir::Result<adapters::PracticeSettings>>
    practice_settings(adapters::Provenance) override
    {
        co_return adapters::PracticeSettings{};
    }
    adapters::Awaitable<fhir::Result<adapters::FoundSlots>> find_slots(adapters::FindSlots) override
    {
        ++searches;
        adapters::FoundSlots found;
        for (const auto& slot : offered)
            if (standing(*slot.slot.id) == 0 && !not_shown.contains(*slot.slot.id))
                found.slots.push_back(adapters::share(slot));
        co_return found;
    }
    adapters::Awaitable<fhir::Result<fhir::Patient>> find_patient(adapters::FindPatient) override
    {
        if (links_open_another_record)
            co_return fhir::fail(fhir::ErrorKind::link_invalid);
        co_return fhir::Patient{};
    }
    adapters::Awaitable<fhir::Result<fhir::Patient>> register_patient(adapters::FindPatient query) override
    {
        ++registrations;
        if (registration_hangs)
            co_await adapters::pause(std::chrono::hours(1));
        unknown_patients.erase(who(query.patient));
        co_return fhir::Patient{};
    }
    adapters::Awaitable<fhir::Result<adapters::PatientLink>> link_patient(adapters::FindPatient) override
    {
        ++links;
        if (link_error)
            co_return std::unexpected(*link_error);
        co_return adapters::PatientLink{"link-" + std::to_string(links)};
    }

    adapters::Awaitable<fhir::Result<adapters::SupplierAppointment>>
    book(adapters::BookAppointment booking) override
    {
        ++books;
        last_booking = booking;
        if (on_write)
            on_write();
        const Fault fault = take(write_faults);
        if (auto stopped = co_await before(fault))
            co_return std::unexpected(*stopped);
        if (unknown_patients.contains(who(booking.patient)))
            co_return fhir::fail(fhir::ErrorKind::patient_not_found);
        if (can.needs_patient_link && !required_link.empty() &&
            booking.patient.link->credential != required_link)
            co_return fhir::fail(fhir::ErrorKind::link_invalid);
        for (const auto& [key, row] : rows)
            if (row.slot == booking.slots.front().slot.id && !row.cancelled)
                co_return fhir::fail(fhir::ErrorKind::slot_unavailable);
        const std::string key = "A" + std::to_string(rows.size() + 1);
        rows[key] = {who(booking.patient), *booking.slots.front().slot.id, booking.description,
                     booking.comment};
        if (auto stopped = co_await after(fault))
            co_return std::unexpected(*stopped);
        co_return shape(key);
    }
    adapters::Awaitable<fhir::Result<adapters::SupplierAppointment>>
    cancel(adapters::CancelAppointment cancellation) override
    {
        cancelled_for = cancellation.provenance.organisation_ods;
        ++cancels;
        last_reason = cancellation.reason;
        const Fault fault = take(write_faults);
        if (auto stopped = co_await before(fault))
            co_return std::unexpected(*stopped);
        const auto found = rows.find(cancellation.appointment.key);
        if (found == rows.end() || found->second.cancelled)
            co_return fhir::fail(fhir::ErrorKind::appointment_not_found);
        found->second.cancelled = true;
        if (auto stopped = co_await after(fault))
            co_return std::unexpected(*stopped);
        co_return shape(found->first);
    }
    adapters::Awaitable<fhir::Result<adapters::SupplierAppointment>>
    amend(adapters::AmendAppointment amendment) override
    {
        ++amends;
        const Fault fault = take(write_faults);
        if (auto stopped = co_await before(fault))
            co_return std::unexpected(*stopped);
        auto& row = rows.at(amendment.appointment.key);
        row.description = amendment.description;
        row.comment = amendment.comment;
        if (auto stopped = co_await after(fault))
            co_return std::unexpected(*stopped);
        co_return shape(amendment.appointment.key);
    }
    adapters::Awaitable<fhir::Result<adapters::SupplierAppointment>>
    read_appointment(adapters::ReadAppointment query) override
    {
        ++reads;
        if (auto stopped = co_await before(take(read_faults)))
            co_return std::unexpected(*stopped);
        if (!rows.contains(query.key))
            co_return fhir::fail(fhir::ErrorKind::appointment_not_found);
        co_return shape(query.key);
    }
    adapters::Awaitable<fhir::Result<std::vector<adapters::SupplierAppointment>>>
    list_appointments(adapters::ListAppointments query) override
    {
        ++reads;
        if (auto stopped = co_await before(take(read_faults)))
            co_return std::unexpected(*stopped);
        for (const auto& slot : offered)
            if (slot.slot.id == list_breaks_for && slot.slot.start == query.window.start)
                throw std::logic_error("a bug");
        if (who(query.patient) == list_throws_for)
            throw std::logic_error("a bug");
        std::vector<adapters::SupplierAppointment> found;
        for (const auto& [key, row] : rows)
            if (row.patient == who(query.patient) && !not_listed.contains(row.slot) &&
                (can.lists_cancelled || !row.cancelled))
                found.push_back(shape(key));
        co_return found;
    }

    adapters::Awaitable<fhir::Result<adapters::Receipt>> deliver(adapters::Delivery delivery) override
    {
        ++deliveries;
        if (on_write)
            on_write();
        const Fault fault = take(write_faults);
        if (auto stopped = co_await before(fault))
            co_return std::unexpected(*stopped);
        if (delivery.form == adapters::DeliveryForm::prescription_request)
            for (const auto& each : delivery.medicines)
                if (!medicines.contains(each))
                    co_return fhir::fail(fhir::ErrorKind::not_supported_by_practice, "No such medicine.");
        delivered.push_back(delivery);
        if (auto stopped = co_await after(fault))
            co_return std::unexpected(*stopped);
        co_return receipt_of(delivered.size());
    }
    adapters::Awaitable<fhir::Result<std::optional<adapters::Receipt>>>
    find_delivered(adapters::Delivery delivery) override
    {
        ++delivery_looks;
        if (auto stopped = co_await before(take(read_faults)))
            co_return std::unexpected(*stopped);
        for (std::size_t i = 0; i < delivered.size(); ++i)
            if (delivered[i].reference == delivery.reference && delivered[i].form == delivery.form)
                co_return receipt_of(i + 1);
        co_return std::nullopt;
    }

    /// By number, or by family name of who has none.
    static std::string who(const adapters::PatientContext& patient)
    {
        if (patient.nhs_number || !patient.demographics || patient.demographics->name.empty())
            return patient.number().digits();
        return patient.demographics->name.front().family.value_or("");
    }
    /// Appointments that stand for a slot.
    int standing(const std::string& slot) const
    {
        int count = 0;
        for (const auto& [key, row] : rows)
            count += row.slot == slot && !row.cancelled;
        return count;
    }

private:
    static Fault take(std::deque<Fault>& faults)
    {
        if (faults.empty())
            return Fault::none;
        const Fault fault = faults.front();
        faults.pop_front();
        return fault;
    }
    static adapters::Receipt receipt_of(std::size_t n) { return {"m" + std::to_string(n), {}, {}}; }
    static fhir::Error lost()
    {
        fhir::Error error(fhir::ErrorKind::outcome_unknown);
        error.effect_is_possible();
        return error;
    }
    adapters::Awaitable<std::optional<fhir::Error>> before(Fault fault)
    {
        if (fault == Fault::hang_before)
            co_await adapters::pause(std::chrono::hours(1));
        if (fault == Fault::cut_before || fault == Fault::hang_before)
            co_return lost();
        if (fault == Fault::refuse)
            co_return refusal;
        co_return std::nullopt;
    }
    adapters::Awaitable<std::optional<fhir::Error>> after(Fault fault)
    {
        if (fault == Fault::hang_after)
            co_await adapters::pause(std::chrono::hours(1));
        if (fault == Fault::cut_after || fault == Fault::hang_after)
            co_return lost();
        co_return std::nullopt;
    }
    adapters::SupplierAppointment shape(const std::string& key) const
    {
        const Row& row = rows.at(key);
        adapters::SupplierAppointment held;
        held.key = key;
        held.appointment.status = row.cancelled ? fhir::AppointmentStatus::cancelled
                                                : row.mark.value_or(fhir::AppointmentStatus::booked);
        if (can.lists_slots)
            held.appointment.slot = {fhir::reference_to("Slot/" + row.slot)};
        for (const auto& each : offered)
            if (each.slot.id == row.slot) {
                held.appointment.start = each.slot.start;
                held.appointment.end = each.slot.end;
            }
        if (!row.description.empty())
            held.appointment.description = row.description;
        if (!row.comment.empty())
            held.appointment.comment = row.comment;
        return held;
    }
};

} // namespace tests
