// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/wire_delivery.hpp"

#include "adapters/emis/errors.hpp"
#include "adapters/json_fields.hpp"
#include "adapters/refusals.hpp"
#include "fhir/codec/json_value.hpp"

#include <algorithm>
#include <map>

namespace adapters::emis
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;
using fhir::rest::equal_ignoring_case;
using fhir::rest::Request;

namespace
{

/// The objects of a list; the list itself must be there.
Result<std::vector<Fields>> rows_of(const fhir::codec::Document& reply, std::string_view name)
{
    const Fields fields(reply);
    const auto* list = fields.find(name);
    if (!list || !list->is_array())
        return std::unexpected(lacks(name));
    auto rows = fields.rows(name);
    if (rows.size() != static_cast<std::size_t>(std::ranges::distance(list->items())))
        return std::unexpected(lacks("rows in " + std::string(name)));
    return rows;
}

/// With an offset as the interface writes it, or UK wall time; fractions may be longer than ours.
std::optional<fhir::Instant> moment_in(const Fields& row, std::string_view name)
{
    const std::string text = row.text(name);
    if (const auto moment = fhir::parse_date_time(text); moment && text.size() > 19)
        return moment->at;
    const auto local = fhir::parse_local_time(std::string_view(text).substr(0, 19));
    return local ? std::optional(fhir::from_uk_local(*local).latest) : std::nullopt;
}

Request get(std::string_view path, const std::string& link_token)
{
    Request request;
    request.target = std::string(path) + "?userPatientLinkToken=" + fhir::rest::percent_encode(link_token);
    return request;
}

Request post(std::string target, const JsonValue& body)
{
    Request request;
    request.method = "POST";
    request.target = std::move(target);
    request.headers.set("Content-Type", "application/json; charset=utf-8");
    request.body = fhir::codec::to_json(body);
    return request;
}

JsonValue texts_json(const std::vector<std::string>& texts)
{
    auto list = JsonValue::array();
    for (const std::string& each : texts)
        list.items().push_back(each);
    return list;
}

} // namespace

std::optional<Error> error_inside(Operation operation, const fhir::rest::Response& response)
{
    const auto json = read_object(response.body.view());
    if (!json)
        return std::nullopt;
    const Fields fields(*json);
    if (!fields.find("InternalResponseCode") && !fields.find("Exceptions"))
        return std::nullopt;
    Error error = refusal(operation, response);
    if (error.kind() != ErrorKind::supplier_error || !changes_state(operation))
        return error;
    return unknown_outcome(error.supplier_code());
}

Result<std::vector<WireRecipient>> read_recipients(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto rows = rows_of(*json, "MessageRecipients");
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<WireRecipient> recipients;
    for (const Fields& row : *rows)
        if (auto id = row.text("RecipientGuid"); !id.empty())
            recipients.push_back({std::move(id), row.text("Name")});
    return recipients;
}

Result<std::vector<WireMessage>> read_messages(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto rows = rows_of(*json, "Messages");
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<WireMessage> messages;
    for (const Fields& row : *rows) {
        const auto id = row.number("MessageId");
        if (!id)
            return std::unexpected(lacks("MessageId"));
        const std::string sent = row.text("SentDateTime");
        messages.push_back(
            {*id, row.text("Subject"), fhir::parse_local_time(std::string_view(sent).substr(0, 19))});
    }
    return messages;
}

Result<bool> read_message_sent(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    return Fields(*json).flag("MessageSent");
}

Result<std::vector<WireCourse>> read_courses(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto rows = rows_of(*json, "Courses");
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<WireCourse> courses;
    for (const Fields& row : *rows) {
        const std::string type = row.text("PrescriptionType");
        const bool repeat = type.empty() || equal_ignoring_case(type, "Repeat");
        auto id = row.text("MedicationCourseGuid");
        if (repeat && row.flag("CanBeRequested") && !id.empty())
            courses.push_back({std::move(id), row.text("Name")});
    }
    return courses;
}

Result<std::vector<WirePrescriptionRequest>> read_prescription_requests(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto rows = rows_of(*json, "PrescriptionRequests");
    if (!rows)
        return std::unexpected(rows.error());
    std::map<std::string, std::string> names;
    for (const Fields& course : Fields(*json).rows("MedicationCourses"))
        names[course.text("MedicationCourseGuid")] = course.text("Name");
    std::vector<WirePrescriptionRequest> requests;
    for (const Fields& row : *rows) {
        WirePrescriptionRequest request;
        request.requested = moment_in(row, "DateRequested");
        if (!request.requested)
            return std::unexpected(lacks("DateRequested"));
        for (const Fields& course : row.rows("RequestedMedicationCourses"))
            request.medicines.push_back(names[course.text("RequestedMedicationCourseGuid")]);
        std::ranges::sort(request.medicines);
        requests.push_back(std::move(request));
    }
    return requests;
}

Result<bool> read_prescribing_effective(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto services = Fields(*json).object("EffectiveServices");
    const auto* enabled = services ? services->find("PrescribingEnabled") : nullptr;
    return !enabled || !enabled->is_boolean() || enabled->boolean();
}

Request recipients_request(const std::string& link_token)
{
    return get("messagerecipients", link_token);
}

Request messages_request(const std::string& link_token)
{
    return get("messages", link_token);
}

Request courses_request(const std::string& link_token)
{
    return get("courses", link_token);
}

Request patient_settings_request(const std::string& link_token)
{
    return get("me/settings", link_token);
}

Request prescription_requests_request(const std::string& link_token, fhir::Instant from)
{
    // Unlike dates of appointments these are written with an offset.
    auto request = get("prescriptionrequests", link_token);
    request.target += "&filterFromDate=" + fhir::rest::percent_encode(fhir::to_uk_text(from));
    return request;
}

Request send_message_request(const std::string& link_token, const WireNewMessage& message)
{
    auto body = JsonValue::object();
    body.set("UserPatientLinkToken", link_token);
    body.set("Subject", message.subject);
    body.set("MessageBody", message.body);
    body.set("Recipients", texts_json({message.recipient}));
    return post("messages", body);
}

Request prescription_request(const std::string& link_token, const std::vector<std::string>& courses,
                             const std::string& comment)
{
    auto body = JsonValue::object();
    body.set("MedicationCourseGuids", texts_json(courses));
    body.set("RequestComment", comment.empty() ? JsonValue() : JsonValue(comment));
    body.set("UserPatientLinkToken", link_token);
    return post("prescriptionrequests", body);
}

} // namespace adapters::emis
