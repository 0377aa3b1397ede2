// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/appointment.hpp"
#include "fhir/model/audit_event.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/model/capability_statement.hpp"
#include "fhir/model/consent.hpp"
#include "fhir/model/healthcare_service.hpp"
#include "fhir/model/location.hpp"
#include "fhir/model/message_definition.hpp"
#include "fhir/model/message_header.hpp"
#include "fhir/model/operation_definition.hpp"
#include "fhir/model/operation_outcome.hpp"
#include "fhir/model/organization.hpp"
#include "fhir/model/parameters.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/practitioner.hpp"
#include "fhir/model/practitioner_role.hpp"
#include "fhir/model/schedule.hpp"
#include "fhir/model/service_request.hpp"
#include "fhir/model/slot.hpp"
#include "fhir/model/subscription.hpp"
#include "fhir/model/task.hpp"
#include "fhir/schema/schema.hpp"

#include <array>

namespace fhir::schema
{

std::span<const TypeInfo* const> resource_types(Release release)
{
    // Those that GP Connect speaks of come first: STU3 has no other here.
    constexpr std::size_t in_stu3 = 12;
    static const std::array types = {
        &Slot::declaration(),
        &Schedule::declaration(),
        &Appointment::declaration(),
        &Patient::declaration(),
        &Practitioner::declaration(),
        &PractitionerRole::declaration(),
        &Location::declaration(),
        &Organization::declaration(),
        &Bundle::declaration(),
        &OperationOutcome::declaration(),
        &CapabilityStatement::declaration(),
        &Parameters::declaration(),
        // R4 alone:
        &HealthcareService::declaration(),
        &OperationDefinition::declaration(),
        &MessageHeader::declaration(),
        &MessageDefinition::declaration(),
        &ServiceRequest::declaration(),
        &Task::declaration(),
        &AuditEvent::declaration(),
        &Provenance::declaration(),
        &Consent::declaration(),
        &Subscription::declaration(),
    };
    return std::span(types).first(release == Release::r4 ? types.size() : in_stu3);
}

const TypeInfo* find_resource_type(std::string_view name, Release release)
{
    for (const TypeInfo* type : resource_types(release))
        if (type->name == name)
            return type;
    return nullptr;
}

} // namespace fhir::schema
