// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/resolution.hpp"

#include "fhir/codec/json_value.hpp"
#include "gateway/booking/payload.hpp"

#include <algorithm>
#include <array>

namespace gateway::booking
{

using fhir::codec::JsonValue;
using store::IntentKind;
using store::IntentState;

namespace
{

constexpr std::array<std::string_view, 6> finding_codes{"booked",        "not-booked", "cancelled",
                                                        "not-cancelled", "amended",    "not-amended"};
constexpr std::size_t most_characters = 500;

std::string_view kind_code(IntentKind kind)
{
    constexpr std::array<std::string_view, 5> codes{"book", "cancel", "amend", "hold", "move"};
    return codes[static_cast<std::size_t>(kind)];
}

std::string_view state_code(IntentState state)
{
    using enum IntentState;
    if (state == needs_person)
        return "needs-person";
    if (state == done)
        return "done";
    return state == refused ? "refused" : "settling";
}

/// The finding that says it was done, and the one that says it was not.
std::pair<Finding, Finding> findings(IntentKind kind)
{
    if (kind == IntentKind::cancel || kind == IntentKind::move)
        return {Finding::cancelled, Finding::not_cancelled};
    if (kind == IntentKind::amend)
        return {Finding::amended, Finding::not_amended};
    return {Finding::booked, Finding::not_booked};
}

/// Two appointments may stand: which of them a person has to ask about.
std::string next_step_of_move(const store::IntentRecord& intent, const std::string& moves_to)
{
    return "Appointment/" + intent.appointment + " was to be moved to Appointment/" + moves_to +
           "; both may stand. Ask practice " + intent.practice +
           " whether it has cancelled the first, then "
           "resolve it as cancelled; or as not-cancelled, and the second is cancelled; or as again to have "
           "the "
           "gateway look once more.";
}

std::string next_step(const store::IntentRecord& intent, const std::string& moves_to)
{
    if (intent.state == IntentState::needs_person && !moves_to.empty())
        return next_step_of_move(intent, moves_to);
    if (intent.state == IntentState::needs_person)
        return "Read Appointment/" + intent.appointment + ", ask practice " + intent.practice +
               " whether its book has it so, then resolve it as " + findings_for(intent.kind) +
               ", or as again to have the gateway look once more.";
    if (state_code(intent.state) == "settling")
        return "Nothing yet: the gateway reads the practice back by itself.";
    return {};
}

std::string said_text(const JsonValue& object, std::string_view name)
{
    const JsonValue* const member = object.find(name);
    return member && member->is_string() ? member->text() : std::string();
}

fhir::Result<void> check_said(const std::string& text, std::string_view name, std::string_view what)
{
    const bool blank = std::ranges::all_of(text, [](unsigned char c) { return c <= ' '; });
    if (blank)
        return fhir::fail(fhir::ErrorKind::required, std::string(what));
    if (text.size() > most_characters)
        return fhir::fail(fhir::ErrorKind::text_too_long, "The text of `" + std::string(name) +
                                                              "` is longer than " +
                                                              std::to_string(most_characters) + " bytes.");
    return {};
}

} // namespace

OpenIntent shown(const store::IntentRecord& intent)
{
    const auto payload =
        intent.kind == IntentKind::move ? read_payload(intent.payload) : fhir::Result<Payload>(Payload());
    const std::string moves_to = payload && payload->move ? payload->move->appointment : "";
    return {intent.id,
            std::string(kind_code(intent.kind)),
            intent.appointment,
            intent.practice,
            intent.created,
            intent.attempts,
            intent.note,
            intent.state == IntentState::needs_person,
            std::string(state_code(intent.state)),
            next_step(intent, moves_to),
            moves_to};
}

std::string_view code_of(Finding finding)
{
    return finding_codes[static_cast<std::size_t>(finding)];
}

std::optional<Finding> finding_of(std::string_view code)
{
    const auto found = std::ranges::find(finding_codes, code);
    if (found == finding_codes.end())
        return std::nullopt;
    return static_cast<Finding>(found - finding_codes.begin());
}

std::optional<bool> says_done(IntentKind kind, Finding finding)
{
    const auto [done, not_done] = findings(kind);
    if (finding != done && finding != not_done)
        return std::nullopt;
    return finding == done;
}

std::string findings_for(IntentKind kind)
{
    const auto [done, not_done] = findings(kind);
    return std::string(code_of(done)) + " or " + std::string(code_of(not_done));
}

fhir::Result<void> check(const Resolution& resolution)
{
    if (auto named = check_said(resolution.by, "by", "Say who looked in the practice's book."); !named)
        return named;
    return check_said(resolution.reason, "reason", "Say how you know what the practice's book holds.");
}

std::string to_text(const Resolution& resolution, std::string_view seen, fhir::Instant at)
{
    return fhir::codec::to_json(JsonValue::object({{"found", std::string(code_of(resolution.finding))},
                                                   {"by", resolution.by},
                                                   {"reason", resolution.reason},
                                                   {"seen", std::string(seen)},
                                                   {"override", resolution.override_read_back},
                                                   {"at", std::int64_t{at.time_since_epoch().count()}}}));
}

ResolvedIntent resolved(const store::IntentRecord& intent)
{
    ResolvedIntent result;
    result.intent = shown(intent);
    const auto said = fhir::codec::parse_json(intent.resolution);
    if (!said)
        return result;
    result.found = said_text(*said, "found");
    result.by = said_text(*said, "by");
    result.reason = said_text(*said, "reason");
    result.seen = said_text(*said, "seen");
    const JsonValue* const against = said->find("override");
    result.against_read_back = against && against->boolean();
    if (const JsonValue* const at = said->find("at"))
        result.at = fhir::Instant(std::chrono::milliseconds(at->integer().value_or(0)));
    return result;
}

} // namespace gateway::booking
