// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

// Whether one after the other the appointments of a slot could have held it. Each took it once, some time
// between the question and the answer that granted it, and gave it back at most once. An order without
// overlap must exist.
namespace chaos
{

using Answer = Observed::Answer;

namespace
{

constexpr Moment never_again = Moment::max();

/// When an appointment can have taken its slot, and when it can have given it back at the earliest.
struct Tenure
{
    std::string appointment;
    Moment taken_from{}, taken_by{};
    Moment kept_until{}; ///< it was seen to hold the slot at a question asked then
    Moment freed_from = never_again;
    Moment ended_by_practice = never_again; ///< which the gateway need not know yet
    bool booked = false;

    Moment earliest_end() const
    {
        return std::min(std::max(freed_from, std::max(kept_until, taken_from)), ended_by_practice);
    }
};

bool holds_slot(const std::string& status)
{
    return status == "booked" || status == "pending" || status == "arrived" || status == "fulfilled" ||
           status == "noshow";
}

class Tenures
{
public:
    Tenures(const History& history, milliseconds hold_lifetime)
    {
        for (const Observed& seen : history)
            grant(seen);
        for (const Observed& seen : history)
            if (seen.status == "waitlist")
                waited_[seen.appointment].insert(seen.version);
        for (const Observed& seen : history) {
            follow(seen);
            follow_offer(seen);
            use_up_hold(seen);
            if (const auto old = tenures_.find(seen.moved); old != tenures_.end())
                old->second.freed_from = std::min(old->second.freed_from, seen.asked);
            for (auto& [which, tenure] : offers_)
                if (std::get<0>(which) == seen.moved)
                    tenure.freed_from = std::min(tenure.freed_from, seen.asked);
        }
        for (auto& [which, tenure] : offers_)
            if (!tenure.booked)
                tenure.freed_from = tenure.taken_from;
        for (const auto& [id, since] : held_)
            if (!tenures_[id].booked)
                tenures_[id].freed_from = std::min(tenures_[id].freed_from, since + hold_lifetime);
    }

    std::map<std::string, std::vector<Tenure>> by_slot(const EndedByPractice& ended) const
    {
        std::map<std::string, std::vector<Tenure>> sorted;
        for (const auto& [id, tenure] : tenures_)
            for (const std::string& slot : slots_.at(id))
                if (!waited_.contains(id)) // a move may be made of an offer
                    sorted[slot].push_back(tenure);
        for (const auto& [which, tenure] : offers_)
            sorted[std::get<1>(which)].push_back(tenure);
        for (auto& [slot, all] : sorted)
            if (const auto moments = ended.find(slot); moments != ended.end())
                for (Tenure& tenure : all)
                    for (const auto& [from, until] : moments->second)
                        if (until >= tenure.taken_from)
                            tenure.ended_by_practice =
                                std::min(tenure.ended_by_practice, std::max(from, tenure.taken_from));
        return sorted;
    }

private:
    /// The first answer that names a new appointment.
    void grant(const Observed& seen)
    {
        const bool moves = seen.deed == Deed::move && seen.appointment != seen.moved;
        const bool creates = moves || ((seen.deed == Deed::book || seen.deed == Deed::hold) && seen.created);
        const bool granted = seen.answer == Answer::ok || seen.answer == Answer::unknown;
        if (!creates || !granted || seen.replayed || seen.appointment.empty())
            return;
        Tenure tenure;
        tenure.appointment = seen.appointment;
        tenure.taken_from = tenure.kept_until = seen.asked;
        tenure.taken_by = seen.answered;
        tenures_.try_emplace(seen.appointment, tenure);
        slots_.try_emplace(seen.appointment, seen.slots);
        if (seen.deed == Deed::hold) {
            held_.emplace(seen.appointment, seen.asked);
            held_by_.emplace(seen.appointment, seen.organisation);
        }
        if (seen.answer == Answer::unknown) // may be found not to have happened, any time from now on
            tenures_[seen.appointment].freed_from =
                std::min(tenures_[seen.appointment].freed_from, seen.asked);
    }

    /// A move of the same organisation may be made of its hold, and gives that back when it comes to nothing.
    void use_up_hold(const Observed& seen)
    {
        for (const auto& [id, since] : held_)
            if (seen.deed == Deed::move && slots_.at(id) == seen.slots &&
                held_by_.at(id) == seen.organisation && seen.asked >= since)
                tenures_[id].freed_from = std::min(tenures_[id].freed_from, seen.asked);
    }

    /// One that waits is offered a slot some time before it is first shown to have it, and may lose it some
    /// time after it was last; once booked, only when somebody wants that.
    void follow_offer(const Observed& seen)
    {
        const auto known = waits_since_.try_emplace(seen.appointment, seen.asked).first;
        const bool now = !seen.replayed && seen.deed != Deed::history && holds_slot(seen.status);
        const auto known_waits = waited_.find(seen.appointment);
        const auto waited = known_waits == waited_.end() ? std::set<std::int64_t>() : known_waits->second;
        const auto round =
            std::ranges::count_if(waited, [&](auto version) { return version < seen.version; });
        for (const std::string& slot : seen.offered) {
            const auto [at, is_new] = offers_.try_emplace({seen.appointment, slot, round});
            Tenure& tenure = at->second;
            if (is_new) {
                tenure.appointment = seen.appointment;
                tenure.taken_from = tenure.kept_until = known->second;
                tenure.taken_by = seen.answered;
            }
            if (now)
                tenure.kept_until = std::max(tenure.kept_until, seen.asked);
            tenure.booked |= holds_slot(seen.status) && seen.status != "pending";
        }
        // A move that is made of an offer may be taken back.
        const bool may_free =
            seen.deed == Deed::cancel || (seen.deed == Deed::move && seen.answer == Answer::unknown);
        for (auto& [which, tenure] : offers_)
            if (std::get<0>(which) == seen.appointment && may_free)
                tenure.freed_from = std::min(tenure.freed_from, seen.asked);
    }

    void follow(const Observed& seen)
    {
        const auto found = tenures_.find(seen.appointment);
        if (found == tenures_.end())
            return;
        Tenure& tenure = found->second;
        const bool answered = seen.answer == Answer::ok || seen.answer == Answer::unknown;
        if (answered && seen.status == "booked")
            tenure.booked = true;
        if (answered && !seen.replayed && seen.deed != Deed::history && holds_slot(seen.status) &&
            seen.asked > tenure.kept_until)
            tenure.kept_until = seen.asked;
        const bool may_free = seen.deed == Deed::cancel || (answered && seen.status == "cancelled") ||
                              (seen.deed == Deed::book_hold && seen.answer != Answer::ok);
        if (may_free)
            tenure.freed_from = std::min(
                tenure.freed_from,
                seen.deed == Deed::cancel || seen.deed == Deed::book_hold ? seen.asked : tenure.taken_from);
    }

    std::map<std::string, Tenure> tenures_;
    std::map<std::string, std::vector<std::string>> slots_;
    std::map<std::string, std::string> held_by_;
    std::map<std::string, Moment> held_, waits_since_;
    /// By appointment, slot and how often it had waited before: the same slot may be offered again.
    std::map<std::tuple<std::string, std::string, std::ptrdiff_t>, Tenure> offers_;
    std::map<std::string, std::set<std::int64_t>> waited_; ///< versions, by appointment
};

/// Puts the tenures in an order in which each begins when the one before has ended; backtracks where several
/// could come next.
bool in_some_order(std::vector<Tenure>& rest, Moment free_from)
{
    if (rest.empty())
        return true;
    const auto most_urgent = std::ranges::min(rest, {}, &Tenure::taken_by).taken_by;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        const Tenure next = rest[i];
        const Moment begins = std::max(free_from, next.taken_from);
        if (begins > next.taken_by || next.taken_from > most_urgent)
            continue;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
        if (in_some_order(rest, std::max(begins, next.earliest_end())))
            return true;
        rest.insert(rest.begin() + static_cast<std::ptrdiff_t>(i), next);
    }
    return false;
}

/// As a trace counts.
std::string seconds(Moment moment)
{
    if (moment == never_again)
        return "the end";
    const std::chrono::duration<double> since = moment - Moment(std::chrono::hours(1));
    return fmt::format("{:.3f}", since.count());
}

std::string listed(const std::vector<Tenure>& tenures)
{
    std::string names;
    for (const Tenure& tenure : tenures)
        names += (names.empty() ? "" : ", ") + tenure.appointment + " (taken between " +
                 seconds(tenure.taken_from) + " and " + seconds(tenure.taken_by) + ", had it until " +
                 seconds(tenure.earliest_end()) + ")";
    return names;
}

/// The first pair that alone cannot be ordered says most; without one, all are named.
std::string culprits(const std::vector<Tenure>& tenures)
{
    for (std::size_t i = 0; i < tenures.size(); ++i)
        for (std::size_t j = i + 1; j < tenures.size(); ++j) {
            std::vector<Tenure> pair{tenures[i], tenures[j]};
            if (!in_some_order(pair, Moment::min()))
                return listed(pair);
        }
    return listed(tenures);
}

} // namespace

Complaints check_slots(const History& history, milliseconds hold_lifetime, const EndedByPractice& ended)
{
    Complaints complaints;
    const Tenures tenures(history, hold_lifetime);
    for (auto& [slot, all] : tenures.by_slot(ended)) {
        std::vector<Tenure> rest = all;
        std::ranges::sort(rest, {}, &Tenure::taken_by);
        if (!in_some_order(rest, Moment::min()))
            complaints.push_back("slot " + slot + " was held twice at a time: " + culprits(all));
    }
    return complaints;
}

} // namespace chaos
