// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/gpconnect/profiles.hpp"

#include "fhir/model/uk_time.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::gpconnect
{

namespace
{

std::string_view type_of(std::string_view reference)
{
    return reference.substr(0, reference.find('/'));
}

std::string_view id_of(std::string_view reference)
{
    return reference.substr(std::min(reference.find('/'), reference.size() - 1) + 1);
}

std::optional<std::string> text_of(const std::vector<fhir::CodeableConcept>& concepts)
{
    for (const auto& each : concepts) {
        if (each.text)
            return each.text;
        for (const auto& coding : each.coding)
            if (coding.display)
                return coding.display;
    }
    return std::nullopt;
}

/// What the practice calls this kind of slot: GP Connect shows one text.
std::string slot_type(const fhir::Slot& slot)
{
    for (const auto& service : slot.service_type)
        if (service.text)
            return *service.text;
    if (slot.appointment_type && text_of({*slot.appointment_type}))
        return *text_of({*slot.appointment_type});
    if (const auto session = text_of(slot.service_category))
        return *session;
    return text_of(slot.service_type).value_or("GP appointment");
}

/// Delivery channels of UK Core and of GP Connect have the same codes.
std::string code_of(const fhir::Extension& extension)
{
    if (const auto* code = std::get_if<fhir::Code>(&extension.value))
        return code->text;
    const auto* concept_value = std::get_if<fhir::CodeableConcept>(&extension.value);
    if (concept_value && !concept_value->coding.empty() && concept_value->coding.front().code)
        return concept_value->coding.front().code->text;
    return {};
}

/// The role behind an actor, under GP Connect's own code system.
std::optional<fhir::CodeableConcept> role_of(const fhir::PractitionerRole& role)
{
    for (const auto& each : role.code)
        for (const auto& coding : each.coding)
            if (coding.code && coding.code->text.starts_with('R'))
                return fhir::concept_of(names::job_role_system, coding.code->text,
                                        coding.display.value_or(coding.code->text));
    return std::nullopt;
}

void add_practitioner(const std::string& reference, ScheduleActors& actors)
{
    if (std::ranges::find(actors.practitioners, reference) == actors.practitioners.end())
        actors.practitioners.push_back(reference);
}

void read_actor(const std::string& reference, const search::Book& book, ScheduleActors& actors)
{
    const auto type = type_of(reference);
    if (type == "Location" && actors.location.empty())
        actors.location = reference;
    if (type == "Practitioner")
        add_practitioner(reference, actors);
    if (type != "PractitionerRole")
        return;
    const auto* role = search::find(book.practitioner_roles, id_of(reference));
    if (!role)
        return;
    if (!actors.role)
        actors.role = role_of(*role);
    if (role->practitioner && role->practitioner->reference)
        add_practitioner(*role->practitioner->reference, actors);
}

} // namespace

std::optional<std::string> channel_of(const std::vector<fhir::Extension>& extensions)
{
    constexpr std::array<std::string_view, 3> codes{"In-person", "Telephone", "Video"};
    for (const auto url : {names::ukcore_delivery_channel, names::delivery_channel})
        if (const auto* extension = fhir::find_extension(extensions, url))
            if (const auto code = code_of(*extension); std::ranges::find(codes, code) != codes.end())
                return code;
    return std::nullopt;
}

fhir::Extension channel_extension(const std::string& code)
{
    fhir::Extension extension;
    extension.url = names::delivery_channel;
    extension.value = fhir::Code(code);
    return extension;
}

fhir::Extension role_extension(fhir::CodeableConcept role)
{
    fhir::Extension extension;
    extension.url = names::practitioner_role;
    extension.value = std::move(role);
    return extension;
}

fhir::Slot to_profile(const fhir::Slot& given, std::string_view version)
{
    fhir::Slot slot;
    slot.id = given.id;
    auto& meta = slot.meta.emplace();
    meta.version_id = std::string(version);
    meta.profile.emplace_back(names::slot_profile);
    // Some consumers take the first extension for the channel, whatever its name.
    if (const auto channel = channel_of(given.extension))
        slot.extension.push_back(channel_extension(*channel));
    slot.service_type.push_back(fhir::concept_text(slot_type(given)));
    slot.schedule = fhir::reference_to(given.schedule.reference.value_or(""));
    slot.status = given.status;
    slot.start = given.start;
    slot.end = given.end;
    return slot;
}

ScheduleActors actors_of(const fhir::Schedule& schedule, const search::Book& book)
{
    ScheduleActors actors;
    for (const auto& actor : schedule.actor)
        if (actor.reference)
            read_actor(*actor.reference, book, actors);
    if (actors.location.empty() || !book.holds("Location", id_of(actors.location)))
        actors.location = "Location/" + main_location_id(book.ods.text());
    return actors;
}

fhir::Schedule to_profile(const fhir::Schedule& given, const search::Book& book, fhir::Interval slots)
{
    const ScheduleActors actors = actors_of(given, book);
    fhir::Schedule schedule;
    schedule.id = given.id;
    if (actors.role)
        schedule.extension.push_back(role_extension(*actors.role));
    if (const auto name = text_of(given.service_category))
        schedule.service_category.push_back(fhir::concept_text(*name));
    schedule.actor.push_back(fhir::reference_to(actors.location));
    for (const std::string& practitioner : actors.practitioners)
        schedule.actor.push_back(fhir::reference_to(practitioner));
    auto& horizon = schedule.planning_horizon.emplace();
    const bool known = given.planning_horizon && given.planning_horizon->start && given.planning_horizon->end;
    horizon.start = fhir::uk_date_time(known ? given.planning_horizon->start->at : slots.start);
    horizon.end = fhir::uk_date_time(known ? given.planning_horizon->end->at : slots.end);
    return with_meta(std::move(schedule), names::schedule_profile);
}

} // namespace gateway::faces::gpconnect
