// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/far_side.hpp"

#include "adapters/upstream/deadline.hpp"
#include "tests/support/practice_seed.hpp"

#include <algorithm>

namespace chaos
{

using adapters::Awaitable;
using adapters::simulation::BookRow;
using adapters::upstream::Call;
using fhir::ErrorKind;
using fhir::rest::Request;
using fhir::rest::Response;

Practice::Practice(const adapters::SupplierSystem& system, adapters::simulation::PracticeSeed seed,
                   const adapters::Clock& clock, adapters::Random& random)
    : system_(system), seed_(std::move(seed)),
      host_(std::make_unique<adapters::simulation::SimulatorHost>(
          [&](const adapters::Clock& skewed) { return system_.make_simulator(seed_, skewed, random); }, clock,
          random, seed_.ods))
{}

std::string Practice::link_of(const std::string& nhs_number) const
{
    return host_->simulator().link_credential(nhs_number);
}

BookRow Practice::row(const std::string& slot) const
{
    const auto rows = book();
    const auto found = std::ranges::find(rows, slot, &BookRow::slot_key);
    return found == rows.end() ? BookRow() : *found;
}

std::vector<BookRow> Practice::rows_with(const std::string& slot) const
{
    const std::string appointment = row(slot).appointment_key;
    auto rows = book();
    std::erase_if(rows, [&](const BookRow& each) {
        return each.slot_key != slot && (appointment.empty() || each.appointment_key != appointment);
    });
    return rows;
}

bool Practice::reception_cancels(const std::string& slot, Moment when)
{
    const auto before = rows_with(slot);
    const bool done = host_->simulator().reception_cancels(slot);
    for (const BookRow& each : before)
        if (done)
            acts_.push_back({DeskAct::Kind::cancelled, each.start, each.nhs_number, when, {}, {}, 0});
    return done;
}

bool Practice::reception_moves(const std::string& from, const std::string& to, Moment when)
{
    const BookRow before = row(from);
    const std::string status = attendance(before);
    if (!host_->simulator().reception_moves(from, to))
        return false;
    const BookRow after = row(to);
    acts_.push_back({DeskAct::Kind::moved, before.start, before.nhs_number, when, after.start, status,
                     after.times_booked});
    return true;
}

bool Practice::reception_marks(const std::string& slot, adapters::simulation::Simulator::Mark mark,
                               Moment when)
{
    if (!host_->simulator().reception_marks(slot, mark))
        return false;
    for (const BookRow& there : rows_with(slot))
        acts_.push_back({DeskAct::Kind::marked, there.start, there.nhs_number, when, there.start,
                         std::string(adapters::simulation::Simulator::status_of(mark)), there.times_booked});
    return true;
}

bool Practice::moved_here(const BookRow& row) const
{
    return std::ranges::any_of(acts_, [&](const DeskAct& act) {
        return act.kind == DeskAct::Kind::moved && act.to == row.start && act.nhs_number == row.nhs_number;
    });
}

std::string Practice::attendance(const BookRow& row) const
{
    std::string status = "booked";
    for (const DeskAct& act : acts_)
        if (act.kind != DeskAct::Kind::cancelled && act.to == row.start &&
            act.times_booked == row.times_booked)
            status = act.status;
    return status;
}

/// Lives in the coroutine that waits; who comes too late finds it gone.
struct Wire::Waiting
{
    Waiting(const adapters::Executor& executor, milliseconds limit) : bell(executor, limit) {}
    adapters::Timer bell;
    std::optional<adapters::simulation::Reply> reply;
};

namespace
{

std::unexpected<fhir::Error> lost(ErrorKind kind, const Call& call)
{
    return std::unexpected(
        fhir::Error(kind).effect_is_possible(call.effect == adapters::upstream::Effect::write));
}

fhir::Result<Response> received(Response response, const Call& call)
{
    if (response.delivery == Response::Delivery::drop)
        return lost(ErrorKind::supplier_error, call);
    if (response.delivery == Response::Delivery::truncate)
        return lost(ErrorKind::supplier_malformed, call);
    return response;
}

Effect effect_of(const Call& call)
{
    return call.effect == adapters::upstream::Effect::write ? Effect::supplier_write : Effect::supplier_read;
}

} // namespace

Awaitable<void> never()
{
    auto executor = co_await boost::asio::this_coro::executor;
    adapters::Timer timer(executor, adapters::Timer::time_point::max());
    co_await timer.async_wait(boost::asio::as_tuple(adapters::use_awaitable));
}

void Wire::prepare(Request& request) const
{
    std::string base(practice_.system().simulator_path);
    if (!base.ends_with('/'))
        base += '/';
    request.target = base + (request.target.starts_with('/') ? request.target.substr(1) : request.target);
    request.headers.set("Host", "supplier.example");
    if (!request.body.empty() || request.method != "GET")
        request.headers.set("Content-Length", std::to_string(request.body.size()));
}

void Wire::arrive(const Request& request, const Journey& journey, const std::weak_ptr<Waiting>& waiting)
{
    auto& host = practice_.host();
    std::vector<adapters::simulation::Fault> faults;
    if (journey.fault)
        faults.push_back(*journey.fault);
    host.set_faults(std::move(faults));
    auto reply = host.handle(request);
    host.set_faults({});
    around_.trace.line("  " + practice_.seed().ods + " " + request.method + " " + request.target + " -> " +
                       (reply.hang ? "hang" : std::to_string(reply.response.status)));
    if (reply.hang)
        return;
    const auto back = journey.back + reply.delay;
    around_.agenda.after(back, [waiting, answer = std::move(reply)]() mutable {
        if (const auto still = waiting.lock()) {
            still->reply = std::move(answer);
            still->bell.cancel();
        }
    });
}

std::uint64_t Wire::times_booked(const std::string& slot) const
{
    for (const BookRow& row : practice_.book())
        if (row.slot_key == slot)
            return row.times_booked;
    return 0;
}

/// A booking request that got no answer may be at work still. Whoever books the slot next must have seen what
/// became of it, or have looked for long enough.
std::optional<std::string> Wire::watch(const Call& call)
{
    constexpr auto long_enough = std::chrono::seconds(20);
    if (call.effect != adapters::upstream::Effect::write)
        return std::nullopt;
    ++writes_;
    const auto slot = practice_.host().simulator().requested_slot(call.request);
    if (slot.empty())
        return std::nullopt;
    const auto times = times_booked(slot);
    const auto last = bookings_.find(slot);
    const auto now = around_.clock.moment();
    if (last != bookings_.end() && !last->second.answered && last->second.times_booked == times &&
        now - last->second.sent < long_enough)
        blind_resends_.push_back("slot " + slot + " of " + practice_.seed().ods +
                                 " was asked for again while the answer to the first request was lost");
    bookings_[slot] = {now, false, times};
    return slot;
}

Awaitable<fhir::Result<Response>> Wire::send(Call call)
{
    const Effect effect = effect_of(call);
    const Fate before = around_.fates->at({effect, false});
    if (before == Fate::crash) {
        around_.crash();
        co_await never();
    }
    const Journey journey = around_.fates->journey(call);
    if (before == Fate::fail || journey.unreachable)
        co_return std::unexpected(fhir::Error(ErrorKind::supplier_unavailable));
    prepare(call.request);
    const auto booked_slot = watch(call);
    auto executor = co_await boost::asio::this_coro::executor;
    auto waiting = std::make_shared<Waiting>(executor, call.limit);
    around_.agenda.after(journey.there, [this, request = std::move(call.request), journey,
                                         late = std::weak_ptr(waiting)] { arrive(request, journey, late); });
    co_await waiting->bell.async_wait(boost::asio::as_tuple(adapters::use_awaitable));
    if (!waiting->reply)
        co_return lost(ErrorKind::supplier_timeout, call);
    const Fate after = around_.fates->at({effect, true});
    if (after == Fate::crash) {
        around_.crash();
        co_await never();
    }
    if (after == Fate::fail)
        co_return lost(ErrorKind::supplier_error, call);
    auto answer = received(std::move(waiting->reply->response), call);
    if (answer && booked_slot)
        bookings_[*booked_slot].answered = true;
    co_return answer;
}

std::vector<std::unique_ptr<Practice>> make_practices(const adapters::Clock& clock, adapters::Random& random,
                                                      std::size_t slots, const std::string& only)
{
    using namespace std::chrono_literals;
    std::vector<std::unique_ptr<Practice>> practices;
    for (const auto& system : adapters::supplier_systems()) {
        if (!only.empty() && system.name != only)
            continue;
        const auto number = practices.size() + 1;
        std::vector<adapters::simulation::SeedSlot> times;
        // Every request to Vision is signed, with a key that costs more than all else.
        const std::size_t count = only.empty() && system.name == "vision" ? (slots + 1) / 2 : slots;
        for (std::size_t i = 0; i < count; ++i)
            times.push_back(tests::seed_slot(880011 + 1000 * number + i,
                                             tests::at("2026-11-24T09:00:00Z") + 10min * i, 10min));
        auto seed = tests::practice_seed(std::move(times));
        seed.ods = "Z9" + std::to_string(100 * number + 1);
        seed.options["auth"] = "none"; // signing requests is another part's test, and slow
        seed.options["verify"] = "but_signature";
        practices.push_back(std::make_unique<Practice>(system, std::move(seed), clock, random));
    }
    return practices;
}

} // namespace chaos
