// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// URLs and media types that R4 suppliers and their simulators share.
namespace adapters::r4::terms
{

inline constexpr std::string_view delivery_channel =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";
inline constexpr std::string_view delivery_channel_system =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel";
inline constexpr std::string_view snomed = "http://snomed.info/sct";
inline constexpr std::string_view sds_user_system = "https://fhir.nhs.uk/Id/sds-user-id";

inline constexpr std::string_view media_type = "application/fhir+json";

} // namespace adapters::r4::terms
