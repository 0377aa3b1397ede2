// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/dice.hpp"
#include "tests/chaos/fates.hpp"
#include "tests/chaos/virtual_clock.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>

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
    std::uint64_t errands = 0;         ///< what each team does with tasks
    std::uint64_t subscriptions = 0;   ///< of all organisations
    std::uint64_t deaf_percent = 0;    ///< of notifications after which a receiver misbehaves for a while
    std::uint64_t operator_one_in = 0; ///< chance that an operator meddles with deliveries; 0: never
    std::uint64_t stall_one_in = 0;    ///< per transaction, it takes a second or two
};

Climate draw_climate(Dice& dice);

class Weather : public Fates
{
public:
    Weather(const Climate& climate, Dice dice) : climate_(climate), dice_(dice) {}
    Fate at(Point point) override;
    bool read_fails() override { return dice_.one_in(climate_.store_fails_one_in * 4); }
    void raising(bool now) override { raising_ = now; }
    milliseconds store_latency() override;
    Journey journey(const adapters::upstream::Call& call) override;
    Hearing hearing(const std::string& receiver) override;

    /// Called when a transaction begins to take long: what is done now is done between its look and its
    /// write.
    void when_stalled(std::function<void()> act) { stalled_ = std::move(act); }

private:
    /// How a receiver is for its next so many notifications.
    struct Mood
    {
        std::uint64_t kind = 0, left = 0;
    };

    std::optional<adapters::simulation::Fault> fault();

    const Climate climate_;
    Dice dice_;
    std::map<std::string, Mood> moods_; ///< by receiver
    bool raising_ = false;
    std::function<void()> stalled_ = [] {};
};

} // namespace chaos
