// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "tests/chaos/virtual_clock.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chaos
{

/// One request about a task and what its team saw of it.
struct TaskSeen
{
    enum class Deed
    {
        ask,
        change,
        read, ///< also in a page of an inbox
    };
    enum class Answer
    {
        none, ///< the gateway died, or the answer got lost
        ok,
        refused
    };
    std::size_t number = 0;
    Deed deed = Deed::read;
    std::string client, organisation;
    std::string key;    ///< Idempotency-Key, empty: none
    std::string body;   ///< fingerprint of what was asked
    std::string errand; ///< of an `ask`: what the new task is to be known by
    std::string task;   ///< asked for, or answered with
    Moment asked{};
    Answer answer = Answer::none;
    std::optional<fhir::ErrorKind> error;
    std::int64_t version = 0;
    std::string content; ///< fingerprint of the task answered with
    std::string owner, requester;
    bool replayed = false;

    /// Nobody can tell whether it had an effect: no answer, or one that the database gave in its death.
    bool unsure() const { return answer == Answer::none || error == fhir::ErrorKind::store_unavailable; }
};

/// What teams, subscribers and operators did.
struct WorkHistory
{
    std::vector<TaskSeen> tasks;
    std::set<std::string> known;         ///< ids of tasks that anybody was shown
    std::set<std::string> subscriptions; ///< ids that their makers were told
    std::set<std::string> replayed;      ///< subscriptions of which an operator sent something again
    std::set<std::string> ordered;       ///< subscriptions that an operator had to do with
    bool held = false;                   ///< an operator has held something
};

} // namespace chaos
