// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/written.hpp"
#include "fhir/model/capability_statement.hpp"
#include "fhir/model/uk_time.hpp"
#include "gateway/faces/gpconnect/handlers.hpp"
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/gpconnect/wire.hpp"
#include "gateway/faces/gpconnect_face.hpp"

#include <array>

namespace gateway::faces::gpconnect
{

namespace
{

constexpr std::array profiles{"CareConnect-GPC-Patient-1",
                              "CareConnect-GPC-Organization-1",
                              "CareConnect-GPC-Practitioner-1",
                              "CareConnect-GPC-PractitionerRole-1",
                              "CareConnect-GPC-Location-1",
                              "GPConnect-OperationOutcome-1",
                              "GPConnect-Appointment-1",
                              "GPConnect-Schedule-1",
                              "GPConnect-Slot-1"};

using fhir::CapabilityRestResource;
using fhir::SearchParamType;
using Interactions = std::initializer_list<std::string_view>;

fhir::CapabilitySearchParam parameter(std::string_view name, SearchParamType type)
{
    fhir::CapabilitySearchParam made;
    made.name = name;
    made.type = type;
    return made;
}

CapabilityRestResource resource(std::string_view type, Interactions interactions)
{
    CapabilityRestResource made;
    made.type = fhir::Code(std::string(type));
    for (const auto code : interactions) {
        auto& interaction = made.interaction.emplace_back();
        interaction.code = fhir::Code(std::string(code));
    }
    return made;
}

CapabilityRestResource searchable(std::string_view type)
{
    auto made = resource(type, {"read", "search-type"});
    made.search_param.push_back(parameter("identifier", SearchParamType::token));
    return made;
}

CapabilityRestResource appointments()
{
    auto made = resource("Appointment", {"read", "create", "update", "search-type"});
    made.update_create = false;
    return made;
}

CapabilityRestResource slots()
{
    auto made = resource("Slot", {"search-type"});
    made.search_include = {"Slot:schedule", "Schedule:actor:Practitioner", "Schedule:actor:Location",
                           "Location:managingOrganization"};
    made.search_param = {parameter("start", SearchParamType::date), parameter("end", SearchParamType::date),
                         parameter("status", SearchParamType::token),
                         parameter("searchFilter", SearchParamType::token)};
    return made;
}

/// A practice says what its own system can do.
fhir::CapabilityRest rest_of(const adapters::Capabilities& can)
{
    fhir::CapabilityRest rest;
    rest.mode = fhir::RestMode::server;
    rest.resource = {searchable("Patient"),
                     searchable("Organization"),
                     searchable("Practitioner"),
                     resource("Location", {"read"}),
                     appointments(),
                     slots()};
    if (can.register_patient || can.needs_patient_link) {
        auto& operation = rest.operation.emplace_back();
        operation.name = "gpc.registerpatient";
        operation.definition = fhir::Uri(names::register_operation);
    }
    return rest;
}

fhir::CapabilityStatement statement_of(const Call& call, const GpConnectServices& services)
{
    const auto& settings = services.settings;
    fhir::CapabilityStatement statement;
    statement.url = fhir::Uri(call.base_url + "/metadata");
    statement.version = "1.2.7";
    statement.name = "GP Connect";
    statement.status = fhir::PublicationStatus::active;
    statement.date = fhir::uk_date_time(settings.started);
    statement.publisher = call.practice->name;
    statement.description =
        fhir::Markdown{"GP Connect Appointment Management with Foundations, as this gateway "
                       "offers it for the practice."};
    statement.kind = fhir::CapabilityKind::instance;
    auto& software = statement.software.emplace();
    software.name = "apptgw";
    software.version = settings.version;
    software.release_date = fhir::uk_date_time(settings.started);
    statement.fhir_version = fhir::Code("3.0.1");
    statement.accept_unknown = fhir::Code("both");
    statement.format = {fhir::Code("application/fhir+json"), fhir::Code("application/fhir+xml")};
    for (const std::string_view name : profiles)
        statement.profile.emplace_back("https://fhir.nhs.uk/STU3/StructureDefinition/" + std::string(name));
    statement.rest.push_back(rest_of(call.practice->adapter->capabilities()));
    return statement;
}

} // namespace

Answered read_metadata(const Call& call, const GpConnectServices& services)
{
    Reply reply;
    write(call.answer, statement_of(call, services), reply.body);
    const auto version = fhir::codec::content_version(reply.body.view());
    reply.version = std::string(version.data(), version.size());
    co_return reply;
}

} // namespace gateway::faces::gpconnect
