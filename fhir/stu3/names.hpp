// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// Extensions and code systems of GP Connect 1.2.7 and their counterparts in UK Core (FHIR R4).
namespace fhir::stu3::names
{

inline constexpr std::string_view delivery_channel =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-DeliveryChannel-2";
/// A concept, on schedules; read only.
inline constexpr std::string_view delivery_channel_old =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-DeliveryChannel-1";
inline constexpr std::string_view practitioner_role =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-PractitionerRole-1";
inline constexpr std::string_view booking_organisation =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-BookingOrganisation-1";
inline constexpr std::string_view cancellation_reason =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-AppointmentCancellationReason-1";
inline constexpr std::string_view number_verification =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-NHSNumberVerificationStatus-1";
inline constexpr std::string_view registration_details =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-RegistrationDetails-1";
inline constexpr std::string_view nhs_communication =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-NHSCommunication-1";
inline constexpr std::string_view main_location =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-MainLocation-1";
inline constexpr std::string_view death_notification =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-DeathNotificationStatus-1";
inline constexpr std::string_view human_language_system =
    "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-HumanLanguage-1";

inline constexpr std::string_view ukcore_delivery_channel =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";
inline constexpr std::string_view ukcore_delivery_channel_system =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel";
inline constexpr std::string_view ukcore_booking_organisation =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BookingOrganization";
inline constexpr std::string_view ukcore_number_verification =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
inline constexpr std::string_view ukcore_main_location =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MainLocation";
inline constexpr std::string_view ukcore_death_notification =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus";
inline constexpr std::string_view proficiency = "http://hl7.org/fhir/StructureDefinition/patient-proficiency";
inline constexpr std::string_view interpreter_required =
    "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";
inline constexpr std::string_view language_system = "urn:ietf:bcp:47";

} // namespace fhir::stu3::names
