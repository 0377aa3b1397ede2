// SPDX-License-Identifier: Apache-2.0
#include "adapters/appointment_parts.hpp"
#include "adapters/demographics.hpp"
#include "adapters/refusals.hpp"
#include "adapters/tpp/client.hpp"

#include <algorithm>
#include <set>

namespace adapters::tpp
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// How far from now an appointment may start and still be in either of TPP's two lists: its clock is not
/// ours.
constexpr std::chrono::hours clock_doubt{1};

/// Booked as the supplier says, but under which id is not known: to be settled by looking again.
Error not_yet_listed()
{
    Error error(ErrorKind::outcome_unknown);
    error.from_supplier("booked, not listed");
    return error.effect_is_possible();
}

std::vector<WireAppointment> at_time_of(const SlotKey& key, const std::vector<WireAppointment>& listed)
{
    std::vector<WireAppointment> found;
    std::ranges::copy_if(listed, std::back_inserter(found), [&](const WireAppointment& each) {
        return each.start == key.start && each.end == key.end;
    });
    return found;
}

} // namespace

Awaitable<Result<Client::Future>> Client::view(Sessions::Speaker speaker, bool future, Budget budget)
{
    auto answer =
        co_await sessions_.send(std::move(speaker), Operation::view, view_attributes(future), budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    auto listed = read_appointments(answer->document);
    if (!listed)
        co_return std::unexpected(listed.error());
    co_return Future{std::move(*listed), answer->login->record};
}

Awaitable<Result<SupplierAppointment>> Client::book(BookAppointment booking)
{
    if (!booking.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    if (auto objection = objection_to_slots(booking))
        co_return std::unexpected(std::move(*objection));
    const auto key = SlotKey::parse(booking.slots.front().supplier_key);
    if (!key)
        co_return fhir::fail(ErrorKind::slot_unknown, "The slot is none of this practice's system.",
                             "Appointment.slot[0]");
    if (auto refused = objection_to_texts(booking, max_notes))
        co_return std::unexpected(std::move(*refused));

    // The reply to a booking names no appointment. It is found by its times afterwards, which is certain only
    // when the patient has none at those times before.
    const Budget budget(write_limit_);
    const Sessions::Speaker speaker{booking.patient.link->credential, booking.patient.number()};
    auto before = co_await view(speaker, true, budget.for_a_look(read_limit_));
    if (!before)
        co_return std::unexpected(before.error());
    if (!at_time_of(*key, before->appointments).empty())
        co_return std::unexpected(Error(ErrorKind::patient_has_appointment).at("Appointment.participant"));
    if (auto differs =
            mismatch(booking.patient.demographics, map_patient(practice_, before->record, "record")))
        co_return std::unexpected(std::move(*differs));

    const WireBooking wire{key->session_id, key->start, key->end, trimmed(booking.description)};
    auto answer = co_await sessions_.send(speaker, Operation::book, booking_attributes(wire), budget);
    if (!answer && !is_unclassified(answer.error()))
        co_return std::unexpected(answer.error());
    std::optional<Error> refusal;
    if (!answer)
        refusal = answer.error();
    auto identified = co_await identify(std::move(booking), *key, std::move(refusal), budget);
    co_return identified;
}

/// Finds the appointment just made. A refusal in words that nobody knows is believed when the patient's list
/// agrees.
Awaitable<Result<SupplierAppointment>> Client::identify(BookAppointment booking, SlotKey key,
                                                        std::optional<Error> refusal, Budget budget)
{
    const Sessions::Speaker speaker{booking.patient.link->credential, booking.patient.number()};
    auto after = co_await view(speaker, true, budget);
    if (!after)
        co_return std::unexpected(not_yet_listed());
    const auto made = at_time_of(key, after->appointments);
    const bool all_told = std::ranges::all_of(
        after->appointments, [](const WireAppointment& each) { return each.start && each.end; });
    if (made.empty() && refusal && all_told)
        co_return std::unexpected(std::move(*refusal));
    if (made.size() != 1)
        co_return std::unexpected(not_yet_listed());
    co_return booked_appointment(booking, made.front().id);
}

Awaitable<Result<SupplierAppointment>> Client::cancel(CancelAppointment cancellation)
{
    if (!cancellation.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    if (cancellation.appointment.key.empty())
        co_return fhir::fail(ErrorKind::appointment_not_found);
    const Budget budget(write_limit_);
    Sessions::Speaker speaker{cancellation.patient.link->credential, cancellation.patient.number()};
    auto answer = co_await sessions_.send(std::move(speaker), Operation::cancel,
                                          cancel_attributes(cancellation.appointment.key), budget);
    if (!answer && is_unclassified(answer.error())) {
        auto explained = co_await explain(std::move(cancellation), std::move(answer.error()), budget);
        co_return std::unexpected(std::move(explained));
    }
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return cancelled_appointment(cancellation);
}

/// The code for an unknown appointment is not public: a list without it tells. An appointment that still
/// stands was not cancelled.
Awaitable<Error> Client::explain(CancelAppointment cancellation, Error refusal, Budget budget)
{
    Sessions::Speaker speaker{cancellation.patient.link->credential, cancellation.patient.number()};
    auto listed = co_await view(std::move(speaker), true, budget);
    if (!listed) {
        Error unknown(ErrorKind::outcome_unknown);
        unknown.from_supplier(refusal.supplier_code());
        co_return unknown.effect_is_possible();
    }
    const auto& rows = listed->appointments;
    if (std::ranges::find(rows, cancellation.appointment.key, &WireAppointment::id) != rows.end())
        co_return refusal;
    Error error(ErrorKind::appointment_not_found);
    co_return error.at("Appointment").from_supplier(refusal.supplier_code());
}

Awaitable<Result<std::vector<SupplierAppointment>>> Client::list_appointments(ListAppointments query)
{
    if (!query.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const Budget budget(read_limit_);
    const Sessions::Speaker speaker{query.patient.link->credential, query.patient.number()};
    const auto now = clock_.now();
    std::vector<WireAppointment> listed;
    std::set<std::string> ids;
    for (const bool future : {false, true}) {
        const bool wanted =
            future ? query.window.end > now - clock_doubt : query.window.start < now + clock_doubt;
        if (!wanted)
            continue;
        auto part = co_await view(speaker, future, budget);
        if (!part)
            co_return std::unexpected(part.error());
        for (auto& each : part->appointments)
            if (ids.insert(each.id).second)
                listed.push_back(std::move(each));
    }
    co_return map_appointments(practice_, listed, query.patient, query.window, now);
}

} // namespace adapters::tpp
