// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// URLs and media types that both the client and the simulated server speak.
namespace adapters::fhir_r4::names
{

inline constexpr std::string_view delivery_channel =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";
inline constexpr std::string_view delivery_channel_system =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel";
inline constexpr std::string_view booking_organization =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BookingOrganization";
inline constexpr std::string_view job_role_system =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName";
inline constexpr std::string_view sds_user_system = "https://fhir.nhs.uk/Id/sds-user-id";
inline constexpr std::string_view snomed = "http://snomed.info/sct";

inline constexpr std::string_view media_type = "application/fhir+json";
inline constexpr std::string_view form_type = "application/x-www-form-urlencoded";
inline constexpr std::string_view patch_type = "application/json-patch+json";

} // namespace adapters::fhir_r4::names
