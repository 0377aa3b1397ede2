// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/wire.hpp"

#include "adapters/json_fields.hpp"

#include <algorithm>
#include <set>

namespace adapters::emis
{

namespace
{

using fhir::rest::equal_ignoring_case;

/// One text member that must be there, of a reply that has nothing else of use.
fhir::Result<std::string> read_only_text(std::string_view body, std::string_view member)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    auto text = Fields(*json).text(member);
    if (text.empty())
        return std::unexpected(lacks(member));
    return text;
}

/// What becomes a header of every later request.
bool is_session_id(const std::string& text)
{
    return !text.empty() && text.size() <= 1024 &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

/// A member that is an array or, where there is nothing to tell, null.
bool has_list(const Fields& fields, std::string_view name)
{
    const auto* list = fields.find(name);
    return list && (list->is_array() || list->is_null());
}

/// An unreadable value counts as mandatory: asking for a reason too many does less harm than a refused
/// booking.
Necessity necessity(const std::string& text)
{
    if (equal_ignoring_case(text, "NotRequested"))
        return Necessity::not_requested;
    return equal_ignoring_case(text, "RequestedOptional") ? Necessity::optional : Necessity::mandatory;
}

/// Unlike a reason for a booking, a comment nobody can say anything of may be sent and may be left out.
Necessity comment_necessity(const std::string& text)
{
    return equal_ignoring_case(text, "NotRequested") || equal_ignoring_case(text, "RequestedMandatory")
               ? necessity(text)
               : Necessity::optional;
}

WireChannel channel(const std::string& text)
{
    if (equal_ignoring_case(text, "Practice"))
        return WireChannel::practice;
    if (equal_ignoring_case(text, "Telephone"))
        return WireChannel::telephone;
    if (equal_ignoring_case(text, "Visit"))
        return WireChannel::visit;
    return equal_ignoring_case(text, "Video") ? WireChannel::video : WireChannel::unknown;
}

/// The street's member has two names: one in metadata, another in demographics.
std::vector<std::string> address_lines(const Fields& fields, std::string_view street_name)
{
    std::vector<std::string> lines;
    for (const auto name :
         {std::string_view("HouseNameFlatNumber"), street_name, std::string_view("Village")}) {
        auto line = fields.text(name);
        if (!line.empty())
            lines.push_back(std::move(line));
    }
    return lines;
}

WireLocation location(const Fields& fields)
{
    WireLocation location;
    location.id = fields.number("LocationId").value_or(0);
    location.name = fields.text("LocationName");
    location.lines = address_lines(fields, "NumberAndStreet");
    location.town = fields.text("Town");
    location.postcode = fields.text("Postcode");
    return location;
}

WireHolder holder(const Fields& fields)
{
    WireHolder holder;
    holder.id = fields.number("ClinicianId").value_or(0);
    holder.display_name = fields.text("DisplayName");
    holder.title = fields.text("Title");
    holder.forenames = fields.text("Forenames");
    holder.surname = fields.text("Surname");
    holder.sex = fields.text("Sex");
    holder.job_role = fields.text("JobRole");
    holder.languages = fields.texts("Languages");
    return holder;
}

WireClinic clinic(const Fields& fields)
{
    WireClinic clinic;
    clinic.id = fields.number("SessionId").value_or(0);
    clinic.name = fields.text("SessionName");
    clinic.location = fields.number("LocationId");
    clinic.clinicians = fields.numbers("ClinicianIds");
    clinic.default_duration = fields.number("DefaultDuration");
    clinic.start = fields.time("StartDate");
    clinic.end = fields.time("EndDate");
    clinic.source = fields.node().source();
    return clinic;
}

WireMetadata metadata(const Fields& fields)
{
    WireMetadata metadata;
    for (const auto& row : fields.rows("Locations"))
        metadata.locations.push_back(location(row));
    for (const auto& row : fields.rows("SessionHolders"))
        metadata.holders.push_back(holder(row));
    std::set<std::int64_t> seen;
    for (const auto& row : fields.rows("Sessions")) {
        auto each = clinic(row);
        if (seen.insert(each.id).second)
            metadata.clinics.push_back(std::move(each));
        else
            metadata.warnings.push_back("Clinic session " + std::to_string(each.id) +
                                        " came twice; the first description of it is used.");
    }
    return metadata;
}

/// 0 when it has none.
std::int64_t slot_id_of(const fhir::codec::Node& row)
{
    return row.is_object() ? Fields(row).number("SlotId").value_or(0) : 0;
}

WireSlot slot(const Fields& fields, std::int64_t clinic_id)
{
    WireSlot slot;
    slot.id = slot_id_of(fields.node());
    slot.clinic = clinic_id;
    slot.start = fields.time("StartTime");
    slot.end = fields.time("EndTime");
    slot.type_name = fields.text("SlotTypeName");
    slot.channel = channel(fields.text("SlotTypeStatus"));
    return slot;
}

void read_clinic_slots(WireSlots& slots, const Fields& session, MarkedText& text)
{
    const auto clinic_id = session.number("SessionId").value_or(0);
    const auto clinic = "clinic session " + std::to_string(clinic_id);
    const auto* rows = session.find("Slots");
    if (!rows || rows->is_null())
        return;
    if (!rows->is_array())
        slots.warnings.push_back("The slots of " + clinic + " cannot be read and are left out.");
    for (const auto& row : rows->items()) {
        const auto known = text.take(row);
        for (const KnownRow* each : known)
            slots.slots.push_back({*each, nullptr, clinic_id});
        if (!known.empty())
            continue;
        if (slot_id_of(row) > 0)
            slots.slots.push_back({row.source(), &row, clinic_id});
        else
            slots.warnings.push_back("A slot of " + clinic + " has no usable SlotId and is left out.");
    }
}

fhir::Result<WireSlots> read_marked_slots(MarkedText& text)
{
    auto json = read_object(text.text());
    if (!json)
        return std::unexpected(json.error());
    const Fields fields(*json);
    if (!has_list(fields, "Sessions"))
        return std::unexpected(lacks("Sessions"));
    WireSlots slots;
    for (const auto& session : fields.find("Sessions")->items())
        if (session.is_object())
            read_clinic_slots(slots, Fields(session), text);
        else
            slots.warnings.push_back("A clinic session cannot be read; its slots are left out.");
    slots.reply.push_back(std::move(*json));
    return slots;
}

WireAppointment appointment(const Fields& fields)
{
    WireAppointment appointment;
    appointment.slot = slot(fields, fields.number("SessionId").value_or(0));
    appointment.reason = fields.text("BookingReason");
    appointment.booked_at = fields.time("BookingDate");
    if (const auto details = fields.object("TelephoneAppointmentDetails"))
        appointment.phone = details->text("TelephoneNumber");
    return appointment;
}

std::optional<fhir::NhsNumber> nhs_number(const Fields& fields)
{
    for (const auto& row : fields.rows("PatientIdentifiers"))
        if (equal_ignoring_case(row.text("IdentifierType"), "NhsNumber"))
            return fhir::NhsNumber::parse(row.text("IdentifierValue"));
    return std::nullopt;
}

} // namespace

fhir::Result<std::string> read_end_user_session(std::string_view body)
{
    auto id = read_only_text(body, "EndUserSessionId");
    if (id && !is_session_id(*id))
        return std::unexpected(lacks("a usable EndUserSessionId"));
    return id;
}

fhir::Result<WireSession> read_session(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const Fields fields(*json);
    WireSession session;
    session.session_id = fields.text("SessionId");
    if (!is_session_id(session.session_id))
        return std::unexpected(lacks("a usable SessionId"));
    if (!has_list(fields, "UserPatientLinks"))
        return std::unexpected(lacks("UserPatientLinks"));
    for (const auto& row : fields.rows("UserPatientLinks"))
        if (session.link_token.empty() && equal_ignoring_case(row.text("AssociationType"), "Self")) {
            session.link_token = row.text("UserPatientLinkToken");
            session.link_practice = row.text("NationalPracticeCode");
        }
    return session;
}

fhir::Result<WireSettings> read_settings(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const Fields fields(*json);
    // Nothing said is not "switched off": a practice must not look closed because of a broken answer.
    const auto services = fields.object("Services");
    const auto* supported = services ? services->find("AppointmentsSupported") : nullptr;
    if (!supported || !supported->is_boolean())
        return std::unexpected(lacks("AppointmentsSupported"));
    WireSettings settings;
    settings.appointments_supported = supported->boolean();
    if (const auto requirements = fields.object("InputRequirements"))
        settings.booking_reason = necessity(requirements->text("AppointmentBookingReason"));
    if (const auto requirements = fields.object("InputRequirements"))
        settings.prescribing_comment = comment_necessity(requirements->text("PrescribingComment"));
    settings.messages_supported = services->flag("PracticePatientCommunicationSupported");
    settings.prescribing_supported = services->flag("PrescribingSupported");
    if (const auto messages = fields.object("Messages"))
        settings.message = messages->text("AppointmentsMessage");
    return settings;
}

fhir::Result<WireMetadata> read_metadata(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    if (!has_list(Fields(*json), "Sessions"))
        return std::unexpected(lacks("Sessions"));
    return metadata(Fields(*json));
}

WireSlot read_slot(const WireSlotRow& row)
{
    if (row.node)
        return slot(Fields(*row.node), row.clinic);
    const auto again = read_object(row.row.source);
    return again ? slot(Fields(*again), row.clinic) : WireSlot();
}

fhir::Result<WireSlots> read_slots(std::string_view body, SlotMemo* memo)
{
    return read_marked(body, memo, read_marked_slots);
}

fhir::Result<WireAppointments> read_appointments(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const Fields fields(*json);
    const auto* rows = fields.find("Appointments");
    if (!rows || !rows->is_array())
        return std::unexpected(lacks("Appointments"));
    WireAppointments result;
    result.metadata = metadata(fields);
    for (const auto& row : rows->items()) {
        if (slot_id_of(row) <= 0)
            return std::unexpected(
                lacks("SlotId")); // an appointment overlooked could be taken for one never made
        result.appointments.push_back(appointment(Fields(row)));
    }
    return result;
}

fhir::Result<WireDemographics> read_demographics(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const Fields fields(*json);
    // Whose record it is must be told: a link is not to blame for an answer that is no record at all.
    const auto* identifiers = fields.find("PatientIdentifiers");
    if (!identifiers || !identifiers->is_array())
        return std::unexpected(lacks("PatientIdentifiers"));
    WireDemographics patient;
    patient.title = fields.text("Title");
    patient.first_name = fields.text("FirstName");
    patient.surname = fields.text("Surname");
    patient.calling_name = fields.text("CallingName");
    patient.sex = fields.text("Sex");
    patient.birth_date = fields.date("DateOfBirth");
    patient.nhs_number = nhs_number(fields);
    if (const auto contact = fields.object("ContactDetails")) {
        patient.telephone = contact->text("TelephoneNumber");
        patient.mobile = contact->text("MobileNumber");
        patient.email = contact->text("EmailAddress");
    }
    if (const auto address = fields.object("Address")) {
        patient.lines = address_lines(*address, "NumberStreet");
        patient.town = address->text("Town");
        patient.county = address->text("County");
        patient.postcode = address->text("Postcode");
    }
    return patient;
}

fhir::Result<bool> read_booking_created(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    return Fields(*json).flag("BookingCreated");
}

fhir::Result<bool> read_cancelled(std::string_view body)
{
    if (trimmed(body).empty())
        return true;
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto* said = Fields(*json).find("IsCancelled");
    return !said || said->is_null() || (said->is_boolean() && said->boolean());
}

fhir::Result<WireLinkage> read_linkage(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const Fields fields(*json);
    WireLinkage linkage{fields.text("AccountId"), fields.text("LinkageKey")};
    if (linkage.account_id.empty() || linkage.linkage_key.empty())
        return std::unexpected(lacks("AccountId and LinkageKey"));
    return linkage;
}

fhir::Result<std::string> read_access_identity(std::string_view body)
{
    return read_only_text(body, "AccessIdentityGuid");
}

} // namespace adapters::emis
