// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/wire.hpp"

#include "adapters/json_fields.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::vision
{

using xml::Document;
using xml::Element;

namespace
{

std::vector<Element> children(const Element& parent, std::string_view name)
{
    return parent.children(vision_space, name);
}

std::string_view text_in(const Element& parent, std::string_view name)
{
    return bare(child(parent, name).text());
}

std::optional<int> number_of(std::string_view text)
{
    int number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::optional<fhir::NhsNumber> nhs_number_in(const Element& account)
{
    std::optional<fhir::NhsNumber> found;
    for (const auto& each : children(account, "patientNumber")) {
        if (text_in(each, "numberType") != "NHS")
            continue;
        const auto number = fhir::NhsNumber::parse(text_in(each, "number"));
        if (!number || (found && found != number))
            return std::nullopt;
        found = number;
    }
    return found;
}

/// The English text, or else the first.
std::string guidance_in(const Element& appointments)
{
    const auto messages = children(child(appointments, "welcomeText"), "message");
    const auto english = std::ranges::find_if(
        messages, [](const Element& each) { return each.attribute("language").starts_with("en"); });
    if (english != messages.end())
        return without_markup(english->text());
    return messages.empty() ? std::string() : without_markup(messages.front().text());
}

std::map<std::string, std::string> genders_in(const Element& references)
{
    std::map<std::string, std::string> by_staff, by_owner;
    for (const auto& staff : children(references, "staff"))
        by_staff[std::string(staff.attribute("id"))] = std::string(child(staff, "gender").attribute("id"));
    for (const auto& owner : children(references, "owner"))
        if (const auto staff = by_staff.find(text_of(owner, "staffId")); staff != by_staff.end())
            by_owner[std::string(owner.attribute("id"))] = staff->second;
    return by_owner;
}

WireReferences references_in(const Element& parent)
{
    const auto references = child(parent, "references");
    const auto collect = [&](std::string_view kind, std::string_view name, auto& into) {
        for (const auto& each : children(references, kind))
            into.emplace(bare(each.attribute("id")), text_in(each, name));
    };
    WireReferences found;
    collect("owner", "name", found.owners);
    collect("session", "description", found.sessions);
    collect("location", "name", found.locations);
    collect("slotType", "description", found.types);
    return found;
}

std::vector<WireSlot> slots_in(const Document& reply, const Element& parent)
{
    const auto elements = children(parent, "slot");
    std::size_t count = 0;
    for (const auto& each : elements)
        count += std::max<std::size_t>(1, reply.known_rows(each).size());
    std::vector<WireSlot> slots;
    slots.reserve(count);
    for (const auto& each : elements) {
        const auto known = reply.known_rows(each);
        for (const KnownRow* row : known)
            slots.push_back(WireSlot::of(*row));
        if (known.empty())
            slots.push_back({bare(each.attribute("id")), text_in(each, "dateTime"), text_in(each, "duration"),
                             text_in(each, "owner"), text_in(each, "location"), text_in(each, "type"),
                             text_in(each, "session"), reply.source_of(each)});
    }
    return slots;
}

std::vector<WireReason> reasons_in(const Element& settings)
{
    std::vector<WireReason> reasons;
    for (const auto& each : children(child(settings, "cancellationReasons"), "reason"))
        reasons.push_back({std::string(bare(each.attribute("id"))), text_of(each, "description"),
                           each.attribute("default") == "true"});
    std::erase_if(reasons, [](const WireReason& each) { return each.id.empty(); });
    return reasons;
}

} // namespace

Element child(const Element& parent, std::string_view name)
{
    return parent.child(vision_space, name);
}

std::string text_of(const Element& parent, std::string_view name)
{
    return std::string(text_in(parent, name));
}

Element response_of(const Document& reply)
{
    const auto root = reply.root();
    return root.is(vision_space, "visionResponse") ? root
                                                   : child(root.child(soap_space, "Body"), "visionResponse");
}

Element content_of(const Document& reply)
{
    return child(response_of(reply), "serviceContent");
}

std::string WireSlot::note() const
{
    constexpr std::size_t usual_size = 96;
    std::string note;
    note.reserve(usual_size);
    for (const auto part : {id, date_time, duration, owner, location, type, session})
        note.append(part).append(1, '\0');
    return note;
}

WireSlot WireSlot::of(const KnownRow& known)
{
    WireSlot slot;
    slot.row = known;
    std::string_view rest = known.note;
    for (auto* part : {&slot.id, &slot.date_time, &slot.duration, &slot.owner, &slot.location, &slot.type,
                       &slot.session}) {
        *part = rest.substr(0, rest.find('\0'));
        rest.remove_prefix(std::min(part->size() + 1, rest.size()));
    }
    return slot;
}

std::optional<fhir::LocalTime> WireSlot::start() const
{
    return date_time.size() == 19 ? fhir::parse_local_time(date_time) : std::nullopt;
}

std::optional<std::chrono::minutes> WireSlot::length() const
{
    const auto minutes = number_of(duration);
    return minutes && *minutes > 0 && *minutes <= 24 * 60 ? std::optional(std::chrono::minutes(*minutes))
                                                          : std::nullopt;
}

void WireReferences::add(const WireReferences& more)
{
    owners.insert(more.owners.begin(), more.owners.end());
    sessions.insert(more.sessions.begin(), more.sessions.end());
    locations.insert(more.locations.begin(), more.locations.end());
    types.insert(more.types.begin(), more.types.end());
}

fhir::Result<WireConfiguration> read_configuration(const Document& reply)
{
    const auto element = child(content_of(reply), "configuration");
    const auto account = child(element, "account");
    const auto references = child(element, "references");
    WireConfiguration configuration;
    configuration.patient_id = text_of(account, "patientId");
    if (configuration.patient_id.empty())
        return std::unexpected(lacks("configuration/account/patientId"));
    configuration.nhs_number = nhs_number_in(account);
    const auto appointments = child(element, "appointments");
    configuration.appointments_enabled = text_in(appointments, "enabled") != "false";
    configuration.guidance = guidance_in(appointments);
    configuration.genders = genders_in(references);
    for (const auto& location : children(references, "location")) // assumed
        if (const auto id = bare(location.attribute("id")); !id.empty())
            configuration.locations.emplace_back(id);
    return configuration;
}

fhir::Result<WireDemographics> read_demographics(const Document& reply)
{
    const auto element = child(content_of(reply), "demographics");
    if (!element)
        return std::unexpected(lacks("demographics"));
    const auto name = child(element, "name");
    const auto address = child(element, "primaryAddress");
    WireDemographics person;
    person.title = text_of(name, "title");
    person.forename = text_of(name, "forename");
    person.second_forename = text_of(name, "forename2");
    person.surname = text_of(name, "surname");
    person.gender = std::string(bare(child(element, "gender").attribute("code")));
    person.birth_date = fhir::parse_date(text_in(element, "dateOfBirth"));
    for (const auto* line : {"houseName", "houseNumber", "street", "locality"})
        if (auto text = text_of(address, line); !text.empty())
            person.lines.push_back(std::move(text));
    person.town = text_of(address, "town");
    person.county = text_of(address, "county");
    person.postcode = text_of(address, "postcode");
    person.usual_gp = text_of(element, "usualGP");
    return person;
}

fhir::Result<WireSlots> read_slots(const Document& reply)
{
    const auto element = child(content_of(reply), "availableAppointmentsResponse");
    if (!element)
        return std::unexpected(lacks("availableAppointmentsResponse"));
    return WireSlots{reply, slots_in(reply, child(element, "slots")), references_in(element)};
}

fhir::Result<WireAppointments> read_appointments(const Document& reply)
{
    const auto element = child(content_of(reply), "bookedAppointmentsResponse");
    if (!element)
        return std::unexpected(lacks("bookedAppointmentsResponse"));
    const auto settings = child(element, "settings");
    WireAppointments appointments;
    appointments.reply = reply;
    appointments.upcoming = slots_in(reply, child(element, "slots"));
    appointments.past = slots_in(reply, child(element, "pastAppointments"));
    // What is overlooked could be taken for a booking never made.
    for (const auto* slots : {&appointments.upcoming, &appointments.past})
        if (std::ranges::any_of(*slots, [](const WireSlot& slot) { return slot.id.empty(); }))
            return std::unexpected(lacks("slot/@id"));
    appointments.references = references_in(element);
    appointments.takes_reason = text_in(child(settings, "bookingReason"), "add") != "false";
    appointments.reasons = reasons_in(settings);
    const auto cutoff = number_of(text_in(settings, "cancellationCutoffMinutes"));
    appointments.cutoff = std::chrono::minutes(std::max(0, cutoff.value_or(0)));
    return appointments;
}

WireEcho read_echo(const Document& reply)
{
    const auto appointment = child(content_of(reply), "appointment");
    return {std::string(bare(child(appointment, "patient").attribute("id"))),
            std::string(bare(child(appointment, "slot").attribute("id")))};
}

fhir::Result<Account> read_account(const Document& reply)
{
    const auto element = child(content_of(reply), "authenticationRef");
    Account account{text_of(element, "rosuAccountId"), text_of(element, "apiToken")};
    if (account.account_id.empty() || account.api_key.empty())
        return std::unexpected(lacks("authenticationRef"));
    return account;
}

} // namespace adapters::vision
