// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_kinds.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace gateway::workflow
{

namespace rows
{

using std::chrono::hours;
using enum ContentForm;

constexpr bool must = true, may = false, many = true;
constexpr hours day(24);
constexpr ContentRow reply{"reply", text}, new_appointment{"appointment", appointment};

constexpr std::array just_reply{reply};
constexpr std::array booked_or_reply{new_appointment, reply};
constexpr std::array rebooked{ContentRow{"appointment", appointment, must}, reply};
constexpr std::array hub_outcome{ContentRow{"outcome", text, must}, ContentRow{"action", text, may, many}};
constexpr std::array follow_up{ContentRow{"action", text, must, many}, ContentRow{"reason", text}};
constexpr std::array practice_message{ContentRow{"message", text, must}, ContentRow{"subject", text}};
constexpr std::array prescription{ContentRow{"medication", text, must, many},
                                  ContentRow{"pharmacy", identifier}};
constexpr std::array consultation{ContentRow{"message", text, must}, ContentRow{"consultation", identifier},
                                  ContentRow{"received", date_time}};
constexpr std::array registration{ContentRow{"reason", text}, ContentRow{"until", date_time}};
constexpr std::array interpreter{ContentRow{"language", code, must}, ContentRow{"need", text}};
constexpr std::array confirmation{ContentRow{"confirmation", text}};
constexpr std::array offer{ContentRow{"held-until", date_time}};
constexpr std::array as_it_was{ContentRow{"original-start", date_time, must}, ContentRow{"reason", text}};
constexpr std::array open_intent{ContentRow{"intent", text, must}, ContentRow{"reason", text}};
constexpr std::array chosen{ContentRow{"patient", identifier, must}, reply};
constexpr std::array dead_letter{ContentRow{"message", text, must}, ContentRow{"reason", text}};

// In the order of TaskKind.
// clang-format off
constexpr std::array kinds{
    KindRow{TaskKind::referral, "referral", "Referral received", {day, hours(4)}, RaisedBy::message, false, {}, booked_or_reply},
    KindRow{TaskKind::hub_outcome, "hub-outcome", "Outcome of a hub appointment", {3 * day, hours(4)}, RaisedBy::consumers, true, hub_outcome, just_reply},
    KindRow{TaskKind::follow_up, "follow-up", "Follow-up action", {7 * day, day}, RaisedBy::consumers, true, follow_up, booked_or_reply, 90 * day},
    KindRow{TaskKind::practice_message, "practice-message", "Message to a practice", {2 * day, hours(4)}, RaisedBy::consumers, false, practice_message, just_reply},
    KindRow{TaskKind::prescription_request, "prescription-request", "Repeat prescription request", {2 * day, hours(8)}, RaisedBy::consumers, true, prescription, booked_or_reply, hours(0), false},
    KindRow{TaskKind::e_consultation, "e-consultation", "E-consultation handed over", {2 * day, hours(4)}, RaisedBy::consumers, true, consultation, booked_or_reply},
    KindRow{TaskKind::registration_needed, "registration-needed", "Registration requested", {2 * day, hours(4)}, RaisedBy::both, false, registration, just_reply},
    KindRow{TaskKind::interpreter_booking, "interpreter-booking", "Interpreter or adjustment needed", {2 * day, hours(4)}, RaisedBy::consumers, true, interpreter, confirmation},
    KindRow{TaskKind::waitlist_offer, "waitlist-offer", "A slot is offered to somebody who waits", {hours(1), hours(1)}, RaisedBy::gateway, true, offer, booked_or_reply},
    KindRow{TaskKind::rebook_required, "rebook-required", "Cancelled by the practice: to be rebooked", {day, hours(2)}, RaisedBy::gateway, false, as_it_was, rebooked},
    KindRow{TaskKind::cancel_failed, "cancel-failed", "Not cancelled at the practice", {hours(4), hours(1)}, RaisedBy::gateway, false, open_intent, just_reply},
    KindRow{TaskKind::patient_match_review, "patient-match-review", "Patient to be identified", {day, hours(2)}, RaisedBy::gateway, false, registration, chosen},
    KindRow{TaskKind::dna_followup, "dna-followup", "Did not attend", {3 * day, day}, RaisedBy::gateway, false, as_it_was, booked_or_reply, hours(0), true, true},
    KindRow{TaskKind::sync_conflict, "sync-conflict", "Outcome at the practice not known", {hours(4), hours(1)}, RaisedBy::gateway, false, open_intent, just_reply},
    KindRow{TaskKind::message_dead_letter, "message-dead-letter", "A message could not be delivered", {day, hours(4)}, RaisedBy::gateway, false, dead_letter, just_reply},
};
// clang-format on

} // namespace rows

std::span<const KindRow> task_kinds()
{
    return rows::kinds;
}

const KindRow& row_of(TaskKind kind)
{
    return rows::kinds[static_cast<std::size_t>(kind)];
}

std::optional<TaskKind> kind_of(std::string_view code)
{
    const auto found = std::ranges::find(rows::kinds, code, &KindRow::code);
    return found == rows::kinds.end() ? std::nullopt : std::optional(found->kind);
}

std::string_view kind_choices()
{
    static const std::string all = [] {
        std::string joined;
        for (const KindRow& row : rows::kinds)
            joined += (joined.empty() ? "" : "|") + std::string(row.code);
        return joined;
    }();
    return all;
}

} // namespace gateway::workflow
