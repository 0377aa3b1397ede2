// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/simulator_rules.hpp"

#include "fhir/model/nhs_number.hpp"

#include <algorithm>
#include <array>

namespace adapters::fhir_r4::server
{

namespace
{

// FHIR R4, Appointment, and what every resource has.
constexpr std::array<std::string_view, 31> known_elements{"resourceType",
                                                          "id",
                                                          "meta",
                                                          "implicitRules",
                                                          "language",
                                                          "text",
                                                          "contained",
                                                          "extension",
                                                          "modifierExtension",
                                                          "identifier",
                                                          "status",
                                                          "cancelationReason",
                                                          "serviceCategory",
                                                          "serviceType",
                                                          "specialty",
                                                          "appointmentType",
                                                          "reasonCode",
                                                          "reasonReference",
                                                          "priority",
                                                          "description",
                                                          "supportingInformation",
                                                          "start",
                                                          "end",
                                                          "minutesDuration",
                                                          "slot",
                                                          "created",
                                                          "comment",
                                                          "patientInstruction",
                                                          "basedOn",
                                                          "participant",
                                                          "requestedPeriod"};
/// What a client may change afterwards.
constexpr std::array<std::string_view, 4> changeable{"status", "cancelationReason", "description", "comment"};

std::string local_id_of(std::string_view reference, std::string_view type)
{
    const auto prefix = std::string(type) + "/";
    return reference.starts_with(prefix) ? std::string(reference.substr(prefix.size())) : std::string();
}

std::expected<void, Refusal> check_shape(const JsonValue& body)
{
    if (!is_resource(body, "Appointment"))
        return refuse(400, "structure", "The body is no Appointment");
    for (const auto& [name, value] : body.members()) {
        const auto element = name.starts_with('_') ? name.substr(1) : name;
        if (std::ranges::find(known_elements, element) == known_elements.end())
            return refuse(400, "structure", "Appointment has no element " + name);
        if (value.is_null() || (value.is_array() && value.items().empty()) ||
            (value.is_string() && value.text().empty()))
            return refuse(400, "structure", "Appointment." + name + " is empty");
    }
    if (view_of(body, "status").empty() || items_of(body, "participant").empty())
        return refuse(400, "required", "An Appointment has a status and participants");
    if (body.find("cancelationReason") != nullptr && view_of(body, "status") != "cancelled")
        return refuse(422, "invariant", "app-4: cancelationReason needs status cancelled or noshow");
    return {};
}

/// The one patient among the participants, all of whom must be known.
std::expected<std::string, Refusal> check_participants(const State& state, const JsonValue& body)
{
    std::string patient;
    const auto& directory = state.directory();
    for (const auto* participant : items_of(body, "participant")) {
        const auto actor = view_at(*participant, {"actor", "reference"});
        if (view_of(*participant, "status").empty())
            return refuse(400, "required", "Each participant has a status");
        const auto id = local_id_of(actor, "Patient");
        if (!id.empty() && patient.empty() && state.patient(id))
            patient = id;
        else if (!id.empty())
            return refuse(422, "not-found", "One patient takes part, whom the practice knows");
        else if (!directory.contains(std::string(actor)))
            return refuse(422, "not-found", "A participant is not known");
    }
    if (patient.empty())
        return refuse(422, "required", "A patient takes part");
    return patient;
}

/// The slots asked for, all free and one after the other.
std::expected<std::vector<std::size_t>, Refusal> check_free_slots(State& state, const JsonValue& body,
                                                                  fhir::Instant now)
{
    std::vector<std::size_t> wanted;
    for (const auto* reference : items_of(body, "slot")) {
        const auto* slot = state.slot(local_id_of(view_of(*reference, "reference"), "Slot"));
        if (slot == nullptr)
            return refuse(422, "not-found", "A slot is not known");
        if (slot->start <= now)
            return refuse(422, "business-rule", "A slot lies in the past");
        wanted.push_back(static_cast<std::size_t>(slot - state.slots.data()));
    }
    if (wanted.empty())
        return refuse(422, "required", "Appointments are booked into slots");
    if (wanted.size() > 1 && state.is_option("multi_slot", "no"))
        return refuse(422, "business-rule", "An appointment takes one slot");
    for (std::size_t i = 1; i < wanted.size(); ++i)
        if (state.slots[wanted[i - 1]].end != state.slots[wanted[i]].start ||
            state.slots[wanted[i - 1]].session != state.slots[wanted[i]].session)
            return refuse(422, "business-rule", "The slots do not follow each other");
    if (fhir::parse_instant(view_of(body, "start")) != state.slots[wanted.front()].start ||
        fhir::parse_instant(view_of(body, "end")) != state.slots[wanted.back()].end)
        return refuse(422, "invariant", "start and end are not those of the slots");
    for (const auto index : wanted)
        if (state.slots[index].status != "free")
            return refuse(409, "conflict", "The slot is not free");
    return wanted;
}

/// Empty of who has none.
std::string number_in(const JsonValue& patient)
{
    for (const auto* identifier : items_of(patient, "identifier"))
        if (view_of(*identifier, "system") == fhir::nhs_number_system)
            return text_of(*identifier, "value");
    return {};
}

/// Appointments that a condition `identifier=system|value` is about.
std::expected<std::vector<const Booking*>, Refusal> matching(const State& state, std::string_view condition)
{
    const auto parameters = fhir::rest::parse_query(condition);
    if (!parameters || parameters->size() != 1 || parameters->front().first != "identifier")
        return refuse(400, "not-supported", "If-None-Exist takes one identifier");
    std::vector<const Booking*> found;
    for (const auto& [id, booking] : state.bookings)
        for (const auto* identifier : items_of(booking.tree, "identifier"))
            if (text_of(*identifier, "system") + "|" + text_of(*identifier, "value") ==
                parameters->front().second)
                found.push_back(&booking);
    return found;
}

Answer answer_of(const State& state, const Booking& booking, unsigned status)
{
    Answer answer{status, state.appointment_tree(booking), {}, {}};
    if (status == 201)
        answer.created =
            "Appointment/" + text_of(booking.tree, "id") + "/_history/" + std::to_string(booking.version);
    return answer;
}

std::expected<Booking*, Refusal> to_change(State& state, const std::string& id, std::string_view if_match)
{
    const auto found = state.bookings.find(id);
    if (found == state.bookings.end())
        return refuse(404, "not-found", "The appointment is not known");
    if (if_match.empty())
        return refuse(400, "required", "Changes need If-Match");
    if (if_match != "W/\"" + std::to_string(found->second.version) + "\"")
        return refuse(412, "conflict", "The appointment has been changed meanwhile");
    return &found->second;
}

std::expected<void, Refusal> check_change(const JsonValue& before, const JsonValue& after)
{
    auto left = before;
    auto right = after;
    for (const auto name : changeable) {
        left.remove(name);
        right.remove(name);
    }
    right.remove("meta");
    for (const auto& [name, value] : left.members())
        if (const auto* other = right.find(name); other == nullptr || !(*other == value))
            return refuse(422, "business-rule", "Appointment." + name + " cannot be changed");
    if (right.members().size() != left.members().size())
        return refuse(422, "business-rule", "Elements were added that cannot be changed");
    if (view_of(before, "status") != "booked")
        return refuse(422, "business-rule", "The appointment is not booked any more");
    const auto status = view_of(after, "status");
    if (status != "booked" && status != "cancelled")
        return refuse(422, "business-rule", "A booked appointment can be cancelled, nothing else");
    return {};
}

Answered apply_change(State& state, Booking& booking, JsonValue after)
{
    if (const auto shape = check_shape(after); !shape)
        return std::unexpected(shape.error());
    if (const auto allowed = check_change(booking.tree, after); !allowed)
        return std::unexpected(allowed.error());
    after.remove("meta");
    const bool cancelled = view_of(after, "status") == "cancelled";
    booking.tree = std::move(after);
    ++booking.version;
    if (cancelled)
        state.release(booking, std::string(view_at(booking.tree, {"cancelationReason", "text"})));
    return answer_of(state, booking, 200);
}

} // namespace

Answered create_appointment(State& state, const JsonValue& body, std::string_view if_none_exist,
                            fhir::Instant now)
{
    if (!if_none_exist.empty() && !state.is_option("conditional_create", "no")) {
        const auto held = matching(state, if_none_exist);
        if (!held)
            return std::unexpected(held.error());
        if (held->size() > 1)
            return refuse(412, "multiple-matches", "Several appointments have that identifier");
        if (held->size() == 1)
            return answer_of(state, *held->front(), 200);
    }
    if (const auto shape = check_shape(body); !shape)
        return std::unexpected(shape.error());
    if (view_of(body, "status") != "booked")
        return refuse(422, "business-rule", "New appointments are booked");
    const auto patient = check_participants(state, body);
    if (!patient)
        return std::unexpected(patient.error());
    const auto wanted = check_free_slots(state, body, now);
    if (!wanted)
        return std::unexpected(wanted.error());
    const auto id = "ap-" + std::to_string(state.next_booking++);
    Booking booking{body, 1, *wanted, number_in(*state.patient(*patient))};
    booking.tree.set("id", id);
    booking.tree.remove("meta");
    for (const auto index : *wanted) {
        auto& slot = state.slots[index];
        slot.status = "booked";
        slot.appointment = id;
        ++slot.times_booked;
    }
    const auto& kept = state.bookings.emplace(id, std::move(booking)).first->second;
    return answer_of(state, kept, 201);
}

Answered create_patient(State& state, const JsonValue& body)
{
    if (!is_resource(body, "Patient") || items_of(body, "name").empty() ||
        !fhir::parse_date(view_of(body, "birthDate")))
        return refuse(422, "required", "A patient has a name and a birth date");
    const auto number = number_in(body);
    if (!number.empty() && !state.patient_id(number).empty())
        return refuse(422, "duplicate", "The patient is registered already");
    const auto id = "pt-" + std::to_string(9001 + state.newcomers.size());
    auto tree = body;
    tree.set("id", id);
    tree.set("meta", JsonValue::object({{"versionId", JsonValue("1")}}));
    Answer answer{201, tree, "Patient/" + id + "/_history/1", {}};
    state.newcomers.emplace(id, std::move(tree));
    return answer;
}

Answered update_appointment(State& state, const std::string& id, const JsonValue& body,
                            std::string_view if_match)
{
    const auto booking = to_change(state, id, if_match);
    if (!booking)
        return std::unexpected(booking.error());
    if (view_of(body, "id") != id)
        return refuse(400, "invariant", "The id in the body is not that of the address");
    return apply_change(state, **booking, body);
}

Answered patch_appointment(State& state, const std::string& id, const JsonValue& patch,
                           std::string_view if_match)
{
    const auto booking = to_change(state, id, if_match);
    if (!booking)
        return std::unexpected(booking.error());
    auto after = fhir::codec::apply_json_patch((*booking)->tree, patch);
    if (!after)
        return refuse(422, "processing", "The patch cannot be applied");
    return apply_change(state, **booking, std::move(*after));
}

} // namespace adapters::fhir_r4::server
