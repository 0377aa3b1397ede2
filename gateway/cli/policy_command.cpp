// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/policy_command.hpp"

#include "gateway/cli/policy_print.hpp"
#include "gateway/identity/keys.hpp"
#include "gateway/settings/agreed.hpp"

namespace gateway::cli
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

std::string target_of(std::string_view kind, const std::string& key)
{
    return "policy/" + std::string(kind) + "s/" + fhir::rest::percent_encode(key);
}

fhir::Error refused(const Response& answer)
{
    const std::string said = sentences_of_outcome(answer.body.view());
    return fhir::Error(
        ErrorKind::transition_not_allowed,
        said.empty() ? "The gateway answered with status " + std::to_string(answer.status) + "." : said);
}

template <class Print>
Result<std::string> printed(const Result<std::string>& answer, bool as_json, Print print)
{
    if (!answer || as_json)
        return answer;
    const auto parsed = fhir::codec::parse_json(*answer);
    if (!parsed)
        return fhir::fail(ErrorKind::supplier_malformed,
                          "The answer is no JSON; is that a gateway's management listener?");
    return print(*parsed);
}

} // namespace

Result<Response> PolicyCommand::ask(Request request) const
{
    return call_management(options_.listener, settings_, std::move(request));
}

Result<std::string> PolicyCommand::get(const std::string& target) const
{
    Request request;
    request.target = target;
    const auto answer = ask(std::move(request));
    if (!answer)
        return std::unexpected(answer.error());
    if (answer->status != 200)
        return std::unexpected(refused(*answer));
    return std::string(answer->body.view());
}

Result<std::string> PolicyCommand::etag_of(const std::string& target) const
{
    Request request;
    request.target = target;
    const auto answer = ask(std::move(request));
    if (!answer)
        return std::unexpected(answer.error());
    if (answer->status == 404)
        return std::string();
    if (answer->status != 200)
        return std::unexpected(refused(*answer));
    return std::string(answer->headers.get("ETag"));
}

Result<std::string> PolicyCommand::change(Request request, const std::string& etag) const
{
    if (etag.empty())
        request.headers.set("If-None-Match", "*");
    else
        request.headers.set("If-Match", etag);
    request.headers.set("X-Change-Reason", fhir::rest::percent_encode(options_.reason, " "));
    if (auto proved = prove_operator(request, settings_, options_.by, clock_, random_); !proved)
        return std::unexpected(proved.error());
    const auto answer = ask(std::move(request));
    if (!answer)
        return std::unexpected(answer.error());
    if (answer->status >= 300)
        return std::unexpected(refused(*answer));
    return std::string(answer->body.view());
}

Result<std::string> PolicyCommand::put(const policy::PolicyTable& table) const
{
    Request request;
    request.method = "PUT";
    request.target = target_of(table.kind, table.key);
    request.headers.set("Content-Type", "application/json");
    request.body = table.body;
    const auto etag = etag_of(request.target);
    if (!etag)
        return etag;
    return change(std::move(request), *etag);
}

Result<std::string> PolicyCommand::practices() const
{
    return printed(get("policy/practices"), options_.json, practices_table);
}

Result<std::string> PolicyCommand::practice() const
{
    return printed(get(target_of("practice", options_.name)), options_.json, practice_text);
}

Result<std::string> PolicyCommand::set_valve(const std::string& state) const
{
    const auto ods = fhir::OdsCode::parse(options_.name);
    if (!ods)
        return fhir::fail(ErrorKind::value_invalid, "`" + options_.name + "` is no ODS code.");
    auto valve = JsonValue::object({{"practice", ods->text()}, {"state", state}});
    if (state == "limited")
        valve.set("per_hour", static_cast<std::int64_t>(options_.per_hour));
    if (!options_.until.empty())
        valve.set("until", options_.until);
    valve.set("reason", options_.reason);
    const auto done = put({"valve", ods->text(), fhir::codec::to_json(valve)});
    if (!done)
        return done;
    return practice();
}

Result<std::string> PolicyCommand::agreements() const
{
    return printed(get("policy/agreements"), options_.json, options_.csv ? agreements_csv : agreements_table);
}

Result<std::string> PolicyCommand::agreement() const
{
    return get(target_of("agreement", options_.name));
}

Result<std::string> PolicyCommand::agreement_history() const
{
    return printed(get(target_of("agreement", options_.name) + "/_history"), options_.json, history_text);
}

Result<std::string> PolicyCommand::put_file() const
{
    const auto text = identity::read_text_file(options_.file, false);
    if (!text)
        return std::unexpected(text.error());
    const auto tables = settings::read_policy_file(*text, options_.file);
    if (!tables)
        return std::unexpected(tables.error());
    std::string done;
    for (const auto& table : *tables) {
        const auto stands = put(table);
        if (!stands)
            return fhir::fail(stands.error().kind(),
                              stands.error().sentence() +
                                  (done.empty() ? " Nothing was changed." : " Before that: " + done));
        done += (done.empty() ? "" : "\n") + table.kind + " " + table.key + " stands.";
    }
    return done.empty() ? fhir::Result<std::string>(fhir::fail(ErrorKind::value_invalid,
                                                               options_.file + " holds no [[agreement]]."))
                        : done + "\n";
}

Result<std::string> PolicyCommand::remove_agreement() const
{
    Request request;
    request.method = "DELETE";
    request.target = target_of("agreement", options_.name);
    const auto etag = etag_of(request.target);
    if (!etag)
        return etag;
    if (etag->empty())
        return fhir::fail(ErrorKind::not_found, "There is no agreement " + options_.name + ".");
    const auto done = change(std::move(request), *etag);
    if (!done)
        return done;
    return "Agreement " + options_.name + " is removed.\n";
}

Result<std::string> PolicyCommand::slot_types() const
{
    const std::string target =
        options_.name.empty() ? "policy/slot-types" : target_of("slot-type", options_.name);
    return printed(get(target), options_.json, [this](const JsonValue& answer) {
        return options_.csv ? slot_types_csv(answer, options_.unmapped)
                            : slot_types_table(answer, options_.unmapped);
    });
}

} // namespace gateway::cli
