// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/compose.hpp"

#include "adapters/fhir_r4/names.hpp"
#include "fhir/model/utf8.hpp"

#include <algorithm>

namespace adapters::fhir_r4
{

namespace
{

using fhir::ErrorKind;

fhir::Result<AppointmentText> within_text_limits(AppointmentText text)
{
    if (fhir::code_points(text.description) > max_description)
        return fhir::fail(ErrorKind::text_too_long, "The description is longer than 1000 characters.",
                          "Appointment.description");
    if (fhir::code_points(text.comment) > max_comment)
        return fhir::fail(ErrorKind::text_too_long, "The comment is longer than 2000 characters.",
                          "Appointment.comment");
    return text;
}

JsonValue organization_tree(const Provenance& who)
{
    JsonValue tree = JsonValue::object({
        {"resourceType", JsonValue("Organization")},
        {"id", JsonValue("booking-organization")},
        {"identifier",
         JsonValue::array({identifier_tree(fhir::ods_organisation_system, who.organisation_ods)})},
        {"name", JsonValue(who.organisation_name.empty() ? who.organisation_ods : who.organisation_name)},
    });
    if (!who.organisation_phone.empty())
        tree.set("telecom",
                 JsonValue::array({JsonValue::object(
                     {{"system", JsonValue("phone")}, {"value", JsonValue(who.organisation_phone)}})}));
    return tree;
}

JsonValue participant_tree(const std::string& reference)
{
    return JsonValue::object({{"actor", reference_tree(reference)}, {"status", JsonValue("accepted")}});
}

JsonValue operation(std::string_view op, const std::string& element)
{
    return JsonValue::object({{"op", JsonValue(op)}, {"path", JsonValue("/" + element)}});
}

JsonValue value_of(const Change& change)
{
    return change.value.is_null() ? JsonValue(change.text) : change.value;
}

bool takes_away(const Change& change)
{
    return change.value.is_null() && change.text.empty();
}

} // namespace

fhir::Result<std::vector<SlotKey>> check_slots(const std::vector<OfferedSlot>& slots)
{
    if (slots.empty())
        return fhir::fail(ErrorKind::required, "A booking names at least one slot.", "Appointment.slot");
    std::vector<SlotKey> keys;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        auto key = read_slot_key(slots[i].supplier_key);
        if (!key)
            return std::unexpected(key.error().at("Appointment.slot[" + std::to_string(i) + "]"));
        keys.push_back(std::move(*key));
    }
    const auto starts = [](const SlotKey& key) { return fhir::parse_instant(key.start); };
    std::ranges::sort(keys, {}, starts);
    for (std::size_t i = 1; i < keys.size(); ++i)
        if (fhir::parse_instant(keys[i - 1].end) != starts(keys[i]) ||
            keys[i - 1].schedule != keys[i].schedule || keys[i - 1].kind != keys[i].kind)
            return fhir::fail(
                ErrorKind::slots_not_adjacent,
                "The slots do not follow each other in the same session with the same channel and type.",
                "Appointment.slot[" + std::to_string(i) + "]");
    return keys;
}

fhir::Result<AppointmentText> booking_text(const BookAppointment& booking)
{
    AppointmentText text{booking.description, booking.comment};
    if (!booking.phone.empty())
        text.comment += (text.comment.empty() ? "Ring " : "\nRing ") + booking.phone;
    return within_text_limits(std::move(text));
}

fhir::Result<AppointmentText> amended_text(const AmendAppointment& amendment)
{
    return within_text_limits({amendment.description, amendment.comment});
}

JsonValue compose_booking(const BookAppointment& booking, const std::vector<SlotKey>& slots,
                          const AppointmentText& text, const std::string& patient,
                          const JsonValue& identifier)
{
    JsonValue references = JsonValue::array();
    for (const auto& slot : slots)
        references.items().push_back(reference_tree("Slot/" + slot.slot));
    JsonValue participants = JsonValue::array({participant_tree("Patient/" + patient)});
    for (const auto& actor : slots.front().actors)
        participants.items().push_back(participant_tree(actor));
    const JsonValue extension =
        JsonValue::object({{"url", JsonValue(names::booking_organization)},
                           {"valueReference", reference_tree("#booking-organization")}});
    JsonValue tree = JsonValue::object({
        {"resourceType", JsonValue("Appointment")},
        {"contained", JsonValue::array({organization_tree(booking.provenance)})},
        {"extension", JsonValue::array({extension})},
        {"identifier", JsonValue::array({identifier})},
        {"status", JsonValue("booked")},
    });
    if (!is_blank(text.description))
        tree.set("description", text.description);
    // As they came: a server may compare the texts.
    tree.set("start", slots.front().start);
    tree.set("end", slots.back().end);
    tree.set("slot", std::move(references));
    tree.set("created", fhir::to_utc_text(std::chrono::floor<std::chrono::seconds>(booking.created)));
    if (!is_blank(text.comment))
        tree.set("comment", text.comment);
    tree.set("participant", std::move(participants));
    return tree;
}

std::vector<Change> changes_for_cancel(const std::string& reason)
{
    std::vector<Change> changes{{"status", "cancelled"}};
    if (!is_blank(reason))
        changes.push_back({"cancelationReason", {}, JsonValue::object({{"text", JsonValue(reason)}})});
    return changes;
}

std::vector<Change> changes_for_amend(const AppointmentText& text)
{
    std::vector<Change> changes;
    // A blank description leaves the one that stands.
    if (!is_blank(text.description))
        changes.push_back({"description", text.description});
    changes.push_back({"comment", is_blank(text.comment) ? std::string() : text.comment});
    return changes;
}

JsonValue changed_tree(JsonValue appointment, const std::vector<Change>& changes)
{
    for (const auto& change : changes) {
        if (takes_away(change))
            appointment.remove(change.element);
        else
            appointment.set(change.element, value_of(change));
    }
    return appointment;
}

JsonValue changing_patch(const JsonValue& appointment, const std::vector<Change>& changes)
{
    JsonValue patch = JsonValue::array();
    for (const auto& change : changes) {
        const bool present = appointment.find(change.element) != nullptr;
        if (takes_away(change)) {
            if (present)
                patch.items().push_back(operation("remove", change.element));
            continue;
        }
        auto set = operation(present ? "replace" : "add", change.element);
        set.set("value", value_of(change));
        patch.items().push_back(std::move(set));
    }
    return patch;
}

} // namespace adapters::fhir_r4
