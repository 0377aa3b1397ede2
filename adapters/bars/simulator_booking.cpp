// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/simulator_rules.hpp"

#include "adapters/bars/simulator_sentinels.hpp"
#include "adapters/bars/standard/message.hpp"
#include "adapters/bars/standard/names.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/nhs_number.hpp"

#include <algorithm>

namespace adapters::bars::receiver
{

namespace
{

const JsonValue& only(const JsonValue& bundle, std::string_view type)
{
    return *entries_of(bundle, type).front();
}

std::size_t count_rank_one(const std::vector<const JsonValue*>& ranks)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        ranks, [](const JsonValue* rank) { return rank != nullptr && rank->integer() == 1; }));
}

/// At least one contact and exactly one of rank 1; in each, numbers of which exactly one is of rank 1.
Checked check_contacts(const JsonValue& patient)
{
    std::vector<const JsonValue*> ranks;
    for (const auto* contact : items_of(patient, "contact")) {
        const auto* extension = extension_of(*contact, standard::extension::contact_rank);
        ranks.push_back(extension != nullptr ? extension->find("valuePositiveInt") : nullptr);
        std::vector<const JsonValue*> inner;
        for (const auto* number : items_of(*contact, "telecom"))
            if (view_of(*number, "system") == "phone" && !view_of(*number, "value").empty())
                inner.push_back(number->find("rank"));
        if (count_rank_one(inner) != 1)
            return bad("invariant", "Each contact has a phone number of rank 1");
    }
    if (count_rank_one(ranks) != 1)
        return bad("invariant", "The patient has exactly one contact of rank 1");
    return {};
}

Checked check_patient(const JsonValue& patient)
{
    const auto* identifier = follow(patient, {"identifier"});
    const auto number = standard::nhs_number_in(patient);
    const auto* status = identifier != nullptr && !identifier->items().empty()
                             ? extension_of(identifier->items().front(), standard::extension::number_status)
                             : nullptr;
    const auto code =
        status != nullptr ? view_at(*status, {"valueCodeableConcept", "coding", "code"}) : std::string_view();
    if (!number.empty() && (!fhir::NhsNumber::parse(number) || (code != "number-present-and-verified" &&
                                                                code != "number-present-but-not-traced")))
        return bad("invariant", "An NHS number is valid, and sent only with its verification status");
    return {};
}

Checked check_slot_entry(const Caller& caller, const JsonValue& bundle, const JsonValue& appointment)
{
    const auto* slot = standard::resource_named(bundle, view_at(appointment, {"slot", "reference"}), "Slot");
    const auto* schedule =
        slot != nullptr
            ? standard::resource_named(bundle, view_at(*slot, {"schedule", "reference"}), "Schedule")
            : nullptr;
    if (schedule == nullptr)
        return bad("invariant", "The appointment's slot and its schedule are entries of the message");
    const auto& service = only(bundle, "HealthcareService");
    if (view_at(service, {"identifier", "value"}) != caller.service || view_of(service, "id").empty() ||
        view_of(*schedule, "id").empty())
        return bad("invariant", "Schedule and service come back as they were sent");
    if (fhir::parse_instant(view_of(appointment, "start")) != fhir::parse_instant(view_of(*slot, "start")) ||
        fhir::parse_instant(view_of(appointment, "end")) != fhir::parse_instant(view_of(*slot, "end")))
        return bad("invariant", "start and end are not those of the slot");
    return {};
}

Checked check_appointment(const JsonValue& bundle, const JsonValue& appointment)
{
    const auto participants = items_of(appointment, "participant");
    if (participants.size() != 1 || view_of(*participants.front(), "status") != "accepted" ||
        standard::resource_named(bundle, view_at(*participants.front(), {"actor", "reference"}), "Patient") ==
            nullptr)
        return bad("invariant", "The patient of the message takes part, and has accepted");
    if (view_at(appointment, {"serviceCategory", "coding", "code"}).empty())
        return bad("required", "Appointment.serviceCategory is missing");
    return {};
}

std::expected<SlotState*, Refusal> free_slot(State& state, const JsonValue& bundle, fhir::Instant now)
{
    auto* slot = state.slot(view_of(only(bundle, "Slot"), "id"));
    if (slot == nullptr)
        return refuse(404, "REC_NOT_FOUND", "not-found", "The slot is not known");
    if (slot->status != "free" || slot->start <= now)
        return refuse(409, "REC_CONFLICT", "conflict",
                      "The slot is no longer free. Search again and choose another slot.");
    if (fhir::parse_instant(view_of(only(bundle, "Slot"), "start")) != slot->start)
        return refuse(409, "REC_CONFLICT", "conflict", "The slot has changed.");
    return slot;
}

Checked check_sentinels(const State& state, const std::string& number)
{
    if (!state.options().is("sentinels", "on"))
        return {};
    if (auto refusal = sentinels::refusal_of_patient(number))
        return std::unexpected(*refusal);
    const bool has_one = std::ranges::any_of(state.bookings, [&](const auto& each) {
        return each.second.person.nhs_number == number && view_of(each.second.tree, "status") == "booked";
    });
    if (sentinels::books_once(number) && has_one)
        return refuse(409, "REC_CONFLICT", "conflict", "Sentinel");
    return {};
}

/// Whether the receiver refuses to look for what a sentinel patient has not booked.
bool has_nothing_to_cancel(const State& state, const std::string& number)
{
    return state.options().is("sentinels", "on") && sentinels::books_once(number);
}

std::string new_id(const State& state, const std::string& booking, const std::string& nhs_number)
{
    const auto fixed = state.options().is("sentinels", "on") ? sentinels::appointment_id_for(nhs_number)
                                                             : std::string_view();
    return fixed.empty() ? state.uuid("appointment " + booking) : std::string(fixed);
}

/// The request with what the receiver has made: ids, reference, time.
std::string reply_to(const State& state, JsonValue bundle, const JsonValue& appointment,
                     const Booking& booking)
{
    for (auto& entry : bundle.find("entry")->items()) {
        auto& resource = *entry.find("resource");
        if (is_resource(resource, "Appointment"))
            resource = appointment;
        else if (is_resource(resource, "Patient"))
            resource.set("id", state.patient_id(booking));
        else if (is_resource(resource, "Slot"))
            resource.set("status", "busy");
        else if (is_resource(resource, "MessageHeader"))
            resource.set("response", JsonValue::object({{"identifier", JsonValue(view_of(bundle, "id"))},
                                                        {"code", JsonValue("ok")}}));
    }
    return fhir::codec::to_json(bundle);
}

BookedPerson person_in(const JsonValue& patient)
{
    return {standard::nhs_number_in(patient), text_at(patient, {"name", "family"}),
            text_of(patient, "birthDate"), text_at(patient, {"address", "postalCode"})};
}

Answered book(State& state, JsonValue bundle, const Caller& caller, fhir::Instant now)
{
    auto appointment = only(bundle, "Appointment");
    const auto& patient = only(bundle, "Patient");
    if (!view_of(appointment, "id").empty())
        return bad("invariant", "A new appointment has no id");
    for (const auto& passed :
         {check_appointment(bundle, appointment), check_slot_entry(caller, bundle, appointment),
          check_patient(patient), check_contacts(patient),
          check_sentinels(state, standard::nhs_number_in(patient))})
        if (!passed)
            return std::unexpected(passed.error());
    const auto slot = free_slot(state, bundle, now);
    if (!slot)
        return std::unexpected(slot.error());
    const auto number = std::to_string(state.next_booking++);
    const auto id = new_id(state, number, standard::nhs_number_in(patient));
    appointment.set("id", id);
    appointment.set("created", fhir::to_utc_text(now));
    const auto* given = appointment.find("identifier");
    auto identifiers = given != nullptr ? *given : JsonValue::array();
    identifiers.items().push_back(identifier_tree(state.base() + "id/booking-reference", "REF-" + number));
    appointment.set("identifier", std::move(identifiers));
    (*slot)->status = "booked";
    (*slot)->appointment = id;
    ++(*slot)->times_booked;
    Booking booking{appointment, static_cast<std::size_t>(*slot - state.slots.data()), person_in(patient),
                    text_at(patient, {"contact", "telecom", "value"}), caller.organisation};
    const auto& kept = state.bookings.insert_or_assign(id, std::move(booking)).first->second;
    return reply_to(state, std::move(bundle), appointment, kept);
}

Answered cancel(State& state, JsonValue bundle, const Caller& caller)
{
    const auto wanted = only(bundle, "Appointment");
    const auto found = state.bookings.find(text_of(wanted, "id"));
    const bool known = found != state.bookings.end() && found->second.sender == caller.organisation;
    if (!known && has_nothing_to_cancel(state, standard::nhs_number_in(only(bundle, "Patient"))))
        return bad("invariant", "Sentinel");
    if (!known)
        return refuse(404, "REC_NOT_FOUND", "not-found", "The appointment is not known");
    auto& booking = found->second;
    const auto who = person_in(only(bundle, "Patient"));
    const bool another = who.nhs_number.empty() ? !booking.person.nhs_number.empty()
                                                : who.nhs_number != booking.person.nhs_number;
    if (another)
        return bad("invariant", "The appointment is another patient's");
    if (view_of(booking.tree, "status") != "booked")
        return refuse(409, "REC_CONFLICT", "conflict", "The appointment is not booked any more");
    if (booking.changed_here)
        return refuse(409, "REC_CONFLICT", "conflict", "The practice has changed the appointment");
    const auto reason = text_at(wanted, {"cancelationReason", "text"});
    state.release(booking, reason);
    if (!reason.empty())
        booking.tree.set("cancelationReason", JsonValue::object({{"text", JsonValue(reason)}}));
    auto shown = wanted;
    return reply_to(state, std::move(bundle), shown, booking);
}

} // namespace

Answered process(State& state, JsonValue bundle, const Caller& caller, fhir::Instant now)
{
    return view_of(*standard::header_of(bundle), "definition") == standard::definition::cancellation
               ? cancel(state, std::move(bundle), caller)
               : book(state, std::move(bundle), caller, now);
}

} // namespace adapters::bars::receiver
