// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/emis/mapping.hpp"

/// The resources around slots, one function each. Seen by the mapping only.
namespace adapters::emis
{

std::string schedule_id(const fhir::OdsCode& ods, std::int64_t id);
std::string service_id(const fhir::OdsCode& ods);
std::string organization_id(const fhir::OdsCode& ods);

/// SNOMED CT 788007007 with the practice's own name for it.
fhir::CodeableConcept general_practice(const std::string& text);
/// UK Core delivery channel; nothing when unknown. A home visit has no UK Core code and is text.
std::optional<fhir::Extension> delivery_channel(WireChannel channel);

fhir::Organization organization_of(const PracticeNames& practice);
fhir::HealthcareService service_of(const PracticeNames& practice,
                                   const std::optional<WireSettings>& settings);
/// `clinic` is nullptr for a session that the metadata does not describe. Without actors.
fhir::Schedule schedule_of(const PracticeNames& practice, std::int64_t clinic_id, const WireClinic* clinic);
fhir::Practitioner practitioner_of(const PracticeNames& practice, const WireHolder& holder);
/// Nothing when the job role is not told.
std::optional<fhir::PractitionerRole> practitioner_role_of(const PracticeNames& practice,
                                                           const WireHolder& holder);
fhir::Location location_of(const PracticeNames& practice, const WireLocation& location);

} // namespace adapters::emis
