// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/scenario.hpp"

#include "tests/chaos/client.hpp"
#include "tests/chaos/final_check.hpp"
#include "tests/chaos/reception.hpp"
#include "tests/chaos/subscribing.hpp"
#include "tests/chaos/weather.hpp"
#include "tests/chaos/withdrawing.hpp"
#include "tests/chaos/work_check.hpp"
#include "tests/chaos/worker.hpp"

#include <algorithm>
#include <iterator>

namespace chaos
{

namespace
{

class Calm : public Fates
{
public:
    Fate at(Point) override { return Fate::go_on; }
};

/// Of the hubs and of two practices.
std::vector<std::string> teams(const World& world)
{
    std::vector<std::string> organisations{"HUB01", "HUB02", "OOH01"};
    for (std::size_t i = 0; i < std::min<std::size_t>(2, world.practices.size()); ++i)
        organisations.push_back(world.practices[i]->seed().ods);
    return organisations;
}

std::vector<std::unique_ptr<Worker>> make_workers(World& world, Dice dice, std::uint64_t errands)
{
    std::vector<std::unique_ptr<Worker>> workers;
    const auto organisations = teams(world);
    for (const std::string& organisation : errands > 0 ? organisations : std::vector<std::string>()) {
        auto others = organisations;
        std::erase(others, organisation);
        workers.push_back(std::make_unique<Worker>(
            world,
            Worker::Habits{"team-" + organisation, organisation, std::move(others), errands,
                           milliseconds(dice.pick(std::vector<std::uint64_t>{300, 2000}))},
            dice.child()));
    }
    return workers;
}

Verdict summary(const World& world, const FinalState& state)
{
    Verdict verdict;
    verdict.trace = world.trace.hash();
    verdict.crashes = world.crashes();
    verdict.questions = world.history.size();
    verdict.waiting = state.waiting.size();
    for (const Observed& seen : world.history) {
        verdict.answered += seen.answer != Observed::Answer::none;
        verdict.unknown += seen.answer == Observed::Answer::unknown;
        verdict.booked += seen.answer == Observed::Answer::ok && seen.status == "booked" &&
                          (seen.deed == Deed::book || seen.deed == Deed::book_hold);
    }
    for (const auto& wire : world.wires)
        verdict.supplier_writes += wire->writes();
    return verdict;
}

} // namespace

Verdict run_scenario(const ScenarioSettings& settings)
{
    Dice dice(settings.seed);
    const Climate climate = draw_climate(dice);
    Calm calm;
    Weather weather(climate, dice.child());
    WorldSettings plan;
    plan.seed = settings.seed;
    plan.print = settings.print;
    plan.slots_per_practice = 2 + dice.roll(6);
    if (climate.reception_one_in > 0 || dice.one_in(8))
        plan.watch_every = std::chrono::seconds(60);
    plan.offers = climate.wait_percent > 0;
    plan.withdrawals = climate.withdrawals > 0;
    plan.back_office = climate.errands > 0 || climate.subscriptions > 0;
    World world(plan, calm);
    world.set_fates(weather);

    std::size_t left = settings.questions;
    std::vector<std::unique_ptr<Client>> clients;
    const std::vector<std::string> organisations{"HUB01", "HUB02", "OOH01"};
    const std::size_t count = 3 + dice.roll(6);
    for (std::size_t i = 0; i < count; ++i)
        clients.push_back(std::make_unique<Client>(
            world,
            Client::Habits{"client-" + std::to_string(i), organisations[i % organisations.size()],
                           climate.hang_up_percent, climate.wait_percent, climate.several_percent,
                           milliseconds(dice.pick(std::vector<std::uint64_t>{200, 1500}))},
            dice.child(), left));
    for (auto& client : clients)
        client->go_on();
    Withdrawing withdrawing(world, dice.child(), climate.withdrawals);
    Reception reception(world, dice.child(), climate.reception_one_in);
    reception.go_on(left);
    auto workers = make_workers(world, dice.child(), climate.errands);
    for (auto& worker : workers)
        worker->go_on();
    Subscribing subscribing(world, dice.child(), teams(world), climate.operator_one_in);
    subscribing.go_on(climate.subscriptions, left);
    if (climate.subscriptions > 0)
        weather.when_stalled([&] {
            if (left > 0)
                subscribing.change_soon();
        });
    world.run([&] {
        const auto idle = [](const auto& each) { return each->idle(); };
        return left == 0 && std::ranges::all_of(clients, idle) && std::ranges::all_of(workers, idle);
    });
    const FinalState state = settle_and_look(world);
    Verdict verdict = summary(world, state);
    verdict.complaints = judge(world, state);
    if (world.has_back_office()) {
        const WorkState work = look_at_work(world);
        verdict.tasks = work.tasks.size();
        verdict.notices = work.heard.size();
        std::ranges::move(judge_work(world, state, work), std::back_inserter(verdict.complaints));
    }
    return verdict;
}

} // namespace chaos
