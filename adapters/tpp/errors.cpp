// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/errors.hpp"

#include "adapters/delivery_parts.hpp"
#include "adapters/refusals.hpp"
#include "adapters/xml_answers.hpp"

#include <array>

namespace adapters::tpp
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::rest::equal_ignoring_case;

namespace
{

/// One row; nothing in `operation` stands for any.
struct Row
{
    std::optional<Operation> operation;
    std::string_view code;
    ErrorKind kind;
};

/// First match wins, so what is special stands before what is general.
constexpr std::array error_rows = {
    Row{Operation::authenticate, "9", ErrorKind::link_invalid},
    Row{Operation::authenticate, "3", ErrorKind::link_invalid},
    Row{Operation::link, "5", ErrorKind::supplier_error},
    Row{Operation::link, "6", ErrorKind::link_invalid},
    Row{Operation::link, "8", ErrorKind::link_invalid},
    Row{Operation::book, "5", ErrorKind::slot_in_past},
    Row{Operation::book, "7", ErrorKind::booking_limit},
    Row{Operation::book, "1102", ErrorKind::slot_unavailable},
    Row{Operation::book, "1103", ErrorKind::slot_unavailable},
    Row{Operation::cancel, "5", ErrorKind::not_cancellable},
    Row{Operation::cancel, "40", ErrorKind::not_cancellable},
    Row{Operation::request_medication, "1", ErrorKind::outside_booking_window},
    Row{std::nullopt, "3", ErrorKind::session_lost},
    Row{std::nullopt, "6", ErrorKind::service_disabled},
    Row{std::nullopt, "0", ErrorKind::supplier_unavailable},
};

constexpr std::string_view unclassified = "200/unclassified ";

const Row* row_for(Operation operation, std::string_view code)
{
    for (const auto& row : error_rows)
        if ((!row.operation || *row.operation == operation) && row.code == code)
            return &row;
    return nullptr;
}

/// A link whose answer is lost is asked for again; no appointment hangs on it.
bool leaves_doubt(Operation operation)
{
    return operation == Operation::book || operation == Operation::cancel ||
           operation == Operation::create_message || operation == Operation::request_medication;
}

std::string path_for(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::slot_unavailable:
    case ErrorKind::slot_in_past:
        return "Appointment.slot[0]";
    case ErrorKind::not_cancellable:
        return "Appointment";
    default:
        return {};
    }
}

/// Kinds that two codes share say which of them it was.
Error worded(Operation operation, const WireError& wire, ErrorKind kind)
{
    if (operation == Operation::cancel && wire.code == "40")
        return Error(kind, "The appointment starts within the hour: it is too late to cancel it through the "
                           "practice's system.")
            .advise("Ring the practice.", fhir::Remedy::user);
    if (operation == Operation::link && wire.code == "5")
        return Error(kind, "The practice's system does not accept this gateway's provider id.")
            .advise("Correct the provider id in the practice's settings.", fhir::Remedy::operator_);
    return operation == Operation::request_medication && kind == ErrorKind::outside_booking_window
               ? not_to_be_requested()
               : Error(kind);
}

/// The other one's data must never pass for what was asked; absent names prove nothing.
bool contradicts(const Element& root, std::string_view name, const std::string& asked)
{
    const auto told = root.attribute(name);
    return !asked.empty() && !told.empty() && !equal_ignoring_case(told, asked);
}

std::string_view objection_to(const Element& root, Operation operation, const Common& asked)
{
    // Some stubs write LogOffReply.
    if (!equal_ignoring_case(root.name(), std::string(wire_name(operation)) + "Reply"))
        return "another reply";
    if (contradicts(root, "uuid", asked.uuid)) // assumed: the reply's is an echo
        return "reply to another request";
    if (contradicts(root, "patientId", asked.patient_id) ||
        contradicts(root, "onlineUserId", asked.online_user_id))
        return "another patient's reply";
    return {};
}

} // namespace

fhir::Result<Xml> read_answer(Operation operation, const Common& asked, const fhir::rest::Response& response,
                              SlotMemo* memo)
{
    if (response.status != 200)
        return std::unexpected(xml::by_status(response, leaves_doubt(operation)));
    if (!xml::is_xml_type(response.headers.get("Content-Type")))
        return std::unexpected(xml::not_understood("another content type", leaves_doubt(operation)));
    auto xml = xml::read(response.body.view(), memo);
    if (!xml)
        return std::unexpected(xml::not_understood("not XML", leaves_doubt(operation)));
    if (xml->root().name() == "Error")
        return std::unexpected(refusal(operation, read_wire_error(*xml)));
    if (const auto wrong = objection_to(xml->root(), operation, asked); !wrong.empty())
        return std::unexpected(xml::not_understood(std::string(wrong), leaves_doubt(operation)));
    return xml;
}

Error refusal(Operation operation, const WireError& wire)
{
    const auto* row = row_for(operation, wire.code);
    Error error = row ? worded(operation, wire, row->kind) : Error(ErrorKind::supplier_error);
    error.from_supplier((row ? "200/" : std::string(unclassified)) + wire.code.substr(0, 20));
    if (const auto path = path_for(error.kind()); !path.empty())
        error.at(path);
    if (error.kind() == ErrorKind::supplier_unavailable)
        error.retry_in(std::chrono::seconds(5));
    return error;
}

bool is_unclassified(const Error& error)
{
    return error.supplier_code().starts_with(unclassified);
}

std::optional<std::size_t> deciding_row(Operation operation, std::string_view code)
{
    const auto* row = row_for(operation, code);
    return row ? std::optional(static_cast<std::size_t>(row - error_rows.data())) : std::nullopt;
}

std::size_t error_row_count()
{
    return error_rows.size();
}

Error settle_later(Operation operation, Error error)
{
    if (!error.effect_possible())
        return error;
    if (!leaves_doubt(operation))
        return error.effect_is_possible(false);
    Error unknown(ErrorKind::outcome_unknown);
    if (!error.supplier_code().empty())
        unknown.from_supplier(error.supplier_code());
    return unknown.effect_is_possible();
}

} // namespace adapters::tpp
