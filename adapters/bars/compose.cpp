// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/compose.hpp"

#include "adapters/bars/carried.hpp"
#include "adapters/bars/compose_patient.hpp"
#include "adapters/bars/standard/names.hpp"
#include "adapters/bars/urls.hpp"
#include "fhir/model/utf8.hpp"

namespace adapters::bars
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using standard::entry_of;

JsonValue participant_tree(const std::string& url)
{
    return JsonValue::object({{"actor", reference_tree(url)}, {"status", JsonValue("accepted")}});
}

JsonValue organization_tree(std::string_view ods, std::string_view name, fhir::Instant moment)
{
    return JsonValue::object({{"resourceType", JsonValue("Organization")},
                              {"meta", standard::uk_core_meta("Organization", moment)},
                              {"identifier", JsonValue::array({identifier_tree(standard::system::ods, ods)})},
                              {"name", JsonValue(name.empty() ? ods : name)}});
}

JsonValue sender_entry(const Envelope& envelope, fhir::Instant moment)
{
    return entry_of(url_in(envelope.thread, "sender"),
                    organization_tree(envelope.provenance.organisation_ods,
                                      envelope.provenance.organisation_name, moment));
}

JsonValue receiver_entry(const Envelope& envelope, fhir::Instant moment)
{
    return entry_of(url_in(envelope.thread, "receiver"),
                    organization_tree(envelope.ods, envelope.practice_name, moment));
}

JsonValue header_of(const Envelope& envelope, standard::Purpose purpose, const std::string& receiver_url)
{
    const bool booking = purpose == standard::Purpose::booking;
    const auto& who = envelope.provenance;
    standard::HeaderFacts facts;
    facts.purpose = purpose;
    facts.url = url_in(envelope.thread, booking ? "header" : "header of the cancellation");
    facts.from = {envelope.sender.service_id, url_in(envelope.thread, "sender")};
    facts.to = {envelope.service, receiver_url};
    facts.name = who.organisation_name.empty() ? who.organisation_ods : who.organisation_name;
    facts.software = envelope.sender.software;
    facts.software_version = envelope.sender.software_version;
    facts.phone = who.organisation_phone;
    facts.focus_url = url_in(envelope.thread, "appointment");
    facts.moment = envelope.moment;
    return standard::header_entry(facts);
}

JsonValue appointment_tree(const BookAppointment& booking, const Node& slot, const std::string& slot_url,
                           const Envelope& envelope)
{
    auto tree = JsonValue::object(
        {{"resourceType", JsonValue("Appointment")},
         {"meta", standard::uk_core_meta("Appointment", envelope.moment)},
         {"identifier", JsonValue::array({booking_identifier(envelope)})},
         {"status", JsonValue("booked")},
         {"serviceCategory",
          JsonValue::array({concept_tree(standard::system::service_category, standard::general_practice,
                                         "General Practice")})}});
    if (!is_blank(booking.description))
        tree.set("description", booking.description);
    // As they came: a receiver may compare the texts.
    tree.set("start", view_of(slot, "start"));
    tree.set("end", view_of(slot, "end"));
    tree.set("slot", JsonValue::array({reference_tree(slot_url)}));
    tree.set("participant", JsonValue::array({participant_tree(url_in(envelope.thread, "patient"))}));
    return tree;
}

JsonValue cancelled_tree(const CancelAppointment& cancellation, JsonValue held, const Envelope& envelope)
{
    held.set("meta", standard::uk_core_meta("Appointment", envelope.moment));
    held.set("status", "cancelled");
    if (!is_blank(cancellation.reason))
        held.set("cancelationReason", JsonValue::object({{"text", JsonValue(cancellation.reason)}}));
    // What it refers to is not part of this message (cardinality of the cancellation's definition).
    held.remove("slot");
    held.remove("contained");
    held.remove("text");
    held.set("participant", JsonValue::array({participant_tree(url_in(envelope.thread, "patient"))}));
    return held;
}

} // namespace

JsonValue booking_identifier(const Envelope& envelope)
{
    return identifier_tree(envelope.sender.identifier_base + "/id/booking", envelope.thread);
}

std::string thread_of(const fhir::Appointment& appointment, const Sender& sender)
{
    const auto value = fhir::identifier_value(appointment.identifier, sender.identifier_base + "/id/booking");
    return value && fhir::is_uuid(*value) ? std::string(*value) : std::string();
}

std::optional<Error> objection_to(const BookAppointment& booking)
{
    if (fhir::code_points(booking.description) > max_description)
        return Error(ErrorKind::text_too_long, "The description is longer than 1000 characters.",
                     "Appointment.description");
    if (!is_blank(booking.comment))
        return Error(ErrorKind::text_too_long, "The practice's system takes a description but no comment.",
                     "Appointment.comment");
    return objection_to_patient(booking.patient, booking.phone);
}

JsonValue compose_booking(const BookAppointment& booking, const wire::Answer& answer, const Node& slot,
                          const Envelope& envelope)
{
    const Carried carried(answer, slot, envelope.thread);
    const auto receiver = carried.organization_url();
    std::vector<JsonValue> entries{
        header_of(envelope, standard::Purpose::booking,
                  receiver.empty() ? url_in(envelope.thread, "receiver") : receiver),
        entry_of(url_in(envelope.thread, "appointment"),
                 appointment_tree(booking, slot, carried.slot_url(), envelope)),
        entry_of(
            url_in(envelope.thread, "patient"),
            patient_tree(booking.patient, booking.phone, envelope.sender.number_status, envelope.moment))};
    for (auto& entry : carried.entries())
        entries.push_back(std::move(entry));
    if (receiver.empty())
        entries.push_back(receiver_entry(envelope, envelope.moment));
    entries.push_back(sender_entry(envelope, envelope.moment));
    return standard::message_bundle(envelope.thread, envelope.moment, std::move(entries));
}

JsonValue compose_cancellation(const CancelAppointment& cancellation, const JsonValue& held,
                               const Envelope& envelope)
{
    // What has not changed since the booking keeps its moment, that of the thread's name.
    const auto first = moment_of(envelope.thread).value_or(envelope.moment);
    std::vector<JsonValue> entries{
        header_of(envelope, standard::Purpose::cancellation, url_in(envelope.thread, "receiver")),
        entry_of(url_in(envelope.thread, "appointment"), cancelled_tree(cancellation, held, envelope)),
        entry_of(url_in(envelope.thread, "patient"),
                 patient_tree(cancellation.patient, {}, envelope.sender.number_status, first)),
        receiver_entry(envelope, first), sender_entry(envelope, first)};
    return standard::message_bundle(envelope.thread, envelope.moment, std::move(entries));
}

} // namespace adapters::bars
