// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/errors.hpp"

#include "adapters/refusals.hpp"
#include "adapters/xml_answers.hpp"

#include <array>

namespace adapters::vision
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Remedy;
using fhir::rest::equal_ignoring_case;
using fhir::rest::Response;
using xml::Element;

namespace
{

/// One row; nothing in `service` stands for any.
struct ErrorRow
{
    std::optional<Service> service;
    std::string_view code;
    ErrorKind kind;
};

/// First match wins, so what is special stands before what is general.
constexpr std::array error_rows = {
    ErrorRow{Service::book, "-21", ErrorKind::slot_unavailable},
    ErrorRow{Service::book, "-25", ErrorKind::booking_limit},
    ErrorRow{Service::cancel, "-21", ErrorKind::appointment_not_found},
    ErrorRow{Service::link, "-33", ErrorKind::demographics_mismatch},
    ErrorRow{Service::link, "-31", ErrorKind::value_invalid},
    ErrorRow{Service::link, "-2", ErrorKind::already_linked},
    ErrorRow{std::nullopt, "-35", ErrorKind::service_disabled},
    ErrorRow{std::nullopt, "-30", ErrorKind::link_invalid},
    ErrorRow{std::nullopt, "-15", ErrorKind::supplier_unavailable},
    ErrorRow{std::nullopt, "-31", ErrorKind::supplier_error},
    ErrorRow{std::nullopt, "-100", ErrorKind::supplier_error},
};

constexpr std::string_view unclassified = "200/unclassified ";
constexpr std::string_view catch_all = "200/-100";
constexpr std::string_view bad_parameter = "200/-31";

const ErrorRow* row_for(Service service, std::string_view code)
{
    for (const auto& row : error_rows)
        if ((!row.service || *row.service == service) && row.code == code)
            return &row;
    return nullptr;
}

/// A link whose answer is lost is asked for again; no appointment hangs on it.
bool leaves_doubt(Service service)
{
    return service == Service::book || service == Service::cancel;
}

std::string path_for(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::slot_unavailable:
        return "Appointment.slot[0]";
    case ErrorKind::appointment_not_found:
        return "Appointment";
    default:
        return {};
    }
}

/// Kinds that several codes share say which of them it was.
Error worded(Service service, const WireError& wire, ErrorKind kind)
{
    if (wire.code == "-15")
        return refused(kind, "The patient's record is in use at the practice; nothing was changed.",
                       "Try again in a minute.", Remedy::wait)
            .retry_in(std::chrono::seconds(60));
    if (wire.code == "-2")
        return Error(kind).advise("Use the link that exists; where it is lost, the practice has to reset the "
                                  "patient's online access.",
                                  Remedy::practice);
    if (wire.code == "-31" && service == Service::link)
        return refused(kind, "The practice's system does not accept the form of the patient's details.",
                       "Check family name and date of birth with the patient.", Remedy::user);
    if (wire.code == "-31")
        return our_fault();
    // Told apart from a fault of any other kind by its words alone.
    if (wire.code == "-100" && wire.description.find("external service") != std::string::npos)
        return Error(ErrorKind::supplier_unavailable).retry_in(std::chrono::seconds(5));
    return Error(kind);
}

Element fault_of(const xml::Document& reply)
{
    const auto root = reply.root();
    return root.is(soap_space, "Fault") ? root : root.child(soap_space, "Body").child(soap_space, "Fault");
}

/// Of the detail, whatever the element around it is called (assumed: its layout is not public).
std::string category_of(const Element& fault)
{
    for (const auto& each : fault.child("detail").children())
        if (const auto error = child(each, "error"))
            return text_of(error, "category");
    return {};
}

/// Refusals of the header or of the request's form come before anything is done; no other fault says so.
Error fault_error(Service service, const Element& fault)
{
    if (fault.child("faultcode").text().find("InvalidSecurity") != std::string_view::npos)
        return refused(ErrorKind::access_denied,
                       "The practice's system does not accept this gateway's signature.",
                       "Check the signing key, its certificate, the user name and the clock.",
                       Remedy::operator_)
            .from_supplier("fault/InvalidSecurity");
    if (category_of(fault).find("INVALID_REQUEST") != std::string::npos)
        return our_fault().from_supplier("fault/INVALID_REQUEST");
    Error error(ErrorKind::supplier_error);
    error.from_supplier("fault").effect_is_possible(leaves_doubt(service));
    return settle_later(service, std::move(error));
}

bool contradicts(std::string_view told, std::string_view asked)
{
    return !told.empty() && !asked.empty() && told != asked;
}

std::string outcome_in(const Element& response)
{
    return text_of(child(child(response, "serviceHeader"), "outcome"), "successful");
}

/// A missing outcome counts as success; for a write only when the reply names the slot, for without either it
/// says nothing. In other words than true and false it says nothing either.
bool tells_outcome(const Element& response, const WireEcho& echo)
{
    const auto said = outcome_in(response);
    return said.empty() ? !echo.slot_id.empty()
                        : equal_ignoring_case(said, "true") || equal_ignoring_case(said, "false");
}

std::string_view objection_to(const xml::Document& reply, const Asked& asked)
{
    const auto response = response_of(reply);
    if (!response)
        return "another document";
    const auto named = text_of(child(response, "serviceDefinition"), "name");
    if (contradicts(named, wire_name(asked.service)))
        return "another service's reply";
    const auto echo = read_echo(reply);
    if (contradicts(echo.patient_id, asked.patient_id) || contradicts(echo.slot_id, asked.slot_id))
        return "another patient's or slot's reply";
    const bool writes = asked.service == Service::book || asked.service == Service::cancel;
    if (writes && !tells_outcome(response, echo))
        return "no outcome";
    return {};
}

std::optional<WireError> failure_in(const xml::Document& reply)
{
    const auto response = response_of(reply);
    if (!equal_ignoring_case(outcome_in(response), "false"))
        return std::nullopt;
    const auto error = child(child(child(response, "serviceHeader"), "outcome"), "error");
    return WireError{text_of(error, "code"), text_of(error, "description")};
}

} // namespace

fhir::Result<xml::Document> read_answer(const Asked& asked, const Response& response, SlotMemo* memo)
{
    if (response.status != 200 && response.status != 500)
        return std::unexpected(xml::by_status(response, leaves_doubt(asked.service)));
    const bool is_xml = xml::is_xml_type(response.headers.get("Content-Type"));
    const auto reply =
        is_xml ? xml::read(response.body.view(), memo) : fhir::fail(ErrorKind::supplier_malformed);
    if (reply)
        if (const auto fault = fault_of(*reply))
            return std::unexpected(fault_error(asked.service, fault));
    if (response.status != 200)
        return std::unexpected(xml::by_status(response, leaves_doubt(asked.service)));
    if (!reply)
        return std::unexpected(
            xml::not_understood(is_xml ? "not XML" : "another content type", leaves_doubt(asked.service)));
    if (const auto wrong = objection_to(*reply, asked); !wrong.empty())
        return std::unexpected(xml::not_understood(std::string(wrong), leaves_doubt(asked.service)));
    if (const auto failure = failure_in(*reply))
        return std::unexpected(refusal(asked.service, *failure));
    return reply;
}

Error refusal(Service service, const WireError& wire)
{
    const auto* row = row_for(service, wire.code);
    Error error = row ? worded(service, wire, row->kind) : Error(ErrorKind::supplier_error);
    error.from_supplier((row ? "200/" : std::string(unclassified)) + wire.code.substr(0, 20));
    if (const auto path = path_for(error.kind()); !path.empty())
        error.at(path);
    return error;
}

bool is_ambiguous(const Error& error)
{
    return error.supplier_code() == catch_all || error.supplier_code().starts_with(unclassified);
}

bool is_stale_patient_id(const Error& error)
{
    return error.supplier_code() == bad_parameter;
}

std::optional<std::size_t> deciding_row(Service service, std::string_view code)
{
    const auto* row = row_for(service, code);
    return row ? std::optional(static_cast<std::size_t>(row - error_rows.data())) : std::nullopt;
}

std::size_t error_row_count()
{
    return error_rows.size();
}

Error settle_later(Service service, Error error)
{
    if (!error.effect_possible())
        return error;
    if (!leaves_doubt(service))
        return error.effect_is_possible(false);
    return unknown_outcome(error.supplier_code());
}

} // namespace adapters::vision
