// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/dice.hpp"
#include "tests/chaos/world.hpp"

#include <cstdint>
#include <string>

namespace chaos
{

/// Practices that withdraw sessions of theirs, each with a key, and ask again until they are answered.
class Withdrawing
{
public:
    Withdrawing(World& world, Dice dice, std::uint64_t sessions);

private:
    struct Wanted
    {
        std::size_t practice = 0;
        std::string key;
        gateway::booking::WithdrawRequest request;
        Moment first_asked{};
    };
    Wanted draw(std::uint64_t number);
    void ask(Wanted wanted, int tries_left);

    World& world_;
    Dice dice_;
};

} // namespace chaos
