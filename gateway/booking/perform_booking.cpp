// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"

#include "adapters/upstream/deadline.hpp"

// What a recorded booking does at the practice: link the patient where that is wanted, book, and register a
// patient whom the practice does not know.
namespace gateway::booking
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// Without the patient's details nothing can be put in the place of a link that no longer opens.
fhir::Error link_withdrawn(const fhir::Error& error)
{
    return fhir::Error(
               ErrorKind::link_invalid,
               "The practice no longer accepts the online link that this gateway holds for the patient.",
               error.path())
        .advise(
            "Send the booking again with a contained Patient (NHS number, name.family and birthDate), so "
            "that a new link can be made. If that is refused too, ask the practice to renew the patient's "
            "online access.",
            fhir::Remedy::user)
        .from_supplier(error.supplier_code());
}

/// The practice has linked the patient but the credential is not here: its answer was lost, or another system
/// holds it. Only the practice can undo that.
fhir::Error link_elsewhere()
{
    return fhir::Error(ErrorKind::already_linked,
                       "The practice's system has already given out this patient's online link, and not to "
                       "this gateway as far as it knows.")
        .advise("Ask the practice to reset the patient's online access, then send the booking again, or book "
                "by telephone.",
                fhir::Remedy::practice);
}

/// Says who must do what before the patient can be booked there.
fhir::Error unknown_here(const fhir::Error& error, bool registers)
{
    const auto* sentence =
        registers ? "The practice does not know this patient and needs their details to register them."
                  : "The practice does not know this patient, and its system registers nobody from outside.";
    const auto* advice = registers
                             ? "Send the booking again with a contained Patient: NHS number, name with "
                               "family and given, gender "
                               "and birthDate."
                             : "Check the details with the patient. If they are right, ask the practice to "
                               "register the patient, "
                               "if need be as a temporary one, and book again; or telephone the practice.";
    return fhir::Error(ErrorKind::patient_not_found, sentence, error.path())
        .advise(advice, registers ? fhir::Remedy::user : fhir::Remedy::practice)
        .from_supplier(error.supplier_code());
}

} // namespace

Awaitable<Engine::Outcome> Engine::perform_booking(WritePtr write)
{
    auto held = co_await book_with_link(write);
    const bool unknown =
        !held && held.error().kind() == ErrorKind::patient_not_found && !held.error().effect_possible();
    const bool registers = write->practice->adapter->capabilities().register_patient;
    if (unknown && !(registers && write->patient.demographics)) {
        held = std::unexpected(unknown_here(held.error(), registers));
    } else if (unknown) {
        const adapters::FindPatient query{write->payload.provenance, write->patient};
        const auto limit = time_to_send(*write).value_or(std::chrono::milliseconds(0));
        auto registered = co_await adapters::within(limit, write->practice->adapter->register_patient(query));
        if (registered)
            held = co_await send_booking(write);
        else if (registered.error().kind() == ErrorKind::not_supported_by_practice)
            held = std::unexpected(unknown_here(held.error(), false)); // not every system of the kind does
        else
            held =
                std::unexpected(registered.error().effect_is_possible(false)); // no appointment hangs on it
    }
    auto outcome = co_await conclude(std::move(write), std::move(held));
    co_return outcome;
}

Awaitable<Engine::Held> Engine::book_with_link(WritePtr write)
{
    if (write->intent.state == store::IntentState::recorded) {
        auto linked = co_await make_link(write);
        if (!linked)
            co_return std::unexpected(linked.error());
        auto sent = change_of(*write, store::IntentState::sent);
        sent.keep_lease = true;
        auto advanced = co_await parts_.store.advance(std::move(sent));
        if (!advanced || !advanced->applied)
            co_return fhir::fail(ErrorKind::store_unavailable);
        write->intent.state = store::IntentState::sent;
    }
    auto held = co_await send_booking(write);
    const bool withdrawn =
        !held && held.error().kind() == ErrorKind::link_invalid && !held.error().effect_possible();
    if (!withdrawn)
        co_return held;
    if (!write->patient.demographics)
        co_return std::unexpected(link_withdrawn(held.error()));
    auto linked = co_await make_link(write);
    if (!linked)
        co_return std::unexpected(linked.error());
    held = co_await send_booking(write);
    co_return held;
}

Awaitable<Result<void>> Engine::make_link(WritePtr write)
{
    const adapters::FindPatient query{write->payload.provenance, write->patient};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(write->deadline - adapters::Monotonic::now()) /
        2;
    auto link = co_await adapters::within(left, write->practice->adapter->link_patient(query));
    if (!link && link.error().kind() == ErrorKind::already_linked)
        co_return std::unexpected(link_elsewhere());
    if (!link)
        co_return std::unexpected(link.error().effect_is_possible(false)); // no appointment hangs on it
    write->patient.link = *link;
    if (auto own = co_await opens_own_record(write); !own)
        co_return own;
    std::vector<store::LinkRecord> links;
    links.push_back({write->intent.practice, write->patient.number().digits(), link->credential});
    auto saved = co_await parts_.store.save_patient_links(std::move(links));
    co_return saved;
}

/// A new link must show the patient's own record before anything is booked with it. Where the record cannot
/// be read just now, the supplier's own comparison at linking stands.
Awaitable<Result<void>> Engine::opens_own_record(WritePtr write)
{
    if (!write->practice->adapter->capabilities().find_patient)
        co_return Result<void>();
    const adapters::FindPatient query{write->payload.provenance, write->patient};
    const auto limit = time_to_send(*write).value_or(std::chrono::milliseconds(0)) / 2;
    auto record = co_await adapters::within(limit, write->practice->adapter->find_patient(query));
    const bool another = !record && (record.error().kind() == ErrorKind::link_invalid ||
                                     record.error().kind() == ErrorKind::demographics_mismatch);
    if (another)
        co_return std::unexpected(record.error());
    co_return Result<void>();
}

Awaitable<Engine::Held> Engine::send_booking(WritePtr write)
{
    const Payload& payload = write->payload;
    adapters::BookAppointment booking{payload.provenance, write->patient, payload.slots,  payload.description,
                                      payload.comment,    payload.phone,  payload.created};
    const auto limit = time_to_send(*write);
    if (!limit)
        co_return std::unexpected(too_late_to_send());
    auto held = co_await sent_within(*limit, write->practice->adapter->book(std::move(booking)));
    co_return held;
}

} // namespace gateway::booking
