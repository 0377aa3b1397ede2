// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/subscribing.hpp"

#include <array>
#include <iterator>

namespace chaos
{

using fhir::Result;
using gateway::notify::OutboxOrder;
using gateway::notify::Payload;

void Subscribing::go_on(std::uint64_t subscriptions, const std::size_t& left)
{
    for (std::uint64_t i = 0; i < subscriptions; ++i)
        world_.agenda.after(milliseconds(dice_.roll(20'000)),
                            [this] { subscribe(dice_.pick(organisations_), 5); });
    if (subscriptions > 0)
        tend(left);
}

void Subscribing::change_soon()
{
    world_.agenda.after(milliseconds(dice_.roll(200)), [this] { look_at(dice_.pick(organisations_)); });
}

Subscribing::Subscription Subscribing::wanted(const std::string& organisation)
{
    static constexpr std::array topics{gateway::store::appointment_topic, gateway::store::task_topic,
                                       gateway::store::appointment_topic, gateway::store::task_topic,
                                       gateway::store::slot_topic,        gateway::store::practice_topic};
    Subscription wanted;
    wanted.status = "requested";
    wanted.topic = gateway::notify::topic_named(topics[dice_.roll(topics.size())]);
    wanted.reason = "tell reception";
    wanted.endpoint = "https://" + organisation + ".example.org/hooks/" + std::to_string(++made_);
    wanted.payload = organisation == "HUB01" ? Payload::full_resource : Payload::id_only;
    wanted.max_count = dice_.one_in(3) ? 5 : 1;
    if (dice_.one_in(4))
        wanted.heartbeat = std::chrono::seconds(60);
    if (dice_.one_in(2))
        ask_for_some(wanted);
    return wanted;
}

/// Some of its topic's events, or all of them.
void Subscribing::ask_for_some(Subscription& wanted)
{
    const auto practices = "practice=" + a_practice() + "," + a_practice();
    const std::vector<std::string> of_appointments{"", "Appointment?status=booked,arrived",
                                                   "Appointment?status=cancelled,pending",
                                                   "Appointment?" + practices},
        of_tasks{"", "Task?status=requested", "Task?status=accepted,completed,rejected",
                 "Task?requester=HUB01," + a_practice()},
        of_practices{"", "Organization?" + practices};
    const auto& topic = *wanted.topic;
    wanted.filter_text = dice_.pick(topic.of_practice                          ? of_practices
                                    : topic.name == gateway::store::task_topic ? of_tasks
                                                                               : of_appointments);
    wanted.filter = {};
    if (!wanted.filter_text.empty())
        wanted.filter = gateway::notify::parse_filter(wanted.filter_text, topic).value();
}

std::string Subscribing::a_practice()
{
    return world_.practices[dice_.roll(world_.practices.size())]->seed().ods;
}

/// Each try has an endpoint of its own: one that was not answered may have been made all the same.
void Subscribing::subscribe(const std::string& organisation, int tries_left)
{
    const auto again = [this, organisation, tries_left] {
        if (tries_left > 0)
            world_.agenda.after(std::chrono::seconds(3), [this, organisation, tries_left] {
                subscribe(organisation, tries_left - 1);
            });
    };
    world_.ask<Subscription>(
        [&](Process& process) {
            return process.back_office().subscriptions().create(listening_caller(organisation),
                                                                wanted(organisation));
        },
        [this, again](const Result<Subscription>& answer) {
            world_.trace.line("subscribe <- " + (answer ? answer->id : answer.error().sentence()));
            if (answer)
                world_.work.subscriptions.insert(answer->id);
            else
                again();
        },
        again);
}

void Subscribing::tend(const std::size_t& left)
{
    world_.agenda.after(milliseconds(6'000 + dice_.roll(6'000)), [this, &left] {
        if (left == 0)
            return;
        look_at(dice_.pick(organisations_));
        if (dice_.one_in(4))
            turn_a_valve();
        if (dice_.one_in(operator_one_in_))
            meddle();
        tend(left);
    });
}

void Subscribing::look_at(const std::string& organisation)
{
    using All = std::vector<Subscription>;
    world_.ask<All>(
        [&](Process& process) {
            return process.back_office().subscriptions().all(listening_caller(organisation));
        },
        [this, organisation](const Result<All>& answer) {
            for (const Subscription& each : answer ? *answer : All())
                if (each.status == "error")
                    start_anew(organisation, each);
                else if (dice_.one_in(2))
                    ask_for_others(organisation, each);
        },
        [] {});
}

void Subscribing::ask_for_others(const std::string& organisation, Subscription subscription)
{
    const std::int64_t version = subscription.version;
    ask_for_some(subscription);
    world_.trace.line("ask for others " + subscription.id + " " + subscription.filter_text);
    change(organisation, version, std::move(subscription));
}

void Subscribing::start_anew(const std::string& organisation, Subscription subscription)
{
    const std::int64_t version = subscription.version;
    subscription.status = "requested";
    world_.trace.line("start anew " + subscription.id);
    change(organisation, version, std::move(subscription));
}

void Subscribing::change(const std::string& organisation, std::int64_t version, Subscription wanted)
{
    world_.ask<Subscription>(
        [&](Process& process) {
            return process.back_office().subscriptions().update(listening_caller(organisation), version,
                                                                std::move(wanted));
        },
        [](const Result<Subscription>&) {}, [] {});
}

/// A valve is written as operators write it; here nobody but subscribers hears of it.
void Subscribing::turn_a_valve()
{
    world_.ask<bool>([&](Process& process) { return write_valve(process, a_practice()); },
                     [](const Result<bool>&) {}, [] {});
}

gateway::Awaitable<Result<bool>> Subscribing::write_valve(Process& process, std::string practice)
{
    auto before = co_await process.store().policy_history("valve", practice);
    if (!before)
        co_return std::unexpected(before.error());
    const std::int64_t version = before->empty() ? 0 : before->front().version;
    auto written = co_await process.store().write_policy(
        {"valve", practice, version, "{}", false, "A. Operator", "test", process.clock().now()});
    if (!written)
        co_return std::unexpected(written.error());
    co_return written->has_value();
}

void Subscribing::meddle()
{
    using gateway::notify::Order;
    if (world_.work.subscriptions.empty())
        return;
    static constexpr std::array orders{Order::hold, Order::release, Order::release, Order::replay};
    const auto& all = world_.work.subscriptions;
    OutboxOrder order{orders[dice_.roll(orders.size())],
                      *std::next(all.begin(), static_cast<std::ptrdiff_t>(dice_.roll(all.size()))),
                      {},
                      "A. Operator",
                      "test"};
    if (dice_.percent(50))
        order.number = static_cast<std::int64_t>(1 + dice_.roll(12));
    world_.work.ordered.insert(order.subscription);
    world_.work.held |= order.order == Order::hold;
    if (order.order == Order::replay)
        world_.work.replayed.insert(order.subscription);
    world_.trace.line("operator " + std::to_string(static_cast<int>(order.order)) + " " + order.subscription +
                      (order.number ? "/" + std::to_string(*order.number) : ""));
    world_.ask<std::int64_t>(
        [&](Process& process) { return process.back_office().outbox().carry_out(order); },
        [](const Result<std::int64_t>&) {}, [] {});
}

} // namespace chaos
