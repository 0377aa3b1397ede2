// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/id.hpp"
#include "gateway/faces/bars/appointment_shape.hpp"
#include "gateway/faces/bars/booking_request.hpp"
#include "gateway/faces/bars/ids.hpp"
#include "gateway/faces/bars/message_rules.hpp"
#include "gateway/faces/bars/referral_write.hpp"
#include "gateway/faces/bars/writes.hpp"
#include "gateway/faces/bars/written.hpp"
#include "gateway/search/session_match.hpp"

namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;

std::unexpected<fhir::Error> unknown_slot()
{
    return fhir::fail(ErrorKind::slot_unknown, "The service has no such slot.",
                      "Bundle.entry.resource.ofType(Slot).id");
}

/// The search has given out its id, so it was there.
std::unexpected<fhir::Error> no_longer_free()
{
    return fhir::fail(ErrorKind::slot_unavailable, "The slot is no longer free.",
                      "Bundle.entry.resource.ofType(Slot).id");
}

bool is_of_service(const Call& call, const search::SlotHit& hit)
{
    return call.service->covers(hit.book->ods) &&
           search::is_of_session(*hit.book, *hit.slot, call.service->sessions);
}

/// By the UUID alone: among what the service has at that time.
Awaitable<Result<std::string>> slot_at(const Call& call, const Services& services, const NamedSlot& named)
{
    const fhir::Interval moment{named.slot->start, named.slot->start + std::chrono::milliseconds(1)};
    fhir::search::SlotQuery query;
    query.start = {{fhir::search::Prefix::ge, {moment.start, moment.end}, {}},
                   {fhir::search::Prefix::lt, {moment.end, moment.end + std::chrono::milliseconds(1)}, {}}};
    fhir::search::SlotQuery::ActorChain chain{"HealthcareService", "organization.identifier", {}};
    for (const fhir::OdsCode& ods : call.service->practices)
        chain.values.push_back({std::string(fhir::ods_organisation_system), ods.text(), false});
    query.actor_chains = {std::move(chain)};
    auto found =
        co_await services.search.find_slots(*call.caller, std::move(query), true, call.heading.request_id);
    if (!found)
        co_return std::unexpected(found.error());
    for (const search::SlotHit& hit : (*found)->page(0, (*found)->total))
        if (uuid_of("Slot/" + hit.slot->id()) == named.uuid)
            co_return hit.slot->id();
    co_return unknown_slot();
}

/// Our id of the slot, once it is known to be of the service and at the time that the message says.
Awaitable<Result<std::string>> slot_of_service(const Call& call, const Services& services,
                                               const NamedSlot& named)
{
    std::string id = named.own_id;
    if (id.empty()) {
        auto found = co_await slot_at(call, services, named);
        if (!found)
            co_return std::unexpected(found.error());
        id = std::move(*found);
    }
    const auto practice = fhir::PracticeId::parse(id);
    if (!practice || !call.service->covers(practice->ods))
        co_return unknown_slot();
    auto hit = co_await services.search.slot(*call.caller, id, false, call.heading.request_id);
    if (!hit && hit.error().kind() == ErrorKind::not_found)
        co_return no_longer_free();
    if (!hit)
        co_return std::unexpected(hit.error());
    if (!is_of_service(call, *hit))
        co_return unknown_slot();
    if (hit->slot->start() != named.slot->start || hit->slot->end() != named.slot->end)
        co_return fhir::fail(ErrorKind::slot_unavailable, "The practice has changed the slot.",
                             "Bundle.entry.resource.ofType(Slot).start");
    co_return id;
}

/// To be read out: without letters that sound or look like others.
std::string booking_reference(adapters::Random& random)
{
    constexpr std::string_view letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::string text = "GP-";
    for (auto [i, bits] = std::pair{0, random.next()}; i < 8; ++i, bits >>= 5) {
        text += letters[bits & 31];
        text += i == 3 ? "-" : "";
    }
    return text;
}

} // namespace

Answered book(const Call& call, const Services& services, const Message& message)
{
    auto patient = named_patient(message);
    if (!patient)
        co_return std::unexpected(patient.error());
    const auto referral = co_await check_based_on(call, services, message, *patient);
    if (!referral)
        co_return std::unexpected(referral.error());
    const auto named = named_slot(call, message);
    if (!named)
        co_return std::unexpected(named.error());
    const auto slot = co_await slot_of_service(call, services, *named);
    if (!slot)
        co_return std::unexpected(slot.error());
    auto wanted =
        wanted_appointment(call, message, *slot, std::move(*patient), booking_reference(services.random));
    auto booked =
        co_await services.booking.book(write_context(call, services), std::move(wanted), std::nullopt);
    if (!booked && booked.error().kind() == ErrorKind::slot_unknown)
        co_return no_longer_free();
    if (!booked)
        co_return std::unexpected(booked.error());
    call.audited.booked(booked->appointment);
    if (auto done = check_outcome(*booked); !done)
        co_return std::unexpected(done.error());
    const auto& stored = booked->appointment;
    const fhir::Appointment& sent = appointment_of(message);
    co_return written(reply_to(message, &sent, answered_booking(call, sent, stored),
                               patient_uuid(stored.resource.id.value_or(""))));
}

} // namespace gateway::faces::bars
