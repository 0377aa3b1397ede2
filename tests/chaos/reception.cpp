// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/reception.hpp"

#include <array>

namespace chaos
{

using Mark = adapters::simulation::Simulator::Mark;

void Reception::go_on(const std::size_t& left)
{
    if (one_in_ == 0 || left == 0)
        return;
    act();
    world_.agenda.after(milliseconds(200 * one_in_ + dice_.roll(400 * one_in_)),
                        [this, &left] { go_on(left); });
}

void Reception::act()
{
    const KnownSlot& slot = dice_.pick(world_.slots);
    Practice& practice = *world_.practices[slot.practice];
    const Moment now = world_.clock.moment();
    const auto roll = dice_.roll(10);
    bool done = false;
    if (roll < 2) {
        done = practice.reception_takes(slot.key);
    } else if (roll < 5) {
        done = practice.reception_cancels(slot.key, now);
    } else if (roll < 7) {
        const std::string to = dice_.pick(practice.book()).slot_key;
        done = practice.reception_moves(slot.key, to, now);
        if (done) {
            moved_practice_ = slot.practice;
            moved_ = {slot.key, to};
        }
    } else if (roll < 8) {
        done = move_back();
    } else {
        done = practice.reception_marks(
            slot.key, std::array{Mark::arrived, Mark::seen, Mark::noshow}[dice_.roll(3)], now);
    }
    world_.trace.line("reception " + std::to_string(roll) + " at " + slot.id + (done ? "" : " in vain"));
}

bool Reception::move_back()
{
    return !moved_.first.empty() && world_.practices[moved_practice_]->reception_moves(
                                        moved_.second, moved_.first, world_.clock.moment());
}

} // namespace chaos
