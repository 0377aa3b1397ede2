// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/wire.hpp"

#include "fhir/codec/json_value.hpp"

namespace adapters::microtest
{

using fhir::codec::JsonValue;
using fhir::rest::Request;

namespace
{

constexpr std::string_view appointments_path = "patient/appointments";

Request get(std::string target)
{
    Request request;
    request.target = std::move(target);
    return request;
}

Request with_body(std::string method, const JsonValue& body)
{
    Request request;
    request.method = std::move(method);
    request.target = appointments_path;
    request.headers.set("Content-Type", "application/json; charset=utf-8");
    request.body = fhir::codec::to_json(body);
    return request;
}

fhir::Date day_after(fhir::Date date)
{
    return std::chrono::sys_days(date) + std::chrono::days(1);
}

} // namespace

std::string_view operation_name(Operation operation)
{
    switch (operation) {
    case Operation::demographics:
        return "find_patient";
    case Operation::slots:
        return "find_slots";
    case Operation::book:
        return "book";
    case Operation::list:
        return "list_appointments";
    case Operation::cancel:
        return "cancel";
    case Operation::courses:
        return "list_courses";
    case Operation::prescriptions:
        return "list_prescription_requests";
    case Operation::request_prescription:
        return "deliver_prescription_request";
    }
    return "unknown";
}

bool changes_state(Operation operation)
{
    return operation == Operation::book || operation == Operation::cancel ||
           operation == Operation::request_prescription;
}

void address(Request& request, const Subject& subject)
{
    request.headers.set("NHSO-ODS-Code", subject.practice.text());
    request.headers.set("NHSO-Nhs-Number", subject.patient.digits());
    request.headers.set("Accept", "application/json");
}

Request demographics_request()
{
    return get("patient/demographics");
}

Request slots_request(fhir::Date first, fhir::Date last)
{
    return get("patient/appointment-slots?fromDate=" + fhir::to_text(first) +
               "&toDate=" + fhir::to_text(day_after(last)));
}

Request book_request(const WireBooking& booking)
{
    auto body = JsonValue::object({{"slotId", booking.slot_id}, {"bookingReason", booking.reason}});
    if (!booking.phone.empty())
        body.set("telephoneNumber", booking.phone);
    return with_body("POST", body);
}

Request list_request(fhir::Date from)
{
    return get(std::string(appointments_path) + "?pastAppointmentsFromDate=" + fhir::to_text(from));
}

Request cancel_request(const std::string& appointment_id, const std::string& reason)
{
    return with_body("DELETE",
                     JsonValue::object({{"appointmentId", appointment_id}, {"cancelReason", reason}}));
}

} // namespace adapters::microtest
