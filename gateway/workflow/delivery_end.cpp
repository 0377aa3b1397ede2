// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/log.hpp"
#include "gateway/workflow/delivery_work.hpp"
#include "gateway/workflow/task_letter.hpp"
#include "gateway/workflow/task_shape.hpp"

// How a delivery ends, or goes on later: what the store, the task and the trail are told.
namespace gateway::workflow
{

using adapters::Receipt;
using store::TaskDelivery;

Awaitable<void> Deliveries::later(WorkPtr work, std::chrono::seconds delay)
{
    work->row.next_step = parts_.clock.now() + delay;
    auto saved = co_await parts_.store.save_delivery(work->row, false);
    static_cast<void>(saved); // the lease ends by itself
}

Awaitable<void> Deliveries::drop(TaskDelivery row)
{
    row.state = TaskDelivery::State::dropped;
    auto saved = co_await parts_.store.save_delivery(std::move(row), false);
    static_cast<void>(saved);
}

Awaitable<void> Deliveries::received(WorkPtr work, Receipt receipt)
{
    const auto form = form_named(work->row.form).value_or(DeliveryForm::message);
    std::string note = "Received by " + work->target.system + " of " + work->target.name + " as " +
                       std::string(words_for(form));
    if (!receipt.id.empty())
        note += ", number " + receipt.id;
    note += ", on " + plain_time(receipt.at.value_or(parts_.clock.now())) + "; reference " +
            delivery_reference(work->record.id) + ".";
    std::string refused;
    for (const std::string& medicine : receipt.refused)
        refused += (refused.empty() ? " It did not take: " : "; ") + medicine;
    note += refused.empty() ? refused : refused + ". These are still to be asked for.";
    co_await end(std::move(work), TaskDelivery::State::received, std::move(note));
}

Awaitable<void> Deliveries::refuse(WorkPtr work, std::string why)
{
    std::string note = "Not put into " + work->target.system + " of " + work->target.name + ": " + why +
                       " The task stays in this inbox.";
    co_await end(std::move(work), TaskDelivery::State::refused, std::move(note));
}

Awaitable<void> Deliveries::not_known(WorkPtr work)
{
    std::string note = "It is not known whether the practice's own system has this (reference " +
                       delivery_reference(work->record.id) +
                       "): its answer was lost, and it cannot be looked up. It is not sent again; look there "
                       "before you act. The task stays in this inbox.";
    co_await end(std::move(work), TaskDelivery::State::unknown, std::move(note));
}

/// The note and the end are one transaction. Whoever changes the task at the same time goes first.
Awaitable<void> Deliveries::end(WorkPtr work, TaskDelivery::State state, std::string said)
{
    constexpr int most_attempts = 4;
    work->row.state = state;
    for (int attempt = 1; attempt <= most_attempts; ++attempt) {
        auto record = co_await parts_.store.task(work->row.task);
        auto stored = record && *record ? to_stored(**record) : fhir::fail(fhir::ErrorKind::gone);
        if (!stored)
            co_return; // its lease ends by itself
        const fhir::Instant now = parts_.clock.now();
        fhir::Task next = std::move(stored->resource);
        fhir::Annotation& note = next.note.emplace_back();
        note.time = fhir::uk_date_time(now);
        note.author = std::string(gateway_author);
        note.text.text = said;
        if (state == TaskDelivery::State::unknown && (*record)->open)
            next.business_status = fhir::concept_of(origin_ + "/fhir/CodeSystem/task-business-status",
                                                    "delivery-unknown", "Not known whether it was delivered");
        work->record = to_record(std::move(**record), stamped(std::move(next), now), now);
        store::TaskChange change{work->record, {}, {}};
        change.delivery = work->row;
        auto written = co_await parts_.store.change_task(std::move(change));
        if (written && written->answer == store::TaskWritten::Answer::written) {
            co_await write_down(std::move(work), written->version);
            co_return;
        }
        if (!written || written->answer != store::TaskWritten::Answer::version_changed)
            co_return;
    }
}

Awaitable<void> Deliveries::write_down(WorkPtr work, std::int64_t version)
{
    const bool done = work->row.state == TaskDelivery::State::received;
    observability::log(done ? observability::Level::info : observability::Level::warning,
                       "task_delivery_ended",
                       {{"task", work->row.task},
                        {"practice", work->row.practice},
                        {"kind", work->record.kind},
                        {"form", work->row.form},
                        {"received", done},
                        {"known", work->row.state != TaskDelivery::State::unknown},
                        {"attempts", work->row.attempts}});
    if (parts_.audit == nullptr)
        co_return;
    audit::Note note;
    note.record.event = audit::Event::write;
    note.record.via = "workflow";
    note.record.action = "deliver";
    note.record.type = "Task";
    note.record.id = work->record.id;
    note.record.version = std::to_string(version);
    note.record.practice = work->row.practice;
    note.patient = work->record.patient;
    if (!done)
        note.record.outcome = work->row.state == TaskDelivery::State::unknown ? audit::Outcome::unknown
                                                                              : audit::Outcome::failed;
    auto written = co_await parts_.audit->record(std::move(note));
    static_cast<void>(written);
}

} // namespace gateway::workflow
