// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

struct AuditEventNetwork : BackboneElement
{
    std::optional<std::string> address;
    std::optional<Code> type;
};

struct AuditEventAgent : BackboneElement
{
    std::optional<CodeableConcept> type;
    std::vector<CodeableConcept> role;
    std::optional<Reference> who;
    std::optional<std::string> alt_id;
    std::optional<std::string> name;
    bool requestor = false;
    std::optional<AuditEventNetwork> network;
};

struct AuditEventSource : BackboneElement
{
    std::optional<std::string> site;
    Reference observer;
    std::vector<Coding> type;
};

struct AuditEventDetail : BackboneElement
{
    std::string type;
    std::variant<std::monostate, std::string> value; ///< there, always
};

struct AuditEventEntity : BackboneElement
{
    std::optional<Reference> what;
    std::optional<Coding> type;
    std::optional<Coding> role;
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::vector<AuditEventDetail> detail;
};

/// FHIR R4 AuditEvent, without what this gateway never has (policy, location, media, lifecycle, queries).
struct AuditEvent : DomainResource
{
    static const schema::TypeInfo& declaration();

    Coding type;
    std::vector<Coding> subtype;
    std::optional<Code> action;
    Instant recorded{};
    std::optional<Code> outcome;
    std::optional<std::string> outcome_desc;
    std::vector<CodeableConcept> purpose_of_event;
    std::vector<AuditEventAgent> agent; ///< at least one
    AuditEventSource source;
    std::vector<AuditEventEntity> entity;
};

struct ProvenanceAgent : BackboneElement
{
    std::optional<CodeableConcept> type;
    Reference who;
    std::optional<Reference> on_behalf_of;
};

struct ProvenanceEntity : BackboneElement
{
    Code role;
    Reference what;
};

/// FHIR R4 Provenance, as this gateway makes it of versions of appointments.
struct Provenance : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Reference> target; ///< at least one
    Instant recorded{};
    std::optional<CodeableConcept> activity;
    std::vector<ProvenanceAgent> agent; ///< at least one
    std::vector<ProvenanceEntity> entity;
};

} // namespace fhir
