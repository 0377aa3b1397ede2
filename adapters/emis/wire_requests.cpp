// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/wire.hpp"

#include "fhir/codec/json_value.hpp"

namespace adapters::emis
{

using fhir::codec::JsonValue;
using fhir::rest::Request;

namespace
{

Request get(std::string target)
{
    Request request;
    request.target = std::move(target);
    return request;
}

Request with_body(std::string method, std::string target, const JsonValue& body)
{
    Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers.set("Content-Type", "application/json; charset=utf-8");
    request.body = fhir::codec::to_json(body);
    return request;
}

std::string with_token(std::string_view path, const std::string& link_token)
{
    return std::string(path) + "?userPatientLinkToken=" + fhir::rest::percent_encode(link_token);
}

} // namespace

std::string_view operation_name(Operation operation)
{
    switch (operation) {
    case Operation::start_session:
        return "start_session";
    case Operation::log_in:
        return "log_in";
    case Operation::practice_settings:
        return "practice_settings";
    case Operation::demographics:
        return "find_patient";
    case Operation::slot_metadata:
        return "slot_metadata";
    case Operation::slots:
        return "find_slots";
    case Operation::book:
        return "book";
    case Operation::list:
        return "list_appointments";
    case Operation::cancel:
        return "cancel";
    case Operation::link:
        return "link_patient";
    case Operation::look_up_linkage_key:
        return "look_up_linkage_key";
    case Operation::create_linkage_key:
        return "create_linkage_key";
    case Operation::patient_settings:
        return "patient_settings";
    case Operation::message_recipients:
        return "message_recipients";
    case Operation::messages:
        return "list_messages";
    case Operation::send_message:
        return "deliver_message";
    case Operation::courses:
        return "list_courses";
    case Operation::prescription_requests:
        return "list_prescription_requests";
    case Operation::request_prescription:
        return "deliver_prescription_request";
    }
    return "unknown";
}

bool changes_state(Operation operation)
{
    using enum Operation;
    return operation == book || operation == cancel || operation == link ||
           operation == look_up_linkage_key || operation == create_linkage_key || operation == send_message ||
           operation == request_prescription;
}

std::string midnight(fhir::Date date)
{
    return fhir::to_text(date) + "T00:00:00";
}

Request start_session_request()
{
    Request request;
    request.method = "POST";
    request.target = "sessions/endusersession";
    return request;
}

Request log_in_request(const std::string& access_identity, const fhir::OdsCode& practice)
{
    return with_body("POST", "sessions",
                     JsonValue::object({{"AccessIdentityGuid", access_identity},
                                        {"NationalPracticeCode", practice.text()}}));
}

Request settings_request(const fhir::OdsCode& practice)
{
    return get("practices/" + practice.text() + "/settings");
}

Request demographics_request(const std::string& link_token)
{
    return get(with_token("demographics", link_token));
}

Request metadata_request(const std::string& link_token, fhir::LocalTime from, fhir::LocalTime to)
{
    return get(with_token("appointmentslots/meta", link_token) + "&sessionStartDate=" + fhir::to_text(from) +
               "&sessionEndDate=" + fhir::to_text(to));
}

Request slots_request(const std::string& link_token, fhir::LocalTime from, fhir::LocalTime to)
{
    return get(with_token("appointmentslots", link_token) + "&fromDateTime=" + fhir::to_text(from) +
               "&toDateTime=" + fhir::to_text(to));
}

Request list_request(const std::string& link_token, fhir::Date previous_from)
{
    // This one query is written with capitals by the reference client.
    return get(
        "appointments?UserPatientLinkToken=" + fhir::rest::percent_encode(link_token) +
        "&FetchPreviousAppointments=true&PreviousAppointmentsFromDate=" + fhir::to_text(previous_from));
}

Request book_request(const std::string& link_token, const WireBooking& booking)
{
    auto body = JsonValue::object();
    body.set("UserPatientLinkToken", link_token);
    body.set("SlotId", booking.slot_id);
    body.set("BookingReason", booking.reason.empty() ? JsonValue() : JsonValue(booking.reason));
    if (!booking.phone.empty()) {
        body.set("TelephoneNumber", booking.phone);
        body.set("TelephoneContactType", "Other");
    }
    return with_body("POST", "appointments", body);
}

Request cancel_request(const std::string& link_token, std::int64_t slot_id, const std::string& reason)
{
    return with_body(
        "DELETE", "appointments",
        JsonValue::object(
            {{"UserPatientLinkToken", link_token}, {"SlotId", slot_id}, {"CancellationReason", reason}}));
}

Request link_request(const Applicant& applicant, const WireLinkage& linkage, const fhir::OdsCode& practice)
{
    auto details = JsonValue::object({{"AccountId", linkage.account_id},
                                      {"NationalPracticeCode", practice.text()},
                                      {"LinkageKey", linkage.linkage_key}});
    return with_body("POST", "me/applications",
                     JsonValue::object({{"Surname", applicant.surname},
                                        {"DateOfBirth", midnight(applicant.birth_date)},
                                        {"LinkageDetails", std::move(details)}}));
}

Request look_up_request(const fhir::NhsNumber& patient, const fhir::OdsCode& practice,
                        const std::string& token)
{
    return with_body("POST", "me/verifications",
                     JsonValue::object({{"NhsNumber", patient.digits()},
                                        {"NationalPracticeCode", practice.text()},
                                        {"Token", token},
                                        {"AdditionalComment", JsonValue()}}));
}

Request create_key_request(const fhir::NhsNumber& patient, const fhir::OdsCode& practice)
{
    return with_body("POST", "users/nhs",
                     JsonValue::object({{"NationalPracticeCode", practice.text()},
                                        {"NhsNumber", patient.digits()},
                                        {"EmailAddress", JsonValue()}}));
}

} // namespace adapters::emis
