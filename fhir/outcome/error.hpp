// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace fhir
{

/// What went wrong, in words shared by every supplier and every face. The catalogue (catalogue.hpp) gives
/// each kind its HTTP status, FHIR issue code, GP Connect Spine code and BaRS code; no other file knows
/// those.
enum class ErrorKind
{
    // The request itself.
    malformed,         ///< bytes that are not JSON, duplicate key, wrong JSON type
    too_deep,          ///< nesting beyond the limit
    required,          ///< a mandatory element, parameter or header is missing
    value_invalid,     ///< right shape, impossible value (date, code, check digit)
    invariant,         ///< elements contradict each other (start after end, id in URL and body differ)
    unknown_element,   ///< an element the resource type does not have
    unknown_parameter, ///< search parameter, modifier, prefix or include not offered, under strict handling
    too_costly,        ///< window too wide, no lower bound, too many hits
    resource_type_unknown, ///< path names a type that is not served
    not_found,             ///< unknown id, or not visible to this caller
    gone,                  ///< deleted, or a paging link that has expired
    method_not_allowed,
    method_unknown,
    not_acceptable,
    unsupported_media_type,
    body_too_large,
    uri_too_long,
    headers_too_large,
    request_timeout, ///< the caller was too slow in sending
    expectation_failed,

    // Versions and conditions.
    if_match_required,
    version_conflict, ///< If-Match names an older version
    multiple_matches, ///< conditional create matched several
    transition_not_allowed,
    duplicate_key_other_body, ///< same Idempotency-Key, another request
    duplicate_in_flight,      ///< same Idempotency-Key, first request still running

    // Who is asking.
    login_required,
    token_invalid,
    token_expired,
    scope_missing,
    organisation_not_allowed,
    throttled,

    // The practice, the patient and the slot.
    practice_unknown,
    practice_not_live,
    practice_paused,
    patient_not_found,
    patient_inactive,
    patient_ineligible,
    patient_ambiguous,
    demographics_mismatch,
    demographics_required,
    nhs_number_invalid,
    slot_unknown,
    slot_unavailable,
    hold_expired,
    patient_has_appointment, ///< elsewhere in the practice's book at that time
    slot_in_past,
    slots_not_adjacent,
    outside_booking_window,
    booking_limit,
    phone_required,
    reason_required,
    reason_not_allowed,
    text_too_long,
    appointment_not_found,
    not_cancellable,
    not_amendable,
    not_supported_by_practice, ///< capabilities() of that system say no
    already_linked,
    link_invalid, ///< the patient's link credential is refused, revoked or missing
    access_denied,
    service_disabled, ///< the supplier says the service is off for practice, patient or application

    // The supplier and ourselves.
    session_lost,
    supplier_unavailable, ///< nothing was processed: not connected, busy, breaker open
    supplier_timeout,     ///< a read did not answer in time
    supplier_error,
    supplier_malformed,
    outcome_unknown, ///< a write may or may not have happened; it is being settled
    store_unavailable,
    shutting_down,
    not_implemented,
    internal,
};

/// Who can put it right.
enum class Remedy
{
    caller,    ///< send a different request
    user,      ///< the receptionist or call handler, with the patient
    practice,  ///< the practice that owns the book
    supplier,  ///< the supplier of the practice's system
    operator_, ///< whoever runs this gateway
    wait,      ///< nobody: ask again later
};

/// An expected failure, as a value. Sentences are fit for a stranger and never hold anything that identifies
/// a patient.
class Error
{
public:
    /// Takes sentence, advice and remedy from the catalogue row of `kind`.
    explicit Error(ErrorKind kind);
    /// `sentence`: one plain sentence. `path`: FHIRPath of the element, or `http.<name>` for a parameter or
    /// header.
    Error(ErrorKind kind, std::string sentence, std::string path = {});

    ErrorKind kind() const { return kind_; }
    const std::string& sentence() const { return sentence_; }
    const std::string& path() const { return path_; }
    /// What to do next, one plain sentence.
    const std::string& advice() const { return advice_; }
    Remedy remedy() const { return remedy_; }
    std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }
    /// The supplier's own code or status, for logs only.
    const std::string& supplier_code() const { return supplier_code_; }
    /// True when the request may have taken effect although it failed: a write must then be read back, never
    /// resent.
    bool effect_possible() const { return effect_possible_; }

    Error& at(std::string path);
    Error& advise(std::string advice, Remedy who);
    Error& advise(std::string advice);
    Error& retry_in(std::chrono::seconds delay);
    Error& from_supplier(std::string code);
    Error& effect_is_possible(bool possible = true);

private:
    ErrorKind kind_;
    Remedy remedy_;
    bool effect_possible_ = false;
    std::optional<std::chrono::seconds> retry_after_;
    std::string sentence_;
    std::string advice_;
    std::string path_;
    std::string supplier_code_;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind)
{
    return std::unexpected(Error(kind));
}

inline std::unexpected<Error> fail(ErrorKind kind, std::string sentence, std::string path = {})
{
    return std::unexpected(Error(kind, std::move(sentence), std::move(path)));
}

} // namespace fhir
