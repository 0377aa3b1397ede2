// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/withdrawing.hpp"

#include <algorithm>
#include <array>

namespace chaos
{

using gateway::booking::Withdrawal;
using Action = gateway::booking::WithdrawRequest::Action;

Withdrawing::Withdrawing(World& world, Dice dice, std::uint64_t sessions) : world_(world), dice_(dice)
{
    for (std::uint64_t i = 0; i < sessions; ++i)
        world_.agenda.after(milliseconds(5000 + dice_.roll(60'000)), [this, wanted = draw(i)]() mutable {
            wanted.first_asked = world_.clock.moment();
            ask(std::move(wanted), 20);
        });
}

Withdrawing::Wanted Withdrawing::draw(std::uint64_t number)
{
    const KnownSlot& from = dice_.pick(world_.slots);
    Wanted wanted;
    wanted.practice = from.practice;
    wanted.key = "withdraw-" + std::to_string(number);
    auto& request = wanted.request;
    request.schedule = from.schedule;
    request.period = {from.start, from.start + std::chrono::minutes(10 * (1 + dice_.roll(3)))};
    request.reason = "The clinician is away";
    request.action = std::array{Action::propose, Action::move, Action::move, Action::cancel}[dice_.roll(4)];
    request.elsewhere = dice_.percent(50);
    request.cancel_unmoved = dice_.percent(50);
    return wanted;
}

void Withdrawing::ask(Wanted wanted, int tries_left)
{
    const std::string ods = world_.practices[wanted.practice]->seed().ods;
    world_.trace.line("withdraw " + wanted.request.schedule + " " +
                      std::string(code_of(wanted.request.action)));
    const auto again = [this, wanted, tries_left] {
        if (tries_left > 0)
            world_.agenda.after(std::chrono::seconds(3), [this, wanted, tries_left]() mutable {
                ask(std::move(wanted), tries_left - 1);
            });
    };
    gateway::booking::WriteContext context{
        World::caller("practice-" + ods, ods), "withdraw", wanted.key, wanted.key, "user", "A. Receptionist"};
    world_.ask<Withdrawal>(
        [&](Process& process) { return process.service().withdraw(std::move(context), wanted.request); },
        [this, wanted, ods, again](const fhir::Result<Withdrawal>& answer) {
            if (!answer && answer.error().kind() != fhir::ErrorKind::not_found) {
                again();
                return;
            }
            world_.trace.line("withdraw <- " + (answer ? answer->id : "nothing"));
            if (answer)
                world_.withdrawals.push_back({answer->id, ods, wanted.request.schedule, wanted.request.period,
                                              wanted.first_asked, wanted.request.action != Action::propose});
        },
        again);
}

} // namespace chaos
