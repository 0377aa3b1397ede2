// SPDX-License-Identifier: Apache-2.0
#include "fhir/bars/names.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/model/message_definition.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/faces/bars/errors.hpp"
#include "gateway/faces/bars/handlers.hpp"
#include "gateway/faces/bars/ids.hpp"
#include "gateway/faces/bars/message_rules.hpp"
#include "gateway/faces/bars/written.hpp"
#include "gateway/policy/directory.hpp"

#include <algorithm>

namespace gateway::faces::bars
{

namespace
{

namespace words = fhir::bars;

/// Of Application 7, whose messages are taken; a sender compares the major part.
constexpr std::string_view application_version = "1.0.0";
constexpr std::string_view published = "2026-03-01";

fhir::UsageContext context_of(std::string_view system, std::string_view code)
{
    fhir::UsageContext context;
    context.code.system = fhir::Uri("http://terminology.hl7.org/CodeSystem/usage-context-type");
    context.code.code = "workflow";
    context.value = fhir::concept_of(system, code);
    return context;
}

fhir::MessageFocus focus_of(const FocusRow& row)
{
    fhir::MessageFocus focus;
    focus.code = std::string(row.type);
    focus.profile = fhir::Uri(std::string(row.profile));
    focus.min.value = static_cast<std::int32_t>(row.least);
    focus.max = row.most == any ? "*" : std::to_string(row.most);
    return focus;
}

fhir::MessageDefinition definition_of(const policy::BookableService& service, const DefinitionRow& row,
                                      std::string_view use_case)
{
    fhir::MessageDefinition definition;
    const auto last = row.url.substr(row.url.rfind('/') + 1);
    definition.id =
        uuid_of("MessageDefinition/" + std::string(last) + "/" + service.id + "/" + std::string(use_case));
    definition.url = fhir::Uri(std::string(row.url));
    definition.version = std::string(application_version);
    definition.name = std::string(row.name);
    definition.date = *fhir::parse_date_time(published);
    definition.use_context = {context_of(words::system::service_id, service.id),
                              context_of(words::system::use_case, use_case)};
    fhir::Coding event;
    event.system = fhir::Uri(std::string(words::system::event));
    event.code = std::string(row.event);
    definition.event = std::move(event);
    for (const FocusRow& each : row.focus)
        definition.focus.push_back(focus_of(each));
    return definition;
}

/// `context=system|value`, repeatable; a bare value counts as well. Each that is given must be of the
/// service.
struct Wanted
{
    bool service = true;
    std::string use_case; ///< empty: all of them
};

Wanted wanted_of(const Call& call)
{
    Wanted wanted;
    for (const auto& [name, value] : call.parameters) {
        if (name != "context")
            continue;
        const auto code = std::string_view(value).substr(value.rfind('|') + 1);
        if (code == call.service->id)
            continue;
        if (call.service->takes(code))
            wanted.use_case = code;
        else
            wanted.service = false;
    }
    return wanted;
}

bool takes_messages(const policy::BookableService& service, const DefinitionRow& row)
{
    return row.event == words::booking_event ? service.bookings : service.referrals;
}

std::vector<fhir::MessageDefinition> definitions_for(const Call& call)
{
    std::vector<fhir::MessageDefinition> found;
    const Wanted wanted = wanted_of(call);
    if (!wanted.service)
        return found;
    for (const std::string& use_case : call.service->use_cases)
        for (const DefinitionRow& row : definitions())
            if (takes_messages(*call.service, row) &&
                (wanted.use_case.empty() || fhir::rest::equal_ignoring_case(wanted.use_case, use_case)))
                found.push_back(definition_of(*call.service, row, use_case));
    return found;
}

fhir::CapabilityRestResource resource_of(std::string_view type,
                                         std::initializer_list<std::string_view> interactions)
{
    fhir::CapabilityRestResource resource;
    resource.type = std::string(type);
    for (const auto code : interactions) {
        resource.interaction.emplace_back();
        resource.interaction.back().code = std::string(code);
    }
    return resource;
}

void add_parameter(fhir::CapabilityRestResource& resource, std::string_view name, fhir::SearchParamType type)
{
    fhir::CapabilitySearchParam& parameter = resource.search_param.emplace_back();
    parameter.name = std::string(name);
    parameter.type = type;
}

std::vector<fhir::CapabilityRestResource> resources()
{
    using enum fhir::SearchParamType;
    auto slot = resource_of("Slot", {"search-type"});
    add_parameter(slot, "start", date);
    add_parameter(slot, "status", token);
    add_parameter(slot, "Schedule.actor:HealthcareService", token);
    slot.search_include = {"Slot:schedule",
                           "Schedule:actor:HealthcareService",
                           "Schedule:actor:Practitioner",
                           "Schedule:actor:PractitionerRole",
                           "HealthcareService:providedBy",
                           "HealthcareService:location"};
    auto appointment = resource_of("Appointment", {"read", "search-type"});
    add_parameter(appointment, "_id", token);
    add_parameter(appointment, "date", date);
    add_parameter(appointment, "patient:identifier", token);
    auto referral = resource_of("ServiceRequest", {"read", "search-type"});
    add_parameter(referral, "_id", token);
    add_parameter(referral, "patient:identifier", token);
    auto definition = resource_of("MessageDefinition", {"search-type"});
    add_parameter(definition, "context", token);
    return {std::move(slot), std::move(appointment), std::move(referral), std::move(definition)};
}

/// By the service that is asked about; where none is, by any.
bool is_taken(const Call& call, const DefinitionRow& row)
{
    if (call.service)
        return takes_messages(*call.service, row);
    return std::ranges::any_of(call.directory->services(),
                               [&](const auto& service) { return takes_messages(service, row); });
}

fhir::CapabilityMessaging messaging(const Call& call)
{
    fhir::CapabilityMessaging messaging;
    for (const DefinitionRow& row : definitions()) {
        if (!is_taken(call, row))
            continue;
        auto& message = messaging.supported_message.emplace_back();
        message.mode = "receiver";
        message.definition = fhir::Uri(std::string(row.url));
    }
    return messaging;
}

} // namespace

Answered capabilities(const Call& call, const Services&)
{
    fhir::CapabilityStatement statement;
    statement.version = std::string(words::core_version);
    statement.name = "BARSReceiver";
    statement.date = *fhir::parse_date_time(published);
    statement.fhir_version = "4.0.1";
    statement.format = {"json", "xml"};
    statement.software.emplace().name = "apptgw";
    statement.implementation.emplace().description = "Receiver of the NHS Booking and Referral Standard";
    statement.implementation->url = fhir::Uri(call.base_url);
    fhir::CapabilityRest& rest = statement.rest.emplace_back();
    rest.security.emplace().service.push_back(fhir::concept_of(
        "http://terminology.hl7.org/CodeSystem/restful-security-service", "Certificates", "Certificates"));
    rest.resource = resources();
    fhir::CapabilityOperation& operation = rest.operation.emplace_back();
    operation.name = "process-message";
    operation.definition = fhir::Uri("http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message");
    statement.messaging.push_back(messaging(call));
    co_return written(statement);
}

Answered find_definitions(const Call& call, const Services& services)
{
    auto found = definitions_for(call);
    fhir::Bundle bundle;
    bundle.id = adapters::new_uuid(services.clock, services.random);
    bundle.timestamp = services.clock.now();
    bundle.total = fhir::UnsignedInt{static_cast<std::int32_t>(found.size())};
    bundle.link.emplace_back();
    bundle.link.back().relation = "self";
    bundle.link.back().url =
        fhir::Uri(call.base_url + "/MessageDefinition?" + std::string(call.request.query()));
    for (fhir::MessageDefinition& each : found) {
        fhir::BundleEntry& entry = bundle.entry.emplace_back();
        entry.full_url = fhir::Uri("urn:uuid:" + each.id.value_or(""));
        entry.resource = fhir::AnyResource(std::move(each));
        entry.search.emplace().mode = fhir::SearchEntryMode::match;
    }
    co_return written(bundle);
}

} // namespace gateway::faces::bars
