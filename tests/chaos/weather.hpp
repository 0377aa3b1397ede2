// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/dice.hpp"
#include "tests/chaos/fates.hpp"
#include "tests/chaos/virtual_clock.hpp"

namespace chaos
{

/// How much goes wrong in one world. Drawn per seed: some are calm, some are storms.
struct Climate
{
    std::uint64_t crash_one_in = 0;       ///< per point; 0: never
    std::uint64_t store_fails_one_in = 0; ///< per transaction or read
    std::uint64_t supplier_percent = 0;   ///< of requests that meet a fault
    std::uint64_t late_percent = 0;       ///< of requests that arrive many seconds late
    std::uint64_t answer_lost_one_in = 0;
    milliseconds latency{5};            ///< most, of an ordinary request each way
    std::uint64_t reception_one_in = 0; ///< per question, the practice does something itself
    std::uint64_t hang_up_percent = 0;
    std::uint64_t wait_percent = 0;    ///< of questions that have to do with the waiting list
    std::uint64_t several_percent = 0; ///< of bookings over two slots
    std::uint64_t withdrawals = 0;     ///< sessions that practices withdraw
};

Climate draw_climate(Dice& dice);

class Weather : public Fates
{
public:
    Weather(const Climate& climate, Dice dice) : climate_(climate), dice_(dice) {}
    Fate at(Point point) override;
    bool read_fails() override { return dice_.one_in(climate_.store_fails_one_in * 4); }
    milliseconds store_latency() override { return milliseconds(dice_.roll(4)); }
    Journey journey(const adapters::upstream::Call& call) override;

private:
    std::optional<adapters::simulation::Fault> fault();

    const Climate climate_;
    Dice dice_;
};

} // namespace chaos
