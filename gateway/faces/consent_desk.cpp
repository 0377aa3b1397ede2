// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/consent_desk.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "gateway/faces/audited.hpp"
#include "gateway/faces/health.hpp"

namespace gateway::faces
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;
using policy::Consent;

constexpr std::string_view consents_path = "/consents", consents_below = "/consents/",
                           search_path = "/consents/_search", end_suffix = "/end";

Response consent_refusal(const ConsentDesk& desk, const fhir::Error& error)
{
    Response response;
    response.status = fhir::catalogue_row(error.kind()).http_status;
    response.headers.set("Content-Type", "application/fhir+json");
    fhir::codec::write(fhir::to_operation_outcome(error, desk.code_system), response.body);
    return response;
}

Response shown_json(const JsonValue& body, unsigned status)
{
    return text_answer(status, "application/json", fhir::codec::to_json(body, true) + "\n");
}

std::string said(const JsonValue& body, std::string_view name)
{
    const auto* value = body.find(name);
    return value && value->is_string() ? value->text() : std::string();
}

JsonValue consent_json(const Consent& consent)
{
    const auto ods = [](const std::optional<fhir::OdsCode>& code) { return code ? code->text() : ""; };
    auto shown =
        JsonValue::object({{"id", consent.id},
                           {"version", consent.version},
                           {"kind", std::string(policy::to_text(consent.kind))},
                           {"status", std::string(policy::to_text(consent.status))},
                           {"at", consent.custodian ? ods(consent.custodian) : "everywhere"},
                           {"from_whom", consent.organisation ? ods(consent.organisation) : "all"},
                           {"reason", consent.reason},
                           {"recorded_by", consent.recorded_by ? ods(consent.recorded_by) : "operator"},
                           {"author", consent.author},
                           {"changed", fhir::to_uk_text(consent.at)}});
    if (consent.from)
        shown.set("from", fhir::to_uk_text(*consent.from));
    if (consent.until)
        shown.set("until", fhir::to_uk_text(*consent.until));
    return shown;
}

Result<fhir::NhsNumber> number_in(const JsonValue& body)
{
    const auto number = fhir::NhsNumber::parse(said(body, "nhs_number"));
    if (!number)
        return std::unexpected(fhir::Error(ErrorKind::nhs_number_invalid).at("nhs_number"));
    return *number;
}

Result<std::optional<fhir::OdsCode>> organisation_in(const JsonValue& body, std::string_view name)
{
    const std::string text = said(body, name);
    const auto ods = fhir::OdsCode::parse(text);
    if (!text.empty() && !ods)
        return fhir::fail(ErrorKind::value_invalid, "That is no ODS code.", std::string(name));
    return ods;
}

Result<std::optional<fhir::Instant>> moment_in(const JsonValue& body, std::string_view name)
{
    const std::string text = said(body, name);
    const auto moment = fhir::parse_date_time(text);
    if (!text.empty() && !moment)
        return fhir::fail(ErrorKind::value_invalid, "Give a day or a moment, such as 2026-11-23.",
                          std::string(name));
    return moment ? std::optional(moment->at) : std::nullopt;
}

Result<Consent> wanted_in(const JsonValue& body)
{
    const auto number = number_in(body);
    if (!number)
        return std::unexpected(number.error());
    const auto kind = policy::parse_consent_kind(said(body, "kind"));
    if (!kind)
        return fhir::fail(ErrorKind::value_invalid, "The kind is dissent, sensitive or no-messages.", "kind");
    const auto at = organisation_in(body, "at"), whom = organisation_in(body, "from_whom");
    const auto from = moment_in(body, "from"), until = moment_in(body, "until");
    for (const auto* each : {&at, &whom})
        if (!*each)
            return std::unexpected(each->error());
    for (const auto* each : {&from, &until})
        if (!*each)
            return std::unexpected(each->error());
    Consent wanted{.patient = *number};
    wanted.kind = *kind;
    wanted.custodian = *at;
    wanted.organisation = *whom;
    wanted.from = *from;
    wanted.until = *until;
    wanted.reason = said(body, "reason");
    return wanted;
}

policy::ConsentChange change_by(std::string by, Consent wanted)
{
    return {.wanted = std::move(wanted), .writer = {}, .author = std::move(by), .via = "management"};
}

/// Who looked for what about whom.
Awaitable<void> write_search_down(const ConsentDesk& desk, std::string by, fhir::NhsNumber patient)
{
    audit::AuditRecord record;
    record.via = "management";
    record.action = "POST /consents/_search";
    record.user = std::move(by);
    Audited about;
    about.saw_patient(patient.digits());
    auto written = co_await hand_in(desk.audit, std::move(record), std::move(about));
    static_cast<void>(written); // told in the log, and kept until the store can
}

Awaitable<Result<Response>> found(const ConsentDesk& desk, std::string by, JsonValue body)
{
    const auto number = number_in(body);
    if (!number)
        co_return std::unexpected(number.error());
    auto consents = co_await desk.consents->of_patient(*number);
    if (!consents)
        co_return std::unexpected(consents.error());
    co_await write_search_down(desk, std::move(by), *number);
    auto all = JsonValue::array();
    for (const Consent& each : *consents)
        all.items().push_back(consent_json(each));
    co_return shown_json(JsonValue::object({{"consents", std::move(all)}}), 200);
}

Awaitable<Result<Response>> added(const ConsentDesk& desk, std::string by, JsonValue body)
{
    auto wanted = wanted_in(body);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    auto written = co_await desk.consents->write(change_by(std::move(by), std::move(*wanted)));
    if (!written)
        co_return std::unexpected(written.error());
    co_return shown_json(consent_json(written->consent), written->created ? 201 : 200);
}

Awaitable<Result<Response>> ended(const ConsentDesk& desk, std::string by, JsonValue body, std::string id)
{
    auto consent = co_await desk.consents->read(std::move(id));
    if (!consent)
        co_return std::unexpected(consent.error());
    const auto* in_error = body.find("in_error");
    consent->status = in_error && in_error->boolean() ? policy::ConsentStatus::entered_in_error
                                                      : policy::ConsentStatus::inactive;
    consent->reason = said(body, "reason");
    auto written = co_await desk.consents->write(change_by(std::move(by), std::move(*consent)));
    if (!written)
        co_return std::unexpected(written.error());
    co_return shown_json(consent_json(written->consent), 200);
}

/// The id in `/consents/{id}/end`; empty when the path is another.
std::string id_to_end(std::string_view path)
{
    constexpr std::size_t longest_id = 64;
    if (!path.starts_with(consents_below) || !path.ends_with(end_suffix) ||
        path.size() <= consents_below.size() + end_suffix.size())
        return {};
    path.remove_prefix(consents_below.size());
    path.remove_suffix(end_suffix.size());
    return path.size() > longest_id || path.find('/') != std::string_view::npos ? std::string()
                                                                                : std::string(path);
}

Awaitable<Result<Response>> answered(const ConsentDesk& desk, Request request, std::string by)
{
    auto body = fhir::codec::parse_json(request.body);
    if (!body)
        co_return std::unexpected(body.error());
    const std::string id = id_to_end(request.path());
    if (request.path() == search_path) {
        auto answer = co_await found(desk, std::move(by), std::move(*body));
        co_return answer;
    }
    if (request.path() == consents_path) {
        auto answer = co_await added(desk, std::move(by), std::move(*body));
        co_return answer;
    }
    if (id.empty())
        co_return fhir::fail(ErrorKind::not_found,
                             "There are /consents, /consents/_search and /consents/{id}/end.");
    auto answer = co_await ended(desk, std::move(by), std::move(*body), id);
    co_return answer;
}

} // namespace

bool is_for_consent_desk(std::string_view path)
{
    return path == consents_path || path.starts_with(consents_below);
}

Awaitable<Response> at_consent_desk(const ConsentDesk& desk, Request request)
{
    if (request.method != "POST") {
        auto refused = consent_refusal(desk, fhir::Error(ErrorKind::method_not_allowed));
        refused.headers.set("Allow", "POST");
        co_return refused;
    }
    auto by = desk.operator_of(request);
    if (!by)
        co_return consent_refusal(desk, by.error());
    auto answer = co_await answered(desk, std::move(request), std::move(*by));
    if (!answer)
        co_return consent_refusal(desk, answer.error());
    co_return std::move(*answer);
}

} // namespace gateway::faces
