// SPDX-License-Identifier: Apache-2.0
#include "adapters/acme/acme.hpp"
#include "adapters/acme/wire.hpp"
#include "adapters/simulation/json_messages.hpp"
#include "adapters/simulation/practice_book.hpp"
#include "adapters/simulation/seed.hpp"
#include "adapters/simulation/spread.hpp"
#include "fhir/model/utf8.hpp"

namespace adapters::acme
{

using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;
using simulation::body_text;
using simulation::BookSlot;
using simulation::Held;
using simulation::json_reply;
using simulation::query_text;

namespace
{

/// `POST appointments`, whatever the base URL.
std::string asked_of(const Request& request)
{
    const auto path = request.path();
    return request.method + " " + std::string(path.substr(path.rfind('/') + 1));
}

Response refusal(std::string_view code)
{
    return json_reply(200, JsonValue::object({{"error", code}}));
}

/// One Acme practice, as strict as the wire is.
class AcmeSimulator : public simulation::BookSimulator
{
public:
    AcmeSimulator(const simulation::PracticeSeed& seed, const Clock& clock)
        : BookSimulator(practice_), practice_(seed), clock_(clock)
    {}

    Response handle(const Request& request) override;

    bool is_write(const Request& request) const override { return request.method == "POST"; }
    std::string requested_slot(const Request& request) const override
    {
        return asked_of(request) == "POST appointments" ? body_text(request, "slot") : "";
    }
    std::map<std::string, std::string> client_settings() const override
    {
        return {{"api_key", "acme-key-of-" + practice_.seed().ods}};
    }

private:
    Response free_slots(const Request& request) const;
    Response record(const simulation::SeedPatient& patient) const;
    Response appointments(const simulation::SeedPatient& patient) const;
    Response book_slot(const simulation::SeedPatient& patient, const Request& request);
    Response cancel(const simulation::SeedPatient& patient, const Request& request);
    JsonValue row_of(const BookSlot& slot) const;

    simulation::PracticeBook practice_;
    const Clock& clock_;
};

Response AcmeSimulator::handle(const Request& request)
{
    const auto asked = asked_of(request);
    if (request.headers.get("Authorization") != "Bearer " + client_settings()["api_key"])
        return json_reply(401, JsonValue::object());
    if (request.method == "POST" && !simulation::says_json(request))
        return json_reply(415, JsonValue::object());
    if (asked == "GET slots")
        return free_slots(request);
    const auto* patient = practice_.patient(request.headers.get("Acme-Patient"));
    if (!patient)
        return refusal("no_such_patient");
    if (asked == "GET patient")
        return record(*patient);
    if (asked == "GET appointments")
        return appointments(*patient);
    if (asked == "POST appointments")
        return book_slot(*patient, request);
    if (asked == "POST cancellations")
        return cancel(*patient, request);
    return json_reply(404, JsonValue::object());
}

JsonValue AcmeSimulator::row_of(const BookSlot& slot) const
{
    const auto& session = practice_.session_of(slot);
    const auto* clinician = simulation::clinician_of(practice_.seed(), session);
    const auto* place = simulation::location_of(practice_.seed(), session);
    auto row = JsonValue::object({{"start", fhir::to_utc_text(slot.start)}});
    row.set("end", fhir::to_utc_text(slot.end));
    row.set("kind", session.slot_type);
    row.set("clinician", clinician ? clinician->given + " " + clinician->family : "");
    row.set("place", place ? place->name : "");
    return row;
}

Response AcmeSimulator::free_slots(const Request& request) const
{
    const auto from = fhir::parse_instant(query_text(request, "from"));
    const auto to = fhir::parse_instant(query_text(request, "to"));
    if (!from || !to)
        return json_reply(400, JsonValue::object());
    auto rows = JsonValue::array();
    for (const auto& slot : practice_.slots()) {
        const bool wanted = *from <= slot.start && slot.start < *to && slot.start > clock_.now();
        if (!wanted || slot.held != Held::free)
            continue;
        rows.items().push_back(row_of(slot));
        rows.items().back().set("id", slot.key);
    }
    return json_reply(200, JsonValue::object({{"slots", std::move(rows)}}));
}

Response AcmeSimulator::record(const simulation::SeedPatient& patient) const
{
    auto row = JsonValue::object({{"nhsNumber", patient.nhs_number}});
    row.set("id", simulation::hex_digits(simulation::spread("acme|" + patient.nhs_number)));
    row.set("family", patient.family);
    row.set("given", patient.given);
    row.set("birthDate", fhir::to_text(patient.birth_date));
    row.set("phone", patient.phone);
    return json_reply(200, JsonValue::object({{"patient", std::move(row)}}));
}

Response AcmeSimulator::appointments(const simulation::SeedPatient& patient) const
{
    auto rows = JsonValue::array();
    for (const auto& slot : practice_.slots()) {
        if (slot.held != Held::booked || slot.nhs_number != patient.nhs_number)
            continue;
        auto row = row_of(slot);
        row.set("id", slot.appointment_key);
        row.set("slot", slot.key);
        row.set("attended", slot.start <= clock_.now());
        rows.items().push_back(std::move(row));
    }
    return json_reply(200, JsonValue::object({{"appointments", std::move(rows)}}));
}

Response AcmeSimulator::book_slot(const simulation::SeedPatient& patient, const Request& request)
{
    auto* slot = practice_.slot(body_text(request, "slot"));
    auto reason = body_text(request, "reason");
    if (!slot)
        return refusal("no_such_slot");
    if (slot->held != Held::free)
        return refusal("slot_taken");
    if (slot->start <= clock_.now())
        return refusal("slot_past");
    if (fhir::code_points(reason) > max_reason)
        return refusal("reason_too_long");
    practice_.book(*slot, patient.nhs_number, std::move(reason));
    return json_reply(200, JsonValue::object({{"appointment", slot->appointment_key}}));
}

Response AcmeSimulator::cancel(const simulation::SeedPatient& patient, const Request& request)
{
    auto* slot = practice_.appointment(body_text(request, "appointment"), patient.nhs_number);
    if (!slot)
        return refusal("no_such_appointment");
    if (slot->start <= clock_.now())
        return refusal("appointment_past");
    practice_.cancel(*slot, body_text(request, "reason"));
    return json_reply(200, JsonValue::object());
}

} // namespace

std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random&)
{
    return std::make_unique<AcmeSimulator>(seed, clock);
}

} // namespace adapters::acme
