// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/simulator_rules.hpp"
#include "fhir/model/utf8.hpp"

#include <algorithm>
#include <array>

namespace adapters::gpconnect::provider
{

namespace
{

constexpr std::array<std::string_view, 28> appointment_elements{"resourceType",
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
                                                                "serviceCategory",
                                                                "serviceType",
                                                                "specialty",
                                                                "appointmentType",
                                                                "reason",
                                                                "indication",
                                                                "priority",
                                                                "description",
                                                                "supportingInformation",
                                                                "start",
                                                                "end",
                                                                "minutesDuration",
                                                                "slot",
                                                                "created",
                                                                "comment",
                                                                "incomingReferral",
                                                                "participant"};
constexpr std::array<std::string_view, 7> barred_elements{
    "reason",           "specialty",      "appointmentType", "indication", "supportingInformation",
    "incomingReferral", "requestedPeriod"};

bool has_absolute_reference(const JsonValue& tree)
{
    if (const auto reference = text_of(tree, "reference"); reference.starts_with("http"))
        return true;
    const auto nested = [](const JsonValue& child) { return has_absolute_reference(child); };
    const auto member = [](const JsonValue::Member& child) { return has_absolute_reference(child.second); };
    return std::ranges::any_of(tree.items(), nested) || std::ranges::any_of(tree.members(), member);
}

Refused wrong_text(const JsonValue& body)
{
    for (const auto& [name, limit] :
         {std::pair<std::string_view, std::size_t>{"description", 100}, {"comment", 500}}) {
        const auto* text = body.find(name);
        if (text == nullptr)
            continue;
        if (!text->is_string() || is_blank(text->text()))
            return invalid_resource(std::string(name) + " must not be empty");
        if (fhir::code_points(text->text()) > limit)
            return invalid_resource(std::string(name) + " must not be longer than " + std::to_string(limit) +
                                    " characters");
    }
    return std::nullopt;
}

bool has_profile(const JsonValue& resource, std::string_view profile)
{
    const auto* meta = resource.find("meta");
    if (meta == nullptr)
        return false;
    for (const auto* item : items_of(*meta, "profile"))
        if (item->is_string() && item->text() == profile)
            return true;
    return false;
}

Refused missing_elements(const JsonValue& body)
{
    if (body.find("id") != nullptr)
        return invalid_resource("id must be absent");
    if (!has_profile(body, names::appointment_profile))
        return invalid_resource("meta.profile must hold the GP Connect appointment profile");
    if (text_of(body, "status") != "booked")
        return invalid_resource("status must be booked");
    for (std::string_view name : {"start", "end", "description", "created"})
        if (is_blank(text_of(body, name)))
            return invalid_resource(std::string(name) + " is missing");
    const auto created = fhir::parse_date_time(text_of(body, "created"));
    if (!created || created->precision < fhir::DateTime::Precision::second)
        return invalid_resource("created must be a dateTime with an offset");
    for (const auto* identifier : items_of(body, "identifier"))
        if (text_of(*identifier, "system").empty() || text_of(*identifier, "value").empty())
            return invalid_resource("identifier needs system and value");
    return std::nullopt;
}

Refused wrong_organisation(const JsonValue& organisation)
{
    if (!is_resource(organisation, "Organization") || text_of(organisation, "id").empty() ||
        !has_profile(organisation, names::organization_profile))
        return invalid_resource("contained must hold the booking Organization with id and profile");
    bool has_code = false;
    for (const auto* identifier : items_of(organisation, "identifier"))
        has_code = has_code || (text_of(*identifier, "system") == names::ods_system &&
                                !text_of(*identifier, "value").empty());
    if (!has_code || is_blank(text_of(organisation, "name")))
        return invalid_resource("The booking Organization needs its ODS code and name");
    bool has_phone = false;
    for (const auto* point : items_of(organisation, "telecom"))
        has_phone = has_phone || (text_of(*point, "system") == "phone" && !text_of(*point, "value").empty());
    if (!has_phone)
        return invalid_resource("The booking Organization needs a telecom of system phone");
    const auto type = text_at(organisation, {"type", "coding", "code"});
    if (organisation.find("type") != nullptr && type != "gp-practice" && type != "urgent-care")
        return invalid_resource("The type of the booking Organization is not known");
    return std::nullopt;
}

std::expected<const JsonValue*, Refusal> booking_organisation(const JsonValue& body)
{
    const auto* extension = extension_of(body, names::booking_organisation);
    if (extension == nullptr)
        return std::unexpected(invalid_resource("The booking organisation extension is missing"));
    const auto reference = text_at(*extension, {"valueReference", "reference"});
    for (const auto* contained : items_of(body, "contained")) {
        if ("#" + text_of(*contained, "id") != reference)
            continue;
        if (auto wrong = wrong_organisation(*contained))
            return std::unexpected(*wrong);
        return contained;
    }
    return std::unexpected(
        invalid_resource("The booking organisation extension does not refer to a contained Organization"));
}

std::expected<std::vector<std::size_t>, Refusal> booked_slots(State& state, const JsonValue& body)
{
    std::vector<std::size_t> found;
    for (const auto* item : items_of(body, "slot")) {
        const auto reference = text_of(*item, "reference");
        const auto* slot = state.slot(reference_id(reference, "Slot"));
        if (slot == nullptr && state.is_option("errors", "specification"))
            return std::unexpected(Refusal{422, "REFERENCE_NOT_FOUND", reference + " is not known"});
        if (slot == nullptr)
            return std::unexpected(invalid_resource("Slot/ reference is not known"));
        found.push_back(static_cast<std::size_t>(slot - state.slots.data()));
    }
    if (found.empty())
        return std::unexpected(invalid_resource("slot is missing"));
    std::ranges::sort(found, {}, [&](std::size_t index) { return state.slots[index].start; });
    for (std::size_t i = 1; i < found.size(); ++i) {
        const auto& before = state.slots[found[i - 1]];
        const auto& after = state.slots[found[i]];
        if (after.start != before.end || after.session != before.session)
            return std::unexpected(invalid_resource("The slots are not adjacent slots of one schedule"));
    }
    return found;
}

Refused wrong_participants(const State& state, const JsonValue& body, const simulation::SeedSession& session)
{
    std::size_t patients = 0;
    std::size_t locations = 0;
    std::size_t practitioners = 0;
    const auto* clinician = state.clinician_of(session);
    for (const auto* participant : items_of(body, "participant")) {
        const auto reference = text_at(*participant, {"actor", "reference"});
        constexpr std::array<std::string_view, 4> codes{"accepted", "declined", "tentative", "needs-action"};
        if (std::ranges::find(codes, text_of(*participant, "status")) == codes.end())
            return invalid_resource("Each participant needs a status");
        if (auto id = reference_id(reference, "Patient"); !id.empty()) {
            ++patients;
            if (state.person(id) == nullptr)
                return invalid_resource("The patient is not known here");
        } else if (id = reference_id(reference, "Location"); !id.empty()) {
            ++locations;
            if (id != state.location_id(state.location_key(session)))
                return invalid_resource("The location is not that of the schedule");
        } else if (id = reference_id(reference, "Practitioner"); !id.empty()) {
            ++practitioners;
            if (clinician == nullptr || id != state.practitioner_id(clinician->key))
                return invalid_resource("The practitioner is not that of the schedule");
        } else {
            return invalid_resource(
                "Each participant needs a reference to a Patient, Location or Practitioner");
        }
    }
    if (patients != 1 || locations != 1 || practitioners > 1)
        return invalid_resource(
            "participant must hold one Patient, one Location and at most one Practitioner");
    return std::nullopt;
}

Refused wrong_extensions(const JsonValue& body, const JsonValue& expected)
{
    for (const auto* extension : items_of(body, "extension")) {
        const auto url = text_of(*extension, "url");
        if (url == names::booking_organisation)
            continue;
        if (url != names::delivery_channel && url != names::practitioner_role)
            return invalid_resource("extension holds one that is not allowed when booking");
        const auto* held = extension_of(expected, url);
        if (held == nullptr || text_of(*held, "valueCode") != text_of(*extension, "valueCode"))
            return invalid_resource("The delivery channel is not that of the slot");
        const auto code = [](const JsonValue& e) {
            return text_at(e, {"valueCodeableConcept", "coding", "code"});
        };
        const auto display = [](const JsonValue& e) {
            return text_at(e, {"valueCodeableConcept", "coding", "display"});
        };
        if (code(*held) != code(*extension) ||
            (!display(*extension).empty() && display(*held) != display(*extension)))
            return invalid_resource("The practitioner role is not that of the schedule");
    }
    return std::nullopt;
}

Refused wrong_times(const JsonValue& body, const JsonValue& expected, fhir::Instant now)
{
    for (std::string_view name : {"start", "end"})
        if (text_of(body, name) != text_of(expected, name))
            return invalid_resource(std::string(name) + " is not that of the slots");
    const auto* minutes = body.find("minutesDuration");
    if (minutes != nullptr && *minutes != *expected.find("minutesDuration"))
        return invalid_resource("minutesDuration is not that of the slots");
    if (fhir::parse_instant(text_of(body, "start")).value_or(now) <= now)
        return invalid_resource("start must be in the future");
    return std::nullopt;
}

std::string patient_of(const JsonValue& body)
{
    for (const auto* participant : items_of(body, "participant"))
        if (auto id = reference_id(text_at(*participant, {"actor", "reference"}), "Patient"); !id.empty())
            return id;
    return {};
}

std::string ods_of(const JsonValue& organisation)
{
    for (const auto* identifier : items_of(organisation, "identifier"))
        if (text_of(*identifier, "system") == names::ods_system)
            return text_of(*identifier, "value");
    return {};
}

Refused not_allowed(const State& state, const simulation::SeedSession& session, const JsonValue& organisation)
{
    const auto ods = ods_of(organisation);
    if (!passes_filter(state, session, ods, text_at(organisation, {"type", "coding", "code"})))
        return invalid_resource("The slot is not offered to the booking organisation");
    const auto limit = state.option("booking_limit");
    const auto theirs = std::ranges::count_if(state.bookings, [&](const auto& entry) {
        return !entry.second.cancelled && ods_of(entry.second.organisation) == ods;
    });
    if (!limit.empty() && theirs >= std::atol(limit.c_str()))
        return invalid_resource("The booking organisation has reached its limit");
    return std::nullopt;
}

Booking new_booking(State& state, const JsonValue& body, const JsonValue& organisation,
                    std::vector<std::size_t> slots)
{
    Booking booking;
    booking.id = state.is_option("ids", "long")
                     ? std::string(58, 'a') + "." + std::to_string(state.next_booking++)
                     : "ap-" + std::to_string(state.next_booking++);
    booking.patient = patient_of(body);
    booking.slots = std::move(slots);
    booking.organisation = organisation;
    booking.created = text_of(body, "created");
    if (const auto* identifiers = body.find("identifier"))
        booking.identifiers = *identifiers;
    if (const auto* priority = body.find("priority"))
        booking.priority = *priority;
    return booking;
}

} // namespace

Refused wrong_appointment(const JsonValue& body)
{
    if (!is_resource(body, "Appointment"))
        return invalid_resource("The body must be an Appointment");
    for (const auto& [name, value] : body.members()) {
        if (std::ranges::find(barred_elements, name) != barred_elements.end())
            return invalid_resource(name + " must be absent");
        if (std::ranges::find(appointment_elements, name) == appointment_elements.end())
            return invalid_resource("The body holds an element that Appointment does not have");
    }
    if (has_absolute_reference(body))
        return invalid_resource("References must be relative");
    return wrong_text(body);
}

Answered create_appointment(State& state, const JsonValue& body, fhir::Instant now)
{
    if (auto wrong = wrong_appointment(body))
        return std::unexpected(*wrong);
    if (auto wrong = missing_elements(body))
        return std::unexpected(*wrong);
    auto organisation = booking_organisation(body);
    if (!organisation)
        return std::unexpected(organisation.error());
    auto slots = booked_slots(state, body);
    if (!slots)
        return std::unexpected(slots.error());
    const auto& session = state.session_of(state.slots[slots->front()]);
    if (auto wrong = wrong_participants(state, body, session))
        return std::unexpected(*wrong);
    Booking expected;
    expected.slots = *slots;
    const auto shape = state.appointment_tree(expected);
    if (auto wrong = wrong_extensions(body, shape))
        return std::unexpected(*wrong);
    if (auto wrong = wrong_times(body, shape, now))
        return std::unexpected(*wrong);
    if (auto wrong = not_allowed(state, session, **organisation))
        return std::unexpected(*wrong);
    for (auto index : *slots)
        if (state.slots[index].status != "free")
            return std::unexpected(
                Refusal{409, "DUPLICATE_REJECTED", "Slot/" + state.slots[index].id + " is no longer free"});

    auto booking = new_booking(state, body, **organisation, *slots);
    set_text(state, booking, text_of(body, "description"), text_of(body, "comment"));
    for (auto index : booking.slots) {
        auto& slot = state.slots[index];
        slot.status = "booked";
        slot.appointment = booking.id;
        ++slot.times_booked;
        ++slot.version;
    }
    const auto& kept = state.bookings.emplace(booking.id, booking).first->second;
    return Answer{201, state.appointment_tree(kept), "Appointment/" + kept.id + "/_history/1"};
}

void set_text(const State& state, Booking& booking, std::string description, std::string comment)
{
    // Some systems hold one field only and join the two.
    if (state.is_option("text", "concatenated") && !comment.empty()) {
        description += " " + comment;
        comment.clear();
    }
    booking.description = std::move(description);
    booking.comment = std::move(comment);
}

} // namespace adapters::gpconnect::provider
