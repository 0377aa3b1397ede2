// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/weather.hpp"

namespace chaos
{

using adapters::simulation::Fault;

constexpr std::uint64_t failing_while_raising = 5; ///< one in so many transactions, where any fail

Climate draw_climate(Dice& dice)
{
    const auto one_of = [&](std::vector<std::uint64_t> values) { return dice.pick(values); };
    Climate climate;
    climate.crash_one_in = one_of({0, 8000, 2000, 700});
    climate.store_fails_one_in = one_of({0, 0, 400, 60});
    climate.supplier_percent = one_of({0, 2, 8, 25});
    climate.late_percent = one_of({0, 0, 2, 6});
    climate.answer_lost_one_in = one_of({0, 100, 20});
    climate.latency = milliseconds(one_of({3, 60, 900}));
    climate.reception_one_in = one_of({0, 0, 40, 12});
    climate.hang_up_percent = one_of({0, 3, 10});
    climate.wait_percent = one_of({0, 0, 4, 12});
    climate.several_percent = one_of({0, 10, 30});
    climate.withdrawals = one_of({0, 0, 1, 3});
    climate.errands = one_of({0, 0, 8, 16});
    climate.subscriptions = one_of({0, 0, 3, 6});
    climate.deaf_percent = one_of({0, 6, 20});
    climate.operator_one_in = one_of({0, 0, 3});
    climate.stall_one_in = one_of({0, 100, 25});
    return climate;
}

Fate Weather::at(Point point)
{
    if (dice_.one_in(climate_.crash_one_in))
        return Fate::crash;
    const bool store_fails = climate_.store_fails_one_in > 0;
    if (point.effect == Effect::store_commit &&
        dice_.one_in(raising_ && store_fails ? failing_while_raising : climate_.store_fails_one_in))
        return Fate::fail;
    if (point.effect == Effect::answer && !point.after && dice_.one_in(climate_.answer_lost_one_in))
        return Fate::fail;
    return Fate::go_on;
}

milliseconds Weather::store_latency()
{
    if (!dice_.one_in(climate_.stall_one_in))
        return milliseconds(dice_.roll(4));
    stalled_();
    return milliseconds(500 + dice_.roll(1500));
}

/// All kinds but the oversized answer, which would cost more time than all others together.
std::optional<Fault> Weather::fault()
{
    using enum Fault::Kind;
    static const std::vector<Fault::Kind> kinds{hang,     drop_before, drop_after,         server_error,
                                                throttle, malformed,   wrong_content_type, stale_session,
                                                latency,  slot_stolen, clock_skew,         unavailable,
                                                hang,     drop_after,  drop_before,        drop_after};
    Fault fault;
    fault.kind = dice_.pick(kinds);
    fault.latency = milliseconds(fault.kind == latency ? dice_.roll(12000) : 0);
    fault.skew = std::chrono::seconds(fault.kind == clock_skew ? dice_.roll(600) : 0);
    return fault;
}

Hearing Weather::hearing(const std::string& receiver)
{
    const auto most = static_cast<std::uint64_t>(climate_.latency.count());
    Hearing hearing;
    hearing.there = milliseconds(1 + dice_.roll(most));
    hearing.back = milliseconds(1 + dice_.roll(most));
    Mood& mood = moods_[receiver];
    if (mood.left == 0 && dice_.percent(climate_.deaf_percent))
        mood = {dice_.roll(16), 1 + dice_.roll(8)};
    if (mood.left == 0)
        return hearing;
    --mood.left;
    if (mood.kind < 4) {
        hearing.away = true;
    } else if (mood.kind < 8) {
        hearing.status = mood.kind < 6 ? 422 : 500;
    } else if (mood.kind < 10) {
        hearing.lost = true;
    } else if (mood.kind < 12) {
        hearing.there = milliseconds(dice_.roll(15'000));
    } else if (mood.kind < 14) {
        hearing.back = milliseconds(5'000 + dice_.roll(10'000));
    } else if (mood.kind < 15) {
        hearing.status = 503;
        hearing.retry_after = std::chrono::seconds(1 + dice_.roll(20));
    } else {
        hearing.status = 410;
    }
    return hearing;
}

Journey Weather::journey(const adapters::upstream::Call&)
{
    Journey journey;
    const auto most = static_cast<std::uint64_t>(climate_.latency.count());
    journey.there = milliseconds(1 + dice_.roll(most));
    journey.back = milliseconds(1 + dice_.roll(most));
    if (dice_.percent(climate_.late_percent))
        journey.there = milliseconds(dice_.roll(15000));
    if (!dice_.percent(climate_.supplier_percent))
        return journey;
    if (dice_.percent(15))
        journey.unreachable = true;
    else
        journey.fault = fault();
    return journey;
}

} // namespace chaos
