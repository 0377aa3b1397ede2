// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/errors.hpp"

#include "adapters/refusals.hpp"

namespace adapters::bars
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Remedy;
using fhir::rest::Response;

/// `REC_` is the receiver; all else speaks for the proxy or the connection.
bool is_receivers(const wire::Outcome& outcome)
{
    return outcome.code.starts_with("REC_");
}

Error not_let_in(const wire::Outcome& outcome, unsigned status)
{
    if (status == 401 && is_receivers(outcome))
        return refused(ErrorKind::organisation_not_allowed,
                       "The practice's system does not take requests from this organisation.",
                       "Ask the practice to accept bookings from your organisation.", Remedy::practice);
    return refused(ErrorKind::access_denied, "The practice's system does not let this gateway do that.",
                   "Check the gateway's certificate, key and client id at the practice's system.",
                   Remedy::operator_);
}

Error not_there(const wire::Outcome& outcome, Interaction interaction)
{
    const bool routed = is_receivers(outcome) || !outcome.present;
    if (routed && interaction == Interaction::book)
        return Error(ErrorKind::slot_unknown).at("Appointment.slot[0]");
    if (routed && (interaction == Interaction::read_appointment || interaction == Interaction::cancel))
        return Error(ErrorKind::appointment_not_found);
    return refused(ErrorKind::supplier_error,
                   outcome.issue == "multiple-matches"
                       ? "The practice's service id leads to more than one system."
                       : "The practice's service id is not known at the practice's system.",
                   "Correct the practice's base_url and service_id.", Remedy::operator_);
}

Error in_conflict(Interaction interaction)
{
    if (interaction == Interaction::book)
        return Error(ErrorKind::slot_unavailable).at("Appointment.slot[0]");
    if (interaction == Interaction::cancel)
        return refused(ErrorKind::not_cancellable,
                       "The practice has changed the appointment, so it cannot be cancelled from outside.",
                       "Ring the practice.", Remedy::user);
    return Error(ErrorKind::supplier_error);
}

Error unprocessable(const wire::Outcome& outcome, Interaction interaction)
{
    if (outcome.issue == "too-costly")
        return Error(ErrorKind::too_costly);
    if (outcome.issue == "not-supported")
        return Error(ErrorKind::not_supported_by_practice);
    if (interaction == Interaction::cancel)
        return Error(ErrorKind::not_cancellable);
    if (interaction != Interaction::book)
        return our_fault();
    return refused(ErrorKind::invariant, "The practice's system refused the booking by a rule of its own.",
                   "Search again for free slots and book one of them, or ring the practice.", Remedy::user);
}

Error other_version()
{
    return refused(ErrorKind::not_supported_by_practice,
                   "The practice's system speaks another version of the booking standard.",
                   "Ring the practice; its supplier has to update.", Remedy::supplier);
}

Error of_status(const wire::Outcome& outcome, unsigned status, Interaction interaction)
{
    switch (status) {
    case 400:
        return outcome.issue == "not-supported" ? Error(ErrorKind::not_supported_by_practice) : our_fault();
    case 401:
    case 403:
        return not_let_in(outcome, status);
    case 404:
    case 410:
        return not_there(outcome, interaction);
    case 405:
    case 501:
        return Error(ErrorKind::not_supported_by_practice);
    case 406:
        return other_version();
    case 409:
        return in_conflict(interaction);
    case 422:
        return unprocessable(outcome, interaction);
    case 429:
        return Error(ErrorKind::throttled);
    default:
        return our_fault();
    }
}

/// The proxy replaces the body of any 503: an outcome of its own words still says that nobody was reached.
bool was_not_begun(const Response& response, const wire::Outcome& outcome)
{
    return response.status == 429 || (response.status == 503 && outcome.present);
}

Error of_read(const wire::Outcome& outcome, unsigned status, Interaction interaction)
{
    if (status == 408 || status == 425)
        return Error(ErrorKind::supplier_timeout);
    if (status >= 500 && status != 501)
        return Error(is_away(status) ? ErrorKind::supplier_unavailable : ErrorKind::supplier_error);
    return of_status(outcome, status, interaction);
}

Error of_write(const Response& response, const wire::Outcome& outcome, Interaction interaction)
{
    const auto status = response.status;
    if (was_not_begun(response, outcome))
        return Error(status == 429 ? ErrorKind::throttled : ErrorKind::supplier_unavailable);
    // A sender counts an error without an OperationOutcome as no answer (BaRS Core, transaction integrity).
    // These two are given before anything is begun.
    const bool heard = outcome.present || status == 401 || status == 501;
    if (!heard || status == 408 || status == 425 || (status >= 500 && status != 501))
        return unknown_outcome(std::to_string(status));
    return of_status(outcome, status, interaction);
}

} // namespace

Error error_of(const Response& response, Interaction interaction)
{
    const auto outcome = wire::read_outcome(response.body.view());
    auto error = is_write(interaction) ? of_write(response, outcome, interaction)
                                       : of_read(outcome, response.status, interaction);
    const auto code = outcome.code + (outcome.issue.empty() ? "" : "-" + outcome.issue);
    error.from_supplier(std::to_string(response.status) + (is_plain_code(code) ? " " + code : ""));
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

Error cannot(std::string sentence)
{
    return refused(ErrorKind::not_supported_by_practice, std::move(sentence), "Ring the practice.",
                   Remedy::user);
}

bool is_duplicate(const Response& response)
{
    return response.status == 409 && wire::read_outcome(response.body.view()).issue == "duplicate";
}

Again may_repeat(const Response& response)
{
    if (response.status == 408 || response.status == 425)
        return Again::open;
    if (response.status != 429 && response.status != 503)
        return Again::no; // long answers among them, which are read once and not here
    return was_not_begun(response, wire::read_outcome(response.body.view())) ? Again::busy : Again::no;
}

} // namespace adapters::bars
