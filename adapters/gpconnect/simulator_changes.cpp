// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/simulator_rules.hpp"
#include "fhir/model/uk_time.hpp"

#include <set>

namespace adapters::gpconnect::provider
{

namespace
{

Refusal changed(std::string_view what)
{
    return invalid_resource(std::string(what) + " must not be changed");
}

std::string participant_of(const JsonValue& tree, std::string_view type)
{
    for (const auto* participant : items_of(tree, "participant"))
        if (auto id = reference_id(text_at(*participant, {"actor", "reference"}), type); !id.empty())
            return id;
    return {};
}

std::set<std::string> slots_of(const JsonValue& tree)
{
    std::set<std::string> ids;
    for (const auto* slot : items_of(tree, "slot"))
        ids.insert(text_of(*slot, "reference"));
    return ids;
}

const JsonValue* contained_organisation(const JsonValue& tree)
{
    const auto* extension = extension_of(tree, names::booking_organisation);
    if (extension == nullptr)
        return nullptr;
    for (const auto* contained : items_of(tree, "contained"))
        if ("#" + text_of(*contained, "id") == text_at(*extension, {"valueReference", "reference"}))
            return contained;
    return nullptr;
}

bool same_member(const JsonValue& a, const JsonValue& b, std::string_view name)
{
    const auto* left = a.find(name);
    const auto* right = b.find(name);
    return left == nullptr || right == nullptr ? left == right : *left == *right;
}

bool same_organisation(const JsonValue& sent, const JsonValue& held)
{
    const auto* ours = contained_organisation(held);
    const auto* theirs = contained_organisation(sent);
    if (ours == nullptr || theirs == nullptr)
        return ours == theirs;
    return same_member(*ours, *theirs, "identifier") && same_member(*ours, *theirs, "name") &&
           same_member(*ours, *theirs, "telecom");
}

Refused strict_differences(const JsonValue& sent, const JsonValue& held)
{
    if (text_of(sent, "id") != text_of(held, "id"))
        return changed("id");
    for (std::string_view name : {"start", "end"})
        if (!fhir::parse_instant(text_of(sent, name)) ||
            fhir::parse_instant(text_of(sent, name)) != fhir::parse_instant(text_of(held, name)))
            return changed(name);
    for (std::string_view type : {"Patient", "Location"})
        if (participant_of(sent, type) != participant_of(held, type))
            return changed(type);
    if (!same_member(sent, held, "priority"))
        return changed("priority");
    if (!same_organisation(sent, held))
        return changed("The booking organisation");
    return std::nullopt;
}

Refused different_extensions(const JsonValue& sent, const JsonValue& held)
{
    for (const auto* extension : items_of(sent, "extension")) {
        const auto url = text_of(*extension, "url");
        if (url == names::booking_organisation || url == names::cancellation_reason)
            continue;
        const auto* ours = extension_of(held, url);
        if (ours == nullptr || !(*ours == *extension))
            return changed("extension");
    }
    return std::nullopt;
}

// Left out means unchanged.
Refused lenient_differences(const JsonValue& sent, const JsonValue& held)
{
    if (const auto id = participant_of(sent, "Practitioner");
        !id.empty() && id != participant_of(held, "Practitioner"))
        return changed("Practitioner");
    for (std::string_view name : {"minutesDuration", "serviceCategory", "serviceType"})
        if (sent.find(name) != nullptr && !same_member(sent, held, name))
            return changed(name);
    if (sent.find("slot") != nullptr && slots_of(sent) != slots_of(held))
        return changed("slot");
    if (sent.find("created") != nullptr) {
        const auto created = fhir::parse_date_time(text_of(sent, "created"));
        const auto ours = fhir::parse_date_time(text_of(held, "created"));
        if (!created || !ours || created->at != ours->at)
            return changed("created");
    }
    return different_extensions(sent, held);
}

Refused not_amendable(const JsonValue& sent)
{
    if (text_of(sent, "status") != "booked")
        return changed("status");
    if (extension_of(sent, names::cancellation_reason) != nullptr)
        return invalid_resource("A cancellation reason does not belong in an amendment");
    if (is_blank(text_of(sent, "description")))
        return invalid_resource("description is missing");
    return std::nullopt;
}

Refused not_cancellable(const JsonValue& sent, const JsonValue& held)
{
    if (text_of(sent, "status") != "cancelled")
        return invalid_resource("status must be cancelled");
    const auto* reason = extension_of(sent, names::cancellation_reason);
    if (reason == nullptr)
        return invalid_resource("The cancellation reason extension is missing");
    if (is_blank(text_of(*reason, "valueString")))
        return invalid_parameter("The cancellation reason must not be blank");
    for (std::string_view name : {"description", "comment"})
        if (sent.find(name) != nullptr && !same_member(sent, held, name))
            return changed(name);
    return std::nullopt;
}

void free_slots(State& state, const Booking& booking)
{
    for (auto index : booking.slots) {
        auto& slot = state.slots[index];
        slot.status = "free";
        slot.appointment.clear();
        slot.last_cancelled = booking.reason;
        ++slot.version;
    }
}

Refused wrong_version(const State& state, const Booking& booking, std::string_view if_match)
{
    if (if_match.empty())
        return state.is_option("if_match", "required") ? Refused(bad_request("Header If-Match is missing"))
                                                       : std::nullopt;
    if (if_match == "W/\"" + std::to_string(booking.version) + "\"")
        return std::nullopt;
    return Refusal{409, "FHIR_CONSTRAINT_VIOLATION", "If-Match names another version"};
}

} // namespace

Answered change_appointment(State& state, const std::string& id, const JsonValue& body,
                            std::string_view if_match, bool cancel, fhir::Instant now)
{
    const auto found = state.bookings.find(id);
    if (found == state.bookings.end())
        return std::unexpected(Refusal{404, "NO_RECORD_FOUND", "The appointment is not known"});
    auto& booking = found->second;
    if (auto wrong = wrong_version(state, booking, if_match))
        return std::unexpected(*wrong);
    if (booking.cancelled)
        return std::unexpected(invalid_resource("The appointment is cancelled"));
    if (!booking.attendance.empty())
        return std::unexpected(invalid_resource("The appointment is not booked any more"));
    if (state.slots[booking.slots.front()].start <= now)
        return std::unexpected(invalid_resource("The appointment is in the past"));
    if (auto wrong = wrong_appointment(body))
        return std::unexpected(*wrong);
    const auto held = state.appointment_tree(booking);
    if (auto wrong = cancel ? not_cancellable(body, held) : not_amendable(body))
        return std::unexpected(*wrong);
    if (auto wrong = strict_differences(body, held))
        return std::unexpected(*wrong);
    if (auto wrong = lenient_differences(body, held))
        return std::unexpected(*wrong);

    ++booking.version;
    if (cancel) {
        booking.cancelled = true;
        booking.reason = text_of(*extension_of(body, names::cancellation_reason), "valueString");
        free_slots(state, booking);
    } else {
        set_text(state, booking, text_of(body, "description"), text_of(body, "comment"));
    }
    return Answer{200, state.appointment_tree(booking)};
}

Answered read_appointment(const State& state, const std::string& id, fhir::Instant now)
{
    const auto found = state.bookings.find(id);
    if (found == state.bookings.end())
        return std::unexpected(Refusal{404, "NO_RECORD_FOUND", "The appointment is not known"});
    if (state.slots[found->second.slots.front()].start < fhir::uk_day(fhir::uk_date(now)).start)
        return std::unexpected(invalid_resource("The appointment is in the past"));
    return Answer{200, state.appointment_tree(found->second)};
}

Answered list_appointments(const State& state, const std::string& patient, const Parameters& parameters,
                           fhir::Instant now)
{
    if (state.person(patient) == nullptr)
        return std::unexpected(Refusal{404, "PATIENT_NOT_FOUND", "The patient is not known"});
    std::optional<fhir::Date> from;
    std::optional<fhir::Date> to;
    const auto values = values_of(parameters, "start");
    for (const auto& value : values) {
        const auto date = value.size() == 12 ? fhir::parse_date(value.substr(2)) : std::nullopt;
        if (!date)
            return std::unexpected(invalid_parameter("start must be ge or le and a date"));
        if (value.starts_with("ge") && !from)
            from = date;
        else if (value.starts_with("le") && !to)
            to = date;
    }
    if (values.size() != 2 || !from || !to)
        return std::unexpected(invalid_parameter("start must be given twice, once with ge and once with le"));
    if (*from < fhir::uk_date(now) || *to < fhir::uk_date(now))
        return std::unexpected(invalid_parameter("start must not be before today"));
    if (*to < *from)
        return std::unexpected(invalid_parameter("start: the upper date must not be before the lower"));
    std::vector<JsonValue> list;
    for (const auto& [id, booking] : state.bookings) {
        const auto day = fhir::uk_date(state.slots[booking.slots.front()].start);
        if (booking.patient == patient && day >= *from && day <= *to)
            list.push_back(state.appointment_tree(booking));
    }
    return Answer{200, searchset(std::move(list))};
}

} // namespace adapters::gpconnect::provider
