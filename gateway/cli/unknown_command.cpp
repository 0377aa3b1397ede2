// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/unknown_command.hpp"

#include "fhir/codec/json_value.hpp"
#include "gateway/cli/management_call.hpp"

#include <algorithm>
#include <array>

namespace gateway::cli
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;
using fhir::rest::Request;

Result<std::string> ask_management(const UnknownOptions& options, const settings::Settings& settings,
                                   Request request)
{
    const auto answer = call_management({options.url, options.ca_file}, settings, std::move(request));
    if (!answer)
        return std::unexpected(answer.error());
    std::string text(answer->body.view());
    if (answer->status == 200)
        return text;
    while (text.ends_with('\n'))
        text.pop_back();
    return fhir::fail(
        ErrorKind::transition_not_allowed,
        text.empty() ? "The gateway answered with status " + std::to_string(answer->status) + "." : text);
}

std::string member_text(const JsonValue& object, std::string_view name)
{
    const JsonValue* const member = object.find(name);
    if (!member)
        return {};
    return member->is_string() ? member->text() : std::to_string(member->integer().value_or(0));
}

using TableRow = std::array<std::string, 7>;
const TableRow table_head{"INTENT", "KIND", "PRACTICE", "APPOINTMENT", "SINCE", "ATTEMPTS", "LAST FAILURE"};

std::string line_of(const TableRow& row, const std::array<std::size_t, 7>& widths)
{
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
        line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

std::string table_text(const std::vector<const JsonValue*>& intents)
{
    std::vector<TableRow> rows;
    std::array<std::size_t, 7> widths{};
    for (std::size_t i = 0; i < table_head.size(); ++i)
        widths[i] = table_head[i].size();
    for (const JsonValue* each : intents) {
        const std::string failure = member_text(*each, "last_failure");
        rows.push_back({member_text(*each, "id"), member_text(*each, "kind"), member_text(*each, "practice"),
                        member_text(*each, "appointment"), member_text(*each, "since"),
                        member_text(*each, "attempts"), failure.empty() ? "-" : failure});
        for (std::size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], rows.back()[i].size());
    }
    std::string table = line_of(table_head, widths);
    for (std::size_t i = 0; i < rows.size(); ++i)
        table += line_of(rows[i], widths) + "    " + member_text(*intents[i], "next_step") + "\n";
    return table;
}

Request resolve_request(const UnknownOptions& options)
{
    Request request;
    request.method = "POST";
    request.target = "unknown/" + fhir::rest::percent_encode(options.intent);
    request.headers.set("Content-Type", "application/json");
    request.body = fhir::codec::to_json(JsonValue::object({{"as", options.as},
                                                           {"reason", options.reason},
                                                           {"practice_key", options.practice_key},
                                                           {"override", options.override_read_back}}));
    return request;
}

Result<std::string> what_became(const std::string& answer, bool as_json)
{
    if (as_json)
        return answer;
    const auto intent = fhir::codec::parse_json(answer);
    if (!intent)
        return std::unexpected(intent.error());
    const JsonValue* const said = intent->find("resolution");
    std::string text = "Intent " + member_text(*intent, "id") + " is " + member_text(*intent, "state") + ".";
    if (said)
        text += " " + member_text(*said, "practice_showed");
    return text + "\n";
}

} // namespace

Result<std::string> unknown_table(std::string_view json, bool all)
{
    const auto list = fhir::codec::parse_json(json);
    const JsonValue* const intents = list ? list->find("intents") : nullptr;
    if (!intents)
        return fhir::fail(ErrorKind::supplier_malformed,
                          "The answer is no worklist; is that a gateway's management listener?");
    std::vector<const JsonValue*> shown;
    for (const JsonValue& each : intents->items())
        if (all || member_text(each, "state") == "needs-person")
            shown.push_back(&each);
    const auto hidden = intents->items().size() - shown.size();
    std::string text = shown.empty() ? "Nothing waits for a person.\n" : table_text(shown);
    if (hidden > 0)
        text += std::to_string(hidden) + " more the gateway settles by itself; --all lists them.\n";
    return text;
}

Result<std::string> list_unknown(const UnknownOptions& options, const settings::Settings& settings)
{
    Request request;
    request.target = "unknown";
    auto answer = ask_management(options, settings, std::move(request));
    if (!answer || options.json)
        return answer;
    return unknown_table(*answer, options.all);
}

Result<std::string> resolve_unknown(const UnknownOptions& options, const settings::Settings& settings,
                                    const adapters::Clock& clock, adapters::Random& random)
{
    Request request = resolve_request(options);
    if (auto proved = prove_operator(request, settings, options.by, clock, random); !proved)
        return std::unexpected(proved.error());
    const auto answer = ask_management(options, settings, std::move(request));
    if (!answer)
        return std::unexpected(answer.error());
    return what_became(*answer, options.json);
}

} // namespace gateway::cli
