// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/errors.hpp"

#include "adapters/delivery_parts.hpp"
#include "adapters/json_fields.hpp"
#include "adapters/refusals.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace adapters::emis
{

using fhir::Error;
using fhir::ErrorKind;

namespace
{

constexpr std::string_view session_text = "Missing or invalid EndUserSessionId";

enum class Match
{
    whole,
    part
};

/// One row: all conditions that are set must hold. Codes are absolute.
struct Row
{
    std::uint32_t operations;
    unsigned status;
    std::int64_t code;
    std::string_view text;
    Match match;
    ErrorKind kind;
};

template <class... Operations>
constexpr std::uint32_t in(Operations... operations)
{
    return (... | (std::uint32_t{1} << static_cast<unsigned>(operations)));
}

constexpr std::uint32_t anywhere = ~std::uint32_t{0};
constexpr std::uint32_t linking =
    in(Operation::link, Operation::look_up_linkage_key, Operation::create_linkage_key);
constexpr std::uint32_t keys = in(Operation::look_up_linkage_key, Operation::create_linkage_key);

constexpr Row by_status(std::uint32_t operations, unsigned status, ErrorKind kind)
{
    return {operations, status, 0, {}, Match::part, kind};
}
constexpr Row by_code(std::uint32_t operations, std::int64_t code, ErrorKind kind)
{
    return {operations, 0, code, {}, Match::part, kind};
}
constexpr Row by_text(std::uint32_t operations, Match match, std::string_view text, ErrorKind kind)
{
    return {operations, 0, 0, text, match, kind};
}

constexpr std::uint32_t logging_in = in(Operation::log_in);
constexpr std::uint32_t to_book = in(Operation::book);
constexpr std::uint32_t cancelling = in(Operation::cancel);
constexpr std::uint32_t applying = in(Operation::link);
constexpr std::uint32_t requesting = in(Operation::request_prescription);

/// First match wins, so what is special stands before what is general.
constexpr std::array error_rows = {
    by_status(anywhere, 401, ErrorKind::session_lost),
    by_text(anywhere, Match::whole, session_text, ErrorKind::session_lost),

    // Both come with code 1030, which otherwise means that the service is switched off.
    by_text(logging_in, Match::part, "Actual account status is 'NotRegistered'", ErrorKind::link_invalid),
    by_text(in(Operation::demographics), Match::part, "Actual access level is 'Restricted'",
            ErrorKind::access_denied),
    by_status(logging_in, 403, ErrorKind::link_invalid),
    by_status(logging_in, 400, ErrorKind::link_invalid),

    by_status(anywhere, 403, ErrorKind::service_disabled),
    by_code(anywhere, 1030, ErrorKind::service_disabled),
    by_text(anywhere, Match::part, "Services Access violation", ErrorKind::service_disabled),
    by_text(applying, Match::part, "Patient Facing Services are not enabled by this practice",
            ErrorKind::service_disabled),
    by_text(applying, Match::part, "API v2 is not enabled at this practice", ErrorKind::service_disabled),

    by_code(to_book, 1151, ErrorKind::slot_unavailable),
    by_code(to_book, 1152, ErrorKind::slot_in_past),
    by_code(to_book, 1153, ErrorKind::outside_booking_window),
    by_code(to_book, 1154, ErrorKind::outside_booking_window),
    by_code(to_book, 1156, ErrorKind::booking_limit),
    by_code(to_book, 1014, ErrorKind::phone_required),
    by_text(to_book, Match::whole, "Appointment not found", ErrorKind::slot_unavailable),
    by_text(to_book, Match::whole, "Appointment cannot be booked in the past", ErrorKind::slot_in_past),
    by_text(to_book, Match::part, "Maximum booked appointments is limited", ErrorKind::booking_limit),
    by_text(to_book, Match::whole, "Telephone/mobile number required for telephone appointments",
            ErrorKind::phone_required),
    by_status(to_book, 409, ErrorKind::slot_unavailable),
    by_status(to_book, 404, ErrorKind::slot_unavailable),

    by_text(cancelling, Match::whole, "Appointment not found", ErrorKind::appointment_not_found),
    by_text(cancelling, Match::whole, "Past appointments cannot be cancelled", ErrorKind::not_cancellable),
    by_status(cancelling, 404, ErrorKind::appointment_not_found),
    by_status(cancelling, 409, ErrorKind::not_cancellable),
    by_status(cancelling, 400, ErrorKind::not_cancellable),

    // A repeat order within 30 days.
    by_code(requesting, 1455, ErrorKind::outside_booking_window),

    by_code(linking, 1001, ErrorKind::practice_unknown),
    by_code(linking, 1107, ErrorKind::link_invalid),
    by_code(linking, 1401, ErrorKind::practice_not_live),
    by_code(applying, 1108, ErrorKind::already_linked),
    by_code(applying, 1104, ErrorKind::link_invalid),
    by_code(applying, 1105, ErrorKind::link_invalid),
    by_code(applying, 1106, ErrorKind::demographics_mismatch),
    by_text(applying, Match::part, "Registered online user is already linked", ErrorKind::already_linked),
    by_text(applying, Match::part, "No registered online user found for given linkage details",
            ErrorKind::link_invalid),
    by_text(applying, Match::part, "Invalid linkage details", ErrorKind::link_invalid),
    by_text(applying, Match::part, "No match found for given demographics", ErrorKind::demographics_mismatch),
    by_text(applying, Match::part, "The request is invalid", ErrorKind::link_invalid),
    by_status(applying, 409, ErrorKind::already_linked),
    by_status(applying, 404, ErrorKind::link_invalid),

    by_code(keys, 1552, ErrorKind::patient_inactive),
    by_code(keys, 1553, ErrorKind::patient_ineligible),
    by_code(keys, 1551, ErrorKind::patient_not_found),
    by_code(keys, 1110, ErrorKind::already_linked),
    by_status(keys, 404, ErrorKind::patient_not_found),
    by_status(in(Operation::create_linkage_key), 409, ErrorKind::already_linked),

    by_status(anywhere, 503, ErrorKind::supplier_unavailable),
    by_status(anywhere, 429, ErrorKind::supplier_unavailable),
};

bool says(const WireError& error, const Row& row)
{
    return std::any_of(error.texts.begin(), error.texts.end(), [&](const std::string& text) {
        return row.match == Match::whole ? text == row.text : text.find(row.text) != std::string::npos;
    });
}

bool matches(const Row& row, Operation operation, unsigned status, const WireError& error)
{
    if ((row.operations & in(operation)) == 0)
        return false;
    if (row.status != 0 && row.status != status)
        return false;
    if (row.code != 0 && row.code != error.code)
        return false;
    return row.text.empty() || says(error, row);
}

const Row* row_for(Operation operation, unsigned status, const WireError& error)
{
    for (const auto& row : error_rows)
        if (matches(row, operation, status, error))
            return &row;
    return nullptr;
}

bool delivers(Operation operation)
{
    return operation == Operation::send_message || operation == Operation::request_prescription;
}

std::string path_of(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::slot_unavailable:
    case ErrorKind::slot_in_past:
    case ErrorKind::outside_booking_window:
        return "Appointment.slot[0]";
    case ErrorKind::not_cancellable:
    case ErrorKind::appointment_not_found:
        return "Appointment";
    default:
        return {};
    }
}

std::int64_t absolute_code(const fhir::codec::Node* value)
{
    if (!value || !(value->is_number() || value->is_string()))
        return 0;
    std::int64_t code = 0;
    const auto& text = value->text();
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), code);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return whole && code > -1'000'000 ? std::abs(code) : 0;
}

} // namespace

WireError read_wire_error(std::string_view body)
{
    WireError error;
    const auto json = read_object(body);
    if (!json) {
        // A lost session is told in bare text; a page of HTML from some proxy in between is no message.
        if (body.size() <= 256)
            error.texts.push_back(trimmed(body));
        return error;
    }
    const Fields fields(*json);
    error.code = absolute_code(fields.find("InternalResponseCode"));
    if (auto message = fields.text("Message"); !message.empty())
        error.texts.push_back(std::move(message));
    for (const auto& row : fields.rows("Exceptions"))
        error.texts.push_back(row.text("Message"));
    return error;
}

Error refusal(Operation operation, const fhir::rest::Response& response)
{
    const auto wire = read_wire_error(response.body.view());
    const auto* row = row_for(operation, response.status, wire);
    Error error =
        operation == Operation::request_prescription && row && row->kind == ErrorKind::outside_booking_window
            ? not_to_be_requested()
            : Error(row ? row->kind : ErrorKind::supplier_error);
    error.from_supplier(std::to_string(response.status) + "/" + std::to_string(wire.code));
    if (const auto path = path_of(error.kind()); !path.empty() && !delivers(operation))
        error.at(path);
    if (error.kind() == ErrorKind::supplier_unavailable)
        error.retry_in(wait_asked_for(response).value_or(std::chrono::seconds(5)));
    const bool unclassified = error.kind() == ErrorKind::supplier_error;
    error.effect_is_possible(unclassified && response.status >= 500 && changes_state(operation));
    return settle_later(operation, std::move(error));
}

std::optional<std::size_t> deciding_row(Operation operation, const fhir::rest::Response& response)
{
    const auto* row = row_for(operation, response.status, read_wire_error(response.body.view()));
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
    if (operation != Operation::book && operation != Operation::cancel && !delivers(operation))
        return error.effect_is_possible(false);
    Error unknown(ErrorKind::outcome_unknown);
    unknown.from_supplier(error.supplier_code().empty() ? "no answer" : error.supplier_code());
    return unknown.effect_is_possible();
}

fhir::Result<std::string_view> json_body(const fhir::rest::Response& response)
{
    const auto type = response.headers.get("Content-Type");
    if (!fhir::rest::equal_ignoring_case(type.substr(0, type.find(';')), "application/json"))
        return fhir::fail(ErrorKind::supplier_malformed);
    return response.body.view();
}

} // namespace adapters::emis
