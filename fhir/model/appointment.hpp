// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

enum class AppointmentStatus
{
    proposed,
    pending,
    booked,
    arrived,
    fulfilled,
    cancelled,
    noshow,
    entered_in_error,
    checked_in,
    waitlist
};
enum class ParticipationStatus
{
    accepted,
    declined,
    tentative,
    needs_action
};
enum class ParticipantRequired
{
    required,
    optional,
    information_only
};

struct AppointmentParticipant : BackboneElement
{
    std::vector<CodeableConcept> type;
    std::optional<Reference> actor;
    std::optional<ParticipantRequired> required;
    ParticipationStatus status = ParticipationStatus::accepted;
    std::optional<Period> period;
};

struct Appointment : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    AppointmentStatus status = AppointmentStatus::booked;
    std::optional<CodeableConcept> cancelation_reason;
    std::vector<CodeableConcept> service_category;
    std::vector<CodeableConcept> service_type;
    std::vector<CodeableConcept> specialty;
    std::optional<CodeableConcept> appointment_type;
    std::vector<CodeableConcept> reason_code;
    std::vector<Reference> reason_reference;
    std::optional<UnsignedInt> priority;
    std::optional<std::string> description;
    std::vector<Reference> supporting_information;
    std::optional<Instant> start;
    std::optional<Instant> end;
    std::optional<PositiveInt> minutes_duration;
    std::vector<Reference> slot;
    std::optional<DateTime> created;
    std::optional<std::string> comment;
    std::optional<std::string> patient_instruction;
    std::vector<Reference> based_on;
    std::vector<AppointmentParticipant> participant; ///< at least one
    std::vector<Period> requested_period;
};

} // namespace fhir
