// SPDX-License-Identifier: Apache-2.0
#include "adapters/acme/wire.hpp"

#include "adapters/json_fields.hpp"
#include "adapters/refusals.hpp"
#include "fhir/codec/json_value.hpp"

#include <algorithm>
#include <array>

namespace adapters::acme
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::Document;
using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;
using upstream::Effect;

namespace
{

/// Longer ones than any system gives; they are stored with every booking.
constexpr std::size_t most_id_bytes = 200;

struct Row
{
    std::string_view code;
    ErrorKind kind;
    std::string_view path = {};
};

constexpr std::array error_rows = {
    Row{"no_such_patient", ErrorKind::patient_not_found},
    Row{"no_such_slot", ErrorKind::slot_unknown, "Appointment.slot[0]"},
    Row{"slot_taken", ErrorKind::slot_unavailable, "Appointment.slot[0]"},
    Row{"slot_past", ErrorKind::slot_in_past, "Appointment.slot[0]"},
    Row{"reason_too_long", ErrorKind::text_too_long, "Appointment.description"},
    Row{"no_such_appointment", ErrorKind::appointment_not_found, "Appointment"},
    Row{"appointment_past", ErrorKind::not_cancellable, "Appointment"},
};

Error by_code(std::string code)
{
    const auto* row = std::ranges::find(error_rows, code, &Row::code);
    Error error = row == error_rows.end() ? our_fault() : Error(row->kind).at(std::string(row->path));
    return error.from_supplier(is_plain_code(code) ? std::move(code) : "unknown code");
}

Request get(std::string target)
{
    Request request;
    request.target = std::move(target);
    return request;
}

Request about(fhir::NhsNumber patient, Request request)
{
    request.headers.set("Acme-Patient", patient.digits());
    return request;
}

Request post(std::string target, const JsonValue& body)
{
    Request request = get(std::move(target));
    request.method = "POST";
    request.headers.set("Content-Type", "application/json");
    request.body = fhir::codec::to_json(body);
    return request;
}

bool is_usable_id(const std::string& id)
{
    return !id.empty() && id.size() <= most_id_bytes;
}

/// Nothing without an id and two moments in order. The member that holds the id is called differently in a
/// list of appointments.
std::optional<WireSlot> read_slot(const Fields& row, std::string_view id)
{
    const auto start = fhir::parse_instant(row.text("start"));
    const auto end = fhir::parse_instant(row.text("end"));
    WireSlot slot{row.text(id),       {}, row.text("kind"), row.text("clinician"), row.text("place"),
                  row.node().source()};
    if (!is_usable_id(slot.id) || !start || !end || *end <= *start)
        return std::nullopt;
    slot.time = {*start, *end};
    return slot;
}

} // namespace

Request slots_request(fhir::Interval window)
{
    return get("slots?from=" + fhir::to_utc_text(window.start) + "&to=" + fhir::to_utc_text(window.end));
}

Request patient_request(fhir::NhsNumber patient)
{
    return about(patient, get("patient"));
}

Request appointments_request(fhir::NhsNumber patient)
{
    return about(patient, get("appointments"));
}

Request book_request(fhir::NhsNumber patient, const std::string& slot, const std::string& reason)
{
    return about(patient, post("appointments", JsonValue::object({{"slot", slot}, {"reason", reason}})));
}

Request cancel_request(fhir::NhsNumber patient, const std::string& appointment, const std::string& reason)
{
    return about(patient, post("cancellations",
                               JsonValue::object({{"appointment", appointment}, {"reason", reason}})));
}

Result<Document> read_answer(const Response& response, Effect effect)
{
    if (response.status != 200)
        return std::unexpected(refused_with_status(response, effect == Effect::write));
    auto reply = response.headers.get("Content-Type").starts_with("application/json")
                     ? read_object(response.body.view())
                     : fhir::fail(ErrorKind::supplier_malformed);
    if (!reply)
        return std::unexpected(effect == Effect::write ? unknown_outcome("not understood") : reply.error());
    if (Fields(*reply).find("error"))
        return std::unexpected(by_code(Fields(*reply).text("error")));
    return reply;
}

Result<WireSlots> read_slots(Document reply)
{
    const auto* list = Fields(reply).find("slots");
    if (!list || !list->is_array())
        return std::unexpected(lacks("slots"));
    WireSlots result{std::move(reply), {}, 0};
    for (const auto& row : Fields(result.reply).rows("slots")) {
        if (auto slot = read_slot(row, "id"))
            result.slots.push_back(std::move(*slot));
        else
            ++result.unusable;
    }
    return result;
}

Result<std::vector<WireAppointment>> read_appointments(const Document& reply)
{
    const auto* list = Fields(reply).find("appointments");
    if (!list || !list->is_array())
        return std::unexpected(lacks("appointments"));
    std::vector<WireAppointment> result;
    for (const auto& item : list->items()) {
        const Fields row(item);
        auto slot = item.is_object() ? read_slot(row, "slot") : std::nullopt;
        if (!slot || !is_usable_id(row.text("id")))
            return std::unexpected(lacks("an appointment's id, slot or times"));
        result.push_back({row.text("id"), std::move(*slot), row.flag("attended")});
    }
    return result;
}

Result<WirePatient> read_patient(const Document& reply, fhir::NhsNumber wanted)
{
    const auto row = Fields(reply).object("patient");
    if (!row || !is_usable_id(row->text("id")) || fhir::NhsNumber::parse(row->text("nhsNumber")) != wanted)
        return std::unexpected(lacks("this patient's record"));
    return WirePatient{row->text("id"),    row->text("family"),    row->text("given"),
                       row->text("phone"), row->date("birthDate"), wanted};
}

Result<std::string> read_booked(const Document& reply)
{
    auto id = Fields(reply).text("appointment");
    if (!is_usable_id(id))
        return std::unexpected(unknown_outcome("booked, no id"));
    return id;
}

} // namespace adapters::acme
