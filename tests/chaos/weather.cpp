// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/weather.hpp"

namespace chaos
{

using adapters::simulation::Fault;

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
    return climate;
}

Fate Weather::at(Point point)
{
    if (dice_.one_in(climate_.crash_one_in))
        return Fate::crash;
    if (point.effect == Effect::store_commit && dice_.one_in(climate_.store_fails_one_in))
        return Fate::fail;
    if (point.effect == Effect::answer && !point.after && dice_.one_in(climate_.answer_lost_one_in))
        return Fate::fail;
    return Fate::go_on;
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
