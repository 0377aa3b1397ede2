// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/errors.hpp"

#include "adapters/gpconnect/wire.hpp"
#include "adapters/refusals.hpp"

#include <array>
#include <optional>

namespace adapters::gpconnect
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Remedy;

bool is_appointment(Interaction interaction)
{
    return interaction == Interaction::read_appointment || interaction == Interaction::update_appointment ||
           interaction == Interaction::cancel_appointment;
}

bool is_put(Interaction interaction)
{
    return interaction == Interaction::update_appointment || interaction == Interaction::cancel_appointment;
}

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes)
{
    for (auto known : codes)
        if (known == code)
            return true;
    return false;
}

// ---- the Spine Secure Proxy: it names the HTTP status as code and the reason in words (GP Connect 1.2.7,
// integration) ----

Error address_outdated()
{
    return refused(
        ErrorKind::supplier_unavailable,
        "The national proxy does not know the practice's system under the configured address.",
        "Compare the practice's service root with the national directory (SDS), correct it, and ask again.",
        Remedy::operator_);
}

std::optional<Error> proxy_error(const wire::Outcome& outcome, Interaction interaction)
{
    const std::string_view text = outcome.text;
    if (text.starts_with("ENDPOINT_") && text.find("VARIES_FROM_TARGETURL") != std::string_view::npos)
        return address_outdated();
    if (text.starts_with("ASID_CHECK_FAILED"))
        return refused(
            ErrorKind::access_denied, "The national proxy does not let this system make this request.",
            "Ask for the interaction to be added to this system's registration (ASID).", Remedy::operator_);
    if (text.starts_with("PARTYKEY_INTERACTION_CHECK_FAILED"))
        return refused(
            ErrorKind::service_disabled, "The practice's system is not enabled for this kind of request.",
            "Ask the practice to enable GP Connect appointments with its supplier.", Remedy::practice);
    if (text.starts_with("FOT_CHECK_FAILED"))
        return refused(ErrorKind::access_denied,
                       "The national proxy does not allow this pair of systems to talk to each other.",
                       "Ask NHS England to allow the pair of registrations.", Remedy::operator_);
    if (text.starts_with("ERROR_COMMUNICATING_TO_ENDPOINT"))
        return is_write(interaction) ? unknown_outcome("502") : Error(ErrorKind::supplier_unavailable);
    return std::nullopt;
}

// ---- the provider's codes
// ---------------------------------------------------------------------------------------------

Error not_found(const wire::Outcome& outcome, Interaction interaction)
{
    if (is_appointment(interaction))
        return Error(ErrorKind::appointment_not_found);
    if (outcome.code == "PATIENT_NOT_FOUND" || interaction == Interaction::search_patient ||
        interaction == Interaction::search_patient_appointments)
        return Error(ErrorKind::patient_not_found);
    if (outcome.code == "ORGANISATION_NOT_FOUND")
        return Error(ErrorKind::practice_unknown);
    return interaction == Interaction::create_appointment
               ? Error(ErrorKind::slot_unknown).at("Appointment.slot[0]")
               : Error(ErrorKind::not_found);
}

Error conflict(Interaction interaction)
{
    if (is_put(interaction))
        return Error(ErrorKind::version_conflict);
    if (interaction == Interaction::create_appointment)
        return Error(ErrorKind::slot_unavailable).at("Appointment.slot[0]");
    return Error(ErrorKind::supplier_error);
}

Error forbidden(const wire::Outcome& outcome)
{
    if (is_one_of(outcome.code, {"NO_ORGANISATION_CONSENT", "NO_ORGANISATIONAL_CONSENT"}))
        return refused(ErrorKind::organisation_not_allowed,
                       "The practice has no sharing agreement with this organisation.",
                       "Ask the practice to share its appointments with your organisation.",
                       Remedy::practice);
    if (outcome.code == "NO_PATIENT_CONSENT")
        return Error(ErrorKind::patient_ineligible,
                     "The patient has not agreed to share their record with this organisation.");
    if (is_one_of(outcome.code, {"ACCESS_DENIED", "ACCESS DENIED"}))
        return refused(ErrorKind::service_disabled,
                       "GP Connect appointments are switched off at the practice.",
                       "Ask the practice to switch them on.", Remedy::practice);
    return Error(ErrorKind::access_denied);
}

Error refused_booking(const wire::Outcome& outcome)
{
    // The specification's example says REFERENCE_NOT_FOUND, the reference implementation INVALID_RESOURCE and
    // names the slot.
    if (outcome.code == "REFERENCE_NOT_FOUND" || outcome.text.find("Slot/") != std::string::npos)
        return Error(ErrorKind::slot_unknown).at("Appointment.slot[0]");
    return refused(ErrorKind::invariant, "The practice's system refused the booking by a rule of its own.",
                   "Search again for free slots and book one of them, or ring the practice.", Remedy::user);
}

Error unprocessable(const wire::Outcome& outcome, Interaction interaction)
{
    switch (interaction) {
    case Interaction::create_appointment:
        return refused_booking(outcome);
    case Interaction::update_appointment:
        return Error(ErrorKind::not_amendable);
    case Interaction::cancel_appointment:
        return outcome.code == "INVALID_PARAMETER" ? Error(ErrorKind::reason_required)
                                                   : Error(ErrorKind::not_cancellable);
    case Interaction::read_appointment: // past appointments cannot be read
        return Error(ErrorKind::appointment_not_found,
                     "The practice's system does not give out this appointment any more.");
    case Interaction::register_patient:
        return Error(ErrorKind::demographics_required);
    default:
        return our_fault();
    }
}

Error bad_request(const wire::Outcome& outcome, Interaction interaction)
{
    if (is_one_of(outcome.code, {"INVALID_NHS_NUMBER", "INVALID_IDENTIFIER_VALUE"}) &&
        (interaction == Interaction::search_patient || interaction == Interaction::register_patient))
        return Error(ErrorKind::nhs_number_invalid);
    if (outcome.code == "INVALID_PATIENT_DEMOGRAPHICS")
        return refused(ErrorKind::patient_ineligible,
                       "The practice's system could not confirm this patient with the national register.",
                       "Check the patient's details with them, or ring the practice.", Remedy::user);
    return our_fault();
}

Error of_status(const wire::Outcome& outcome, unsigned status, Interaction interaction)
{
    switch (status) {
    case 400:
        return bad_request(outcome, interaction);
    case 401:
    case 403:
        return forbidden(outcome);
    case 404:
        return not_found(outcome, interaction);
    case 409:
        return conflict(interaction);
    case 412: // what R4 servers answer to a stale If-Match
        return is_put(interaction) ? Error(ErrorKind::version_conflict) : our_fault();
    case 422:
        return unprocessable(outcome, interaction);
    case 429:
        return Error(ErrorKind::throttled);
    case 501:
        return Error(ErrorKind::not_supported_by_practice);
    default:
        return our_fault();
    }
}

Error server_failure(unsigned status, Interaction interaction)
{
    if (is_write(interaction))
        return unknown_outcome(std::to_string(status));
    return Error(is_away(status) ? ErrorKind::supplier_unavailable : ErrorKind::supplier_error);
}

/// 503 with Retry-After in the provider's own OperationOutcome says that it did not begin (RFC 9110). Any
/// other 5xx leaves a write open.
bool was_not_begun(const fhir::rest::Response& response, const wire::Outcome& outcome)
{
    return response.status == 503 && outcome.present && response.headers.has("Retry-After");
}

Error named_error(const fhir::rest::Response& response, const wire::Outcome& outcome, Interaction interaction)
{
    if (was_not_begun(response, outcome))
        return Error(ErrorKind::supplier_unavailable);
    if (auto proxy = proxy_error(outcome, interaction))
        return *proxy;
    if (response.status >= 500 && response.status != 501)
        return server_failure(response.status, interaction);
    // Without an OperationOutcome nobody of GP Connect has spoken: some box on the way has, so a write may
    // have gone through or not.
    if (!outcome.present && response.status != 429 && response.status != 501)
        return unreadable(interaction, "no OperationOutcome");
    return of_status(outcome, response.status, interaction);
}

} // namespace

Error error_of(const fhir::rest::Response& response, Interaction interaction)
{
    const auto outcome = wire::read_outcome(response.body.view());
    auto error = named_error(response, outcome, interaction);
    error.from_supplier(std::to_string(response.status) + (outcome.code.empty() ? "" : " " + outcome.code));
    return with_delay(std::move(error), response);
}

Error error_of(Error transport, Interaction interaction)
{
    if (!is_write(interaction) || !transport.effect_possible())
        return transport;
    return unknown_outcome(transport.supplier_code());
}

Error unreadable(Interaction interaction, std::string what)
{
    if (is_write(interaction))
        return unknown_outcome(std::move(what));
    Error error(ErrorKind::supplier_malformed);
    error.from_supplier(std::move(what));
    return error;
}

} // namespace adapters::gpconnect
