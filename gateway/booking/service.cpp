// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"

#include "adapters/upstream/deadline.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/rest/message.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>

namespace gateway::booking
{

namespace
{

/// A consumer that hangs up must not stop a write half way: the flow runs in a coroutine of its own that
/// ignores cancellation. Its length is bounded by the answer limit.
template <class T>
Awaitable<T> shielded(Awaitable<T> flow)
{
    auto run = [](Awaitable<T> inner) -> Awaitable<T> {
        co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
        auto result = co_await std::move(inner);
        co_return result;
    };
    auto executor = co_await boost::asio::this_coro::executor;
    auto result = co_await boost::asio::co_spawn(executor, run(std::move(flow)), adapters::use_awaitable);
    co_return result;
}

} // namespace

std::unique_ptr<SettlingService> make_service(ServiceParts parts, ServiceSettings settings)
{
    return std::make_unique<Engine>(std::move(parts), std::move(settings));
}

adapters::PatientContext nobody()
{
    return {};
}

fhir::Error unknown_outcome()
{
    return fhir::Error(fhir::ErrorKind::outcome_unknown).retry_in(std::chrono::seconds(5));
}

fhir::Error too_late_to_send()
{
    return fhir::Error(fhir::ErrorKind::supplier_timeout,
                       "The practice's system answered so slowly that the request was not sent; nothing has "
                       "been changed there.")
        .advise("Try again in a moment.", fhir::Remedy::wait)
        .retry_in(std::chrono::seconds(5));
}

std::string_view detail_code(const fhir::Error& error)
{
    return fhir::catalogue_row(error.kind()).code;
}

Engine::Engine(ServiceParts parts, ServiceSettings settings)
    : parts_(std::move(parts)), settings_(std::move(settings)),
      origin_(fhir::rest::origin_of(settings_.public_base)),
      run_(adapters::new_uuid(parts_.clock, parts_.random) + "/"), began_(parts_.clock.now()),
      native_changes_(
          parts_, settings_, [this](std::chrono::milliseconds length) { return new_lease(length); },
          [this](store::AppointmentRecord cancelled, adapters::SupplierAppointment held) {
              return restore_cancelled(std::move(cancelled), std::move(held));
          },
          [this](std::string practice, std::vector<std::string> slots) {
              return give_up_holds(std::move(practice), std::move(slots));
          })
{}

Awaitable<fhir::Result<WriteOutcome>> Engine::book(WriteContext context, fhir::Appointment wanted,
                                                   std::optional<fhir::search::TokenValue> if_none_exist)
{
    auto outcome =
        co_await shielded(book_flow(std::move(context), std::move(wanted), std::move(if_none_exist)));
    co_return outcome;
}

Awaitable<fhir::Result<WriteOutcome>> Engine::update(WriteContext context, std::string id,
                                                     std::int64_t expected_version, fhir::Appointment wanted)
{
    auto outcome = co_await shielded(
        update_flow(std::move(context), std::move(id), expected_version, std::move(wanted)));
    co_return outcome;
}

Awaitable<fhir::Result<WriteOutcome>> Engine::reschedule(WriteContext context, std::string id,
                                                         std::int64_t expected_version, Move wanted)
{
    auto outcome =
        co_await shielded(move_flow(std::move(context), std::move(id), expected_version, std::move(wanted)));
    co_return outcome;
}

store::Lease Engine::new_lease(std::chrono::milliseconds length)
{
    return {settings_.node, run_ + adapters::new_uuid(parts_.clock, parts_.random),
            parts_.clock.now() + length};
}

adapters::Monotonic::time_point Engine::deadline_of(const WriteContext& context) const
{
    const bool shorter = context.answer_within.count() > 0 && context.answer_within < settings_.answer_limit;
    return adapters::Monotonic::now() + (shorter ? context.answer_within : settings_.answer_limit);
}

std::optional<std::chrono::milliseconds> Engine::time_to_send(const Write& write) const
{
    constexpr std::chrono::milliseconds least{50};
    const auto kept = std::min(settings_.read_back_limit, settings_.answer_limit / 2);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        write.deadline - adapters::Monotonic::now() - kept);
    return left < least ? std::nullopt : std::optional(left);
}

Awaitable<Engine::Held> Engine::sent_within(std::chrono::milliseconds limit, Awaitable<Held> call)
{
    const auto until = adapters::Monotonic::now() + limit;
    auto held = co_await adapters::within(limit, std::move(call));
    if (!held && held.error().kind() == fhir::ErrorKind::supplier_timeout &&
        adapters::Monotonic::now() >= until)
        held.error().effect_is_possible(); // we stopped waiting, the supplier may not have stopped working
    co_return held;
}

adapters::Provenance Engine::provenance_of(const WriteContext& context) const
{
    const identity::Caller& caller = context.caller;
    return {caller.ods.text(), caller.name,       caller.organisation_type, caller.organisation_phone,
            context.user_id,   context.user_name, context.user_id,          context.request_id};
}

std::optional<store::Ticket> Engine::ticket_of(const WriteContext& context, std::string operation) const
{
    if (context.idempotency_key.empty())
        return std::nullopt;
    return store::Ticket{context.caller.client_id, std::move(operation), context.idempotency_key,
                         context.request_hash};
}

bool Engine::visible(const identity::Caller& caller, const store::AppointmentRecord& record) const
{
    // A patient who has logged in is nobody else, whatever the organisation behind the page may see.
    if (caller.patient && caller.patient->digits() != record.patient)
        return false;
    return record.booked_by == caller.ods.text() || record.practice == caller.ods.text();
}

Awaitable<fhir::Result<store::AppointmentRecord>> Engine::visible_record(identity::Caller caller,
                                                                         std::string id)
{
    auto record = co_await parts_.store.appointment(std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    if (!*record || !visible(caller, **record))
        co_return fhir::fail(fhir::ErrorKind::not_found,
                             "There is no such appointment, or it is not yours to see.");
    co_return std::move(**record);
}

} // namespace gateway::booking
