// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/sharing_rules.hpp"

#include "adapters/upstream/deadline.hpp"

namespace gateway::booking
{

using fhir::ErrorKind;

namespace
{

std::unexpected<fhir::Error> still_running()
{
    fhir::Error error(ErrorKind::duplicate_in_flight);
    error.retry_in(std::chrono::seconds(2));
    return std::unexpected(std::move(error));
}

bool is_waiting(const std::optional<store::IntentRecord>& open)
{
    // What nobody holds the lease of is not being worked on just now.
    return open && (open->state == store::IntentState::unknown ||
                    open->state == store::IntentState::needs_person || open->lease.token.empty());
}

} // namespace

Awaitable<Engine::MaybeOutcome> Engine::replayed(WriteContext context, std::string operation)
{
    const auto ticket = ticket_of(context, std::move(operation));
    if (!ticket)
        co_return std::nullopt;
    auto known = co_await parts_.store.ticket(*ticket);
    if (!known)
        co_return std::unexpected(known.error());
    if (!*known)
        co_return std::nullopt;
    if ((*known)->request_hash != ticket->request_hash)
        co_return fhir::fail(ErrorKind::duplicate_key_other_body,
                             "This idempotency key was already used for a different request.",
                             "http.Idempotency-Key");
    auto done = co_await decided((*known)->appointment);
    if (!done)
        co_return still_running();
    known = co_await parts_.store.ticket(*ticket);
    if (!known)
        co_return std::unexpected(known.error());
    if (!*known)
        co_return std::nullopt; // refused for a passing reason meanwhile: this request may try
    parts_.metrics.idempotent_replay();
    const bool was_open = !(*known)->outcome;
    auto answer = co_await answered_before(std::move(**known));
    const bool settled_meanwhile = was_open && answer && *answer && !(*answer)->unresolved;
    if (!settled_meanwhile)
        co_return answer;
    // The appointment as it is now is no answer: what was asked for may have been found not to be so.
    known = co_await parts_.store.ticket(*ticket);
    if (!known)
        co_return std::unexpected(known.error());
    if (!*known)
        co_return std::nullopt;
    if (!(*known)->outcome)
        co_return still_running();
    answer = co_await answered_before(std::move(**known));
    co_return answer;
}

Awaitable<Engine::MaybeOutcome> Engine::booked_before(WriteContext context)
{
    auto answer = co_await replayed(std::move(context), "create");
    co_return answer;
}

Awaitable<Engine::MaybeOutcome> Engine::answered_before(store::TicketRecord ticket)
{
    if (!ticket.outcome) {
        auto open = co_await open_answer(std::move(ticket));
        co_return open;
    }
    const auto first = read_first_answer(*ticket.outcome);
    if (!first)
        co_return std::unexpected(first.error());
    if (first->error)
        co_return std::unexpected(*first->error);
    const bool elsewhere = !first->appointment.empty();
    auto record = co_await parts_.store.appointment_version(
        elsewhere ? first->appointment : ticket.appointment, elsewhere ? first->version : ticket.version);
    if (!record)
        co_return std::unexpected(record.error());
    if (!*record)
        co_return fhir::fail(ErrorKind::internal, "The first answer to this key is lost.");
    auto stored = to_stored(**record);
    if (!stored)
        co_return std::unexpected(stored.error());
    co_return WriteOutcome{std::move(*stored), first->created, true, std::nullopt};
}

Awaitable<Engine::MaybeOutcome> Engine::open_answer(store::TicketRecord ticket)
{
    auto intent = co_await parts_.store.intent(ticket.intent);
    if (!intent)
        co_return std::unexpected(intent.error());
    MaybeOutcome open = std::nullopt;
    if (*intent && (*intent)->kind == store::IntentKind::move) {
        auto payload = read_payload((*intent)->payload);
        if (!payload || !payload->move)
            co_return std::unexpected(unknown_outcome());
        auto answer = co_await move_answer(*payload->move, true);
        if (!answer)
            co_return std::unexpected(answer.error());
        open = std::move(*answer);
    } else {
        open = co_await current_answer(ticket.appointment);
        if (open && *open)
            (*open)->created = (*open)->appointment.version == 1;
    }
    if (open && !*open)
        co_return still_running();
    if (open)
        (*open)->replayed = true;
    co_return open;
}

Awaitable<Engine::MaybeOutcome> Engine::current_answer(std::string appointment)
{
    auto record = co_await parts_.store.appointment(appointment);
    if (!record)
        co_return std::unexpected(record.error());
    if (!*record)
        co_return std::nullopt;
    auto open = co_await parts_.store.open_intent(appointment);
    if (!open)
        co_return std::unexpected(open.error());
    auto stored = to_stored(**record);
    if (!stored)
        co_return std::unexpected(stored.error());
    WriteOutcome outcome{std::move(*stored), false, false, std::nullopt};
    if (*open)
        outcome.unresolved = unknown_outcome();
    co_return outcome;
}

Awaitable<bool> Engine::decided(std::string appointment)
{
    const auto until = adapters::Monotonic::now() + settings_.duplicate_wait;
    std::chrono::milliseconds length(5);
    while (true) {
        auto open = co_await parts_.store.open_intent(appointment);
        if (open && (!*open || is_waiting(*open)))
            co_return true;
        if (!open || adapters::Monotonic::now() + length > until)
            co_return false;
        co_await adapters::pause(length);
        length = std::min(length * 2, std::chrono::milliseconds(100));
    }
}

Awaitable<Engine::MaybeOutcome> Engine::existing(identity::Caller caller,
                                                 std::vector<store::OwnIdentifier> identifiers)
{
    MaybeOutcome answer = std::nullopt;
    for (store::OwnIdentifier& identifier : identifiers)
        if (answer && !*answer && identifier.conditional)
            answer = co_await identified(caller, std::move(identifier));
    co_return answer;
}

Awaitable<Engine::MaybeOutcome> Engine::identified(identity::Caller caller, store::OwnIdentifier identifier)
{
    auto ids = co_await parts_.store.identified(caller.ods.text(), std::move(identifier));
    if (!ids)
        co_return std::unexpected(ids.error());
    if (ids->empty())
        co_return std::nullopt;
    if (ids->size() > 1)
        co_return fhir::fail(ErrorKind::multiple_matches,
                             "Several appointments of your organisation have this identifier.",
                             "http.If-None-Exist");
    auto done = co_await decided(ids->front());
    if (!done)
        co_return still_running();
    auto answer = co_await current_answer(ids->front());
    co_return answer;
}

Awaitable<Engine::Outcome> Engine::answer_obstacle(WriteContext context, CheckedBooking checked,
                                                   store::Begun begun)
{
    using enum store::Begun::Answer;
    if (begun.answer == ticket_differs)
        co_return fhir::fail(ErrorKind::duplicate_key_other_body,
                             "This idempotency key was already used for a different request.",
                             "http.Idempotency-Key");
    if (begun.answer == identity_many)
        co_return fhir::fail(ErrorKind::multiple_matches,
                             "Several appointments of your organisation have this identifier.",
                             "http.If-None-Exist");
    if (begun.answer == slot_taken) {
        const auto& number = checked.patient.nhs_number;
        auto error = co_await taken(context.caller, number ? number->digits() : "",
                                    {begun.slot_index, begun.appointment, begun.hold_until});
        co_return std::unexpected(std::move(error));
    }
    if (begun.answer == quota_reached)
        co_return std::unexpected(
            fhir::Error(ErrorKind::booking_limit,
                        "Your organisation holds as many slots as it may at a time.", "Appointment.slot")
                .advise("Book or release what is held, or wait until a hold ends.", fhir::Remedy::caller));
    if (begun.answer == limit_reached)
        co_return std::unexpected(booking::limit_reached("Appointment.slot"));
    MaybeOutcome answer = std::nullopt;
    if (begun.answer == ticket_known)
        answer = co_await replayed(context, "create");
    else
        answer = co_await existing(context.caller, checked.identifiers);
    if (!answer)
        co_return std::unexpected(answer.error());
    if (*answer)
        co_return std::move(**answer);
    co_return still_running();
}

} // namespace gateway::booking
