// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/emis/mapping.hpp"

/// The resources around slots, one function each. Seen by the mapping only.
namespace adapters::emis
{

std::string schedule_id(const fhir::OdsCode& ods, std::int64_t id);

/// Nothing when unknown.
std::optional<fhir::Extension> channel_extension(WireChannel channel);

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
