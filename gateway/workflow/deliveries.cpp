// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/delivery_work.hpp"

#include "adapters/upstream/deadline.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/observability/log.hpp"
#include "gateway/workflow/task_letter.hpp"
#include "gateway/workflow/task_shape.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include <algorithm>

namespace gateway::workflow
{

using adapters::DeliveryForm;
using adapters::Receipt;
using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;
using store::TaskDelivery;

namespace
{

constexpr std::size_t at_once = 16;
constexpr auto lease_length = std::chrono::minutes(5);
constexpr auto again_at_once = std::chrono::seconds(0);

std::chrono::seconds nth(const std::vector<std::chrono::seconds>& delays, std::int64_t n)
{
    if (delays.empty())
        return std::chrono::seconds(30);
    return delays[std::min(static_cast<std::size_t>(std::max<std::int64_t>(n, 0)), delays.size() - 1)];
}

/// Nothing was done, and the same may well be done later.
bool passes(ErrorKind kind)
{
    using enum ErrorKind;
    return kind == supplier_unavailable || kind == supplier_timeout || kind == supplier_malformed ||
           kind == supplier_error || kind == session_lost || kind == store_unavailable || kind == throttled;
}

/// The system does not do it in this form, and may do it in another.
bool other_form_may_do(ErrorKind kind)
{
    return kind == ErrorKind::service_disabled || kind == ErrorKind::not_supported_by_practice;
}

std::string no_link()
{
    return "this gateway has no online link for the patient there. One is made when the patient is booked at "
           "the practice with their details (NHS number, name, birth date).";
}

} // namespace

Deliveries::Deliveries(DeliveryParts parts, DeliverySettings settings)
    : parts_(std::move(parts)), settings_(std::move(settings)),
      origin_(fhir::rest::origin_of(settings_.public_base)),
      run_(adapters::new_uuid(parts_.clock, parts_.random) + "/")
{}

/// A practice that hangs costs its own tasks their time, not the others theirs.
Awaitable<std::size_t> Deliveries::run()
{
    store::LeaseRequest request;
    request.now = parts_.clock.now();
    request.lease = {settings_.node, run_ + adapters::new_uuid(parts_.clock, parts_.random),
                     request.now + lease_length};
    request.limit = at_once;
    request.run = run_;
    auto leased = co_await parts_.store.lease_deliveries(std::move(request));
    if (!leased || leased->empty())
        co_return 0;
    auto executor = co_await boost::asio::this_coro::executor;
    using Working = decltype(boost::asio::co_spawn(executor, work_on(TaskDelivery{}), boost::asio::deferred));
    std::vector<Working> running;
    for (TaskDelivery& row : *leased)
        running.push_back(boost::asio::co_spawn(executor, work_on(std::move(row)), boost::asio::deferred));
    auto group = boost::asio::experimental::make_parallel_group(std::move(running));
    auto ended =
        co_await group.async_wait(boost::asio::experimental::wait_for_all(), adapters::use_awaitable);
    static_cast<void>(ended);
    co_return leased->size();
}

/// What breaks in one adapter keeps its lease until that ends, and is then taken up again.
Awaitable<void> Deliveries::work_on(TaskDelivery row)
{
    auto work = std::make_shared<Work>();
    work->row = std::move(row);
    auto ready = co_await prepare(work);
    if (!ready) {
        co_await later(work, nth(settings_.try_after, work->row.tries));
        co_return;
    }
    if (!*ready)
        co_return; // ended
    if (work->row.state == TaskDelivery::State::sent)
        co_await look(std::move(work));
    else
        co_await send(std::move(work));
}

/// Reads what it is about. False when it has ended here; an error when it cannot be said now.
Awaitable<Result<bool>> Deliveries::prepare(WorkPtr work)
{
    auto record = co_await parts_.store.task(work->row.task);
    if (!record)
        co_return std::unexpected(record.error());
    auto stored = *record ? to_stored(**record) : fhir::fail(ErrorKind::gone);
    const auto kind = *record ? kind_of((*record)->kind) : std::nullopt;
    const bool waits = work->row.state == TaskDelivery::State::waiting;
    if (!stored || !kind || (waits && (!(*record)->open || (*record)->owner != work->row.practice))) {
        co_await drop(work->row);
        co_return false;
    }
    work->record = std::move(**record);
    work->task = std::move(stored->resource);
    work->kind = *kind;
    const auto practice = fhir::OdsCode::parse(work->row.practice);
    auto target = practice ? parts_.target(*practice) : std::nullopt;
    if (!target && waits) {
        co_await drop(work->row); // switched off since
        co_return false;
    }
    if (!target) {
        co_await not_known(work);
        co_return false;
    }
    work->target = std::move(*target);
    work->patient.nhs_number = fhir::NhsNumber::parse(work->record.patient);
    if (work->patient.nhs_number && work->target.adapter->capabilities().needs_patient_link) {
        auto link = co_await parts_.store.patient_link(work->row.practice, work->record.patient);
        if (!link)
            co_return std::unexpected(link.error());
        if (*link)
            work->patient.link = adapters::PatientLink{std::move(**link)};
    }
    co_return true;
}

/// The best form that has not failed.
std::optional<DeliveryForm> Deliveries::form_for(const Work& work) const
{
    const adapters::Capabilities& can = work.target.adapter->capabilities();
    const auto best = work.row.form.empty() ? delivery_form(work.kind) : form_named(work.row.form);
    if (best == DeliveryForm::prescription_request && can.delivers_prescription_requests)
        return best;
    return best && can.delivers_messages ? std::optional(DeliveryForm::message) : std::nullopt;
}

adapters::Delivery Deliveries::delivery_of(const Work& work) const
{
    const auto form = form_named(work.row.form).value_or(DeliveryForm::message);
    const std::string reference = delivery_reference(work.record.id);
    Letter letter = letter_of(work.task, work.kind, form, reference);
    adapters::Delivery delivery;
    delivery.provenance.organisation_ods = work.record.requester;
    delivery.provenance.organisation_name =
        work.task.requester ? work.task.requester->display.value_or("") : std::string();
    delivery.provenance.request_id = "task-" + reference;
    delivery.patient = work.patient;
    delivery.form = form;
    delivery.reference = reference;
    delivery.team = work.record.team;
    delivery.subject = std::move(letter.subject);
    delivery.text = std::move(letter.text);
    delivery.medicines = std::move(letter.medicines);
    delivery.sent = work.row.sent.value_or(parts_.clock.now());
    return delivery;
}

bool Deliveries::given_up(const Work& work) const
{
    return parts_.clock.now() - work.row.created >= settings_.give_up_after;
}

Awaitable<void> Deliveries::send(WorkPtr work)
{
    const auto owner = fhir::OdsCode::parse(work->record.owner);
    const auto requester = fhir::OdsCode::parse(work->record.requester);
    const auto form = form_for(*work);
    std::string why;
    if (!work->patient.nhs_number)
        why = "it names no patient, and the system takes work only on a patient's behalf.";
    else if (!owner || !requester || !parts_.links.may_send ||
             !parts_.links.may_send(*requester, *owner, work->patient.nhs_number))
        why = "what is agreed does not let it be sent there any more.";
    else if (!form)
        why = "the system takes no such work.";
    else if (work->target.adapter->capabilities().needs_patient_link && !work->patient.link)
        why = no_link();
    if (!why.empty()) {
        co_await refuse(std::move(work), std::move(why));
        co_return;
    }
    // Written down before the first byte: whoever takes it up after a crash looks for it.
    const fhir::Instant now = parts_.clock.now();
    TaskDelivery& row = work->row;
    row.state = TaskDelivery::State::sent;
    row.form = code_of(*form);
    row.attempts += 1;
    work->tries_before = row.tries;
    row.tries = row.absences = 0;
    row.sent = row.sent.value_or(now);
    row.next_step = now + nth(settings_.look_after, 0);
    auto saved = co_await parts_.store.save_delivery(row, true);
    if (!saved || !*saved)
        co_return;
    const auto began = adapters::Monotonic::now();
    auto receipt =
        co_await adapters::within(settings_.call_limit, work->target.adapter->deliver(delivery_of(*work)));
    if (receipt) {
        co_await received(std::move(work), std::move(*receipt));
        co_return;
    }
    Error error = receipt.error();
    if (error.kind() == ErrorKind::supplier_timeout &&
        adapters::Monotonic::now() - began >= settings_.call_limit)
        error.effect_is_possible(); // we stopped waiting, the system may not have stopped working
    co_await after_failure(std::move(work), std::move(error));
}

Awaitable<void> Deliveries::after_failure(WorkPtr work, Error error)
{
    TaskDelivery& row = work->row;
    observability::log(observability::Level::warning, "task_not_delivered",
                       {{"task", row.task},
                        {"practice", row.practice},
                        {"form", row.form},
                        {"reason", std::string(fhir::catalogue_row(error.kind()).code)},
                        {"effect_possible", error.effect_possible()}});
    if (error.effect_possible()) {
        co_await later(std::move(work), nth(settings_.look_after, 0));
        co_return;
    }
    row.state = TaskDelivery::State::waiting;
    row.sent.reset();
    row.attempts -= 1;
    row.tries = work->tries_before + 1;
    const bool as_message = form_named(row.form) == DeliveryForm::prescription_request &&
                            other_form_may_do(error.kind()) &&
                            work->target.adapter->capabilities().delivers_messages;
    if (as_message) {
        row.form = code_of(DeliveryForm::message);
        row.tries = 0;
        co_await later(std::move(work), again_at_once);
    } else if (passes(error.kind()) && !given_up(*work)) {
        const auto asked = error.retry_after().value_or(std::chrono::seconds(0));
        const auto delay = std::max(asked, nth(settings_.try_after, row.tries - 1));
        co_await later(std::move(work), delay);
    } else {
        co_await refuse(std::move(work), error.kind() == ErrorKind::link_invalid
                                             ? "the practice no longer accepts the online link that this "
                                               "gateway holds for the patient."
                                             : error.sentence());
    }
}

/// For what may be there.
Awaitable<void> Deliveries::look(WorkPtr work)
{
    auto found = co_await adapters::within(settings_.call_limit,
                                           work->target.adapter->find_delivered(delivery_of(*work)));
    work->row.tries += 1;
    if (found && *found)
        co_await received(std::move(work), std::move(**found));
    else if (found)
        co_await not_there(std::move(work));
    else if (!passes(found.error().kind()) || given_up(*work))
        co_await not_known(std::move(work));
    else {
        work->row.absences = 0;
        const auto delay = nth(settings_.look_after, work->row.tries);
        co_await later(std::move(work), delay);
    }
}

/// One look may have come too early: what is late can still arrive.
Awaitable<void> Deliveries::not_there(WorkPtr work)
{
    TaskDelivery& row = work->row;
    row.absences += 1;
    const bool sure = row.absences >= settings_.absences_needed;
    const auto delay = sure ? again_at_once : nth(settings_.look_after, row.tries);
    if (sure && row.attempts >= settings_.most_attempts) {
        co_await refuse(std::move(work), "it was sent " + std::to_string(settings_.most_attempts) +
                                             " times without an answer, and did not arrive.");
        co_return;
    }
    if (sure) {
        row.state = TaskDelivery::State::waiting;
        row.tries = row.absences = 0;
    }
    co_await later(std::move(work), delay);
}

} // namespace gateway::workflow
