// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/consent_command.hpp"

#include "fhir/codec/json_value.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/cli/policy_print.hpp"

#include <istream>

namespace gateway::cli
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;

Result<fhir::NhsNumber> read_number(std::istream& input)
{
    std::string line;
    std::getline(input, line);
    if (!line.empty() && line.back() == '\r')
        line.pop_back();
    const auto number = fhir::NhsNumber::parse(line);
    if (!number)
        return fhir::fail(ErrorKind::nhs_number_invalid, "Standard input must be one NHS number on a line.");
    return *number;
}

std::string member(const JsonValue& consent, std::string_view name)
{
    const auto* value = consent.find(name);
    return value && (value->is_string() || value->is_number()) ? value->text() : std::string();
}

std::string consent_line(const JsonValue& consent)
{
    std::string line = member(consent, "id") + "  " + member(consent, "status") + "  " +
                       member(consent, "kind") + " at " + member(consent, "at") + " from " +
                       member(consent, "from_whom");
    for (const char* bound : {"from", "until"})
        if (const auto moment = member(consent, bound); !moment.empty())
            line += "  " + std::string(bound) + " " + moment;
    return line + "  (" + member(consent, "reason") + "; version " + member(consent, "version") + " by " +
           member(consent, "author") + ")\n";
}

Result<JsonValue> parsed_answer(const std::string& answer)
{
    auto parsed = fhir::codec::parse_json(answer);
    if (!parsed)
        return fhir::fail(ErrorKind::supplier_malformed,
                          "The answer is no JSON; is that a gateway's management listener?");
    return parsed;
}

} // namespace

Result<std::string> ConsentCommand::post(std::string target, std::string body) const
{
    fhir::rest::Request request;
    request.method = "POST";
    request.target = std::move(target);
    request.headers.set("Content-Type", "application/json");
    request.body = std::move(body);
    if (auto proved = prove_operator(request, settings_, options_.by, clock_, random_); !proved)
        return std::unexpected(proved.error());
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

Result<std::string> ConsentCommand::list(std::istream& number) const
{
    const auto patient = read_number(number);
    if (!patient)
        return std::unexpected(patient.error());
    const auto answer = post("consents/_search",
                             fhir::codec::to_json(JsonValue::object({{"nhs_number", patient->digits()}})));
    if (!answer || options_.json)
        return answer;
    const auto parsed = parsed_answer(*answer);
    if (!parsed)
        return std::unexpected(parsed.error());
    std::string text;
    if (const auto* consents = parsed->find("consents"))
        for (const JsonValue& each : consents->items())
            text += consent_line(each);
    return text.empty() ? "Nothing is recorded for this patient.\n" : text;
}

Result<std::string> ConsentCommand::add(std::istream& number) const
{
    const auto patient = read_number(number);
    if (!patient)
        return std::unexpected(patient.error());
    auto body = JsonValue::object(
        {{"nhs_number", patient->digits()}, {"kind", options_.kind}, {"reason", options_.reason}});
    for (const auto& [name, value] : {std::pair<const char*, const std::string&>{"at", options_.at},
                                      {"from_whom", options_.from_whom},
                                      {"from", options_.from},
                                      {"until", options_.until}})
        if (!value.empty())
            body.set(name, value);
    const auto answer = post("consents", fhir::codec::to_json(body));
    if (!answer || options_.json)
        return answer;
    const auto parsed = parsed_answer(*answer);
    if (!parsed)
        return std::unexpected(parsed.error());
    return consent_line(*parsed);
}

Result<std::string> ConsentCommand::end() const
{
    const auto answer = post("consents/" + fhir::rest::percent_encode(options_.id) + "/end",
                             fhir::codec::to_json(JsonValue::object(
                                 {{"reason", options_.reason}, {"in_error", options_.in_error}})));
    if (!answer || options_.json)
        return answer;
    const auto parsed = parsed_answer(*answer);
    if (!parsed)
        return std::unexpected(parsed.error());
    return consent_line(*parsed);
}

} // namespace gateway::cli
