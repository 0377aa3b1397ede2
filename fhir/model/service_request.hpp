// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

enum class RequestStatus
{
    draft,
    active,
    on_hold,
    revoked,
    completed,
    entered_in_error,
    unknown
};
enum class RequestIntent
{
    proposal,
    plan,
    directive,
    order,
    original_order,
    reflex_order,
    filler_order,
    instance_order,
    option
};
enum class RequestPriority
{
    routine,
    urgent,
    asap,
    stat
};

/// FHIR R4 ServiceRequest, without what referrals never say (quantity, asNeeded, specimen, insurance, and
/// occurrence as a Timing).
struct ServiceRequest : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    std::vector<Uri> instantiates_canonical;
    std::vector<Uri> instantiates_uri;
    std::vector<Reference> based_on;
    std::vector<Reference> replaces;
    std::optional<Identifier> requisition;
    RequestStatus status = RequestStatus::active;
    RequestIntent intent = RequestIntent::order;
    std::vector<CodeableConcept> category;
    std::optional<RequestPriority> priority;
    std::optional<bool> do_not_perform;
    std::optional<CodeableConcept> code;
    std::vector<CodeableConcept> order_detail;
    Reference subject;
    std::optional<Reference> encounter;
    std::variant<std::monostate, DateTime, Period> occurrence;
    std::optional<DateTime> authored_on;
    std::optional<Reference> requester;
    std::optional<CodeableConcept> performer_type;
    std::vector<Reference> performer;
    std::vector<CodeableConcept> location_code;
    std::vector<Reference> location_reference;
    std::vector<CodeableConcept> reason_code;
    std::vector<Reference> reason_reference;
    std::vector<Reference> supporting_info;
    std::vector<CodeableConcept> body_site;
    std::vector<Annotation> note;
    std::optional<std::string> patient_instruction;
    std::vector<Reference> relevant_history;
};

} // namespace fhir
