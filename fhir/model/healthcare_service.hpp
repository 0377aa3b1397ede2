// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/availability.hpp"

namespace fhir
{

struct HealthcareServiceEligibility : BackboneElement
{
    std::optional<CodeableConcept> code;
    std::optional<Markdown> comment;
};

struct HealthcareService : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    std::optional<bool> active;
    std::optional<Reference> provided_by;
    std::vector<CodeableConcept> category;
    std::vector<CodeableConcept> type;
    std::vector<CodeableConcept> specialty;
    std::vector<Reference> location;
    std::optional<std::string> name;
    std::optional<std::string> comment;
    std::optional<Markdown> extra_details;
    std::optional<Attachment> photo;
    std::vector<ContactPoint> telecom;
    std::vector<Reference> coverage_area;
    std::vector<CodeableConcept> service_provision_code;
    std::vector<HealthcareServiceEligibility> eligibility;
    std::vector<CodeableConcept> program;
    std::vector<CodeableConcept> characteristic;
    std::vector<CodeableConcept> communication;
    std::vector<CodeableConcept> referral_method;
    std::optional<bool> appointment_required;
    std::vector<AvailableTime> available_time;
    std::vector<NotAvailable> not_available;
    std::optional<std::string> availability_exceptions;
    std::vector<Reference> endpoint;
};

} // namespace fhir
