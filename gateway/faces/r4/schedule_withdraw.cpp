// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/withdrawal_shape.hpp"
#include "gateway/faces/r4/writes.hpp"
#include "gateway/faces/r4_face.hpp"

// $withdraw: a practice withdraws a session; what becomes of its appointments is asked for at a status
// address (FHIR R4 async.html).
namespace gateway::faces::r4
{

namespace
{

using booking::WithdrawRequest;
using fhir::ErrorKind;
using fhir::Result;

constexpr auto furthest = std::chrono::days(366);

/// A period's end that is a day covers that day.
fhir::Instant end_of(const fhir::DateTime& end)
{
    if (end.precision != fhir::DateTime::Precision::day)
        return end.at;
    return fhir::uk_day(fhir::uk_date(end.at)).end;
}

Result<fhir::Interval> period_of(const OperationCall& call, fhir::Instant now)
{
    fhir::Interval period{now, now + furthest};
    const auto given = call.value<fhir::Period>("period");
    if (given && given->start)
        period.start = std::max(now, given->start->at);
    if (given && given->end)
        period.end = end_of(*given->end);
    if (period.start < period.end)
        return period;
    return fhir::fail(ErrorKind::invariant, "The period is over, or ends before it begins.",
                      call.path_of("period"));
}

Result<WithdrawRequest> request_of(const Context& context, const OperationCall& call, fhir::Instant now)
{
    WithdrawRequest request;
    request.schedule = context.destination.id;
    request.reason = call.value<std::string>("reason").value_or("");
    const auto action = call.value<fhir::Code>("action");
    const auto known = booking::withdraw_action_of(action ? action->text : "propose");
    if (!known)
        return fhir::fail(ErrorKind::value_invalid, "The action is propose, move or cancel.",
                          call.path_of("action"));
    request.action = *known;
    request.elsewhere = call.value<bool>("elsewhere").value_or(false);
    request.cancel_unmoved = call.value<bool>("cancel-unmoved").value_or(false);
    auto period = period_of(call, now);
    if (!period)
        return std::unexpected(period.error());
    request.period = *period;
    return request;
}

Answer progress(const Context& context, const R4Services& services, const booking::Withdrawal& withdrawal)
{
    Answer answer;
    answer.status = withdrawal.done ? 200 : 202;
    answer.headers.set("Content-Location", context.url("withdrawals/" + withdrawal.id));
    if (!withdrawal.done) {
        answer.headers.set("X-Progress", std::to_string(withdrawal.ended()) + " of " +
                                             std::to_string(withdrawal.appointments.size()));
        answer.headers.set("Retry-After", "2");
    }
    const auto code_system = fhir::outcome_code_system(services.settings.public_base_url);
    fhir::codec::write(to_parameters(withdrawal, code_system), answer.body);
    return answer;
}

} // namespace

Answered withdraw_schedule(const Context& context, const R4Services& services)
{
    if (const auto may = require_scope(context, identity::Permission::update, "Appointment"); !may)
        co_return std::unexpected(may.error());
    auto asked = read_writing_call(context);
    if (!asked)
        co_return std::unexpected(asked.error());
    auto request = request_of(context, asked->call, services.clock.now());
    if (!request)
        co_return std::unexpected(request.error());
    auto withdrawal = co_await services.booking.withdraw(std::move(asked->write), std::move(*request));
    if (!withdrawal)
        co_return std::unexpected(withdrawal.error());
    co_return progress(context, services, *withdrawal);
}

Answered read_withdrawal(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    auto withdrawal = co_await services.booking.withdrawal(*context.caller, context.destination.id);
    if (!withdrawal)
        co_return std::unexpected(withdrawal.error());
    co_return progress(context, services, *withdrawal);
}

} // namespace gateway::faces::r4
