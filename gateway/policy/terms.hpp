// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/model/schedule.hpp"
#include "fhir/model/slot.hpp"
#include "gateway/policy/agreement.hpp"
#include "gateway/policy/reason.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::policy
{

/// A slot that counts against limits.
struct UsedSlot
{
    bool own = true; ///< of the organisation that asks; otherwise of another one from outside the practice
    std::string session; ///< Schedule id
    fhir::Instant start{};
    fhir::Instant made{}; ///< when it was taken
};

/// What the rules look at of a slot.
struct SlotFacts
{
    const fhir::Slot& slot; ///< its times are not looked at: slots that are alike share it
    const fhir::Schedule* schedule = nullptr;
    std::vector<std::string> roles; ///< codes of the session holder's role
};

/// Whether a slot may be offered: `reason` none, and the agreement by which it may.
struct Verdict
{
    Reason reason = Reason::none;
    const Agreement* agreement = nullptr; ///< that allows it, or came nearest to that
    std::optional<fhir::Instant> until;   ///< when the reason ends by itself
    bool by_valve = false;                ///< the practice's switch says so, not the agreement

    /// Agreement id, or `valve`; empty where no rule of ours is concerned.
    std::string rule() const { return by_valve ? "valve" : agreement ? agreement->id : std::string(); }
    bool offered() const { return reason == Reason::none; }
};

/// The most that may be booked by an agreement or a valve, as the store checks it when a slot is taken.
struct Limit
{
    std::size_t most = 0;
    bool own = true; ///< counts only slots of the booking organisation
    std::string session;
    std::optional<fhir::Interval> starts;
    std::optional<fhir::Instant> made_from;
    std::string rule; ///< agreement id, or `valve`
};

/// What one organisation may do at one practice at one moment. The one place where agreements and valves are
/// weighed: before a practice is asked, and again for every slot that leaves.
class Terms
{
public:
    /// `agreements` are in force and allow the use; `own_book`: everything, whatever is agreed. `for_others`
    /// would, were the organisation of another type: they only tell why a slot is not offered.
    Terms(fhir::Instant now, std::vector<const Agreement*> agreements, const Valve* valve, bool own_book,
          std::vector<const Agreement*> for_others = {});
    static Terms refused(fhir::Instant now, Reason reason, const Agreement* by);

    bool allowed() const { return refusal_.offered(); }
    const Verdict& refusal() const { return refusal_; }
    /// Every slot may be offered: none need be looked at.
    bool all_slots() const { return allowed() && (own_book_ || unlimited_); }
    /// Whether `used` must be known to judge slots.
    bool counts_used() const;
    const std::vector<const Agreement*>& agreements() const { return agreements_; }
    /// The practice's switch where it is not open; nullptr otherwise.
    const Valve* valve() const { return valve_; }

    /// Of one kind of slot, whatever its time: sessions, roles, channels, categories. Empty when none of the
    /// agreements has such slots; then `kind_refusal` says why.
    std::vector<const Agreement*> for_kind(const SlotFacts& facts) const;
    Verdict kind_refusal(const SlotFacts& facts) const;
    /// Of a slot of that kind that begins at `start`, in that session.
    Verdict at(fhir::Instant start, std::string_view session, std::span<const Agreement* const> of_kind,
               std::span<const UsedSlot> used) const;
    /// Both at once.
    Verdict of(const SlotFacts& facts, fhir::Instant start, std::string_view session,
               std::span<const UsedSlot> used) const;
    /// Whether nothing but a window, an embargo, a quota or the valve is in the way of such a slot: then
    /// somebody with the right to do so may take it nevertheless.
    bool can_be_overridden(const SlotFacts& facts, fhir::Instant start) const;
    /// What the store must still find true when a slot is taken by this agreement.
    std::vector<Limit> limits(const Agreement* agreement, fhir::Instant start,
                              std::string_view session) const;

private:
    /// Starts that no window, embargo or return of an agreement is in the way of, at this moment.
    struct Open
    {
        fhir::Instant from;   ///< inclusive
        fhir::Instant before; ///< exclusive
    };

    Open open_starts(const Agreement& agreement) const;
    Verdict by_time(const Agreement& agreement, fhir::Instant start) const;
    Verdict time_refusal(const Agreement& agreement, fhir::Instant start) const;
    Verdict by_limits(const Agreement& agreement, fhir::Instant start, std::string_view session,
                      std::span<const UsedSlot> used) const;
    bool used_up(const Limit& limit, std::span<const UsedSlot> used) const;

    fhir::Instant now_;
    std::vector<const Agreement*> agreements_;
    std::vector<const Agreement*> for_others_;
    std::vector<Open> open_; ///< of `agreements_`, same order
    const Valve* valve_ = nullptr;
    bool own_book_ = false;
    bool unlimited_ = false;
    Verdict refusal_;
};

} // namespace gateway::policy
