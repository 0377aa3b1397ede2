// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/errors.hpp"

#include "tests/adapters/gpconnect/practice.hpp"

using namespace tests::gpconnect;
using fhir::ErrorKind;

namespace
{

struct Row
{
    unsigned status;
    std::string code;
    Interaction interaction;
    ErrorKind kind;
    const char* diagnostics = "";
};

fhir::Error error(const Row& row)
{
    return gpc::error_of(response(row.status, outcome(row.code, row.diagnostics)), row.interaction);
}

} // namespace

TEST(GpConnectErrors, EachProviderCodeHasItsKind)
{
    using enum ErrorKind;
    using enum Interaction;
    for (const auto& row : {
             Row{400, "INVALID_IDENTIFIER_SYSTEM", search_patient, supplier_error},
             Row{400, "INVALID_IDENTIFIER_VALUE", search_patient, nhs_number_invalid},
             Row{400, "INVALID_NHS_NUMBER", search_patient, nhs_number_invalid},
             Row{400, "INVALID_NHS_NUMBER", register_patient, nhs_number_invalid},
             Row{400, "INVALID_PATIENT_DEMOGRAPHICS", register_patient, patient_ineligible},
             Row{400, "INVALID_NHS_NUMBER", search_slot, supplier_error},
             Row{400, "BAD_REQUEST", search_slot, supplier_error},
             Row{400, "BAD_REQUEST", create_appointment, supplier_error},
             Row{401, "ACCESS_DENIED", search_slot, service_disabled},
             Row{403, "ACCESS_DENIED", search_slot, service_disabled},
             Row{403, "ACCESS DENIED", search_slot, service_disabled},
             Row{403, "NO_PATIENT_CONSENT", search_slot, patient_ineligible},
             Row{403, "NO_ORGANISATION_CONSENT", search_slot, organisation_not_allowed},
             Row{403, "NO_ORGANISATIONAL_CONSENT", create_appointment, organisation_not_allowed},
             Row{403, "SOMETHING_NEW", search_slot, access_denied},
             Row{404, "PATIENT_NOT_FOUND", read_patient, patient_not_found},
             Row{404, "NO_RECORD_FOUND", search_patient, patient_not_found},
             Row{404, "NO_RECORD_FOUND", search_patient_appointments, patient_not_found},
             Row{404, "PATIENT_NOT_FOUND", search_patient_appointments, patient_not_found},
             Row{404, "PRACTITIONER_NOT_FOUND", read_practitioner, not_found},
             Row{404, "ORGANISATION_NOT_FOUND", search_slot, practice_unknown},
             Row{404, "NO_RECORD_FOUND", read_appointment, appointment_not_found},
             Row{404, "REFERENCE_NOT_FOUND", read_appointment, appointment_not_found},
             Row{404, "NO_RECORD_FOUND", cancel_appointment, appointment_not_found},
             Row{404, "NO_RECORD_FOUND", update_appointment, appointment_not_found},
             Row{404, "NO_RECORD_FOUND", create_appointment, slot_unknown},
             Row{404, "NO_RECORD_FOUND", read_location, not_found},
             Row{409, "DUPLICATE_REJECTED", create_appointment, slot_unavailable},
             Row{409, "FHIR_CONSTRAINT_VIOLATION", update_appointment, version_conflict},
             Row{409, "ANYTHING", cancel_appointment, version_conflict},
             Row{409, "DUPLICATE_REJECTED", search_slot, supplier_error},
             Row{412, "FHIR_CONSTRAINT_VIOLATION", update_appointment, version_conflict},
             Row{412, "FHIR_CONSTRAINT_VIOLATION", cancel_appointment, version_conflict},
             Row{412, "FHIR_CONSTRAINT_VIOLATION", search_slot, supplier_error},
             Row{415, "UNSUPPORTED_MEDIA_TYPE", search_slot, supplier_error},
             Row{422, "INVALID_RESOURCE", create_appointment, invariant},
             Row{422, "INVALID_RESOURCE", create_appointment, slot_unknown, "Slot/hello is not known"},
             Row{422, "REFERENCE_NOT_FOUND", create_appointment, slot_unknown},
             Row{422, "INVALID_RESOURCE", update_appointment, not_amendable},
             Row{422, "INVALID_RESOURCE", cancel_appointment, not_cancellable},
             Row{422, "INVALID_PARAMETER", cancel_appointment, reason_required},
             Row{422, "INVALID_PARAMETER", search_slot, supplier_error},
             Row{422, "INVALID_RESOURCE", read_appointment, appointment_not_found},
             Row{422, "INVALID_RESOURCE", register_patient, demographics_required},
             Row{429, "INTERNAL_SERVER_ERROR", search_slot, throttled},
             Row{500, "INTERNAL_SERVER_ERROR", search_slot, supplier_error},
             Row{500, "INTERNAL_SERVER_ERROR", create_appointment, outcome_unknown},
             Row{503, "INTERNAL_SERVER_ERROR", search_slot, supplier_unavailable},
             Row{501, "NOT_IMPLEMENTED", register_patient, not_supported_by_practice},
         }) {
        const auto found = error(row);
        EXPECT_EQ(found.kind(), row.kind) << row.status << " " << row.code;
        EXPECT_EQ(found.effect_possible(), row.kind == outcome_unknown) << row.status << " " << row.code;
    }
}

TEST(GpConnectErrors, EitherCodeSystemIsRead)
{
    const auto found =
        gpc::error_of(response(422, outcome("REFERENCE_NOT_FOUND", "", gpc::names::spine_value_set)),
                      Interaction::create_appointment);
    EXPECT_EQ(found.kind(), ErrorKind::slot_unknown);
    EXPECT_EQ(found.supplier_code(), "422 REFERENCE_NOT_FOUND");
}

TEST(GpConnectErrors, ProxyErrorsAreToldByTheirText)
{
    using enum ErrorKind;
    using enum Interaction;
    for (const auto& row : {
             Row{400, "400", search_slot, supplier_unavailable,
                 "ENDPOINT_https://a_VARIES_FROM_TARGETURL_https://b"},
             Row{400, "400", create_appointment, supplier_unavailable,
                 "ENDPOINT_https://a_VARIES_FROM_TARGETURL_https://b"},
             Row{400, "400", search_slot, supplier_error, "ENDPOINT_https://a_IS_NOT_KNOWN"},
             Row{403, "403", search_slot, access_denied, "ASID_CHECK_FAILED_MESSAGESENDER_900000000202"},
             Row{403, "403", search_slot, service_disabled,
                 "PARTYKEY_INTERACTION_CHECK_FAILED_MESSAGERECEIVER_X"},
             Row{403, "403", create_appointment, access_denied,
                 "FOT_CHECK_FAILED_MESSAGESENDER_1_MESSAGERECEIVER_2"},
             Row{405, "405", search_slot, supplier_error, "405: Method Not Allowed"},
             Row{415, "415", search_slot, supplier_error, ""},
             Row{502, "502", search_slot, supplier_unavailable,
                 "ERROR_COMMUNICATING_TO_ENDPOINT_URL_https://a"},
             Row{502, "502", create_appointment, outcome_unknown,
                 "ERROR_COMMUNICATING_TO_ENDPOINT_URL_https://a"},
         })
        EXPECT_EQ(error(row).kind(), row.kind) << row.diagnostics;
}

TEST(GpConnectErrors, BodiesThatAreNotFhirAreTransportFailures)
{
    for (const auto* body : {"", "<html>Bad gateway</html>", "{}"}) {
        EXPECT_EQ(gpc::error_of(response(404, body), Interaction::read_appointment).kind(),
                  ErrorKind::supplier_malformed);
        const auto write = gpc::error_of(response(403, body), Interaction::create_appointment);
        EXPECT_EQ(write.kind(), ErrorKind::outcome_unknown);
        EXPECT_TRUE(write.effect_possible());
    }
}

TEST(GpConnectErrors, SomeStatusesSpeakForThemselves)
{
    using enum Interaction;
    EXPECT_EQ(gpc::error_of(response(503, ""), search_slot).kind(), ErrorKind::supplier_unavailable);
    EXPECT_EQ(gpc::error_of(response(503, ""), create_appointment).kind(), ErrorKind::outcome_unknown);
    for (const auto interaction : {search_slot, create_appointment}) {
        EXPECT_EQ(gpc::error_of(response(429, ""), interaction).kind(), ErrorKind::throttled);
        EXPECT_EQ(gpc::error_of(response(501, ""), interaction).kind(), ErrorKind::not_supported_by_practice);
    }
}

TEST(GpConnectErrors, LostWritesAreUnknownAndLostReadsAreNot)
{
    const auto lost = fhir::Error(ErrorKind::supplier_timeout).effect_is_possible();
    EXPECT_EQ(gpc::error_of(fhir::Error(lost), Interaction::create_appointment).kind(),
              ErrorKind::outcome_unknown);
    EXPECT_EQ(gpc::error_of(fhir::Error(ErrorKind::supplier_timeout), Interaction::search_slot).kind(),
              ErrorKind::supplier_timeout);
    EXPECT_EQ(
        gpc::error_of(fhir::Error(ErrorKind::supplier_unavailable), Interaction::create_appointment).kind(),
        ErrorKind::supplier_unavailable);
}

TEST(GpConnectErrors, ProvidersThatSayTheyDidNotBeginLeaveNothingOpen)
{
    auto busy = response(503, outcome("INTERNAL_SERVER_ERROR"));
    EXPECT_EQ(gpc::error_of(busy, Interaction::create_appointment).kind(), ErrorKind::outcome_unknown);
    busy.headers.set("Retry-After", "30");
    const auto refused = gpc::error_of(busy, Interaction::create_appointment);
    EXPECT_EQ(refused.kind(), ErrorKind::supplier_unavailable);
    EXPECT_FALSE(refused.effect_possible());
}

TEST(GpConnectErrors, RetryAfterIsKept)
{
    auto busy = response(429, "");
    busy.headers.set("Retry-After", "7");
    EXPECT_EQ(gpc::error_of(busy, Interaction::search_slot).retry_after(), std::chrono::seconds(7));
}
