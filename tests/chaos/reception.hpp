// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/dice.hpp"
#include "tests/chaos/world.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace chaos
{

/// The practices' own receptions at work in their own books: they give slots away, cancel, move and move
/// back, and write down who came.
class Reception
{
public:
    /// About once in so many questions of a client; 0: never.
    Reception(World& world, Dice dice, std::uint64_t one_in) : world_(world), dice_(dice), one_in_(one_in) {}

    /// Acts, and goes on by itself until no questions are left.
    void go_on(const std::size_t& left);

private:
    void act();
    bool move_back();

    World& world_;
    Dice dice_;
    const std::uint64_t one_in_;
    std::size_t moved_practice_ = 0;
    std::pair<std::string, std::string> moved_; ///< from, to
};

} // namespace chaos
