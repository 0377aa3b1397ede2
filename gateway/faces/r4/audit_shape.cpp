// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/audit_shape.hpp"

#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"

namespace gateway::faces::r4
{

namespace
{

constexpr std::string_view audit_types = "http://terminology.hl7.org/CodeSystem/audit-event-type",
                           object_roles = "http://terminology.hl7.org/CodeSystem/object-role",
                           resource_types = "http://hl7.org/fhir/resource-types",
                           sds_user = "https://fhir.nhs.uk/Id/sds-user-id";

fhir::Coding coding(std::string_view system, std::string_view code, std::string_view display = {})
{
    return fhir::concept_of(system, code, display).coding.front();
}

fhir::Reference identified(std::string_view system, std::string_view value)
{
    fhir::Reference reference;
    reference.identifier = fhir::Box<fhir::Identifier>(fhir::identifier_of(system, value));
    return reference;
}

/// FHIR audit-event-action: create, read, update, or execute what is no REST
/// interaction.
std::string_view action_of(const audit::AuditRecord& record)
{
    if (record.event == audit::Event::access)
        return "R";
    if (record.event != audit::Event::write || record.action.find('$') != std::string::npos)
        return "E";
    return record.action.starts_with("POST") ? "C" : "U";
}

std::string_view outcome_of(audit::Outcome outcome)
{
    switch (outcome) {
    case audit::Outcome::ok:
        return "0";
    case audit::Outcome::refused:
        return "4";
    default:
        return "8";
    }
}

fhir::AuditEventEntity entity(fhir::Reference what, std::string_view type, std::string_view role,
                              std::string_view role_name)
{
    fhir::AuditEventEntity made;
    made.what = std::move(what);
    made.type = coding(resource_types, type);
    made.role = coding(object_roles, role, role_name);
    return made;
}

std::string versioned(const audit::AuditRecord& record)
{
    const std::string version = record.version.empty() ? "" : "/_history/" + record.version;
    return record.type + "/" + record.id + version;
}

void add_agents(fhir::AuditEvent& event, const audit::AuditRecord& record)
{
    if (!record.user.empty()) {
        auto& person = event.agent.emplace_back();
        person.who = identified(sds_user, record.user);
        person.requestor = true;
    }
    auto& system = event.agent.emplace_back();
    system.type =
        fhir::concept_of("http://dicom.nema.org/resources/ontology/DCM", "110153", "Source Role ID");
    if (!record.agent.empty())
        system.who = identified(fhir::ods_organisation_system, record.agent);
    if (!record.client.empty())
        system.alt_id = record.client;
    system.requestor = record.user.empty();
}

void add_entities(fhir::AuditEvent& event, const audit::FoundEntry& found, bool with_patient,
                  std::string_view origin)
{
    const auto& record = found.entry.record;
    if (!record.id.empty())
        event.entity.push_back(
            entity(fhir::reference_to(versioned(record)), record.type, "4", "Domain Resource"));
    if (!record.practice.empty())
        event.entity.push_back(entity(identified(fhir::ods_organisation_system, record.practice),
                                      "Organization", "4", "Domain Resource"));
    if (with_patient && !found.patient.empty())
        event.entity.push_back(
            entity(identified(fhir::nhs_number_system, found.patient), "Patient", "1", "Patient"));
    if (!record.request.empty()) {
        auto& request = event.entity.emplace_back();
        request.what = identified(std::string(origin) + "/id/x-request-id", record.request);
        request.type = coding(std::string(origin) + "/fhir/CodeSystem/audit-entity", "x-request-id");
    }
}

} // namespace

bool made_a_version(const audit::AuditRecord& record)
{
    return record.event == audit::Event::write && record.outcome == audit::Outcome::ok &&
           record.type == "Appointment" && !record.id.empty() && !record.version.empty();
}

fhir::AuditEvent to_audit_event(const audit::FoundEntry& found, bool with_patient, std::string_view origin)
{
    const auto& record = found.entry.record;
    fhir::AuditEvent event;
    event.id = found.entry.chain + "." + std::to_string(found.entry.sequence);
    event.type = coding(audit_types, "rest");
    event.subtype.push_back(
        coding(std::string(origin) + "/fhir/CodeSystem/audit-event", audit::to_text(record.event)));
    event.action = fhir::Code{std::string(action_of(record))};
    event.recorded = record.at;
    event.outcome = fhir::Code{std::string(outcome_of(record.outcome))};
    if (!record.reason.empty())
        event.outcome_desc = record.reason;
    add_agents(event, record);
    event.source.site = found.entry.chain;
    event.source.observer.display = record.via + ": " + record.action;
    event.source.type.push_back(
        coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server"));
    add_entities(event, found, with_patient, origin);
    return event;
}

fhir::Provenance to_provenance(const audit::FoundEntry& found, std::string_view origin)
{
    const auto& record = found.entry.record;
    fhir::Provenance made;
    made.id = found.entry.chain + "." + std::to_string(found.entry.sequence);
    made.target.push_back(fhir::reference_to(versioned(record)));
    made.recorded = record.at;
    made.activity = fhir::concept_of("http://terminology.hl7.org/CodeSystem/v3-DataOperation",
                                     record.version == "1" ? "CREATE" : "UPDATE");
    auto& agent = made.agent.emplace_back();
    const auto organisation = identified(fhir::ods_organisation_system, record.agent);
    agent.who = record.user.empty() ? organisation : identified(sds_user, record.user);
    if (!record.user.empty())
        agent.on_behalf_of = organisation;
    if (!record.request.empty()) {
        auto& source = made.entity.emplace_back();
        source.role = fhir::Code{"source"};
        source.what = identified(std::string(origin) + "/id/x-request-id", record.request);
    }
    return made;
}

} // namespace gateway::faces::r4
