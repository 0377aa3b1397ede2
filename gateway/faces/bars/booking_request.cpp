// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/booking_request.hpp"

#include "fhir/bars/names.hpp"
#include "fhir/model/nhs_number.hpp"
#include "gateway/faces/bars/ids.hpp"
#include "gateway/faces/bars/message_rules.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
namespace words = fhir::bars;

constexpr std::string_view patient_path = "Bundle.entry.resource.ofType(Patient)";
constexpr std::string_view appointment_path = "Bundle.entry.resource.ofType(Appointment)";

std::string below(std::string_view path, std::string_view element)
{
    return std::string(path) + "." + std::string(element);
}

/// The first with rank 1, else the first.
template <class T, class RankOf>
const T* ranked_first(const std::vector<T>& all, RankOf rank_of)
{
    const auto found = std::ranges::find_if(all, [&](const T& each) { return rank_of(each) == 1; });
    if (found != all.end())
        return &*found;
    return all.empty() ? nullptr : &all.front();
}

int rank_of_contact(const fhir::PatientContact& contact)
{
    const auto* extension = fhir::find_extension(contact.extension, words::extension::contact_rank);
    const auto* rank = extension ? std::get_if<fhir::PositiveInt>(&extension->value) : nullptr;
    return rank ? rank->value : 0;
}

bool is_phone(const fhir::ContactPoint& point)
{
    return point.value && !point.value->empty() &&
           (point.system == fhir::ContactSystem::phone || point.system == fhir::ContactSystem::sms);
}

/// Contact 1, telecom 1: whom to ring back. A published sample ranks every number 1, so ranks only order.
std::optional<fhir::ContactPoint> call_back(const fhir::Patient& patient)
{
    std::vector<fhir::PatientContact> reachable;
    std::ranges::copy_if(patient.contact, std::back_inserter(reachable),
                         [](const auto& contact) { return std::ranges::any_of(contact.telecom, is_phone); });
    const auto* contact = ranked_first(reachable, rank_of_contact);
    std::vector<fhir::ContactPoint> phones;
    std::ranges::copy_if(contact ? contact->telecom : patient.telecom, std::back_inserter(phones), is_phone);
    const auto* first =
        ranked_first(phones, [](const auto& point) { return point.rank ? point.rank->value : 0; });
    return first ? std::optional(*first) : std::nullopt;
}

/// In any other state a number must not be sent (BaRS Applications 1 and 7); a missing one is let pass.
bool may_be_sent(const fhir::Identifier& identifier)
{
    constexpr std::array<std::string_view, 2> allowed{"number-present-and-verified",
                                                      "number-present-but-not-traced"};
    const auto* status = fhir::find_extension(identifier.extension, words::extension::number_status);
    const auto* held = status ? std::get_if<fhir::CodeableConcept>(&status->value) : nullptr;
    if (!held || held->coding.empty() || !held->coding.front().code)
        return true;
    return std::ranges::find(allowed, held->coding.front().code->text) != allowed.end();
}

bool has_value(const fhir::Identifier& identifier)
{
    return identifier.value && !identifier.value->empty();
}

fhir::Extension service_extension(const Call& call)
{
    fhir::Extension extension;
    extension.url = service_url(call.origin);
    extension.value = fhir::identifier_of(words::system::service_id, call.service->id);
    return extension;
}

fhir::Extension source_extension(const Call& call, const Message& message)
{
    fhir::Extension extension;
    extension.url = source_url(call.origin);
    extension.value = message.header().source.endpoint;
    return extension;
}

} // namespace

Result<void> check_number(const fhir::Patient& patient)
{
    for (std::size_t i = 0; i < patient.identifier.size(); ++i) {
        const fhir::Identifier& identifier = patient.identifier[i];
        if (!identifier.system || !fhir::same_system(identifier.system->text, fhir::nhs_number_system))
            continue;
        if (!identifier.value || identifier.value->empty()) // a place kept for the number, with its status
            continue;
        const std::string path = below(patient_path, "identifier[" + std::to_string(i) + "]");
        if (!may_be_sent(identifier))
            return fhir::fail(ErrorKind::invariant,
                              "An NHS number is sent only when it is verified, or present but not traced.",
                              path);
        if (!fhir::NhsNumber::parse(*identifier.value))
            return fhir::fail(ErrorKind::nhs_number_invalid,
                              "This is not an NHS number: it needs ten digits and a correct check digit.",
                              path + ".value");
        return {};
    }
    return {};
}

Result<NamedSlot> named_slot(const Call& call, const Message& message)
{
    const fhir::Appointment& appointment = appointment_of(message);
    NamedSlot named;
    if (appointment.slot.size() == 1)
        named.slot = message.find<fhir::Slot>(appointment.slot.front());
    if (!named.slot)
        return fhir::fail(ErrorKind::invariant, "The appointment does not name the slot of the message.",
                          below(appointment_path, "slot[0]"));
    if (appointment.start != named.slot->start || appointment.end != named.slot->end)
        return fhir::fail(ErrorKind::invariant, "The appointment has other times than its slot.",
                          below(appointment_path, appointment.start != named.slot->start ? "start" : "end"));
    const std::string url = message.url_of(named.slot);
    const auto own = fhir::identifier_value(named.slot->identifier, slot_system(call.origin));
    for (const std::string& uuid : {named.slot->id.value_or(""), std::string(uuid_in(url))}) {
        if (named.uuid.empty())
            named.uuid = uuid;
        if (own && !uuid.empty() && uuid == uuid_of("Slot/" + std::string(*own)))
            named.own_id = *own;
    }
    return named;
}

Result<fhir::Patient> named_patient(const Message& message)
{
    const fhir::Appointment& appointment = appointment_of(message);
    const auto* participant =
        appointment.participant.size() == 1 ? &appointment.participant.front() : nullptr;
    const auto* given =
        participant && participant->actor ? message.find<fhir::Patient>(*participant->actor) : nullptr;
    if (!given)
        return fhir::fail(ErrorKind::invariant,
                          "The patient of the message is the one participant of the appointment.",
                          below(appointment_path, "participant"));
    if (auto number = check_number(*given); !number)
        return std::unexpected(number.error());
    auto phone = call_back(*given);
    if (!phone)
        return fhir::fail(ErrorKind::required, "The patient has no contact with a telephone number.",
                          below(patient_path, "contact"));
    fhir::Patient patient;
    patient.id = "p";
    std::ranges::copy_if(given->identifier, std::back_inserter(patient.identifier), has_value);
    patient.name = given->name;
    patient.gender = given->gender;
    patient.birth_date = given->birth_date;
    patient.address = given->address;
    patient.telecom = {std::move(*phone)};
    return patient;
}

fhir::Appointment wanted_appointment(const Call& call, const Message& message, const std::string& slot_id,
                                     fhir::Patient patient, const std::string& reference)
{
    const fhir::Appointment& sent = appointment_of(message);
    fhir::Appointment wanted;
    wanted.status = fhir::AppointmentStatus::booked;
    wanted.description = sent.description;
    wanted.service_category = sent.service_category;
    wanted.start = sent.start;
    wanted.end = sent.end;
    wanted.slot = {fhir::reference_to("Slot/" + slot_id)};
    wanted.based_on = sent.based_on;
    wanted.identifier = {fhir::identifier_of(reference_system(call.origin), reference),
                         fhir::identifier_of(thread_system(call.origin), message.thread())};
    wanted.extension = {service_extension(call), source_extension(call, message)};
    fhir::AppointmentParticipant participant;
    participant.actor = fhir::reference_to("#p");
    participant.required = fhir::ParticipantRequired::required;
    wanted.participant = {std::move(participant)};
    wanted.contained.emplace_back(std::move(patient));
    return wanted;
}

} // namespace gateway::faces::bars
