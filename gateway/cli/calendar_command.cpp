// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/calendar_command.hpp"

#include "fhir/codec/json_value.hpp"
#include "gateway/cli/policy_print.hpp"

namespace gateway::cli
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;

std::string feed_text(const JsonValue& feed, std::string_view name)
{
    const auto* value = feed.find(name);
    return value && value->is_string() ? value->text() : std::string();
}

std::string feed_line(const JsonValue& feed)
{
    const std::string schedule = feed_text(feed, "schedule"), revoked = feed_text(feed, "revoked");
    return feed_text(feed, "id") + "  " + feed_text(feed, "client") + "  " + feed_text(feed, "organisation") +
           "  " + (schedule.empty() ? "all it booked" : schedule) + "  made " + feed_text(feed, "made") +
           (revoked.empty() ? "" : "  revoked " + revoked + " by " + feed_text(feed, "revoked_by")) + "\n";
}

Result<JsonValue> parsed_feeds(const std::string& answer)
{
    auto parsed = fhir::codec::parse_json(answer);
    if (!parsed)
        return fhir::fail(ErrorKind::supplier_malformed,
                          "The answer is no JSON; is that a gateway's management listener?");
    return parsed;
}

} // namespace

Result<std::string> CalendarCommand::ask(fhir::rest::Request request) const
{
    const auto answer = call_management(options_.listener, settings_, std::move(request));
    if (!answer)
        return std::unexpected(answer.error());
    if (answer->status < 300)
        return std::string(answer->body.view());
    const std::string words = sentences_of_outcome(answer->body.view());
    return fhir::fail(
        ErrorKind::transition_not_allowed,
        words.empty() ? "The gateway answered with status " + std::to_string(answer->status) + "." : words);
}

Result<std::string> CalendarCommand::list() const
{
    fhir::rest::Request request;
    request.target = "calendars";
    const auto answer = ask(std::move(request));
    if (!answer || options_.json)
        return answer;
    const auto parsed = parsed_feeds(*answer);
    if (!parsed)
        return std::unexpected(parsed.error());
    std::string text;
    if (const auto* feeds = parsed->find("feeds"))
        for (const JsonValue& feed : feeds->items())
            text += feed_line(feed);
    return text.empty() ? "There are no calendar feeds.\n" : text;
}

Result<std::string> CalendarCommand::revoke() const
{
    fhir::rest::Request request;
    request.method = "POST";
    request.target = "calendars/" + fhir::rest::percent_encode(options_.feed);
    request.headers.set("Content-Type", "application/json");
    request.body =
        fhir::codec::to_json(JsonValue::object({{"order", "revoke"}, {"reason", options_.reason}}));
    if (auto proved = prove_operator(request, settings_, options_.by, clock_, random_); !proved)
        return std::unexpected(proved.error());
    const auto answer = ask(std::move(request));
    if (!answer || options_.json)
        return answer;
    const auto parsed = parsed_feeds(*answer);
    if (!parsed)
        return std::unexpected(parsed.error());
    return feed_line(*parsed);
}

} // namespace gateway::cli
