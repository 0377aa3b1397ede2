// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/dice.hpp"
#include "tests/chaos/world.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chaos
{

/// Organisations that subscribe, ask again until they are answered, ask for other events by and by, and start
/// anew what is in error; and the operator who holds, releases and replays deliveries, and turns valves.
class Subscribing
{
public:
    /// `organisations` may subscribe. `operator_one_in` of so many looks; 0: never.
    Subscribing(World& world, Dice dice, std::vector<std::string> organisations,
                std::uint64_t operator_one_in)
        : world_(world), dice_(dice), organisations_(std::move(organisations)),
          operator_one_in_(operator_one_in)
    {}

    /// Makes so many subscriptions before long, and sees to them until no questions are left.
    void go_on(std::uint64_t subscriptions, const std::size_t& left);
    /// One of them asks for other events within a moment.
    void change_soon();

private:
    using Subscription = gateway::notify::Subscription;

    void subscribe(const std::string& organisation, int tries_left);
    Subscription wanted(const std::string& organisation);
    void tend(const std::size_t& left);
    void look_at(const std::string& organisation);
    void start_anew(const std::string& organisation, Subscription subscription);
    void ask_for_others(const std::string& organisation, Subscription subscription);
    void ask_for_some(Subscription& wanted);
    std::string a_practice();
    void change(const std::string& organisation, std::int64_t version, Subscription wanted);
    void turn_a_valve();
    static gateway::Awaitable<fhir::Result<bool>> write_valve(Process& process, std::string practice);
    void meddle();

    World& world_;
    Dice dice_;
    const std::vector<std::string> organisations_;
    const std::uint64_t operator_one_in_;
    std::uint64_t made_ = 0;
};

} // namespace chaos
