// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/outbox_command.hpp"

#include "fhir/codec/json_value.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/cli/policy_print.hpp"

namespace gateway::cli
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;

std::string field(const JsonValue& object, std::string_view name)
{
    const auto* value = object.find(name);
    return value && (value->is_string() || value->is_number()) ? value->text() : std::string();
}

std::string channel_line(const JsonValue& channel)
{
    const auto* held = channel.find("held");
    std::string line = field(channel, "subscription") + "  " + field(channel, "status") +
                       (held && held->boolean() ? " (held)" : "") + "  " + field(channel, "client") + "  " +
                       field(channel, "topic") + "  " + field(channel, "endpoint") + "  " +
                       field(channel, "events") + " events";
    if (field(channel, "failures") != "0")
        line += "  failed " + field(channel, "failures") + " times: " + field(channel, "failure");
    if (const auto error = field(channel, "error"); !error.empty())
        line += "  " + error;
    return line + "\n";
}

std::string delivery_line(const JsonValue& delivery)
{
    std::string line = field(delivery, "number") + "  " + field(delivery, "state") + "  " +
                       field(delivery, "subject") + "  " + field(delivery, "changed") + "  " +
                       field(delivery, "at") + "  " + field(delivery, "attempts") + " attempts";
    if (const auto failure = field(delivery, "failure"); !failure.empty())
        line += ", last " + failure;
    return line + "\n";
}

std::string rows(const JsonValue& answer, std::string_view name, std::string (*line)(const JsonValue&))
{
    std::string text;
    if (const auto* list = answer.find(name))
        for (const JsonValue& each : list->items())
            text += line(each);
    return text;
}

Result<JsonValue> parsed_outbox(const std::string& answer)
{
    auto parsed = fhir::codec::parse_json(answer);
    if (!parsed)
        return fhir::fail(ErrorKind::supplier_malformed,
                          "The answer is no JSON; is that a gateway's management listener?");
    return parsed;
}

/// Numbers stand behind a slash that is one.
std::string path_of(const std::string& target)
{
    return "outbox/" + fhir::rest::percent_encode(target, "/");
}

} // namespace

Result<std::string> OutboxCommand::ask(fhir::rest::Request request) const
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

Result<std::string> OutboxCommand::list() const
{
    fhir::rest::Request request;
    request.target = "outbox";
    const auto answer = ask(std::move(request));
    if (!answer || options_.json)
        return answer;
    const auto parsed = parsed_outbox(*answer);
    if (!parsed)
        return std::unexpected(parsed.error());
    std::string text = field(*parsed, "due") + " due, " + field(*parsed, "held") + " held, " +
                       field(*parsed, "dead") + " dead";
    if (const auto oldest = field(*parsed, "oldest"); !oldest.empty())
        text += "; the oldest from " + oldest;
    return text + "\n" + rows(*parsed, "subscriptions", channel_line);
}

Result<std::string> OutboxCommand::show() const
{
    fhir::rest::Request request;
    request.target = path_of(options_.target) + (options_.state.empty() ? "" : "?state=" + options_.state);
    const auto answer = ask(std::move(request));
    if (!answer || options_.json)
        return answer;
    const auto parsed = parsed_outbox(*answer);
    if (!parsed)
        return std::unexpected(parsed.error());
    return channel_line(*parsed) + rows(*parsed, "deliveries", delivery_line);
}

Result<std::string> OutboxCommand::order(const std::string& order) const
{
    fhir::rest::Request request;
    request.method = "POST";
    request.target = path_of(options_.target);
    request.headers.set("Content-Type", "application/json");
    request.body = fhir::codec::to_json(JsonValue::object({{"order", order}, {"reason", options_.reason}}));
    if (auto proved = prove_operator(request, settings_, options_.by, clock_, random_); !proved)
        return std::unexpected(proved.error());
    const auto answer = ask(std::move(request));
    if (!answer || options_.json)
        return answer;
    const auto parsed = parsed_outbox(*answer);
    if (!parsed)
        return std::unexpected(parsed.error());
    return "Done: " + field(*parsed, "changed") + " deliveries changed.\n";
}

} // namespace gateway::cli
