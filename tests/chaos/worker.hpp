// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/dice.hpp"
#include "tests/chaos/world.hpp"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace chaos
{

/// A team of one organisation that works on tasks: asks others, looks into its inbox, takes on, refuses,
/// hands on and ends what it holds, takes back what it has asked; repeats itself at times, with the same body
/// or another.
class Worker
{
public:
    struct Habits
    {
        std::string id;
        std::string organisation;
        std::vector<std::string> others; ///< organisations, to be asked
        std::uint64_t errands = 0;
        milliseconds think{2000};
    };
    Worker(World& world, Habits habits, Dice dice);

    /// Does the next thing, and goes on by itself until none is left.
    void go_on();
    bool idle() const { return idle_; }

private:
    using Stored = gateway::workflow::StoredTask;
    using Outcome = gateway::workflow::TaskOutcome;
    /// A write as it was sent, to be sent again.
    struct Sent
    {
        std::string key, body, errand, task; ///< `task` empty: a new one
        std::int64_t version = 0;
        fhir::Task wanted;
    };

    void draw();
    void ask();
    void change();
    void repeat();
    void look();
    void read();
    void send(Sent sent);
    void rest();

    fhir::Task new_task();
    fhir::Task next_of(const Stored& stored);
    void take_step(fhir::Task& task, bool own);
    void hand_on(fhir::Task& task);
    void complete(fhir::Task& task);

    std::size_t open(TaskSeen::Deed deed);
    void shown(std::size_t index, const Stored& stored);
    void heard(std::size_t index, const fhir::Result<Outcome>& answer);
    void remember(const Stored& stored);
    gateway::identity::Caller caller() const { return World::caller(habits_.id, habits_.organisation); }

    World& world_;
    const Habits habits_;
    Dice dice_;
    std::uint64_t left_;
    std::map<std::string, Stored> known_; ///< as seen last, while they are open
    std::deque<Sent> sent_;
    std::uint64_t keys_ = 0;
    bool idle_ = true;
};

/// How a task looks to those who are shown it.
std::string fingerprint_of(const gateway::workflow::StoredTask& task);
/// System of the identifier by which a new task is known to whoever asked for it.
inline constexpr const char* errand_system = "https://hub.example/errand";

} // namespace chaos
