// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/host.hpp"

#include "fhir/codec/json_value.hpp"

namespace adapters::simulation
{

using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

Response answer(unsigned status, const JsonValue& body)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json; charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    response.body.append(fhir::codec::to_json(body, true));
    return response;
}

Response refuse(unsigned status, std::string sentence)
{
    return answer(status, JsonValue::object({{"error", std::move(sentence)}}));
}

Response no_content()
{
    Response response;
    response.status = 204;
    return response;
}

Response wrong_method(std::string_view path, const std::string& allowed)
{
    auto response = refuse(405, std::string(path) + " answers " + allowed + " only.");
    response.headers.set("Allow", allowed);
    return response;
}

std::optional<Simulator::Mark> mark_named(std::string_view name)
{
    if (name == "arrived")
        return Simulator::Mark::arrived;
    if (name == "seen")
        return Simulator::Mark::seen;
    return name == "noshow" ? std::optional(Simulator::Mark::noshow) : std::nullopt;
}

JsonValue row_json(const BookRow& row)
{
    auto json = JsonValue::object();
    json.set("slot", row.slot_key);
    json.set("appointment", row.appointment_key);
    json.set("start", fhir::to_utc_text(row.start));
    json.set("end", fhir::to_utc_text(row.end));
    json.set("status", row.status);
    json.set("who", row.nhs_number);
    json.set("description", row.description);
    json.set("comment", row.comment);
    json.set("phone", row.phone);
    json.set("last_cancelled", row.last_cancelled);
    json.set("times_booked", static_cast<std::int64_t>(row.times_booked));
    return json;
}

JsonValue row_json(const MessageRow& row)
{
    auto medicines = JsonValue::array();
    for (const auto& each : row.medicines)
        medicines.items().push_back(each);
    auto json = JsonValue::object();
    json.set("kind", row.kind);
    json.set("id", row.id);
    json.set("who", row.nhs_number);
    json.set("recipient", row.recipient);
    json.set("subject", row.subject);
    json.set("text", row.text);
    json.set("medicines", std::move(medicines));
    json.set("at", fhir::to_utc_text(row.at));
    return json;
}

} // namespace

Response SimulatorHost::control(const Request& request)
{
    const auto path = request.path();
    const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
    if (path == "/book")
        return method == "GET" ? show_book() : wrong_method(path, "GET");
    if (path == "/messages")
        return method == "GET" ? show_messages() : wrong_method(path, "GET");
    if (path == "/fault") {
        if (method == "GET")
            return show_faults();
        if (method == "PUT")
            return put_faults(request);
        return method == "DELETE" ? delete_faults() : wrong_method(path, "GET, PUT, DELETE");
    }
    if (path == "/reset")
        return method == "POST" ? reset() : wrong_method(path, "POST");
    if (path == "/reception")
        return method == "POST" ? reception(request) : wrong_method(path, "POST");
    return refuse(404, "The control interface has /book, /messages, /fault, /reset and /reception.");
}

Response SimulatorHost::show_book() const
{
    auto slots = JsonValue::array();
    for (const auto& row : book())
        slots.items().push_back(row_json(row));
    return answer(200, JsonValue::object({{"ods", ods_}, {"slots", std::move(slots)}}));
}

Response SimulatorHost::show_messages() const
{
    auto rows = JsonValue::array();
    for (const auto& row : messages())
        rows.items().push_back(row_json(row));
    return answer(200, JsonValue::object({{"ods", ods_}, {"messages", std::move(rows)}}));
}

Response SimulatorHost::show_faults() const
{
    const std::lock_guard lock(mutex_);
    auto faults = JsonValue::array();
    for (const auto& active : faults_) {
        auto json = fault_json(active.fault);
        json.set("remaining",
                 active.remaining ? JsonValue(static_cast<std::int64_t>(*active.remaining)) : JsonValue());
        faults.items().push_back(std::move(json));
    }
    return answer(200, JsonValue::object({{"faults", std::move(faults)}}));
}

Response SimulatorHost::put_faults(const Request& request)
{
    auto faults = read_faults(request.body);
    if (!faults)
        return refuse(400, faults.error().sentence());
    set_faults(std::move(*faults));
    return show_faults();
}

Response SimulatorHost::delete_faults()
{
    set_faults({});
    return no_content();
}

Response SimulatorHost::reset()
{
    set_faults({});
    const std::lock_guard lock(mutex_);
    simulator_->reset();
    if (began_on_)
        simulator_->reception_switches(*began_on_);
    return no_content();
}

Response SimulatorHost::switch_appointments(std::string_view word)
{
    if (word != "on" && word != "off")
        return refuse(400, "Appointments are switched \"on\" or \"off\".");
    const auto before = simulator_->reception_switches(word == "on");
    if (!before)
        return refuse(409, "This system has no answer for appointments that are switched off.");
    began_on_ = began_on_.value_or(*before);
    return no_content();
}

/// What reception does of its own accord: see host.hpp.
Response SimulatorHost::reception(const Request& request)
{
    const auto body = fhir::codec::parse_json(request.body);
    const auto named = [&](std::string_view member) {
        const auto* value = body && body->is_object() ? body->find(member) : nullptr;
        return value && value->is_string() ? value->text() : std::string();
    };
    const std::string take = named("take"), cancel = named("cancel"), move = named("move"), to = named("to"),
                      unlink = named("unlink"), mark = named("mark"), appointments = named("appointments");
    const auto as = mark_named(named("as"));
    const std::size_t members = body && body->is_object() ? body->members().size() : 0;
    const std::lock_guard lock(mutex_);
    if (members == 1 && !take.empty())
        return simulator_->reception_takes(take) ? no_content()
                                                 : refuse(409, "There is no free slot with that key.");
    if (members == 1 && !cancel.empty())
        return simulator_->reception_cancels(cancel) ? no_content()
                                                     : refuse(409, "Nobody holds a slot with that key.");
    if (members == 1 && !unlink.empty())
        return simulator_->reception_unlinks(unlink)
                   ? no_content()
                   : refuse(409, "This system has no link for a patient with that NHS number.");
    if (members == 1 && !appointments.empty())
        return switch_appointments(appointments);
    if (members == 2 && !move.empty() && !to.empty())
        return simulator_->reception_moves(move, to)
                   ? no_content()
                   : refuse(409, "No appointment holds the one slot, or the other is not free.");
    if (members == 2 && !mark.empty() && as)
        return simulator_->reception_marks(mark, *as)
                   ? no_content()
                   : refuse(409,
                            "Nobody holds a slot with that key, or this system does not tell such a thing.");
    return refuse(400, R"(Send {"take": slot}, {"cancel": slot}, {"move": slot, "to": slot}, )"
                       R"({"mark": slot, "as": "arrived", "seen" or "noshow"}, {"unlink": NHS number} or )"
                       R"({"appointments": "on" or "off"}.)");
}

} // namespace adapters::simulation
