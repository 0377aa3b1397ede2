// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/mapping.hpp"

#include "adapters/appointment_parts.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace adapters::tpp
{

using fhir::rest::equal_ignoring_case;

namespace
{

constexpr std::array<std::string_view, 12> titles = {"Mr",  "Mrs",  "Miss",   "Ms",  "Mx",   "Dr",
                                                     "Rev", "Prof", "Master", "Sir", "Lady", "Dame"};

bool is_title(std::string word)
{
    if (word.ends_with('.'))
        word.pop_back();
    return std::ranges::any_of(titles, [&](auto title) { return equal_ignoring_case(title, word); });
}

fhir::HumanName name_of(const std::string& text)
{
    fhir::HumanName name;
    name.use = fhir::NameUse::official;
    name.text = text;
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;)
        words.push_back(word);
    if (words.size() > 1 && is_title(words.front())) {
        name.prefix.push_back(words.front());
        words.erase(words.begin());
    }
    if (words.empty())
        return name;
    name.family = words.back();
    words.pop_back();
    name.given = std::move(words);
    return name;
}

std::optional<fhir::Gender> gender_from(const std::string& text)
{
    if (equal_ignoring_case(text, "Male"))
        return fhir::Gender::male;
    if (equal_ignoring_case(text, "Female"))
        return fhir::Gender::female;
    return text.empty() ? std::nullopt : std::optional(fhir::Gender::unknown);
}

/// An appointment whose end cannot be used ends when it starts: FHIR wants both, and a guess would be worse.
std::optional<fhir::Interval> moments_or_start_of(const WireAppointment& wire)
{
    auto moments = moments_of(wire.start, wire.end);
    if (moments || !wire.start)
        return moments;
    const auto start = fhir::from_uk_local(*wire.start).latest;
    return fhir::Interval{start, start};
}

/// `Clinician: Dr Priya Lindqvist` is a habit of the text, not a promise: without it the text is all there
/// is.
std::string clinician_in(const std::string& details)
{
    constexpr std::string_view mark = "Clinician: ";
    const auto at = details.find(mark);
    if (at == std::string::npos)
        return {};
    const auto name = details.substr(at + mark.size());
    return trimmed(name.substr(0, name.find('\n')));
}

void add_place(fhir::Appointment& appointment, const WireAppointment& wire)
{
    if (const auto clinician = clinician_in(wire.details); !clinician.empty()) {
        fhir::Reference actor;
        actor.type = fhir::Uri("Practitioner");
        actor.display = clinician;
        appointment.participant.push_back(accepted(std::move(actor)));
    }
    if (!wire.site.empty()) {
        fhir::Reference actor;
        actor.type = fhir::Uri("Location");
        actor.display = wire.address.empty() ? wire.site : wire.site + ", " + wire.address;
        appointment.participant.push_back(accepted(std::move(actor)));
    }
}

SupplierAppointment appointment_of(const PracticeNames& practice, const WireAppointment& wire,
                                   const PatientContext& patient, fhir::Instant now)
{
    auto result = listed_appointment(practice, wire.id, moments_or_start_of(wire), patient);
    auto& appointment = result.appointment;
    if (appointment.start && *appointment.start <= now)
        appointment.status = fhir::AppointmentStatus::fulfilled;
    if (!wire.details.empty())
        appointment.description = wire.details;
    add_place(appointment, wire);
    return result;
}

} // namespace

fhir::Patient map_patient(const PracticeNames& practice, const WirePerson& person, std::string_view local)
{
    fhir::Patient patient;
    patient.id = practice.ods.text() + "." + std::string(local);
    if (person.nhs_number)
        patient.identifier.push_back(
            fhir::identifier_of(fhir::nhs_number_system, person.nhs_number->digits()));
    patient.active = true;
    if (!person.name.empty())
        patient.name.push_back(name_of(person.name));
    patient.gender = gender_from(person.gender);
    if (person.birth_date)
        patient.birth_date = fhir::parse_date_time(fhir::to_text(*person.birth_date));
    if (!person.address.empty()) {
        fhir::Address address;
        address.text = person.address;
        patient.address.push_back(std::move(address));
    }
    patient.managing_organization = practice.organization();
    return patient;
}

std::vector<SupplierAppointment> map_appointments(const PracticeNames& practice,
                                                  const std::vector<WireAppointment>& wire,
                                                  const PatientContext& patient, fhir::Interval window,
                                                  fhir::Instant now)
{
    std::vector<SupplierAppointment> result;
    for (const auto& each : wire) {
        auto mapped = appointment_of(practice, each, patient, now);
        // One without a usable start cannot be told from another: whoever settles a booking would miss it.
        if (!mapped.appointment.start || window.contains(*mapped.appointment.start))
            result.push_back(std::move(mapped));
    }
    std::ranges::sort(result, {}, [](const SupplierAppointment& each) {
        return std::pair(each.appointment.start.value_or(fhir::Instant()), each.key);
    });
    return result;
}

} // namespace adapters::tpp
