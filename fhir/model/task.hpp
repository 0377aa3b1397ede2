// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/service_request.hpp"

namespace fhir
{

enum class TaskStatus
{
    draft,
    requested,
    received,
    accepted,
    rejected,
    ready,
    cancelled,
    in_progress,
    on_hold,
    failed,
    completed,
    entered_in_error
};
enum class TaskIntent
{
    unknown,
    proposal,
    plan,
    order,
    original_order,
    reflex_order,
    filler_order,
    instance_order,
    option
};

/// Input and output of a task, with the types of value that tasks between organisations carry.
struct TaskParameter : BackboneElement
{
    CodeableConcept type;
    std::variant<std::monostate, std::string, Instant, DateTime, CodeableConcept, Identifier, Reference>
        value; ///< one of them is there
};

struct TaskRestriction : BackboneElement
{
    std::optional<PositiveInt> repetitions;
    std::optional<Period> period;
    std::vector<Reference> recipient;
};

struct Task : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    std::optional<Uri> instantiates_canonical;
    std::optional<Uri> instantiates_uri;
    std::vector<Reference> based_on;
    std::optional<Identifier> group_identifier;
    std::vector<Reference> part_of;
    TaskStatus status = TaskStatus::requested;
    std::optional<CodeableConcept> status_reason;
    std::optional<CodeableConcept> business_status;
    TaskIntent intent = TaskIntent::order;
    std::optional<RequestPriority> priority;
    std::optional<CodeableConcept> code;
    std::optional<std::string> description;
    std::optional<Reference> focus;
    std::optional<Reference> for_;
    std::optional<Reference> encounter;
    std::optional<Period> execution_period;
    std::optional<DateTime> authored_on;
    std::optional<DateTime> last_modified;
    std::optional<Reference> requester;
    std::vector<CodeableConcept> performer_type;
    std::optional<Reference> owner;
    std::optional<Reference> location;
    std::optional<CodeableConcept> reason_code;
    std::optional<Reference> reason_reference;
    std::vector<Reference> insurance;
    std::vector<Annotation> note;
    std::vector<Reference> relevant_history;
    std::optional<TaskRestriction> restriction;
    std::vector<TaskParameter> input;
    std::vector<TaskParameter> output;
};

} // namespace fhir
