// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/mapping.hpp"

#include "adapters/appointment_parts.hpp"
#include "adapters/bars/standard/message.hpp"
#include "adapters/r4/found_slots.hpp"
#include "fhir/model/nhs_number.hpp"

namespace adapters::bars
{

namespace
{

constexpr std::string_view urn = "urn:uuid:";

/// Samples write the R5 name of the element, and leave out the status of participants.
JsonValue repaired(JsonValue appointment)
{
    if (const JsonValue* reason = appointment.find("cancellationReason")) {
        if (appointment.find("cancelationReason") == nullptr)
            appointment.set("cancelationReason", JsonValue(*reason));
        appointment.remove("cancellationReason");
    }
    if (JsonValue* participants = appointment.find("participant"); participants != nullptr)
        for (JsonValue& participant : participants->items())
            if (participant.is_object() && participant.find("status") == nullptr)
                participant.set("status", "accepted");
    return appointment;
}

bool is_patient(const fhir::AppointmentParticipant& participant)
{
    if (!participant.actor)
        return false;
    const auto reference = participant.actor->reference.value_or("");
    const auto type = participant.actor->type ? participant.actor->type->text : std::string();
    return type == "Patient" || reference.starts_with("Patient/") || reference.starts_with(urn) ||
           participant.actor->identifier.has_value();
}

/// Whoever a message is about is one person: what refers to somebody inside it becomes the NHS number.
void name_patient(fhir::Appointment& appointment, const PatientContext& patient)
{
    std::erase_if(appointment.participant, is_patient);
    appointment.participant.insert(appointment.participant.begin(), patient_participant(patient));
}

} // namespace

fhir::Interval SlotKey::times() const
{
    return {fhir::parse_instant(start).value_or(fhir::Instant()),
            fhir::parse_instant(end).value_or(fhir::Instant())};
}

std::string write_slot_key(const SlotKey& key)
{
    std::string json;
    json.reserve(192);
    const auto add = [&](std::string_view name, std::string_view value) {
        json.append(json.empty() ? "{" : ",").append(name);
        fhir::codec::append_json_string(json, value);
    };
    add(R"("service":)", key.service);
    add(R"("slot":)", key.slot);
    add(R"("start":)", key.start);
    add(R"("end":)", key.end);
    return json.append("}");
}

fhir::Result<SlotKey> read_slot_key(std::string_view text)
{
    const auto tree = Document::parse(text);
    if (!tree)
        return fhir::fail(fhir::ErrorKind::slot_unknown);
    const Node& root = tree->root();
    SlotKey key{text_of(root, "service"), text_of(root, "slot"), text_of(root, "start"),
                text_of(root, "end")};
    if (key.service.empty() || !fhir::is_id(key.slot) || !fhir::parse_instant(key.start) ||
        !fhir::parse_instant(key.end))
        return fhir::fail(fhir::ErrorKind::slot_unknown);
    return key;
}

fhir::Result<AppointmentKey> read_appointment_key(std::string_view text)
{
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0 || !fhir::is_id(text.substr(slash + 1)))
        return fhir::fail(fhir::ErrorKind::appointment_not_found);
    return AppointmentKey{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

FoundSlots to_found_slots(const wire::Answer& answer, const fhir::Interval& window,
                          const std::string& service, const std::string& practice_name, SlotMemo& memo)
{
    const r4::KeyOfSlot key{[&](const Node& received) {
                                return write_slot_key({service, text_of(received, "id"),
                                                       text_of(received, "start"), text_of(received, "end")});
                            },
                            [](const fhir::Slot&, const r4::ScheduleRow&) { return std::string(); }};
    return r4::to_found_slots(answer.bundle, window, answer.names, practice_name, memo, key);
}

std::string patient_of(const Node& appointment, const Node& around)
{
    for (const auto* participant : items_or_one_of(appointment, "participant")) {
        const Node* actor = member_of(*participant, "actor");
        if (actor == nullptr)
            continue;
        const auto reference = view_of(*actor, "reference");
        if (const Node* patient = standard::resource_named(around, reference, "Patient"))
            if (auto number = standard::nhs_number_in(*patient); !number.empty())
                return number;
        if (auto number = standard::nhs_number_in(*actor); !number.empty())
            return number;
        // A published sample refers to the patient by NHS number.
        const auto last = reference.substr(reference.rfind('/') + 1);
        if (fhir::NhsNumber::parse(last))
            return std::string(last);
    }
    return {};
}

std::string slot_of(const Node& appointment, const Node& around)
{
    const auto reference = view_at(appointment, {"slot", "reference"});
    if (const Node* slot = standard::resource_named(around, reference, "Slot"))
        if (auto id = text_of(*slot, "id"); !id.empty())
            return id;
    // Bookings name their slot `urn:uuid:<id>`: outside a message that is still its id.
    if (reference.starts_with(urn))
        return std::string(reference.substr(urn.size()));
    const auto relative = reference.rfind("Slot/");
    return relative == std::string_view::npos ? std::string() : std::string(reference.substr(relative + 5));
}

std::optional<SupplierAppointment> to_appointment(const Node& appointment, const Node& around,
                                                  const std::string& service, const PatientContext& patient,
                                                  const wire::Place& place)
{
    auto tree = fhir::codec::parse_json(appointment.source());
    const auto repaired_text = tree ? fhir::codec::to_json(repaired(std::move(*tree))) : std::string();
    const auto document = Document::parse(repaired_text);
    const wire::AnswerNames names(place);
    auto read = document ? r4::read_localised<fhir::Appointment>(document->root(), names) : std::nullopt;
    if (!read)
        return std::nullopt;
    read->id.reset(); // the gateway gives its own
    name_patient(*read, patient);
    read->slot.clear();
    if (const auto slot = slot_of(appointment, around); fhir::is_id(slot))
        read->slot.push_back(fhir::reference_to(names.reference("Slot", slot)));
    // R4 allows a reason only on a cancelled or missed appointment (invariant app-4).
    if (read->status != fhir::AppointmentStatus::cancelled && read->status != fhir::AppointmentStatus::noshow)
        read->cancelation_reason.reset();
    return SupplierAppointment{AppointmentKey{service, text_of(appointment, "id")}.text(), std::move(*read)};
}

} // namespace adapters::bars
