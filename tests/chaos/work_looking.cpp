// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/endpoint.hpp"
#include "tests/chaos/work_check.hpp"

#include <algorithm>
#include <stdexcept>

// Lets tasks and notifications come to rest, and looks at them.
namespace chaos
{

using gateway::store::Store;

namespace
{

constexpr std::size_t everything = 1'000'000;
/// A lease that nobody gave back ends after three minutes.
constexpr int most_rounds = 24;

template <class T, class Ask>
T stored(World& world, Ask ask)
{
    return world.must<T>([&](Process& process) { return ask(process.store()); });
}

std::vector<gateway::store::WantedTask> waiting_calls(World& world)
{
    return stored<std::vector<gateway::store::WantedTask>>(
        world, [](Store& store) { return store.wanted_tasks(everything); });
}

bool is_at_rest(World& world)
{
    const auto figures =
        stored<gateway::store::OutboxFigures>(world, [](Store& store) { return store.outbox_figures(); });
    return figures.due == 0 && figures.unmatched == 0 && waiting_calls(world).empty();
}

void look_at_tasks(World& world, WorkState& state)
{
    using Records = std::vector<gateway::store::TaskRecord>;
    gateway::store::TaskFilter all;
    all.limit = everything;
    for (auto& record : stored<Records>(world, [&](Store& store) { return store.find_tasks(all); })) {
        auto versions = stored<Records>(world, [&](Store& store) { return store.task_history(record.id); });
        std::ranges::reverse(versions);
        state.tasks.push_back({std::move(record), std::move(versions)});
    }
    state.called = world.calls();
    for (const auto& call : state.called) {
        using Found = std::optional<gateway::store::TicketRecord>;
        const gateway::store::Ticket key{"gateway", "task",
                                         call.kind + "/" + call.appointment + "/" +
                                             std::to_string(call.version) + "/" + std::to_string(call.id),
                                         ""};
        if (const auto known = stored<Found>(world, [&](Store& store) { return store.ticket(key); }))
            state.raised[call.id] = known->appointment;
    }
    state.left = waiting_calls(world);
    state.ladder = ladder();
}

/// How it was worded, and when that was what its deliveries went by.
void look_at_wordings(const World& world, WorkState& state)
{
    const auto given = world.disk().given();
    for (Told& told : state.told)
        for (auto row = given.lower_bound({told.record.id, 0});
             row != given.end() && row->first.first == told.record.id; ++row)
            told.given_in[row->first.second] = row->second;
    for (const auto& wording : world.disk().wordings()) {
        const auto told =
            std::ranges::find(state.told, wording.id, [](const Told& each) { return each.record.id; });
        const auto subscription = gateway::notify::from_record(wording);
        if (told != state.told.end() && subscription)
            told->filters[wording.version] = subscription->filter_text;
    }
}

void look_at_outbox(World& world, WorkState& state)
{
    using namespace gateway::store;
    state.events = stored<std::vector<OutboxEvent>>(
        world, [](Store& store) { return store.events_after(0, everything); });
    const auto records =
        stored<std::vector<SubscriptionRecord>>(world, [](Store& store) { return store.subscriptions(); });
    for (const SubscriptionRecord& record : records) {
        const auto subscription = gateway::notify::from_record(record);
        if (!subscription)
            throw std::runtime_error("a subscription cannot be read");
        const auto endpoint = gateway::notify::parse_endpoint(subscription->endpoint);
        const auto channel =
            stored<std::optional<Channel>>(world, [&](Store& store) { return store.channel(record.id); });
        DeliveryFilter all;
        all.subscription = record.id;
        all.from = 1;
        all.limit = everything;
        state.told.push_back(
            {record,
             channel.value(),
             endpoint->target,
             subscription->max_count,
             stored<std::vector<DeliveryRecord>>(world, [&](Store& store) { return store.deliveries(all); }),
             {},
             {}});
    }
    look_at_wordings(world, state);
    state.heard = world.listeners->heard();
}

} // namespace

void settle_work(World& world)
{
    for (int round = 0; round < most_rounds && !is_at_rest(world); ++round) {
        bool over = false;
        world.agenda.after(std::chrono::seconds(10), [&] { over = true; });
        world.run([&] { return over; });
    }
}

WorkState look_at_work(World& world)
{
    WorkState state;
    state.now = world.clock.now();
    look_at_tasks(world, state);
    look_at_outbox(world, state);
    for (const auto& practice : world.practices)
        state.practices.insert(practice->seed().ods);
    state.replayed = world.work.replayed;
    state.ordered = world.work.ordered;
    state.held = world.work.held;
    return state;
}

} // namespace chaos
