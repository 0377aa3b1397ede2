// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// URLs and codes of GP Connect 1.2.7, and those of UK Core (FHIR R4) that stand for them: one list for the
/// codec, the client with its simulator, and the provider face.
namespace fhir::stu3::names
{

inline constexpr std::string_view appointment_profile =
    "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-Appointment-1";
inline constexpr std::string_view slot_profile =
    "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-Slot-1";
inline constexpr std::string_view schedule_profile =
    "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-Schedule-1";
inline constexpr std::string_view patient_profile =
    "https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Patient-1";
inline constexpr std::string_view practitioner_profile =
    "https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Practitioner-1";
inline constexpr std::string_view organization_profile =
    "https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Organization-1";
inline constexpr std::string_view location_profile =
    "https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Location-1";
inline constexpr std::string_view bundle_profile =
    "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-Searchset-Bundle-1";
inline constexpr std::string_view outcome_profile =
    "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-OperationOutcome-1";

inline constexpr std::string_view delivery_channel =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-DeliveryChannel-2";
inline constexpr std::string_view delivery_channel_old =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-DeliveryChannel-1";
inline constexpr std::string_view practitioner_role =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-PractitionerRole-1";
inline constexpr std::string_view booking_organisation =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-BookingOrganisation-1";
inline constexpr std::string_view cancellation_reason =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-AppointmentCancellationReason-1";
inline constexpr std::string_view nhs_number_verification =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-NHSNumberVerificationStatus-1";
inline constexpr std::string_view registration_details =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-RegistrationDetails-1";
inline constexpr std::string_view nhs_communication =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-NHSCommunication-1";

inline constexpr std::string_view ods_system = "https://fhir.nhs.uk/Id/ods-organization-code";
/// Before 2018; still seen in tokens.
inline constexpr std::string_view ods_system_old = "http://fhir.nhs.net/Id/ods-organization-code";
inline constexpr std::string_view nhs_number_system = "https://fhir.nhs.uk/Id/nhs-number";
inline constexpr std::string_view sds_user_system = "https://fhir.nhs.uk/Id/sds-user-id";
inline constexpr std::string_view sds_role_profile_system = "https://fhir.nhs.uk/Id/sds-role-profile-id";
inline constexpr std::string_view organisation_type_system =
    "https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-OrganisationType-1";
inline constexpr std::string_view job_role_system =
    "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1";
inline constexpr std::string_view verification_system =
    "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-NHSNumberVerificationStatus-1";
inline constexpr std::string_view registration_type_system =
    "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-RegistrationType-1";
inline constexpr std::string_view spine_code_system =
    "https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1";
inline constexpr std::string_view spine_value_set =
    "https://fhir.nhs.uk/STU3/ValueSet/Spine-ErrorOrWarningCode-1";

inline constexpr std::string_view ukcore_delivery_channel =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";
inline constexpr std::string_view ukcore_delivery_channel_system =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel";
inline constexpr std::string_view ukcore_booking_organisation =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BookingOrganization";
inline constexpr std::string_view ukcore_verification =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
inline constexpr std::string_view ukcore_verification_system =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland";
inline constexpr std::string_view ukcore_job_role_system =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName";
inline constexpr std::string_view interpreter_required =
    "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";
inline constexpr std::string_view snomed = "http://snomed.info/sct";

inline constexpr std::string_view media_type = "application/fhir+json";
inline constexpr std::string_view media_type_utf8 = "application/fhir+json;charset=utf-8";

inline constexpr std::string_view main_location =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-MainLocation-1";
inline constexpr std::string_view death_notification =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-DeathNotificationStatus-1";
inline constexpr std::string_view human_language_system =
    "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-HumanLanguage-1";
inline constexpr std::string_view ukcore_main_location =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MainLocation";
inline constexpr std::string_view ukcore_death_notification =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus";
inline constexpr std::string_view proficiency = "http://hl7.org/fhir/StructureDefinition/patient-proficiency";
inline constexpr std::string_view language_system = "urn:ietf:bcp:47";
inline constexpr std::string_view register_operation =
    "https://fhir.nhs.uk/STU3/OperationDefinition/GPConnect-RegisterPatient-Operation-1";
inline constexpr std::string_view ods_site_system = "https://fhir.nhs.uk/Id/ods-site-code";

} // namespace fhir::stu3::names
