// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/wire.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::tpp
{

namespace
{

std::unexpected<fhir::Error> lacks(std::string_view what)
{
    fhir::Error error(fhir::ErrorKind::supplier_malformed);
    error.from_supplier("200/without " + std::string(what));
    return std::unexpected(std::move(error));
}

std::string value(const Element& element, std::string_view name)
{
    return trimmed(element.attribute(name));
}

std::optional<fhir::NhsNumber> nhs_number_of(const Element& person)
{
    for (const auto& each : person.children("NationalId"))
        if (each.attribute("type") == "NHS")
            return fhir::NhsNumber::parse(trimmed(each.text()));
    return std::nullopt;
}

std::string home_address_of(const Element& person)
{
    std::string first;
    for (const auto& each : person.children("Address")) {
        if (each.attribute("addressType") == "Home")
            return value(each, "address");
        if (first.empty())
            first = value(each, "address");
    }
    return first;
}

WirePerson person_of(const Element& element)
{
    WirePerson person;
    person.patient_id = value(element, "patientId");
    person.name = value(element.child("PersonName"), "name");
    person.gender = value(element, "gender");
    person.address = home_address_of(element);
    person.birth_date = fhir::parse_date(element.attribute("dateOfBirth").substr(0, 10));
    person.nhs_number = nhs_number_of(element);
    return person;
}

bool holds(std::string_view text, std::string_view word)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return !std::ranges::search(text, word, {}, lower, lower).empty();
}

WireClinic clinic_of(const Xml& reply, const Element& element, std::string id)
{
    WireClinic clinic{std::move(id),
                      value(element, "type"),
                      value(element, "staffDetails"),
                      value(element, "location"),
                      {}};
    for (const auto& slot : element.children("Slot")) {
        const auto known = reply.known_rows(slot);
        for (const KnownRow* each : known)
            clinic.slots.push_back({*each, {}, {}, {}});
        if (known.empty())
            clinic.slots.push_back({reply.source_of(slot), slot.attribute("startDate"),
                                    slot.attribute("endDate"), slot.attribute("type")});
    }
    return clinic;
}

} // namespace

std::optional<fhir::LocalTime> read_time(std::string_view text)
{
    return text.size() < 19 || text[10] != 'T' ? std::nullopt : fhir::parse_local_time(text.substr(0, 19));
}

WireError read_wire_error(const Xml& reply)
{
    const auto root = reply.root();
    return {value(root, "errorCode"), value(root, "userFriendlyMessage"), value(root, "technicalMessage")};
}

fhir::Result<WireLogin> read_login(const Xml& reply)
{
    const auto root = reply.root();
    WireLogin login;
    login.online_user_id = value(root, "onlineUserId");
    if (login.online_user_id.empty())
        return lacks("onlineUserId");
    login.person = person_of(root.child("User").child("Person"));
    login.patient_id = login.person.patient_id;
    if (login.patient_id.empty())
        return lacks("User/Person/@patientId");
    const auto accesses = root.child("Registration").children("PatientAccess");
    login.self_access = std::ranges::any_of(
        accesses, [&](const Element& each) { return each.attribute("patientId") == login.patient_id; });
    return login;
}

fhir::Result<WirePerson> read_person(const Xml& reply)
{
    const auto element = reply.root().child("Person");
    if (!element)
        return lacks("Person");
    return person_of(element);
}

std::string WireSlotRow::note() const
{
    std::string note;
    note.reserve(start.size() + end.size() + type.size() + 2);
    return note.append(start).append(1, '\0').append(end).append(1, '\0').append(type);
}

WireSlot read_slot(const WireSlotRow& row)
{
    if (!row.row.known)
        return {read_time(row.start), read_time(row.end), trimmed(row.type)};
    const std::string_view note = row.row.known->note;
    const auto first = note.find('\0');
    const auto second = note.find('\0', first + 1);
    return {read_time(note.substr(0, first)), read_time(note.substr(first + 1, second - first - 1)),
            trimmed(note.substr(second + 1))};
}

fhir::Result<WireSlots> read_slots(const Xml& reply)
{
    WireSlots slots;
    slots.reply = reply;
    const auto days = value(reply.root(), "bookableDays");
    int number = 0;
    const auto parsed = std::from_chars(days.data(), days.data() + days.size(), number);
    if (parsed.ec == std::errc() && parsed.ptr == days.data() + days.size() && number >= 0 && number <= 3660)
        slots.bookable_days = number;
    std::size_t without_id = 0;
    for (const auto& session : reply.root().children("Session")) {
        auto id = value(session, "sessionId");
        if (id.empty())
            ++without_id;
        else
            slots.clinics.push_back(clinic_of(reply, session, std::move(id)));
    }
    if (without_id > 0)
        slots.warnings.push_back(std::to_string(without_id) +
                                 " clinic sessions are left out: they have no session id.");
    return slots;
}

fhir::Result<std::vector<WireAppointment>> read_appointments(const Xml& reply)
{
    std::vector<WireAppointment> appointments;
    for (const auto& each : reply.root().children("Appointment")) {
        WireAppointment appointment{value(each, "apptId"),
                                    read_time(each.attribute("startDate")),
                                    read_time(each.attribute("endDate")),
                                    value(each, "details"),
                                    value(each, "siteName"),
                                    value(each, "address")};
        if (appointment.id.empty())
            return lacks("apptId");
        appointments.push_back(std::move(appointment));
    }
    return appointments;
}

std::string read_guidance(const Xml& reply)
{
    return value(reply.root(), "BookAppointments");
}

bool appointments_switched_off(const Xml& reply)
{
    const auto services = reply.root().children("ServiceAccess");
    return std::ranges::any_of(services, [](const Element& each) {
        return holds(each.attribute("description"), "appointment") && each.attribute("status") != "A";
    });
}

fhir::Result<WireLinkage> read_linkage(const Xml& reply)
{
    const auto root = reply.root();
    WireLinkage linkage{value(root, "accountId"), value(root, "passphrase"), value(root, "passphraseToLink"),
                        value(root, "providerId")};
    if (linkage.account_id.empty() && linkage.passphrase.empty())
        return lacks("accountId");
    return linkage;
}

} // namespace adapters::tpp
