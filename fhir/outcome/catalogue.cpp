// SPDX-License-Identifier: Apache-2.0
#include "fhir/outcome/catalogue.hpp"

#include <array>

namespace fhir
{

namespace
{

using enum ErrorKind;
using enum Remedy;

// Columns: kind, stable code, HTTP status (FHIR R4), issue-type, GP Connect Spine code, BaRS code, sentence,
// advice, remedy. HTTP and issue codes: FHIR R4 http.html and issue-type; Spine: GP Connect 1.2.7 error
// handling; BaRS: http-error-codes.
constexpr std::array<CatalogueRow, static_cast<std::size_t>(internal) + 1> rows = {{
    {malformed, "malformed", 400, "structure", "BAD_REQUEST", "REC_BAD_REQUEST",
     "The request is not well-formed.", "Correct the request at the place named and send it again.", caller},
    {too_deep, "too-deep", 400, "structure", "BAD_REQUEST", "REC_BAD_REQUEST",
     "The request body is nested more deeply than is accepted.", "Send a flatter document.", caller},
    {required, "required", 400, "required", "BAD_REQUEST", "REC_BAD_REQUEST",
     "Something that the request must have is missing.", "Add what is named and send the request again.",
     caller},
    {value_invalid, "value-invalid", 400, "value", "INVALID_RESOURCE", "REC_BAD_REQUEST",
     "A value in the request is not possible.", "Correct the value that is named and send the request again.",
     caller},
    {invariant, "invariant", 400, "invariant", "INVALID_RESOURCE", "REC_BAD_REQUEST",
     "Parts of the request contradict each other.",
     "Make the parts that are named agree and send the request again.", caller},
    {unknown_element, "unknown-element", 400, "structure", "INVALID_RESOURCE", "REC_BAD_REQUEST",
     "The body holds an element that its type does not have.",
     "Remove the element or correct its name; additions belong in an extension.", caller},
    {unknown_parameter, "unknown-parameter", 400, "not-supported", "INVALID_PARAMETER", "REC_BAD_REQUEST",
     "A search parameter is not offered here.",
     "Remove the parameter; those that are offered are listed in the CapabilityStatement at /metadata.",
     caller},
    {too_costly, "too-costly", 400, "too-costly", "INVALID_PARAMETER", "REC_UNPROCESSABLE_ENTITY",
     "The search is too wide to be answered.", "Narrow the search, for example to fewer days or practices.",
     caller},
    {resource_type_unknown, "resource-type-unknown", 404, "not-supported", "NOT_IMPLEMENTED",
     "REC_NOT_IMPLEMENTED", "This type of resource is not served here.",
     "Use one of the types listed in the CapabilityStatement at /metadata.", caller},
    {not_found, "not-found", 404, "not-found", "NO_RECORD_FOUND", "REC_NOT_FOUND",
     "There is no such resource.", "Check the id; search again if it came from an earlier answer.", caller},
    {gone, "gone", 410, "deleted", "NO_RECORD_FOUND", "REC_NOT_FOUND",
     "This resource or page no longer exists.", "Search again from the start.", caller},
    {method_not_allowed, "method-not-allowed", 405, "not-supported", "NOT_IMPLEMENTED",
     "REC_METHOD_NOT_ALLOWED", "This address does not accept that method.",
     "Use one of the methods in the Allow header.", caller},
    {method_unknown, "method-unknown", 501, "not-supported", "NOT_IMPLEMENTED", "REC_NOT_IMPLEMENTED",
     "The request method is not known here.",
     "Use GET, POST, PUT, PATCH or DELETE as the CapabilityStatement says.", caller},
    {not_acceptable, "not-acceptable", 406, "not-supported", "UNSUPPORTED_MEDIA_TYPE", "REC_NOT_ACCEPTABLE",
     "None of the formats that were asked for is offered.",
     "Ask for application/fhir+json with fhirVersion 4.0.", caller},
    {unsupported_media_type, "unsupported-media-type", 415, "not-supported", "UNSUPPORTED_MEDIA_TYPE",
     "REC_UNSUPPORTED_MEDIA_TYPE", "The body is in a format that is not accepted here.",
     "Send application/fhir+json and say so in Content-Type.", caller},
    {body_too_large, "body-too-large", 413, "too-long", "BAD_REQUEST", "REC_BAD_REQUEST",
     "The body is too large.", "Send a smaller body.", caller},
    {uri_too_long, "uri-too-long", 414, "too-long", "BAD_REQUEST", "REC_BAD_REQUEST",
     "The address is too long.", "Shorten the query, or send the search as POST to _search.", caller},
    {headers_too_large, "headers-too-large", 431, "too-long", "BAD_REQUEST", "REC_BAD_REQUEST",
     "The request headers are too large.", "Send fewer or shorter headers.", caller},
    {request_timeout, "request-timeout", 408, "timeout", "BAD_REQUEST", "REC_TIMEOUT",
     "The request did not arrive in time.", "Send the request again without pauses.", caller},
    {expectation_failed, "expectation-failed", 417, "not-supported", "BAD_REQUEST", "REC_BAD_REQUEST",
     "The Expect header asks for something that is not offered.", "Send only Expect: 100-continue, or none.",
     caller},

    {if_match_required, "if-match-required", 400, "required", "BAD_REQUEST", "REC_BAD_REQUEST",
     "A change must say which version it changes.",
     "Read the resource and send its ETag in the If-Match header with the change.", caller},
    {version_conflict, "version-conflict", 412, "conflict", "FHIR_CONSTRAINT_VIOLATION", "REC_CONFLICT",
     "The resource has changed since it was read.",
     "Read it again, look at what changed, and repeat the change if it still applies.", user},
    {multiple_matches, "multiple-matches", 412, "multiple-matches", "BAD_REQUEST", "REC_BAD_REQUEST",
     "The condition matches several resources.",
     "Use a condition that can match only one, such as your own identifier.", caller},
    {transition_not_allowed, "transition-not-allowed", 409, "business-rule", "INVALID_RESOURCE",
     "REC_CONFLICT", "The status cannot be changed in that way.",
     "Read the resource again and check its present status.", user},
    {duplicate_key_other_body, "duplicate-key-other-body", 422, "business-rule", "DUPLICATE_REJECTED",
     "REC_BAD_REQUEST", "This idempotency key was already used for a different request.",
     "Use a new key for every new request.", caller},
    {duplicate_in_flight, "duplicate-in-flight", 409, "duplicate", "DUPLICATE_REJECTED", "REC_TOO_EARLY",
     "The first request with this key is still being worked on.",
     "Wait a few seconds and send the same request with the same key again.", wait},

    {login_required, "login-required", 401, "login", "ACCESS_DENIED", "REC_UNAUTHORIZED",
     "The request does not say who is asking.",
     "Get an access token from the token endpoint (named in [base]/.well-known/smart-configuration) and send "
     "it "
     "as Authorization: Bearer.",
     caller},
    {token_invalid, "token-invalid", 401, "unknown", "ACCESS_DENIED", "REC_UNAUTHORIZED",
     "The access token is not accepted.", "Get a new token and send the request again.", caller},
    {token_expired, "token-expired", 401, "expired", "ACCESS_DENIED", "REC_UNAUTHORIZED",
     "The access token has expired.", "Get a new token and send the request again.", caller},
    {scope_missing, "scope-missing", 403, "forbidden", "ACCESS_DENIED", "REC_UNAUTHORIZED",
     "The access token does not allow this.", "Ask whoever runs the gateway for the scope that is missing.",
     operator_},
    {organisation_not_allowed, "organisation-not-allowed", 403, "forbidden", "NO_ORGANISATION_CONSENT",
     "REC_UNAUTHORIZED", "Your organisation has no agreement that allows this.",
     "Ask whoever runs the federation to check the sharing agreement.", operator_},
    {throttled, "throttled", 429, "throttled", "INTERNAL_SERVER_ERROR", "REC_TOO_MANY_REQUESTS",
     "Too many requests in a short time.",
     "Wait for the time in the Retry-After header, then go on more slowly.", wait},

    {practice_unknown, "practice-unknown", 404, "not-found", "ORGANISATION_NOT_FOUND", "REC_NOT_FOUND",
     "This practice is not known here.", "Check the ODS code of the practice.", caller},
    {practice_not_live, "practice-not-live", 422, "not-supported", "ACCESS_DENIED",
     "REC_UNPROCESSABLE_ENTITY", "This practice does not take bookings through the gateway yet.",
     "Telephone the practice.", user},
    {practice_paused, "practice-paused", 422, "business-rule", "ACCESS_DENIED", "REC_UNPROCESSABLE_ENTITY",
     "The practice has paused bookings from outside.", "Choose another practice, or telephone this one.",
     user},
    {patient_not_found, "patient-not-found", 404, "not-found", "PATIENT_NOT_FOUND",
     "REC_UNPROCESSABLE_ENTITY", "The patient was not found at this practice.",
     "Check the NHS number and the details with the patient.", user},
    {patient_inactive, "patient-inactive", 422, "business-rule", "INVALID_RESOURCE",
     "REC_UNPROCESSABLE_ENTITY", "The patient is no longer registered at this practice.",
     "Ask the patient where they are registered now.", user},
    {patient_ineligible, "patient-ineligible", 422, "business-rule", "INVALID_RESOURCE",
     "REC_UNPROCESSABLE_ENTITY", "The practice does not offer this to the patient.",
     "Telephone the practice.", user},
    {patient_ambiguous, "patient-ambiguous", 422, "multiple-matches", "INVALID_PATIENT_DEMOGRAPHICS",
     "REC_UNPROCESSABLE_ENTITY", "More than one patient fits these details.",
     "Add the NHS number, or telephone the practice.", user},
    {demographics_mismatch, "demographics-mismatch", 422, "business-rule", "INVALID_PATIENT_DEMOGRAPHICS",
     "REC_UNPROCESSABLE_ENTITY", "The details do not agree with those held for the patient.",
     "Check name and date of birth with the patient. Nothing was changed at the practice.", user},
    {demographics_required, "demographics-required", 422, "required", "INVALID_PATIENT_DEMOGRAPHICS",
     "REC_UNPROCESSABLE_ENTITY", "The practice needs more details of the patient.",
     "Add family name, date of birth and gender.", user},
    {nhs_number_invalid, "nhs-number-invalid", 400, "value", "INVALID_NHS_NUMBER", "REC_BAD_REQUEST",
     "The NHS number is not valid.", "Check the ten digits with the patient.", user},
    {slot_unknown, "slot-unknown", 422, "not-found", "REFERENCE_NOT_FOUND", "REC_NOT_FOUND",
     "The slot is not known.", "Search again and choose a slot from the new answer.", user},
    {slot_unavailable, "slot-unavailable", 409, "conflict", "DUPLICATE_REJECTED", "REC_CONFLICT",
     "The slot has just been taken.", "Search again and offer the patient another slot.", user},
    {hold_expired, "hold-expired", 409, "business-rule", "DUPLICATE_REJECTED", "REC_CONFLICT",
     "The hold on this slot has ended.", "Search again; the slot may still be free to hold or book.", user},
    {patient_has_appointment, "patient-has-appointment", 409, "conflict", "DUPLICATE_REJECTED",
     "REC_CONFLICT", "The patient already has an appointment at that time at this practice.",
     "Offer the patient another time, or cancel that appointment first.", user},
    {slot_in_past, "slot-in-past", 422, "business-rule", "INVALID_RESOURCE", "REC_CONFLICT",
     "The slot has already started.", "Search again and choose a later slot.", user},
    {slots_not_adjacent, "slots-not-adjacent", 422, "business-rule", "INVALID_RESOURCE",
     "REC_UNPROCESSABLE_ENTITY", "The slots do not follow each other in one session.",
     "Choose slots of the same session without a gap.", user},
    {outside_booking_window, "outside-booking-window", 422, "business-rule", "INVALID_RESOURCE",
     "REC_UNPROCESSABLE_ENTITY", "The practice does not take bookings for that time yet, or no longer.",
     "Choose a slot inside the practice's booking window.", user},
    {booking_limit, "booking-limit", 422, "business-rule", "INVALID_RESOURCE", "REC_UNPROCESSABLE_ENTITY",
     "The limit of bookings has been reached.",
     "Cancel a booking that is not needed, or telephone the practice.", user},
    {phone_required, "phone-required", 422, "required", "INVALID_RESOURCE", "REC_UNPROCESSABLE_ENTITY",
     "A telephone number is needed for this appointment.",
     "Add the number on which the patient can be called.", user},
    {reason_required, "reason-required", 422, "required", "INVALID_RESOURCE", "REC_UNPROCESSABLE_ENTITY",
     "The practice asks for a reason for the appointment.", "Add a short reason.", user},
    {reason_not_allowed, "reason-not-allowed", 422, "business-rule", "INVALID_RESOURCE",
     "REC_UNPROCESSABLE_ENTITY", "The practice does not take a reason with the booking.",
     "Leave the reason out and book again.", user},
    {text_too_long, "text-too-long", 422, "too-long", "INVALID_RESOURCE", "REC_UNPROCESSABLE_ENTITY",
     "A text is longer than the practice's system can hold.",
     "Shorten the text; it is never cut off for you.", user},
    {appointment_not_found, "appointment-not-found", 404, "not-found", "NO_RECORD_FOUND", "REC_NOT_FOUND",
     "There is no such appointment.", "List the patient's appointments and choose from those.", user},
    {not_cancellable, "not-cancellable", 422, "business-rule", "INVALID_RESOURCE", "REC_UNPROCESSABLE_ENTITY",
     "The appointment can no longer be cancelled here.", "Telephone the practice.", user},
    {not_amendable, "not-amendable", 422, "business-rule", "INVALID_RESOURCE", "REC_UNPROCESSABLE_ENTITY",
     "The appointment cannot be changed in that way.",
     "Cancel it and book another, or telephone the practice.", user},
    {not_supported_by_practice, "not-supported-by-practice", 422, "not-supported", "NOT_IMPLEMENTED",
     "REC_UNPROCESSABLE_ENTITY", "The practice's system cannot do this.", "Telephone the practice.", user},
    {already_linked, "already-linked", 409, "duplicate", "DUPLICATE_REJECTED", "REC_CONFLICT",
     "The patient is already linked for online services.", "Use the link that exists.", user},
    {link_invalid, "link-invalid", 403, "security", "ACCESS_DENIED", "REC_UNPROCESSABLE_ENTITY",
     "The practice does not accept the patient's online access.",
     "Ask the practice to renew the patient's online access.", practice},
    {access_denied, "access-denied", 403, "forbidden", "ACCESS_DENIED", "REC_UNPROCESSABLE_ENTITY",
     "The practice does not allow this for this patient.", "Telephone the practice.", practice},
    {service_disabled, "service-disabled", 403, "forbidden", "ACCESS_DENIED", "REC_UNPROCESSABLE_ENTITY",
     "The practice has switched this service off.", "Telephone the practice.", practice},

    {session_lost, "session-lost", 502, "transient", "INTERNAL_SERVER_ERROR", "REC_SERVER_ERROR",
     "The practice's system ended the connection's session.", "Try again.", wait},
    {supplier_unavailable, "supplier-unavailable", 503, "transient", "INTERNAL_SERVER_ERROR",
     "REC_UNAVAILABLE", "The practice's system cannot be reached at present; nothing was changed.",
     "Try again in a few minutes, or telephone the practice.", wait},
    {supplier_timeout, "supplier-timeout", 504, "timeout", "INTERNAL_SERVER_ERROR", "REC_TIMEOUT",
     "The practice's system did not answer in time.",
     "Try again in a few minutes, or telephone the practice.", wait},
    {supplier_error, "supplier-error", 502, "exception", "INTERNAL_SERVER_ERROR", "REC_SERVER_ERROR",
     "The practice's system reported a fault.", "Try again; if it stays so, tell whoever runs the gateway.",
     supplier},
    {supplier_malformed, "supplier-malformed", 502, "exception", "INTERNAL_SERVER_ERROR", "REC_SERVER_ERROR",
     "The practice's system sent an answer that cannot be read.", "Tell whoever runs the gateway.", supplier},
    {outcome_unknown, "outcome-unknown", 504, "timeout", "INTERNAL_SERVER_ERROR", "REC_TIMEOUT",
     "It is not yet known whether the practice's system carried this out.",
     "Do not book again: repeat the same request with the same key, or read the appointment, until it is "
     "settled.",
     wait},
    {store_unavailable, "store-unavailable", 503, "no-store", "INTERNAL_SERVER_ERROR", "REC_SERVER_ERROR",
     "The gateway cannot reach its own records at present.", "Try again in a minute.", operator_},
    {shutting_down, "shutting-down", 503, "transient", "INTERNAL_SERVER_ERROR", "REC_UNAVAILABLE",
     "This part of the gateway is being restarted.", "Send the request again at once.", wait},
    {not_implemented, "not-implemented", 501, "not-supported", "NOT_IMPLEMENTED", "REC_NOT_IMPLEMENTED",
     "This is not built.",
     "Use another way; what is offered is listed in the CapabilityStatement at /metadata.", caller},
    {internal, "internal", 500, "exception", "INTERNAL_SERVER_ERROR", "REC_SERVER_ERROR",
     "Something went wrong inside the gateway.", "Tell whoever runs the gateway, with the request id.",
     operator_},
}};

consteval bool in_order_of_kinds()
{
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (static_cast<std::size_t>(rows[i].kind) != i)
            return false;
    return true;
}
static_assert(in_order_of_kinds(), "every ErrorKind has exactly one row, in the order of the enumeration");

} // namespace

const CatalogueRow& catalogue_row(ErrorKind kind)
{
    return rows[static_cast<std::size_t>(kind)];
}

std::span<const CatalogueRow> catalogue()
{
    return rows;
}

std::optional<ErrorKind> error_kind(std::string_view code)
{
    for (const auto& row : rows)
        if (row.code == code)
            return row.kind;
    return std::nullopt;
}

} // namespace fhir
