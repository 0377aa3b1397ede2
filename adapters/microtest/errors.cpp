// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/errors.hpp"

#include "adapters/refusals.hpp"

#include <array>

namespace adapters::microtest
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::rest::Response;

namespace
{

/// One row; nothing in `operation` stands for any. `sentence` empty: the kind's own.
struct Row
{
    std::optional<Operation> operation;
    unsigned status;
    ErrorKind kind;
    std::string_view path = {}, sentence = {}, advice = {};
    fhir::Remedy who = fhir::Remedy::caller;
};

constexpr std::array error_rows = {
    Row{std::nullopt,
        401,
        ErrorKind::supplier_error,
        {},
        "The practice's system does not recognise this gateway, or not for this practice.",
        "Check the client certificate and the practice's ODS code with the supplier.",
        fhir::Remedy::operator_},
    Row{std::nullopt, 403, ErrorKind::service_disabled},
    Row{Operation::demographics, 404, ErrorKind::patient_not_found},
    Row{Operation::list, 404, ErrorKind::patient_not_found},
    Row{Operation::book, 404, ErrorKind::patient_not_found},
    Row{Operation::slots,
        404,
        ErrorKind::link_invalid,
        {},
        "The practice does not know the service patient that is configured for searching it.",
        "Correct the practice's search identity.",
        fhir::Remedy::operator_},
    Row{Operation::book, 409, ErrorKind::slot_unavailable, "Appointment.slot[0]"},
    Row{Operation::book, 400, ErrorKind::required, "Appointment",
        "The practice's system says that something it needs for this booking is missing.",
        "Add a reason and the number on which the patient can be called, and book again.",
        fhir::Remedy::user},
    Row{Operation::courses, 404, ErrorKind::patient_not_found},
    Row{Operation::prescriptions, 404, ErrorKind::patient_not_found},
    Row{Operation::request_prescription, 404, ErrorKind::patient_not_found},
    Row{Operation::cancel, 404, ErrorKind::not_cancellable, "Appointment"},
    Row{Operation::cancel, 409, ErrorKind::not_cancellable, "Appointment"},
    Row{Operation::cancel, 400, ErrorKind::not_cancellable, "Appointment"},
    Row{std::nullopt, 429, ErrorKind::supplier_unavailable},
    Row{std::nullopt, 503, ErrorKind::supplier_unavailable},
};

const Row* row_for(Operation operation, unsigned status)
{
    for (const auto& row : error_rows)
        if ((!row.operation || *row.operation == operation) && row.status == status)
            return &row;
    return nullptr;
}

Error of_row(const Row& row)
{
    if (row.sentence.empty())
        return Error(row.kind).at(std::string(row.path));
    return refused(row.kind, std::string(row.sentence), std::string(row.advice), row.who)
        .at(std::string(row.path));
}

Error by_status(Operation operation, const Response& response)
{
    const auto* row = row_for(operation, response.status);
    if (!row)
        return refused_with_status(response, changes_state(operation));
    return with_delay(of_row(*row).from_supplier(std::to_string(response.status)), response);
}

bool is_json(const Response& response)
{
    const auto type = response.headers.get("Content-Type");
    return fhir::rest::equal_ignoring_case(type.substr(0, type.find(';')), "application/json");
}

/// What a booking or cancellation says once done is a sentence or nothing; it is not kept.
bool says_done(const Response& response)
{
    if (response.body.view().empty())
        return true;
    const auto json = is_json(response) ? fhir::codec::Document::parse(response.body.view())
                                        : fhir::fail(ErrorKind::malformed);
    return json && !json->root().find("Error", true);
}

} // namespace

fhir::Result<void> check_answer(Operation operation, const Response& response)
{
    if (response.status < 200 || response.status >= 300)
        return std::unexpected(by_status(operation, response));
    const auto not_understood = std::to_string(response.status) + " not understood";
    if (changes_state(operation) && !says_done(response))
        return std::unexpected(unknown_outcome(not_understood));
    if (!changes_state(operation) && !is_json(response))
        return std::unexpected(Error(ErrorKind::supplier_malformed).from_supplier(not_understood));
    return {};
}

std::optional<std::size_t> deciding_row(Operation operation, unsigned status)
{
    const auto* row = row_for(operation, status);
    return row ? std::optional(static_cast<std::size_t>(row - error_rows.data())) : std::nullopt;
}

std::size_t error_row_count()
{
    return error_rows.size();
}

bool needs_the_list(const Error& cancellation)
{
    return cancellation.supplier_code() == "404" || cancellation.supplier_code() == "409";
}

} // namespace adapters::microtest
