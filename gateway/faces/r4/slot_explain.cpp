// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/parameters.hpp"
#include "fhir/search/slot_query.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/operation_call.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/search/explanation.hpp"

#include <algorithm>

// $explain: why an organisation is offered what it is offered, and who can change it.
namespace gateway::faces::r4
{

namespace
{

using fhir::ErrorKind;
using fhir::ParametersParameter;
using fhir::Result;

Result<fhir::OdsCode> ods_of(const OperationCall& call, std::string_view name)
{
    const auto code = fhir::OdsCode::parse(call.value<std::string>(name).value_or(""));
    if (!code)
        return fhir::fail(ErrorKind::value_invalid, "An ODS code is up to ten letters and digits.",
                          call.path_of(name));
    return *code;
}

Result<std::optional<fhir::Interval>> window_of(const OperationCall& call)
{
    const auto bounds = call.values<std::string>("start");
    if (bounds.empty())
        return std::nullopt;
    fhir::search::SlotQuery query;
    for (const std::string& bound : bounds) {
        auto date = fhir::search::parse_date_value(bound, "start");
        if (!date)
            return std::unexpected(date.error());
        query.start.push_back(std::move(*date));
    }
    const auto window = query.window();
    if (!window || window->start >= window->end)
        return std::unexpected(
            fhir::Error(ErrorKind::value_invalid, "The parameter start needs a lower and an upper bound.",
                        "http.start")
                .advise("Give both: start=ge2026-06-15&start=lt2026-06-22, or leave it out."));
    if (window->end - window->start > fhir::search::max_slot_window + std::chrono::hours(1))
        return fhir::fail(ErrorKind::too_costly, "The bounds of start are more than 28 days apart.",
                          "http.start");
    return window;
}

/// What another organisation may see is told to that organisation and to the practice.
Result<void> check_asker(const Context& context, const fhir::OdsCode& practice,
                         const fhir::OdsCode& organisation, const OperationCall& call)
{
    if (context.caller->ods == organisation || context.caller->ods == practice || organisation == practice)
        return {};
    return std::unexpected(
        fhir::Error(ErrorKind::organisation_not_allowed,
                    "What " + organisation.text() + " may see at " + practice.text() +
                        " is told to these two only.",
                    call.path_of("organization"))
            .advise("Leave organization out to ask about your own, or let the practice ask."));
}

Result<search::ExplainQuestion> question_of(const Context& context, const OperationCall& call)
{
    auto practice = ods_of(call, "practice");
    if (!practice)
        return std::unexpected(practice.error());
    auto organisation =
        call.has("organization") ? ods_of(call, "organization") : Result<fhir::OdsCode>(context.caller->ods);
    if (!organisation)
        return std::unexpected(organisation.error());
    auto window = window_of(call);
    if (!window)
        return std::unexpected(window.error());
    if (auto allowed = check_asker(context, *practice, *organisation, call); !allowed)
        return std::unexpected(allowed.error());
    search::ExplainQuestion question{*practice, *organisation, {}, *window, {}, context.ids.request_id};
    if (*organisation == context.caller->ods)
        question.organisation_type = context.caller->organisation_type;
    question.slot = call.value<std::string>("slot").value_or("");
    if (question.slot.starts_with("Slot/"))
        question.slot.erase(0, 5);
    const auto owner = fhir::PracticeId::parse(question.slot);
    if (!question.slot.empty() && (!owner || owner->ods != *practice))
        return fhir::fail(ErrorKind::value_invalid, "This slot is not one of the practice.",
                          call.path_of("slot"));
    return question;
}

ParametersParameter named(std::string_view name, fhir::ExtensionValue value)
{
    ParametersParameter parameter;
    parameter.name = std::string(name);
    parameter.value = std::move(value);
    return parameter;
}

ParametersParameter finding_part(std::string_view name, const search::Finding& finding)
{
    const auto& text = policy::text_of(finding.reason);
    ParametersParameter part;
    part.name = std::string(name);
    part.part.push_back(named("code", fhir::Code(std::string(text.code))));
    part.part.push_back(named("meaning", std::string(text.sentence)));
    if (!finding.detail.empty())
        part.part.push_back(named("detail", finding.detail));
    if (finding.slots > 0)
        part.part.push_back(named("slots", static_cast<std::int32_t>(finding.slots)));
    if (!finding.rule.empty())
        part.part.push_back(named("rule", finding.rule));
    if (finding.until)
        part.part.push_back(named("until", *finding.until));
    part.part.push_back(named("advice", std::string(text.advice)));
    part.part.push_back(named("who", std::string(text.who)));
    return part;
}

ParametersParameter session_part(const search::ExplainedSession& session)
{
    ParametersParameter part;
    part.name = "session";
    if (!session.schedule.empty())
        part.part.push_back(named("schedule", fhir::reference_to(session.schedule)));
    if (!session.name.empty())
        part.part.push_back(named("name", session.name));
    for (const search::Finding& finding : session.findings)
        part.part.push_back(finding_part("reason", finding));
    return part;
}

fhir::Parameters to_parameters(const search::ExplainQuestion& question,
                               const search::Explanation& explanation)
{
    fhir::Parameters parameters;
    auto& all = parameters.parameter;
    all.push_back(named("practice", fhir::Code(question.practice.text())));
    all.push_back(named("organization", fhir::Code(question.organisation.text())));
    if (explanation.seen)
        all.push_back(named("seen", *explanation.seen));
    if (explanation.practice.reason != policy::Reason::none)
        all.push_back(finding_part("reason", explanation.practice));
    for (const auto& session : explanation.sessions)
        all.push_back(session_part(session));
    if (explanation.slot)
        all.push_back(finding_part("slot", *explanation.slot));
    return parameters;
}

} // namespace

Answered explain_slots(const Context& context, const R4Services& services)
{
    const auto call = OperationCall::read(context);
    if (!call)
        co_return std::unexpected(call.error());
    const auto question = question_of(context, *call);
    if (!question)
        co_return std::unexpected(question.error());
    context.audited.searched(1, question->practice.text());
    // Who sends the practice's code as its own asks what nobody wants to know.
    const bool mixed_up =
        question->organisation == question->practice && context.caller->ods != question->practice;
    search::Explanation nobody;
    nobody.practice.reason = policy::Reason::wrong_consumer_code;
    auto explanation = mixed_up ? Result<search::Explanation>(nobody) : Result<search::Explanation>();
    if (!mixed_up)
        explanation = co_await services.search.explain(*question);
    if (!explanation)
        co_return std::unexpected(explanation.error());
    Answer answer;
    fhir::codec::write(to_parameters(*question, *explanation), answer.body);
    co_return answer;
}

} // namespace gateway::faces::r4
