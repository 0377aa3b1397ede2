// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/r4/terms.hpp"

/// URLs and media types that both the client and the simulated server speak.
namespace adapters::fhir_r4::names
{

using namespace r4::terms;

inline constexpr std::string_view booking_organization =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BookingOrganization";
inline constexpr std::string_view job_role_system =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName";

inline constexpr std::string_view form_type = "application/x-www-form-urlencoded";
inline constexpr std::string_view patch_type = "application/json-patch+json";

} // namespace adapters::fhir_r4::names
