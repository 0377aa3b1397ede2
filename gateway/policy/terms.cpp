// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/terms.hpp"

#include "fhir/model/uk_time.hpp"
#include "fhir/search/values.hpp"
#include "gateway/policy/slot_kind.hpp"

#include <algorithm>

namespace gateway::policy
{

namespace
{

using Codes = std::vector<std::string>;

bool lists(const Codes& codes, std::string_view text)
{
    const std::string folded = fhir::search::fold(text);
    return std::ranges::any_of(codes,
                               [&](const std::string& code) { return fhir::search::fold(code) == folded; });
}

bool lists(const Codes& codes, const fhir::CodeableConcept& concept_)
{
    return (concept_.text && lists(codes, *concept_.text)) ||
           std::ranges::any_of(concept_.coding, [&](const fhir::Coding& coding) {
               return (coding.code && lists(codes, coding.code->text)) ||
                      (coding.display && lists(codes, *coding.display));
           });
}

bool lists_any(const Codes& codes, const std::vector<fhir::CodeableConcept>& concepts)
{
    return std::ranges::any_of(concepts, [&](const auto& each) { return lists(codes, each); });
}

bool fits_category(const Agreement& agreement, const SlotFacts& facts)
{
    if (agreement.categories.empty() || lists_any(agreement.categories, facts.slot.service_category) ||
        lists_any(agreement.categories, facts.slot.service_type))
        return true;
    return facts.schedule && lists_any(agreement.categories, facts.schedule->service_category);
}

/// Of one agreement: none when the kind of slot is one that it shares.
Reason kind_reason(const Agreement& agreement, const SlotFacts& facts)
{
    if (!of_session(agreement.sessions, facts.slot, facts.schedule))
        return Reason::restricted_organisation;
    if (!agreement.roles.empty() && facts.roles.empty())
        return Reason::role_missing;
    if (!agreement.roles.empty() &&
        std::ranges::none_of(facts.roles, [&](const auto& role) { return lists(agreement.roles, role); }))
        return Reason::role_not_listed;
    const auto* channel = delivery_channel(facts.slot);
    if (!agreement.channels.empty() && (!channel || !lists(agreement.channels, *channel)))
        return Reason::channel_missing;
    if (agreement.mapped_only && !has_national_category(facts.slot))
        return Reason::category_unmapped;
    return fits_category(agreement, facts) ? Reason::none : Reason::category_unmapped;
}

/// Whichever is nearer to a yes.
void keep_nearer(Verdict& best, const Verdict& other)
{
    if (!best.agreement || other.reason > best.reason)
        best = other;
}

} // namespace

Terms::Terms(fhir::Instant now, std::vector<const Agreement*> agreements, const Valve* valve, bool own_book,
             std::vector<const Agreement*> for_others)
    : now_(now), agreements_(std::move(agreements)), for_others_(std::move(for_others)), valve_(valve),
      own_book_(own_book)
{
    const bool limited = valve && valve->state == Valve::State::limited;
    unlimited_ = !limited && std::ranges::any_of(agreements_, &Agreement::unlimited);
    for (const Agreement* each : agreements_)
        open_.push_back(open_starts(*each));
    if (valve && valve->state == Valve::State::paused && !own_book)
        refusal_ = {Reason::practice_paused, nullptr, valve->until, true};
}

Terms Terms::refused(fhir::Instant now, Reason reason, const Agreement* by)
{
    Terms terms(now, {}, nullptr, false);
    terms.refusal_ = {reason, by, std::nullopt};
    return terms;
}

bool Terms::counts_used() const
{
    if (own_book_ || !allowed())
        return false;
    return (valve_ && valve_->state == Valve::State::limited) ||
           (!unlimited_ &&
            std::ranges::any_of(agreements_, [](const auto* each) { return each->quota.any(); }));
}

std::vector<const Agreement*> Terms::for_kind(const SlotFacts& facts) const
{
    std::vector<const Agreement*> fitting = agreements_;
    std::erase_if(fitting, [&](const Agreement* each) { return kind_reason(*each, facts) != Reason::none; });
    return fitting;
}

Verdict Terms::kind_refusal(const SlotFacts& facts) const
{
    Verdict best;
    for (const Agreement* each : agreements_)
        keep_nearer(best, {kind_reason(*each, facts), each, std::nullopt});
    for (const Agreement* each : for_others_)
        if (kind_reason(*each, facts) == Reason::none)
            keep_nearer(best, {Reason::restricted_type, each, std::nullopt});
    return best;
}

Terms::Open Terms::open_starts(const Agreement& agreement) const
{
    Open open{now_ + fhir::Instant::duration(1), fhir::Instant::max()};
    for (const auto* lead : {&agreement.latest, &agreement.returned})
        if (*lead)
            open.from = std::max(open.from, (*lead)->first_start_behind(now_));
    for (const auto* lead : {&agreement.furthest, &agreement.embargo})
        if (*lead)
            open.before = std::min(open.before, (*lead)->first_start_behind(now_));
    return open;
}

Verdict Terms::by_time(const Agreement& agreement, fhir::Instant start) const
{
    const auto place = std::ranges::find(agreements_, &agreement) - agreements_.begin();
    const Open& open = open_[static_cast<std::size_t>(place)];
    const bool is_open = open.from <= start && start < open.before;
    return is_open ? Verdict{Reason::none, &agreement, std::nullopt} : time_refusal(agreement, start);
}

Verdict Terms::time_refusal(const Agreement& agreement, fhir::Instant start) const
{
    if (start <= now_)
        return {Reason::in_the_past, &agreement, std::nullopt};
    if (agreement.furthest && now_ < agreement.furthest->before(start))
        return {Reason::outside_booking_window, &agreement, agreement.furthest->before(start)};
    if (agreement.latest && now_ >= agreement.latest->before(start))
        return {Reason::outside_booking_window, &agreement, std::nullopt};
    if (agreement.embargo && now_ < agreement.embargo->before(start))
        return {Reason::embargoed, &agreement, agreement.embargo->before(start)};
    if (agreement.returned && now_ >= agreement.returned->before(start))
        return {Reason::released_to_other, &agreement, std::nullopt};
    return {Reason::none, &agreement, std::nullopt};
}

bool Terms::can_be_overridden(const SlotFacts& facts, fhir::Instant start) const
{
    return start > now_ && !for_kind(facts).empty();
}

std::vector<Limit> Terms::limits(const Agreement* agreement, fhir::Instant start,
                                 std::string_view session) const
{
    std::vector<Limit> all;
    if (own_book_)
        return all;
    const fhir::Interval day = fhir::uk_day(fhir::uk_date(start));
    if (agreement && agreement->quota.per_session)
        all.push_back(
            {*agreement->quota.per_session, true, std::string(session), day, std::nullopt, agreement->id});
    if (agreement && agreement->quota.per_day)
        all.push_back({*agreement->quota.per_day, true, {}, day, std::nullopt, agreement->id});
    if (agreement && agreement->quota.standing)
        all.push_back({*agreement->quota.standing,
                       true,
                       {},
                       fhir::Interval{now_, fhir::Instant::max()},
                       std::nullopt,
                       agreement->id});
    if (valve_ && valve_->state == Valve::State::limited)
        all.push_back({valve_->per_hour, false, {}, std::nullopt, now_ - std::chrono::hours(1), "valve"});
    return all;
}

bool Terms::used_up(const Limit& limit, std::span<const UsedSlot> used) const
{
    const auto counted = std::ranges::count_if(used, [&](const UsedSlot& slot) {
        return (slot.own || !limit.own) && (limit.session.empty() || slot.session == limit.session) &&
               (!limit.starts || limit.starts->contains(slot.start)) &&
               (!limit.made_from || slot.made > *limit.made_from);
    });
    return static_cast<std::size_t>(counted) >= limit.most;
}

Verdict Terms::by_limits(const Agreement& agreement, fhir::Instant start, std::string_view session,
                         std::span<const UsedSlot> used) const
{
    Verdict verdict{Reason::none, &agreement, std::nullopt};
    const Quota& quota = agreement.quota;
    const bool limited = valve_ && valve_->state == Valve::State::limited;
    const bool allows_none = quota.per_session == 0 || quota.per_day == 0 || quota.standing == 0;
    // Most slots are looked at by somebody who has none yet: nothing need be counted.
    if ((!quota.any() && !limited) || (used.empty() && !allows_none))
        return verdict;
    for (const Limit& limit : limits(&agreement, start, session))
        if (used_up(limit, used))
            verdict = {Reason::quota_reached, &agreement, std::nullopt, limit.rule == "valve"};
    return verdict;
}

Verdict Terms::at(fhir::Instant start, std::string_view session, std::span<const Agreement* const> of_kind,
                  std::span<const UsedSlot> used) const
{
    if (own_book_)
        return {start <= now_ ? Reason::in_the_past : Reason::none, nullptr, std::nullopt};
    Verdict best;
    for (const Agreement* each : of_kind) {
        Verdict verdict = by_time(*each, start);
        if (verdict.offered())
            verdict = by_limits(*each, start, session, used);
        keep_nearer(best, verdict);
        if (best.offered())
            break;
    }
    return best;
}

Verdict Terms::of(const SlotFacts& facts, fhir::Instant start, std::string_view session,
                  std::span<const UsedSlot> used) const
{
    if (!allowed())
        return refusal_;
    const auto fitting = for_kind(facts);
    return fitting.empty() && !own_book_ ? kind_refusal(facts) : at(start, session, fitting, used);
}

} // namespace gateway::policy
