// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// URLs and limits of GP Connect 1.2.7 that this face sends and understands, and those of UK Core that stand
/// for them inside.
namespace gateway::faces::gpconnect::names
{

#define GPC_PROFILE "https://fhir.nhs.uk/STU3/StructureDefinition/"
#define GPC_CODES "https://fhir.nhs.uk/STU3/CodeSystem/"
#define GPC_ID "https://fhir.nhs.uk/Id/"
#define UKCORE_PROFILE "https://fhir.hl7.org.uk/StructureDefinition/"

inline constexpr std::string_view slot_profile = GPC_PROFILE "GPConnect-Slot-1";
inline constexpr std::string_view schedule_profile = GPC_PROFILE "GPConnect-Schedule-1";
inline constexpr std::string_view appointment_profile = GPC_PROFILE "GPConnect-Appointment-1";
inline constexpr std::string_view patient_profile = GPC_PROFILE "CareConnect-GPC-Patient-1";
inline constexpr std::string_view practitioner_profile = GPC_PROFILE "CareConnect-GPC-Practitioner-1";
inline constexpr std::string_view organization_profile = GPC_PROFILE "CareConnect-GPC-Organization-1";
inline constexpr std::string_view location_profile = GPC_PROFILE "CareConnect-GPC-Location-1";
inline constexpr std::string_view searchset_profile = GPC_PROFILE "GPConnect-Searchset-Bundle-1";
inline constexpr std::string_view outcome_profile = GPC_PROFILE "GPConnect-OperationOutcome-1";

inline constexpr std::string_view delivery_channel = GPC_PROFILE "Extension-GPConnect-DeliveryChannel-2";
inline constexpr std::string_view practitioner_role = GPC_PROFILE "Extension-GPConnect-PractitionerRole-1";
inline constexpr std::string_view booking_organisation =
    GPC_PROFILE "Extension-GPConnect-BookingOrganisation-1";
inline constexpr std::string_view cancellation_reason =
    GPC_PROFILE "Extension-GPConnect-AppointmentCancellationReason-1";
inline constexpr std::string_view verification_status =
    GPC_PROFILE "Extension-CareConnect-GPC-NHSNumberVerificationStatus-1";
inline constexpr std::string_view registration_details =
    GPC_PROFILE "Extension-CareConnect-GPC-RegistrationDetails-1";
inline constexpr std::string_view nhs_communication =
    GPC_PROFILE "Extension-CareConnect-GPC-NHSCommunication-1";
inline constexpr std::string_view register_operation =
    "https://fhir.nhs.uk/STU3/OperationDefinition/GPConnect-RegisterPatient-Operation-1";

inline constexpr std::string_view organisation_types = GPC_CODES "GPConnect-OrganisationType-1";
inline constexpr std::string_view job_roles = GPC_CODES "CareConnect-SDSJobRoleName-1";
inline constexpr std::string_view verification_codes = GPC_CODES "CareConnect-NHSNumberVerificationStatus-1";
inline constexpr std::string_view registration_types = GPC_CODES "CareConnect-RegistrationType-1";
inline constexpr std::string_view languages = GPC_CODES "CareConnect-HumanLanguage-1";
inline constexpr std::string_view spine_codes = GPC_CODES "Spine-ErrorOrWarningCode-1";

inline constexpr std::string_view nhs_number = GPC_ID "nhs-number";
inline constexpr std::string_view ods_code = GPC_ID "ods-organization-code";
/// Before 2018; still seen in tokens.
inline constexpr std::string_view old_ods_code = "http://fhir.nhs.net/Id/ods-organization-code";
inline constexpr std::string_view ods_site = GPC_ID "ods-site-code";
inline constexpr std::string_view sds_user_id = GPC_ID "sds-user-id";
inline constexpr std::string_view sds_role_profile_id = GPC_ID "sds-role-profile-id";

inline constexpr std::string_view core_delivery_channel = UKCORE_PROFILE "Extension-UKCore-DeliveryChannel";
inline constexpr std::string_view core_booking_organisation =
    UKCORE_PROFILE "Extension-UKCore-BookingOrganization";
inline constexpr std::string_view core_verification_status =
    UKCORE_PROFILE "Extension-UKCore-NHSNumberVerificationStatus";
inline constexpr std::string_view interpreter_required =
    "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";

#undef GPC_PROFILE
#undef GPC_CODES
#undef GPC_ID
#undef UKCORE_PROFILE

} // namespace gateway::faces::gpconnect::names
