// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// Words of the NHS Booking and Referral Standard that senders and receivers share (BaRS Core 1.1,
/// Applications 1 and 7).
namespace fhir::bars
{

inline constexpr std::string_view core_version = "1.1.0"; ///< of Core; only its major part must agree
inline constexpr int application_major = 1;               ///< of Applications, which MessageDefinitions name
inline constexpr std::string_view json_type = "application/fhir+json";

namespace header
{
inline constexpr std::string_view target = "NHSD-Target-Identifier";
inline constexpr std::string_view organisation = "NHSD-End-User-Organisation";
inline constexpr std::string_view practitioner = "NHSD-Requesting-Practitioner";
inline constexpr std::string_view software = "NHSD-Requesting-Software";
inline constexpr std::string_view request_id = "X-Request-Id";
inline constexpr std::string_view correlation_id = "X-Correlation-Id";
inline constexpr std::string_view use_context = "use-context"; ///< read by the proxy's statistics alone
} // namespace header

namespace system
{
inline constexpr std::string_view service_id = "https://fhir.nhs.uk/Id/dos-service-id";
inline constexpr std::string_view ods = "https://fhir.nhs.uk/Id/ods-organization-code";
inline constexpr std::string_view user = "https://fhir.nhs.uk/Id/sds-user-id";
inline constexpr std::string_view role_profile = "https://fhir.nhs.uk/Id/sds-role-profile-id";
inline constexpr std::string_view use_case = "https://fhir.nhs.uk/CodeSystem/usecases-categories-bars";
inline constexpr std::string_view event = "https://fhir.nhs.uk/CodeSystem/message-events-bars";
inline constexpr std::string_view reason = "https://fhir.nhs.uk/CodeSystem/message-reason-bars";
inline constexpr std::string_view error = "https://fhir.nhs.uk/CodeSystem/http-error-codes";
inline constexpr std::string_view service_category = "http://terminology.hl7.org/CodeSystem/service-category";
inline constexpr std::string_view number_status =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus";
inline constexpr std::string_view role = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
} // namespace system

namespace extension
{
inline constexpr std::string_view number_status =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
inline constexpr std::string_view contact_rank =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactRank";
} // namespace extension

namespace profile
{
inline constexpr std::string_view message = "https://fhir.nhs.uk/StructureDefinition/BARSBundleMessage";
inline constexpr std::string_view message_header =
    "https://fhir.nhs.uk/StructureDefinition/BARSMessageHeader-booking-request";
inline constexpr std::string_view uk_core = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"; ///< + type
} // namespace profile

namespace definition
{
inline constexpr std::string_view booking =
    "https://fhir.nhs.uk/MessageDefinition/bars-message-booking-request";
inline constexpr std::string_view cancellation =
    "https://fhir.nhs.uk/MessageDefinition/bars-message-booking-request-cancelled";
inline constexpr std::string_view referral =
    "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-referral";
inline constexpr std::string_view referral_cancellation =
    "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-cancelled";
inline constexpr std::string_view feedback =
    "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-response-referral";
inline constexpr std::string_view short_feedback =
    "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-response-referral-short";
} // namespace definition

inline constexpr std::string_view booking_event = "booking-request";
inline constexpr std::string_view referral_event = "servicerequest-request";
inline constexpr std::string_view feedback_event = "servicerequest-response";
inline constexpr std::string_view referral_events = "servicerequest-"; ///< what all of them begin with
inline constexpr std::string_view general_practice = "17";             ///< service category

} // namespace fhir::bars
