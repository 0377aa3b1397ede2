// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/simulator_replies.hpp"

#include "adapters/emis/wire.hpp"

#include <set>

namespace adapters::emis
{

using fhir::codec::JsonValue;
using fhir::rest::Response;

namespace
{

std::string local(fhir::Instant moment)
{
    return fhir::to_text(fhir::to_uk_local(moment));
}

JsonValue null_if_empty(const std::string& text)
{
    return text.empty() ? JsonValue() : JsonValue(text);
}

std::string_view necessity_word(std::string_view option)
{
    return option == "mandatory"       ? "RequestedMandatory"
           : option == "not_requested" ? "NotRequested"
                                       : "RequestedOptional";
}

std::string_view status_of(simulation::Channel channel)
{
    switch (channel) {
    case simulation::Channel::telephone:
        return "Telephone";
    case simulation::Channel::video:
        return "Video";
    case simulation::Channel::in_person:
        break;
    }
    return "Practice";
}

template <class Rows>
std::int64_t position_of(const Rows& rows, const std::string& key)
{
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].key == key)
            return static_cast<std::int64_t>(i) + 1;
    return 0;
}

std::string capitals(std::string text)
{
    for (auto& c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

std::string sex_of(const std::string& gender)
{
    return gender == "male" ? "Male" : gender == "female" ? "Female" : "Unknown";
}

JsonValue location_json(const simulation::SeedLocation& location, std::int64_t id)
{
    auto json = JsonValue::object({{"LocationId", id}, {"LocationName", location.name}});
    json.set("NumberAndStreet", null_if_empty(location.line));
    json.set("Town", null_if_empty(location.town));
    json.set("Postcode", null_if_empty(location.postcode));
    return json;
}

JsonValue holder_json(const simulation::SeedClinician& clinician, std::int64_t id)
{
    auto json = JsonValue::object({{"ClinicianId", id}});
    json.set("DisplayName",
             capitals(clinician.family) + ", " + clinician.given + " (" + clinician.title + ")");
    json.set("Title", clinician.title);
    json.set("Forenames", clinician.given);
    json.set("Surname", clinician.family);
    json.set("Sex", sex_of(clinician.gender));
    json.set("JobRole", null_if_empty(clinician.role_name));
    json.set("Languages", JsonValue::array());
    return json;
}

JsonValue clinic_json(const SimState& state, const simulation::SeedSession& session)
{
    const auto options = state.options();
    auto clinicians = JsonValue::array();
    if (!options.lists("without_clinician", session.key)) {
        clinicians.items().push_back(position_of(state.seed().clinicians, session.clinician));
        if (options.lists("two_clinicians", session.key))
            clinicians.items().push_back(
                std::int64_t{position_of(state.seed().clinicians, session.clinician) == 1 ? 2 : 1});
    }
    const auto first = session.slots.empty() ? std::chrono::milliseconds(std::chrono::minutes(10))
                                             : session.slots.front().end - session.slots.front().start;
    auto json = JsonValue::object({{"SessionName", session.name}, {"SessionId", number_of(session.key)}});
    json.set("LocationId", position_of(state.seed().locations, session.location));
    json.set("DefaultDuration",
             std::int64_t{std::chrono::duration_cast<std::chrono::minutes>(first).count()});
    json.set("SessionType", "Timed");
    json.set("NumberOfSlots", static_cast<std::int64_t>(session.slots.size()));
    json.set("ClinicianIds", std::move(clinicians));
    json.set("StartDate", local(session.period.start));
    json.set("EndDate", local(session.period.end));
    return json;
}

JsonValue slot_json(const SimState& state, const SimSlot& slot)
{
    const auto options = state.options();
    const auto key = std::to_string(slot.id);
    const auto& session = state.session_of(slot);
    auto json = JsonValue::object({{"SlotId", slot.id}, {"StartTime", local(slot.start)}});
    json.set("EndTime", options.lists("bad_end", key) ? std::string("not a time") : local(slot.end));
    json.set("SlotTypeName",
             options.lists("null_slot_type", key) ? JsonValue() : JsonValue(session.slot_type));
    json.set("SlotTypeStatus", status_of(session.channel));
    return json;
}

} // namespace

Response json_reply(unsigned status, const JsonValue& body)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json; charset=utf-8");
    response.body.append(fhir::codec::to_json(body));
    return response;
}

Response text_reply(unsigned status, std::string_view text)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    response.body.append(text);
    return response;
}

Response no_content_reply()
{
    Response response;
    response.status = 204;
    return response;
}

Response exception_reply(const SimState& state, std::int64_t code, std::string_view text,
                         std::string_view method_name)
{
    constexpr std::string_view nil = "00000000-0000-0000-0000-000000000000";
    auto exception =
        JsonValue::object({{"ExceptionId", nil}, {"InnerExceptionId", nil}, {"IsRootException", true}});
    exception.set("CallStack", JsonValue());
    exception.set("Message", text);
    const auto negative = std::to_string(-code);
    auto body = JsonValue::object();
    body.set("InternalResponseCode", state.options().is("code_as_string", "true")
                                         ? JsonValue(negative)
                                         : JsonValue::number(negative));
    body.set("InternalResponseMethod", method_name);
    body.set("Exceptions", JsonValue::array({std::move(exception)}));
    return json_reply(500, body);
}

Response refusal_reply(const SimState& state, const SimRefusal& refusal, std::string_view method_name)
{
    if (state.options().is("errors", "legacy") && !refusal.legacy_text.empty())
        return exception_reply(state, 1002, refusal.legacy_text, method_name);
    const auto negative = std::to_string(-refusal.code);
    auto body = JsonValue::object({{"ErrorReference", "3d0e7c51-8a4f-4a0b-a6f2-0c7b5b1de9f4"}});
    body.set("Message", "The request could not be completed.");
    body.set("InternalResponseCode", state.options().is("code_as_string", "true")
                                         ? JsonValue(negative)
                                         : JsonValue::number(negative));
    return json_reply(refusal.status, body);
}

Response invalid_reply(std::string_view field)
{
    auto model = JsonValue::object();
    model.set("model." + std::string(field), JsonValue::array({JsonValue("A value is required.")}));
    return json_reply(
        400, JsonValue::object({{"Message", "The request is invalid."}, {"ModelState", std::move(model)}}));
}

Response service_off_reply(const SimState& state)
{
    return refusal_reply(state, {403, 1030, "Services Access violation"}, "ServiceAccess");
}

JsonValue session_json(const SimState& state, const std::string& session_id, const SimSession& session)
{
    const auto* patient = state.patient(session.nhs_number);
    const std::string title = patient ? patient->title : "";
    const std::string given = patient ? patient->given : "Appointment";
    const std::string family = patient ? patient->family : "Search";
    auto self = JsonValue::object({{"Title", title}, {"FirstName", given}, {"Surname", family}});
    self.set("UserPatientLinkToken", session.link_token);
    self.set("NationalPracticeCode", state.seed().ods);
    self.set("AssociationType", "Self");
    auto json = JsonValue::object(
        {{"SessionId", session_id}, {"Title", title}, {"FirstName", given}, {"Surname", family}});
    json.set("LastAccessTime", local(state.now()));
    json.set("UserPatientLinks", JsonValue::array({std::move(self)}));
    return json;
}

JsonValue settings_json(const SimState& state)
{
    const auto options = state.options();
    const auto reason = options.text("booking_reason");
    const auto comment = options.text("prescribing_comment");
    auto services = JsonValue::object({{"AppointmentsSupported", !options.is("appointments", "off")}});
    services.set("PrescribingSupported", !options.is("prescribing", "off"));
    services.set("PracticePatientCommunicationSupported", !options.is("messages", "off"));
    for (const auto* off : {"EpsSupported", "DemographicsUpdateSupported", "OnlineRegistrationSupported",
                            "PreRegistrationSupported", "OnlineTriageSupported", "MedicalRecordSupported",
                            "RecordSharingSupported"})
        services.set(off, false);
    auto inputs = JsonValue::object();
    inputs.set("AppointmentBookingReason", std::string(necessity_word(reason)));
    inputs.set("PrescribingComment", std::string(necessity_word(comment)));
    auto messages = JsonValue::object({{"AppointmentsMessage", null_if_empty(options.text("message"))}});
    return JsonValue::object({{"Services", std::move(services)},
                              {"Messages", std::move(messages)},
                              {"InputRequirements", std::move(inputs)}});
}

JsonValue patient_settings_json(const SimState& state, const std::string& nhs_number)
{
    const bool on =
        !state.options().is("appointments", "off") && !state.options().lists("appointments_off", nhs_number);
    auto assigned = JsonValue::object(
        {{"AppointmentsEnabled", true}, {"PrescribingEnabled", true}, {"MedicalRecordEnabled", false}});
    auto effective = assigned;
    effective.set("AppointmentsEnabled", on);
    effective.set("PrescribingEnabled", !state.options().is("prescribing", "off") &&
                                            !state.options().lists("prescribing_off", nhs_number));
    return JsonValue::object({{"ApplicationLinkLevel", "Linked"},
                              {"AccountRegistrationStatus", "Active"},
                              {"AssignedServices", std::move(assigned)},
                              {"EffectiveServices", std::move(effective)}});
}

JsonValue demographics_json(const simulation::SeedPatient& patient)
{
    auto number =
        JsonValue::object({{"IdentifierValue", patient.nhs_number}, {"IdentifierType", "NhsNumber"}});
    auto json = JsonValue::object(
        {{"Title", patient.title}, {"FirstName", patient.given}, {"Surname", patient.family}});
    json.set("CallingName", JsonValue());
    json.set("PatientIdentifiers", JsonValue::array({std::move(number)}));
    json.set("DateOfBirth", midnight(patient.birth_date));
    json.set("Sex", sex_of(patient.gender));
    json.set("ContactDetails", JsonValue::object({{"TelephoneNumber", null_if_empty(patient.phone)},
                                                  {"MobileNumber", JsonValue()},
                                                  {"EmailAddress", JsonValue()}}));
    json.set("Address", JsonValue());
    return json;
}

JsonValue metadata_json(const SimState& state, const std::vector<std::size_t>& sessions)
{
    const auto& seed = state.seed();
    const auto options = state.options();
    std::set<std::int64_t> locations, holders;
    auto clinics = JsonValue::array();
    for (const auto index : sessions) {
        const auto& session = seed.sessions[index];
        clinics.items().push_back(clinic_json(state, session));
        if (options.lists("duplicate_session", session.key))
            clinics.items().push_back(clinic_json(state, session));
        locations.insert(position_of(seed.locations, session.location));
        for (const auto& id : clinics.items().back().find("ClinicianIds")->items())
            holders.insert(id.integer().value_or(0));
    }
    auto location_rows = JsonValue::array();
    for (std::size_t i = 0; i < seed.locations.size(); ++i)
        if (locations.contains(static_cast<std::int64_t>(i) + 1))
            location_rows.items().push_back(
                location_json(seed.locations[i], static_cast<std::int64_t>(i) + 1));
    auto holder_rows = JsonValue::array();
    for (std::size_t i = 0; i < seed.clinicians.size(); ++i)
        if (holders.contains(static_cast<std::int64_t>(i) + 1))
            holder_rows.items().push_back(holder_json(seed.clinicians[i], static_cast<std::int64_t>(i) + 1));
    return JsonValue::object({{"Locations", std::move(location_rows)},
                              {"SessionHolders", std::move(holder_rows)},
                              {"Sessions", std::move(clinics)}});
}

JsonValue slots_json(const SimState& state, const std::vector<const SimSlot*>& slots)
{
    const auto options = state.options();
    auto sessions = JsonValue::array();
    const SimSlot* previous = nullptr;
    for (const auto* slot : slots) {
        const bool stray = options.lists("unknown_session", std::to_string(slot->id));
        if (!previous || previous->session != slot->session || stray) {
            const auto key = stray ? std::int64_t{999999} : number_of(state.session_of(*slot).key);
            sessions.items().push_back(
                JsonValue::object({{"SessionDate", midnight(fhir::uk_date(slot->start))},
                                   {"SessionId", key},
                                   {"Slots", JsonValue::array()}}));
        }
        sessions.items().back().find("Slots")->items().push_back(slot_json(state, *slot));
        previous = stray ? nullptr : slot;
    }
    return JsonValue::object({{"Sessions", std::move(sessions)}});
}

JsonValue appointments_json(const SimState& state, const std::vector<const SimSlot*>& slots)
{
    auto rows = JsonValue::array();
    std::set<std::size_t> sessions;
    for (const auto* slot : slots) {
        auto json = slot_json(state, *slot);
        json.set("SessionId", number_of(state.session_of(*slot).key));
        json.set("BookingDate", local(slot->booked_at));
        json.set("BookingReason", slot->reason);
        json.set("BookingMethod", "PatientFacingServices");
        json.set("VidyoRoomUri", JsonValue());
        json.set("TelephoneAppointmentDetails",
                 slot->phone.empty()
                     ? JsonValue()
                     : JsonValue::object({{"TelephoneNumber", slot->phone}, {"ContactType", "Other"}}));
        rows.items().push_back(std::move(json));
        sessions.insert(slot->session);
    }
    auto reply = metadata_json(state, {sessions.begin(), sessions.end()});
    reply.set("Appointments", std::move(rows));
    return reply;
}

} // namespace adapters::emis
