// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/booking_rules.hpp"

#include "fhir/model/utf8.hpp"
#include "gateway/booking/meaning.hpp"
#include "gateway/booking/transitions.hpp"

#include <algorithm>
#include <utility>

namespace gateway::booking
{

using fhir::AppointmentStatus;
using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr std::size_t max_slots = 8;
constexpr std::size_t max_identifiers = 16;

std::string indexed(std::string_view element, std::size_t index)
{
    return "Appointment." + std::string(element) + "[" + std::to_string(index) + "]";
}

Result<void> check_times(const fhir::Appointment& wanted)
{
    if (!wanted.start && !wanted.end)
        return fhir::fail(ErrorKind::required, "A booking needs the start and the end of its slot.",
                          "Appointment.start");
    if (!wanted.start)
        return fhir::fail(ErrorKind::required, "A booking needs the start of its slot.", "Appointment.start");
    if (!wanted.end)
        return fhir::fail(ErrorKind::required, "A booking needs the end of its slot.", "Appointment.end");
    if (*wanted.start >= *wanted.end)
        return fhir::fail(ErrorKind::invariant, "The appointment ends before it starts.", "Appointment.end");
    if (wanted.minutes_duration &&
        std::chrono::minutes(wanted.minutes_duration->value) > *wanted.end - *wanted.start)
        return fhir::fail(ErrorKind::invariant,
                          "The appointment lasts longer than from its start to its end.",
                          "Appointment.minutesDuration");
    return {};
}

/// `Slot/<ODS>.<local>`, also with our own or any base in front: only the last two parts are looked at,
/// nothing is fetched.
std::optional<fhir::PracticeId> slot_id(const fhir::Reference& reference)
{
    if (!reference.reference)
        return std::nullopt;
    std::string_view text = *reference.reference;
    const auto found = text.rfind("Slot/");
    if (found == std::string_view::npos || (found > 0 && text[found - 1] != '/'))
        return std::nullopt;
    return fhir::PracticeId::parse(text.substr(found + 5));
}

Result<void> read_slots(const fhir::Appointment& wanted, CheckedBooking& checked)
{
    for (std::size_t i = 0; i < wanted.slot.size(); ++i) {
        const auto id = slot_id(wanted.slot[i]);
        if (!id)
            return fhir::fail(ErrorKind::value_invalid,
                              "A slot is named as Slot/ and the id that the slot search gave.",
                              indexed("slot", i));
        if (i > 0 && id->ods != checked.practice)
            return fhir::fail(ErrorKind::invariant, "All slots of one appointment must be of one practice.",
                              indexed("slot", i));
        checked.practice = id->ods;
        if (std::ranges::find(checked.slot_ids, id->text()) != checked.slot_ids.end())
            return fhir::fail(ErrorKind::invariant, "The same slot is named twice.", indexed("slot", i));
        checked.slot_ids.push_back(id->text());
    }
    return {};
}

bool is_patient(const fhir::AppointmentParticipant& participant, const fhir::Appointment& wanted)
{
    if (!participant.actor)
        return false;
    const fhir::Reference& actor = *participant.actor;
    if (actor.type && actor.type->text == "Patient")
        return true;
    if (actor.identifier && (*actor.identifier)->system &&
        fhir::same_system((*actor.identifier)->system->text, fhir::nhs_number_system))
        return true;
    const std::string reference = actor.reference.value_or("");
    if (reference.starts_with('#'))
        return std::ranges::any_of(wanted.contained, [&](const fhir::AnyResource& resource) {
            const auto* patient = resource.as<fhir::Patient>();
            return patient && patient->id == reference.substr(1);
        });
    return reference.starts_with("Patient/") || reference.find("/Patient/") != std::string::npos;
}

Result<std::optional<fhir::NhsNumber>> read_number(const std::optional<std::string_view>& digits,
                                                   std::string path)
{
    if (!digits)
        return std::nullopt;
    const auto number = fhir::NhsNumber::parse(*digits);
    if (!number)
        return fhir::fail(ErrorKind::nhs_number_invalid,
                          "This is not an NHS number: it needs ten digits and a correct check digit.",
                          std::move(path));
    return number;
}

std::optional<std::string_view> actor_number(const fhir::Reference& actor)
{
    if (!actor.identifier)
        return std::nullopt;
    const fhir::Identifier& identifier = **actor.identifier;
    // A number without its system is not taken for an NHS number.
    if (!identifier.system || !fhir::same_system(identifier.system->text, fhir::nhs_number_system) ||
        !identifier.value)
        return std::nullopt;
    return std::string_view(*identifier.value);
}

const fhir::Patient* contained_as(const fhir::Appointment& wanted, std::string_view reference)
{
    for (const fhir::AnyResource& resource : wanted.contained)
        if (const auto* patient = resource.as<fhir::Patient>();
            patient && reference.starts_with('#') && patient->id == reference.substr(1))
            return patient;
    return nullptr;
}

/// The number from the actor and from the contained Patient, which must agree.
Result<void> read_numbers(const fhir::Reference& actor, const std::string& path, NamedPatient& named)
{
    auto number = read_number(actor_number(actor), path + ".actor.identifier.value");
    if (!number)
        return std::unexpected(number.error());
    named.nhs_number = *number;
    if (!named.demographics)
        return {};
    auto contained = read_number(
        fhir::identifier_value(named.demographics->identifier, fhir::nhs_number_system), path + ".actor");
    if (!contained)
        return std::unexpected(contained.error());
    if (*contained && named.nhs_number && **contained != *named.nhs_number)
        return fhir::fail(ErrorKind::invariant,
                          "The contained Patient has another NHS number than the participant.",
                          path + ".actor.identifier.value");
    if (*contained)
        named.nhs_number = *contained;
    return {};
}

Result<NamedPatient> read_patient(const fhir::Appointment& wanted, std::size_t index,
                                  const fhir::OdsCode& practice)
{
    NamedPatient named;
    named.participant = index;
    const fhir::Reference& actor = *wanted.participant[index].actor;
    const std::string reference = actor.reference.value_or("");
    const std::string path = indexed("participant", index);
    if (const auto* patient = contained_as(wanted, reference))
        named.demographics = *patient;
    if (auto numbers = read_numbers(actor, path, named); !numbers)
        return std::unexpected(numbers.error());
    const auto found = reference.rfind("Patient/");
    const auto id = found == std::string::npos
                        ? std::nullopt
                        : fhir::PracticeId::parse(std::string_view(reference).substr(found + 8));
    if (id && id->ods != practice)
        return std::unexpected(
            fhir::Error(ErrorKind::invariant, "The patient reference is of another practice than the slot.",
                        path + ".actor.reference")
                .advise("Give the patient's NHS number in actor.identifier; it holds at every practice."));
    if (id)
        named.patient_id = id->text();
    const bool said = named.is_named() || named.demographics || wanted.status == AppointmentStatus::pending;
    if (!said)
        return std::unexpected(
            fhir::Error(ErrorKind::required, "The booking does not say whom it is for.", path + ".actor")
                .advise("Give the patient's NHS number in actor.identifier, or a reference from a Patient "
                        "search."));
    return named;
}

Result<void> find_patient(const fhir::Appointment& wanted, CheckedBooking& checked)
{
    std::optional<std::size_t> only;
    for (std::size_t i = 0; i < wanted.participant.size(); ++i) {
        if (!is_patient(wanted.participant[i], wanted))
            continue;
        if (only)
            return fhir::fail(ErrorKind::invariant, "A booking is for one patient; a second one is named.",
                              indexed("participant", i));
        only = i;
    }
    if (!only && wanted.status == fhir::AppointmentStatus::pending) {
        checked.patient.participant = wanted.participant.size();
        return {};
    }
    if (!only)
        return std::unexpected(
            fhir::Error(ErrorKind::required, "A booking needs the patient as a participant.",
                        "Appointment.participant")
                .advise("Add a participant whose actor.identifier holds the patient's NHS number."));
    auto named = read_patient(wanted, *only, checked.practice);
    if (!named)
        return std::unexpected(named.error());
    checked.patient = std::move(*named);
    return {};
}

/// BookingOrganization may be left out; when it is there it must be the caller's own organisation.
Result<void> check_organisation(const fhir::Appointment& wanted, const identity::Caller& caller)
{
    const auto* extension = fhir::find_extension(wanted.extension, booking_organisation_url);
    const auto* reference = extension ? std::get_if<fhir::Reference>(&extension->value) : nullptr;
    if (!reference)
        return {};
    std::string named = reference->identifier ? (*reference->identifier)->value.value_or("") : "";
    if (named.empty() && reference->reference)
        named = reference->reference->substr(reference->reference->rfind('/') + 1);
    const auto ods = fhir::OdsCode::parse(named);
    if (named.empty() || (ods && *ods == caller.ods))
        return {};
    return fhir::fail(ErrorKind::organisation_not_allowed,
                      "The booking organisation is not the organisation of your access token.",
                      "Appointment.extension('" + std::string(booking_organisation_url) + "')");
}

/// Ours is the mark of the practice's key; a consumer may not bring it.
Result<void> read_identifiers(const fhir::Appointment& wanted,
                              const std::optional<fhir::search::TokenValue>& if_none_exist,
                              CheckedBooking& checked)
{
    for (std::size_t i = 0; i < wanted.identifier.size(); ++i) {
        const fhir::Identifier& identifier = wanted.identifier[i];
        if (!identifier.value || identifier.value->empty())
            return fhir::fail(ErrorKind::required, "An identifier needs a value.",
                              indexed("identifier", i) + ".value");
        const std::string system = identifier.system ? identifier.system->text : "";
        const bool conditional = if_none_exist && if_none_exist->matches(system, *identifier.value);
        checked.identifiers.push_back({system, *identifier.value, conditional});
    }
    if (!if_none_exist)
        return {};
    if (!if_none_exist->system || if_none_exist->system->empty() || !if_none_exist->code)
        return fhir::fail(ErrorKind::value_invalid, "If-None-Exist must be identifier=<system>|<value>.",
                          "http.If-None-Exist");
    if (!std::ranges::any_of(checked.identifiers, &store::OwnIdentifier::conditional))
        return fhir::fail(ErrorKind::invariant,
                          "The identifier in If-None-Exist must also stand in Appointment.identifier.",
                          "http.If-None-Exist");
    return {};
}

std::string phone_of(const std::optional<fhir::Patient>& patient)
{
    if (!patient)
        return {};
    for (const fhir::ContactPoint& contact : patient->telecom)
        if (contact.value &&
            (contact.system == fhir::ContactSystem::phone || contact.system == fhir::ContactSystem::sms))
            return *contact.value;
    return {};
}

Result<void> check_phone(const std::string& phone)
{
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || std::string_view("+-() ").find(c) != std::string_view::npos;
    };
    if (phone.size() <= 30 && std::ranges::all_of(phone, allowed))
        return {};
    return fhir::fail(ErrorKind::value_invalid,
                      "The patient's telephone number may hold digits, blanks, brackets, + and - only.",
                      "Appointment.contained.telecom");
}

/// Of a reference that a Patient search gave.
std::optional<fhir::OdsCode> practice_of_patient(const fhir::Appointment& wanted)
{
    const auto patient = patient_participant(wanted);
    const std::string text =
        patient ? wanted.participant[*patient].actor->reference.value_or("") : std::string();
    const auto id = fhir::PracticeId::parse(std::string_view(text).substr(text.rfind('/') + 1));
    return id ? std::optional(id->ods) : std::nullopt;
}

/// Patient, organisation, identifiers, telephone.
Result<CheckedBooking> checked_people(const fhir::Appointment& wanted, const identity::Caller& caller,
                                      const std::optional<fhir::search::TokenValue>& if_none_exist,
                                      CheckedBooking checked)
{
    if (auto patient = find_patient(wanted, checked); !patient)
        return std::unexpected(patient.error());
    if (auto organisation = check_organisation(wanted, caller); !organisation)
        return std::unexpected(organisation.error());
    if (auto identifiers = read_identifiers(wanted, if_none_exist, checked); !identifiers)
        return std::unexpected(identifiers.error());
    checked.phone = phone_of(checked.patient.demographics);
    if (auto phone = check_phone(checked.phone); !phone)
        return std::unexpected(phone.error());
    return checked;
}

} // namespace

std::optional<std::size_t> patient_participant(const fhir::Appointment& appointment)
{
    for (std::size_t i = 0; i < appointment.participant.size(); ++i)
        if (is_patient(appointment.participant[i], appointment))
            return i;
    return std::nullopt;
}

std::optional<fhir::NhsNumber> named_number(const fhir::Appointment& appointment)
{
    const auto index = patient_participant(appointment);
    const auto digits = index ? actor_number(*appointment.participant[*index].actor) : std::nullopt;
    return digits ? fhir::NhsNumber::parse(*digits) : std::nullopt;
}

const fhir::Patient* contained_patient(const fhir::Appointment& appointment)
{
    const auto index = patient_participant(appointment);
    return index ? contained_as(appointment, appointment.participant[*index].actor->reference.value_or(""))
                 : nullptr;
}

adapters::PatientContext patient_of(std::string_view digits, const fhir::Appointment& appointment)
{
    adapters::PatientContext patient;
    patient.nhs_number = fhir::NhsNumber::parse(digits);
    const auto* details = patient.nhs_number ? nullptr : contained_patient(appointment);
    if (details)
        patient.demographics = *details;
    return patient;
}

bool can_name(const adapters::Capabilities& can, const adapters::PatientContext& patient)
{
    return patient.nhs_number || (patient.demographics && can.books_without_nhs_number);
}

Result<CheckedBooking> check_booking(const fhir::Appointment& wanted, const identity::Caller& caller,
                                     const std::optional<fhir::search::TokenValue>& if_none_exist)
{
    if (auto status = check_first_status(wanted.status); !status)
        return std::unexpected(status.error());
    if (auto meaning = check_meaning(wanted); !meaning)
        return std::unexpected(meaning.error());
    if (wanted.slot.empty())
        return std::unexpected(
            fhir::Error(ErrorKind::required, "A booking needs at least one slot.", "Appointment.slot")
                .advise("Search for free slots and name one of them."));
    if (wanted.slot.size() > max_slots || wanted.identifier.size() > max_identifiers)
        return fhir::fail(ErrorKind::value_invalid,
                          "An appointment may name at most 8 slots and 16 identifiers.",
                          wanted.slot.size() > max_slots ? "Appointment.slot" : "Appointment.identifier");
    if (auto times = check_times(wanted); !times)
        return std::unexpected(times.error());
    if (wanted.cancelation_reason)
        return fhir::fail(ErrorKind::invariant,
                          "A cancellation reason belongs to a cancelled appointment (app-4).",
                          "Appointment.cancelationReason");
    CheckedBooking checked{caller.ods, {}, {}, {}, {}, wanted.status == fhir::AppointmentStatus::pending};
    if (auto slots = read_slots(wanted, checked); !slots)
        return std::unexpected(slots.error());
    return checked_people(wanted, caller, if_none_exist, std::move(checked));
}

Result<CheckedBooking> check_waiting(const fhir::Appointment& wanted, const identity::Caller& caller,
                                     const std::optional<fhir::search::TokenValue>& if_none_exist)
{
    if (auto meaning = check_meaning(wanted); !meaning)
        return std::unexpected(meaning.error());
    if (wanted.identifier.size() > max_identifiers)
        return fhir::fail(ErrorKind::value_invalid, "An appointment may have at most 16 identifiers.",
                          "Appointment.identifier");
    auto checked =
        checked_people(wanted, caller, if_none_exist,
                       CheckedBooking{practice_of_patient(wanted).value_or(caller.ods), {}, {}, {}, {}});
    if (checked && !checked->patient.nhs_number)
        return std::unexpected(fhir::Error(ErrorKind::required,
                                           "Who waits is named by NHS number, which holds at every practice.",
                                           indexed("participant", checked->patient.participant) + ".actor")
                                   .advise("Give the patient's NHS number in actor.identifier."));
    return checked;
}

namespace
{

Result<void> check_text(const std::string& text, std::size_t limit, const std::string& path)
{
    if (text.empty() || fhir::code_points(text) <= limit)
        return {};
    if (limit == 0)
        return fhir::fail(ErrorKind::not_supported_by_practice,
                          "This practice's system has no place for this text.", path);
    return fhir::fail(ErrorKind::text_too_long,
                      "This practice's system takes at most " + std::to_string(limit) + " characters here.",
                      path);
}

} // namespace

Result<PracticeTexts> check_texts(const fhir::Appointment& wanted, const adapters::Capabilities& can)
{
    PracticeTexts texts{wanted.description.value_or(""), wanted.comment.value_or("")};
    std::string path = "Appointment.description";
    const bool reason = !wanted.reason_code.empty() && wanted.reason_code.front().text.has_value();
    if (texts.description.empty() && reason && can.max_description > 0) {
        texts.description = *wanted.reason_code.front().text;
        path = "Appointment.reasonCode[0].text";
    }
    // A system with one field for text gets both in it, so that a comment does not decide where a patient can
    // be booked.
    if (can.max_comment == 0 && can.max_description > 0 && !texts.comment.empty()) {
        texts.description += (texts.description.empty() ? "" : ". ") + std::exchange(texts.comment, {});
        path = "Appointment.comment";
    }
    if (auto description = check_text(texts.description, can.max_description, path); !description)
        return std::unexpected(description.error());
    if (auto comment = check_text(texts.comment, can.max_comment, "Appointment.comment"); !comment)
        return std::unexpected(comment.error());
    return texts;
}

} // namespace gateway::booking
