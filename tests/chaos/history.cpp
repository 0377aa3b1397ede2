// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/history.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace chaos
{

using Answer = Observed::Answer;

namespace
{

std::string of(const Observed& seen)
{
    return "#" + std::to_string(seen.number) + " " + std::string(name_of(seen.deed)) + " by " + seen.client;
}

bool creates(const Observed& seen)
{
    return seen.deed == Deed::book || seen.deed == Deed::hold || seen.deed == Deed::wait;
}

std::string operation_of(const Observed& seen)
{
    if (creates(seen))
        return "create";
    return seen.deed == Deed::move ? "reschedule/" + seen.moved : "update/" + seen.appointment;
}

/// Not where a conditional create found what it was looking for, nor where a change changed nothing: the key
/// is then as good as new.
bool had_effect(const Observed& seen)
{
    const bool granted = seen.answer == Answer::ok || seen.answer == Answer::unknown;
    const bool was_so = creates(seen) ? !seen.created : seen.version == seen.expected && seen.moved.empty();
    return granted && !seen.appointment.empty() && (!was_so || seen.replayed);
}

} // namespace

std::string_view name_of(Deed deed)
{
    constexpr std::array<std::string_view, 12> names{"search",  "book",  "hold", "book_hold",
                                                     "cancel",  "amend", "move", "read",
                                                     "history", "find",  "wait", "decline"};
    return names[static_cast<std::size_t>(deed)];
}

Complaints check_keys(const History& history, const std::set<std::string>& taken_back)
{
    Complaints complaints;
    const auto undone = [&](const Observed& seen) {
        return seen.deed == Deed::move && seen.answer == Answer::unknown &&
               taken_back.contains(seen.appointment);
    };
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<const Observed*>> uses;
    for (const Observed& seen : history)
        if (!seen.key.empty() && had_effect(seen) && !undone(seen))
            uses[{seen.client, operation_of(seen), seen.key}].push_back(&seen);
    for (const auto& [key, answers] : uses) {
        const Observed* first = nullptr; // of the settled ones
        for (const Observed* seen : answers) {
            if (seen->appointment != answers.front()->appointment)
                complaints.push_back(of(*seen) + ": the key of " + of(*answers.front()) +
                                     " has had a second effect");
            if (seen->answer != Answer::ok)
                continue;
            if (first && (seen->version != first->version || seen->content != first->content))
                complaints.push_back(of(*seen) + ": not the answer that " + of(*first) +
                                     " got, but version " + std::to_string(seen->version) + " instead of " +
                                     std::to_string(first->version));
            if (!first)
                first = seen;
        }
    }
    return complaints;
}

Complaints check_versions(const History& history)
{
    Complaints complaints;
    std::map<std::string, std::vector<const Observed*>> by_appointment;
    for (const Observed& seen : history)
        if (seen.version > 0 && (seen.answer == Answer::ok || seen.answer == Answer::unknown))
            by_appointment[seen.appointment].push_back(&seen);
    for (auto& [id, answers] : by_appointment) {
        std::map<std::int64_t, const Observed*> looks;
        for (const Observed* seen : answers) {
            const auto [look, is_new] = looks.try_emplace(seen->version, seen);
            if (!is_new && look->second->content != seen->content)
                complaints.push_back(of(*seen) + ": version " + std::to_string(seen->version) +
                                     " is not what " + of(*look->second) + " was shown");
            if (seen->replayed || seen->deed == Deed::history)
                continue; // answers of then
            for (const Observed* other : answers)
                if (other->answered < seen->asked && other->version > seen->version)
                    complaints.push_back(of(*seen) + ": version " + std::to_string(seen->version) +
                                         " after " + of(*other) + " had version " +
                                         std::to_string(other->version));
        }
    }
    return complaints;
}

Complaints check_visibility(const History& history)
{
    Complaints complaints;
    for (const Observed& seen : history)
        if (!seen.booked_by.empty() && seen.booked_by != seen.organisation &&
            seen.practice != seen.organisation)
            complaints.push_back(of(seen) + ": was shown an appointment of " + seen.booked_by);
    return complaints;
}

} // namespace chaos
