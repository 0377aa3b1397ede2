// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/errors.hpp"

#include "adapters/fhir_r4/wire.hpp"
#include "adapters/refusals.hpp"

namespace adapters::fhir_r4
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Remedy;
using fhir::rest::Response;

Error not_let_in(const wire::Outcome& outcome)
{
    if (outcome.code == "suppressed")
        return refused(ErrorKind::organisation_not_allowed,
                       "The practice's system holds this back from this organisation.",
                       "Ask the practice to share its appointments with your organisation.",
                       Remedy::practice);
    return refused(ErrorKind::access_denied, "The practice's system does not let this gateway do that.",
                   "Check the gateway's credentials and permissions at the practice's system.",
                   Remedy::operator_);
}

Error not_there(const wire::Outcome& outcome, Interaction interaction)
{
    if (outcome.code == "not-supported")
        return Error(ErrorKind::not_supported_by_practice);
    switch (interaction) {
    case Interaction::read_metadata:
        return refused(ErrorKind::supplier_error,
                       "There is no FHIR server at the address configured for the practice.",
                       "Correct the practice's base_url and service_root.", Remedy::operator_);
    case Interaction::read_slot:
    case Interaction::create_appointment:
        return Error(ErrorKind::slot_unknown).at("Appointment.slot[0]");
    case Interaction::read_appointment:
    case Interaction::amend_appointment:
    case Interaction::cancel_appointment:
        return Error(ErrorKind::appointment_not_found);
    case Interaction::search_appointments:
        return Error(ErrorKind::patient_not_found);
    default:
        return Error(ErrorKind::not_found);
    }
}

Error refused_by_rule(const wire::Outcome& outcome, Interaction interaction)
{
    if (interaction == Interaction::amend_appointment)
        return Error(ErrorKind::not_amendable);
    if (interaction == Interaction::cancel_appointment)
        return Error(ErrorKind::not_cancellable);
    if (interaction == Interaction::create_patient)
        return refused(ErrorKind::patient_ineligible, "The practice's system did not take the patient on.",
                       "Ask the practice to register the patient, then book again.", Remedy::practice);
    if (interaction != Interaction::create_appointment)
        return our_fault();
    if (outcome.code == "conflict" || outcome.code == "duplicate" || outcome.code == "lock-error")
        return Error(ErrorKind::slot_unavailable).at("Appointment.slot[0]");
    if (outcome.code == "not-found" || outcome.code == "deleted")
        return Error(ErrorKind::slot_unknown).at("Appointment.slot[0]");
    return refused(ErrorKind::invariant, "The practice's system refused the booking by a rule of its own.",
                   "Search again for free slots and book one of them, or ring the practice.", Remedy::user);
}

Error conflicting(Interaction interaction)
{
    if (is_change(interaction))
        return Error(ErrorKind::version_conflict);
    if (interaction == Interaction::create_appointment)
        return Error(ErrorKind::slot_unavailable).at("Appointment.slot[0]");
    return Error(ErrorKind::supplier_error);
}

Error condition_failed(Interaction interaction)
{
    if (is_change(interaction))
        return Error(ErrorKind::version_conflict);
    if (interaction == Interaction::create_appointment)
        return refused(ErrorKind::supplier_error,
                       "The practice's system holds several bookings under one booking identifier.",
                       "Look at the patient's appointments before booking again.", Remedy::operator_);
    return our_fault();
}

Error of_status(const wire::Outcome& outcome, unsigned status, Interaction interaction)
{
    switch (status) {
    case 401:
    case 403:
        return not_let_in(outcome);
    case 404:
        return not_there(outcome, interaction);
    case 405:
    case 501:
        return Error(ErrorKind::not_supported_by_practice);
    case 409:
        return conflicting(interaction);
    case 410:
        return interaction == Interaction::search_slots ? Error(ErrorKind::supplier_error)
                                                        : not_there(outcome, interaction);
    case 412:
        return condition_failed(interaction);
    case 422:
        return refused_by_rule(outcome, interaction);
    case 429:
        return Error(ErrorKind::throttled);
    default:
        return our_fault();
    }
}

/// 503 with Retry-After in FHIR's own words says that it did not begin (RFC 9110). Any other 5xx leaves a
/// write open.
bool was_not_begun(const Response& response, const wire::Outcome& outcome)
{
    return response.status == 503 && outcome.present && response.headers.has("Retry-After");
}

Error meaning_of(const Response& response, const wire::Outcome& outcome, Interaction interaction)
{
    if (was_not_begun(response, outcome))
        return Error(ErrorKind::supplier_unavailable);
    if (response.status >= 500 && response.status != 501) {
        if (is_write(interaction))
            return unknown_outcome(std::to_string(response.status));
        return Error(is_away(response.status) ? ErrorKind::supplier_unavailable : ErrorKind::supplier_error);
    }
    // Without an OperationOutcome it is not the FHIR server that has spoken but something on the way, which
    // may have let a write through. Those three are answered before anything is begun.
    const bool begun = response.status != 401 && response.status != 429 && response.status != 501;
    if (!outcome.present && begun && is_write(interaction))
        return unknown_outcome("no OperationOutcome");
    return of_status(outcome, response.status, interaction);
}

} // namespace

Error error_of(const Response& response, Interaction interaction)
{
    const auto outcome = wire::read_outcome(response.body.view());
    auto error = meaning_of(response, outcome, interaction);
    error.from_supplier(std::to_string(response.status) +
                        (is_plain_code(outcome.code) ? " " + outcome.code : ""));
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

} // namespace adapters::fhir_r4
