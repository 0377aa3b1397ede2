// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/explanation.hpp"

#include "gateway/search/offered.hpp"
#include "gateway/search/session_match.hpp"

#include <algorithm>

namespace gateway::search
{

namespace
{

using policy::Reason;

bool lists(const std::vector<std::string>& ids, const std::string& id)
{
    return std::ranges::find(ids, id) != ids.end();
}

std::string first_text(const std::vector<fhir::CodeableConcept>& concepts)
{
    for (const auto& each : concepts) {
        if (each.text)
            return *each.text;
        for (const auto& coding : each.coding)
            if (coding.display)
                return *coding.display;
    }
    return {};
}

/// What the practice calls the session, as far as its system tells.
std::string name_of(const fhir::Schedule* schedule, const adapters::SlotRow& slot)
{
    std::string name = schedule ? first_text(schedule->service_type) : std::string();
    if (name.empty() && schedule)
        name = schedule->comment.value_or("");
    if (name.empty() && schedule)
        name = first_text(schedule->service_category);
    return name.empty() ? first_text(slot.common().service_type) : name;
}

/// Rules first, then what is true of the slot whoever asks, nearest to a yes last.
Finding finding_of(const BookView& view, const policy::Terms& terms, std::span<const policy::UsedSlot> used,
                   fhir::Interval window, const adapters::SlotRow& slot, const HeldUntil& held_until)
{
    Finding finding;
    finding.slots = 1;
    const auto verdict = terms.of(facts_of(*view.book, slot), slot.start(), session_of(slot), used);
    finding.reason = verdict.reason;
    finding.rule = verdict.rule();
    finding.until = verdict.until;
    if (!verdict.offered() && verdict.reason != Reason::quota_reached)
        return finding;
    const bool taken = lists(view.taken, slot.id()) || slot.common().status != fhir::SlotStatus::free;
    if (taken)
        return {Reason::all_booked, {}, {}, std::nullopt, 1};
    if (lists(view.held, slot.id()))
        return {Reason::held, {}, {}, held_until(slot.id()), 1};
    if (verdict.offered() && (slot.start() < window.start || slot.end() > window.end))
        return {Reason::partly_outside_range, {}, {}, std::nullopt, 1};
    return finding;
}

void count_in(std::vector<Finding>& findings, Finding finding)
{
    const auto known =
        std::ranges::find_if(findings, [&](const Finding& each) { return each.same_as(finding); });
    if (known == findings.end())
        return findings.push_back(std::move(finding));
    known->slots += finding.slots;
    if (finding.until && (!known->until || *finding.until < *known->until))
        known->until = finding.until; // the first that ends
}

} // namespace

/// Of a search that can only search.
Awaitable<fhir::Result<Explanation>> FederatedSearch::explain(ExplainQuestion)
{
    co_return fhir::fail(fhir::ErrorKind::not_implemented);
}

std::vector<ExplainedSession> explain_book(const BookView& view, const policy::Terms& terms,
                                           std::span<const policy::UsedSlot> used, fhir::Interval window,
                                           const HeldUntil& held_until)
{
    std::vector<ExplainedSession> sessions;
    for (const auto& slot : view.book->slots) {
        if (!window.overlaps({slot->start(), slot->end()}))
            continue;
        const std::string schedule = slot->common().schedule.reference.value_or("");
        auto session = std::ranges::find(sessions, schedule, &ExplainedSession::schedule);
        if (session == sessions.end())
            session = sessions.insert(sessions.end(),
                                      {schedule, name_of(schedule_of(*view.book, *slot), *slot), {}});
        count_in(session->findings, finding_of(view, terms, used, window, *slot, held_until));
    }
    for (ExplainedSession& session : sessions)
        std::ranges::sort(session.findings, std::greater<>(), &Finding::reason);
    return sessions;
}

std::optional<Finding> explain_slot(const BookView& view, const policy::Terms& terms,
                                    std::span<const policy::UsedSlot> used, fhir::Interval window,
                                    const std::string& id, const HeldUntil& held_until)
{
    const auto* slot = view.book->slot(id);
    return slot ? std::optional(finding_of(view, terms, used, window, *slot, held_until)) : std::nullopt;
}

Finding explain_gone(const adapters::SlotRow& slot, fhir::Instant now)
{
    const bool over = slot.start() <= now;
    return {over ? Reason::in_the_past : Reason::all_booked,
            {},
            over ? "" : "It was in the practice's book before, and is not any more.",
            std::nullopt,
            1};
}

Finding explain_no_sessions()
{
    return {
        Reason::not_marked_bookable,
        {},
        "The practice's system answers and shows no session in this time: either there is none, or none is "
        "marked as bookable from outside.",
        std::nullopt,
        0};
}

void tell_types(Explanation& explanation, const std::vector<std::string>& types)
{
    std::string detail;
    for (const std::string& type : types)
        detail += (detail.empty() ? "" : ", ") + type;
    detail = types.empty() ? "No type is configured of the organisation."
                           : "The organisation is configured as " + detail + ".";
    const auto tell = [&](Finding& finding) {
        if (finding.reason == Reason::restricted_type)
            finding.detail = detail;
    };
    tell(explanation.practice);
    for (ExplainedSession& session : explanation.sessions)
        std::ranges::for_each(session.findings, tell);
    if (explanation.slot)
        tell(*explanation.slot);
}

Finding explain_failure(const fhir::Error& error)
{
    using enum fhir::ErrorKind;
    Finding finding;
    switch (error.kind()) {
    case supplier_timeout:
        finding.reason = Reason::back_end_slow;
        break;
    case service_disabled:
    case practice_not_live:
    case not_supported_by_practice: // nothing but its slots was asked for
        finding.reason = Reason::capability_disabled;
        break;
    case access_denied: // nobody but the gateway itself has asked, with what is configured for the practice
    case link_invalid:
    case session_lost:
        finding.reason = Reason::gateway_refused;
        break;
    case organisation_not_allowed:
        finding.reason = Reason::restricted_organisation;
        break;
    default:
        finding.reason = Reason::back_end_unreachable;
    }
    finding.detail = error.sentence();
    return finding;
}

} // namespace gateway::search
