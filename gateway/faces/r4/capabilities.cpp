// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/model/capability_statement.hpp"
#include "fhir/rest/message.hpp"
#include "fhir/search/appointment_query.hpp"
#include "fhir/search/audit_query.hpp"
#include "fhir/search/consent_query.hpp"
#include "fhir/search/directory_query.hpp"
#include "fhir/search/slot_query.hpp"
#include "fhir/search/subscription_query.hpp"
#include "fhir/search/task_query.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/operations.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/faces/routes.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/notify/topics.hpp"

#include <algorithm>

/// `/metadata`, made from the table of routes and the tables of search parameters: it cannot claim what is
/// not served.
namespace gateway::faces::r4
{

namespace
{

using fhir::CapabilityRestResource;

const fhir::search::Vocabulary* vocabulary_of(std::string_view type)
{
    if (type == "Slot")
        return &fhir::search::slot_vocabulary();
    if (type == "Appointment")
        return &fhir::search::appointment_vocabulary();
    if (type == "AuditEvent")
        return &fhir::search::audit_event_vocabulary();
    if (type == "Provenance")
        return &fhir::search::provenance_vocabulary();
    if (type == "Task")
        return &fhir::search::task_vocabulary();
    if (type == "Consent")
        return &fhir::search::consent_vocabulary();
    if (type == "Subscription")
        return &fhir::search::subscription_vocabulary();
    return fhir::search::directory_vocabulary(type);
}

std::vector<std::string_view> types()
{
    std::vector<std::string_view> found;
    for (const Route& route : r4_routes())
        if (!route.type.empty() && route.handle && std::ranges::find(found, route.type) == found.end())
            found.push_back(route.type);
    return found;
}

bool offers(const CapabilityRestResource& resource, std::string_view interaction)
{
    return std::ranges::any_of(resource.interaction,
                               [&](const auto& offered) { return offered.code.text == interaction; });
}

void add_interactions(CapabilityRestResource& resource)
{
    for (const Route& route : r4_routes()) {
        if (route.type != resource.type.text || !route.handle || route.interaction.empty() ||
            offers(resource, route.interaction))
            continue;
        resource.interaction.emplace_back();
        resource.interaction.back().code = std::string(route.interaction);
    }
}

void add_parameters(CapabilityRestResource& resource, std::span<const fhir::search::ParameterInfo> parameters)
{
    for (const auto& parameter : parameters) {
        auto& row = resource.search_param.emplace_back();
        row.name = parameter.name;
        row.type = parameter.type;
        if (!parameter.definition.empty())
            row.definition = fhir::Uri(parameter.definition);
        if (!parameter.documentation.empty())
            row.documentation = fhir::Markdown{std::string(parameter.documentation)};
    }
}

void add_search(CapabilityRestResource& resource)
{
    const auto* vocabulary = vocabulary_of(resource.type.text);
    if (!vocabulary || !offers(resource, "search-type"))
        return;
    add_parameters(resource, fhir::search::common_parameters());
    add_parameters(resource, vocabulary->parameters);
    add_parameters(resource, vocabulary->chains);
    resource.search_include.assign(vocabulary->includes.begin(), vocabulary->includes.end());
    resource.search_rev_include.assign(vocabulary->rev_includes.begin(), vocabulary->rev_includes.end());
}

void add_operations(CapabilityRestResource& resource, std::string_view base_url)
{
    for (const Route& route : r4_routes()) {
        const Operation* operation = route.handle ? operation_of(route) : nullptr;
        const bool listed = operation && std::ranges::any_of(resource.operation, [&](const auto& row) {
                                return row.name == operation->name;
                            });
        if (!operation || listed || operation->type != resource.type.text)
            continue;
        auto& row = resource.operation.emplace_back();
        row.name = std::string(operation->name);
        row.definition = fhir::Uri(definition_url(*operation, base_url));
        row.documentation = fhir::Markdown{std::string(operation->description)};
    }
}

/// R5 backport: the topics there are, each as an extension of the resource.
void add_topics(CapabilityRestResource& resource, std::string_view base_url)
{
    std::string words = "Topics and what they are filtered by:";
    for (const notify::Topic& topic : notify::topics()) {
        fhir::Extension extension;
        extension.url = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
                        "capabilitystatement-subscriptiontopic-canonical";
        extension.value = fhir::Uri(notify::canonical_of(topic, fhir::rest::origin_of(base_url)));
        extension.value_name = "valueCanonical";
        resource.extension.push_back(std::move(extension));
        words += " " + std::string(topic.name) + " (";
        for (const std::string_view filter : topic.filters)
            words += std::string(words.ends_with('(') ? "" : ", ") + std::string(filter);
        words += "): " + std::string(topic.description);
    }
    resource.documentation = fhir::Markdown{std::move(words)};
}

/// What describes the service itself has no versions and no profile.
CapabilityRestResource conformance_resource(std::string_view type)
{
    CapabilityRestResource resource;
    resource.type = std::string(type);
    add_interactions(resource);
    resource.versioning = fhir::Versioning::no_version;
    return resource;
}

CapabilityRestResource resource_of(std::string_view type, std::string_view base_url)
{
    if (type == "OperationDefinition")
        return conformance_resource(type);
    CapabilityRestResource resource;
    resource.type = std::string(type);
    const bool of_audit = type == "AuditEvent" || type == "Provenance"; // UK Core says nothing of these
    if (type == "Subscription")
        resource.supported_profile.emplace_back(
            "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription");
    else if (!of_audit && type != "Consent")
        resource.supported_profile.emplace_back("https://fhir.hl7.org.uk/StructureDefinition/UKCore-" +
                                                std::string(type));
    add_interactions(resource);
    add_operations(resource, base_url);
    add_search(resource);
    if (type == "Subscription")
        add_topics(resource, base_url);
    const bool versioned = offers(resource, "vread");
    resource.versioning = versioned  ? fhir::Versioning::versioned_update
                          : of_audit ? fhir::Versioning::no_version
                                     : fhir::Versioning::versioned;
    resource.read_history = offers(resource, "history-instance");
    resource.update_create = false;
    resource.conditional_create = type == "Appointment";
    resource.conditional_read = fhir::ConditionalRead::full_support;
    resource.conditional_update = false;
    resource.conditional_delete = fhir::ConditionalDelete::not_supported;
    resource.reference_policy = {fhir::ReferencePolicy::literal, fhir::ReferencePolicy::logical};
    return resource;
}

std::string origin_of(const std::string& base_url)
{
    return base_url.substr(0, base_url.find('/', base_url.find("://") + 3));
}

fhir::CapabilitySecurity security(const std::string& base_url)
{
    fhir::CapabilitySecurity security;
    security.cors = false;
    security.service.push_back(fhir::concept_of(
        "http://terminology.hl7.org/CodeSystem/restful-security-service", "SMART-on-FHIR", "SMART-on-FHIR"));
    security.description = fhir::Markdown{"SMART Backend Services: client_credentials with private_key_jwt; "
                                          "see .well-known/smart-configuration."};
    fhir::Extension token;
    token.url = "token";
    token.value = fhir::Uri(origin_of(base_url) + "/oauth2/token");
    fhir::Extension uris;
    uris.url = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
    uris.extension.push_back(std::move(token));
    security.extension.push_back(std::move(uris));
    return security;
}

fhir::CapabilityRest rest(const std::string& base_url)
{
    fhir::CapabilityRest rest;
    rest.mode = fhir::RestMode::server;
    rest.documentation = fhir::Markdown{
        "Search parameters are checked strictly unless Prefer: handling=lenient is sent. Dates and times "
        "without an offset are UK local "
        "time. Appointments are cancelled, never deleted; If-Match is required on every change."};
    rest.security = security(base_url);
    for (const auto type : types())
        rest.resource.push_back(resource_of(type, base_url));
    return rest;
}

fhir::CapabilityStatement statement(const R4Settings& settings)
{
    fhir::CapabilityStatement statement;
    statement.url = fhir::Uri(settings.public_base_url + "/metadata");
    statement.version = settings.version;
    statement.name = "AppointmentGateway";
    statement.title = "GP appointment-sharing gateway";
    statement.status = fhir::PublicationStatus::active;
    statement.date = fhir::uk_date_time(std::chrono::floor<std::chrono::seconds>(settings.started));
    statement.kind = fhir::CapabilityKind::instance;
    statement.software.emplace();
    statement.software->name = "apptgw";
    statement.software->version = settings.version;
    statement.implementation.emplace();
    statement.implementation->description = "GP appointment-sharing gateway";
    statement.implementation->url = fhir::Uri(settings.public_base_url);
    statement.fhir_version = "4.0.1";
    statement.format = {fhir::Code("application/fhir+json"), fhir::Code("application/fhir+xml"),
                        fhir::Code("json"), fhir::Code("xml")};
    statement.patch_format = {fhir::Code("application/json-patch+json")};
    statement.rest.push_back(rest(settings.public_base_url));
    return statement;
}

} // namespace

Answered capabilities(const Context& context, const R4Services& services)
{
    auto parameters_of_metadata = context;
    // `mode=full` is the default and the only one offered (FHIR R4 http.html#capabilities).
    std::erase_if(parameters_of_metadata.parameters, [](const auto& parameter) {
        return parameter.name == "mode" && parameter.value == "full";
    });
    std::string json = fhir::codec::to_json(statement(services.settings));
    std::string version = identity::to_hex(identity::sha256(json)).substr(0, 16);
    auto answer =
        read_answer(parameters_of_metadata, {std::move(json), std::move(version), services.settings.started});
    if (answer)
        answer->cacheable = true;
    co_return answer;
}

} // namespace gateway::faces::r4
