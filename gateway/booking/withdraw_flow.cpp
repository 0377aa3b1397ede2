// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"

#include "fhir/model/named_uuid.hpp"

#include <algorithm>

// A practice withdraws a session: the request is written down with all appointments that it affects; the work
// is done by withdraw_work.cpp, at once or after a restart.
namespace gateway::booking
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// More appointments than this are no session.
constexpr std::size_t most_withdrawn = 500;

std::string job_id(const WriteContext& context, const std::string& schedule, std::string fresh)
{
    if (context.idempotency_key.empty())
        return fresh;
    return fhir::named_uuid("withdraw\n" + context.caller.client_id + "\n" + schedule + "\n" +
                            context.idempotency_key);
}

Result<Withdrawal> withdrawal_of(const store::JobRecord& record)
{
    auto job = read_withdrawal(record.payload);
    if (!job)
        return fhir::fail(ErrorKind::internal, "A stored withdrawal cannot be read.");
    job->withdrawal.id = record.id;
    job->withdrawal.created = record.created;
    job->withdrawal.done = !record.open;
    return std::move(job->withdrawal);
}

fhir::Error not_this_practice()
{
    return fhir::Error(ErrorKind::organisation_not_allowed,
                       "Only the practice itself withdraws its sessions.")
        .advise(
            "Ask the practice to withdraw the session, or move the appointments that your organisation has "
            "booked one by one with $reschedule.",
            fhir::Remedy::practice);
}

} // namespace

Awaitable<Result<Withdrawal>> Engine::withdraw(WriteContext context, WithdrawRequest request)
{
    const auto schedule = fhir::PracticeId::parse(request.schedule);
    if (!schedule)
        co_return fhir::fail(ErrorKind::not_found, "There is no such schedule.");
    if (schedule->ods != context.caller.ods)
        co_return std::unexpected(not_this_practice());
    store::JobRecord record;
    record.id = job_id(context, request.schedule, adapters::new_uuid(parts_.clock, parts_.random));
    auto known = co_await known_withdrawal(record.id, context.request_hash);
    if (!known)
        co_return std::unexpected(known.error());
    if (*known)
        co_return std::move(**known);
    auto affected = co_await affected_by(context.caller, request, {});
    if (!affected)
        co_return std::unexpected(affected.error());
    if (affected->empty()) {
        auto book = co_await parts_.search.book_with(context.caller, "Schedule", request.schedule);
        if (!book)
            co_return fhir::fail(
                ErrorKind::not_found,
                "There is no such schedule, and no appointment booked through the gateway is "
                "in it.");
    }
    WithdrawalJob job;
    job.by = {context.caller.client_id, context.caller.ods.text(), context.caller.name,
              context.request_id,       context.user_id,           context.user_name};
    job.withdrawal.request = std::move(request);
    job.withdrawal.appointments = std::move(*affected);
    record.owner = context.caller.ods.text();
    record.request_hash = context.request_hash;
    record.created = record.updated = parts_.clock.now();
    record.payload = to_text(job);
    auto begun = co_await parts_.store.begin_job(record);
    if (!begun)
        co_return std::unexpected(begun.error());
    if (*begun)
        co_return withdrawal_of(record);
    known = co_await known_withdrawal(record.id, context.request_hash); // sent twice at the same time
    if (!known || !*known)
        co_return std::unexpected(known ? fhir::Error(ErrorKind::internal) : known.error());
    co_return std::move(**known);
}

Awaitable<Result<std::optional<Withdrawal>>> Engine::known_withdrawal(std::string id,
                                                                      std::string request_hash)
{
    using Known = std::optional<Withdrawal>;
    auto record = co_await parts_.store.job(std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    if (!*record)
        co_return Known();
    if ((*record)->request_hash != request_hash)
        co_return fhir::fail(ErrorKind::duplicate_key_other_body,
                             "This idempotency key was already used for a different request.",
                             "http.Idempotency-Key");
    parts_.metrics.idempotent_replay();
    auto withdrawal = withdrawal_of(**record);
    if (!withdrawal)
        co_return std::unexpected(withdrawal.error());
    co_return Known(std::move(*withdrawal));
}

Awaitable<Result<Withdrawal>> Engine::withdrawal(identity::Caller caller, std::string id)
{
    auto record = co_await parts_.store.job(std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    if (!*record || (*record)->owner != caller.ods.text())
        co_return fhir::fail(ErrorKind::not_found, "There is no such withdrawal, or it is not yours to see.");
    co_return withdrawal_of(**record);
}

/// What stands in the session just now and is not in `known`.
Awaitable<Result<std::vector<WithdrawnAppointment>>>
Engine::affected_by(identity::Caller practice, WithdrawRequest request,
                    std::vector<WithdrawnAppointment> known)
{
    store::AppointmentFilter filter;
    filter.practices = {practice.ods.text()};
    filter.statuses = {std::string(code_of(fhir::AppointmentStatus::booked)),
                       std::string(code_of(fhir::AppointmentStatus::pending))};
    filter.start_from = request.period.start;
    filter.start_before = request.period.end;
    filter.limit = 10 * most_withdrawn;
    auto records = co_await parts_.store.find(std::move(filter));
    if (!records)
        co_return std::unexpected(records.error());
    std::vector<WithdrawnAppointment> affected;
    for (const store::AppointmentRecord& record : *records) {
        if (std::ranges::find(known, record.id, &WithdrawnAppointment::appointment) != known.end())
            continue;
        auto schedule = co_await session_of(practice, record);
        if (schedule == "Schedule/" + request.schedule)
            affected.push_back({record.id, {}, {}, 0, std::nullopt});
    }
    if (affected.size() > most_withdrawn)
        co_return fhir::fail(ErrorKind::too_costly,
                             "More than " + std::to_string(most_withdrawn) + " appointments are affected.",
                             "Parameters.parameter");
    co_return affected;
}

/// Kept beside the practice's copy when the appointment was booked; else as the practice's book has its slot.
Awaitable<std::string> Engine::session_of(identity::Caller practice, store::AppointmentRecord record)
{
    std::string schedule = kept_schedule(record.supplier);
    if (!schedule.empty())
        co_return schedule;
    auto stored = to_stored(record);
    const std::string slot =
        stored && !stored->resource.slot.empty() ? stored->resource.slot.front().reference.value_or("") : "";
    if (!slot.starts_with("Slot/"))
        co_return schedule;
    auto hit = co_await parts_.search.slot(std::move(practice), slot.substr(5), false, "");
    if (hit)
        schedule = hit->slot->common().schedule.reference.value_or("");
    co_return schedule;
}

} // namespace gateway::booking
