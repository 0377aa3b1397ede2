// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/simulator_routes.hpp"

#include <array>

namespace adapters::tpp
{

using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

constexpr std::string_view malformed_code = "0000";
constexpr std::string_view unknown_code = "9999";

struct Route
{
    Operation operation;
    bool needs_session, names_patient;
    Response (*handle)(SimCall&);
};

Response guidance(SimCall& call)
{
    const auto text = call.state.options().text("guidance");
    if (text == "fails")
        return call.refused(unknown_code, "Messages are not available");
    return xml_reply(call.reply()
                         .set("BookAppointments", text)
                         .set("RequestMedicationConfirmation", "")
                         .set("Medication", ""));
}

Response service_accesses(SimCall& call)
{
    auto reply = call.reply().set("unitId", call.state.seed().ods);
    const bool messages = !call.state.options().is("messages", "off");
    reply.add(XmlElement("ServiceAccess", {{"description", "Messaging"},
                                           {"serviceIdentifier", "512"},
                                           {"status", messages ? "A" : "U"},
                                           {"statusDesc", messages ? "Available" : "Unavailable"},
                                           {"readOnly", "N"}}));
    if (call.state.options().is("prescribing", "off"))
        reply.add(XmlElement("ServiceAccess", {{"description", "Request Medication"},
                                               {"serviceIdentifier", "8"},
                                               {"status", "U"},
                                               {"statusDesc", "Unavailable"},
                                               {"readOnly", "N"}}));
    if (call.state.options().is("appointments", "off"))
        reply.add(XmlElement("ServiceAccess", {{"description", "Appointments"},
                                               {"serviceIdentifier", "2"},
                                               {"status", "U"},
                                               {"statusDesc", "Unavailable"},
                                               {"readOnly", "N"}}));
    return xml_reply(reply);
}

Response log_off(SimCall& call)
{
    call.state.log_off(call.request.headers.get("suid"));
    return xml_reply(call.reply());
}

constexpr std::array sim_routes = {
    Route{Operation::authenticate, false, false, log_in},
    Route{Operation::select_patient, true, true, select_patient},
    Route{Operation::service_accesses, true, true, service_accesses},
    Route{Operation::slots, true, true, list_slots},
    Route{Operation::messages, true, true, guidance},
    Route{Operation::book, true, true, book_slot},
    Route{Operation::view, true, true, view_appointments},
    Route{Operation::cancel, true, true, cancel_appointment},
    Route{Operation::log_off, true, false, log_off},
    Route{Operation::link, false, false, link_account},
    Route{Operation::message_recipients, true, true, list_recipients},
    Route{Operation::messages_view, true, true, view_messages},
    Route{Operation::create_message, true, true, take_message},
    Route{Operation::repeat_medication, true, true, list_medication},
    Route{Operation::request_medication, true, true, take_medication_request},
};

const Route& route_of(Operation operation)
{
    for (const auto& route : sim_routes)
        if (route.operation == operation)
            return route;
    return sim_routes.front();
}

Response not_a_request(std::string_view technical)
{
    return xml_reply(XmlElement("Error", {{"errorCode", std::string(malformed_code)},
                                          {"userFriendlyMessage", "There was a problem with the request."},
                                          {"technicalMessage", std::string(technical)}}));
}

bool is_known_version(const SimCall& call)
{
    return call.attribute("apiVersion") == api_version && !call.attribute("uuid").empty();
}

bool is_this_practice(const SimCall& call)
{
    const auto name = call.operation == Operation::link ? "organisationCode" : "unitId";
    return call.attribute(name) == call.state.seed().ods;
}

/// What is wrong with the request before its operation looks at it.
std::optional<Response> objection_to(SimCall& call)
{
    const auto& route = route_of(call.operation);
    if (!is_known_version(call))
        return call.refused(malformed_code, "apiVersion or uuid is not valid");
    if (!is_this_practice(call))
        return call.refused("6", "Unit is not known");
    if (route.needs_session) {
        const auto* session = call.state.session(call.request.headers.get("suid"));
        if (!session)
            return call.refused("3", "Not authenticated");
        call.nhs_number = session->nhs_number;
    }
    const auto patient = call.state.patient_id(call.nhs_number);
    if (route.names_patient &&
        (call.attribute("patientId") != patient || call.attribute("onlineUserId") != patient))
        return call.refused("6", "Patient is not the selected one");
    if (call.state.options().lists("unclassified", wire_name(call.operation)))
        return call.refused(unknown_code, "Something else");
    return std::nullopt;
}

} // namespace

XmlElement SimCall::reply() const
{
    XmlElement root(std::string(wire_name(operation)) + "Reply");
    if (route_of(operation).names_patient && operation != Operation::select_patient) {
        const auto patient = state.patient_id(nhs_number);
        root.set({{"patientId", patient}, {"onlineUserId", patient}});
    }
    return root.set("uuid", attribute("uuid"));
}

Response SimCall::refused(std::string_view code, std::string_view technical) const
{
    return xml_reply(XmlElement("Error", {{"errorCode", std::string(code)},
                                          {"userFriendlyMessage", "There was a problem with the request."},
                                          {"technicalMessage", std::string(technical)},
                                          {"uuid", std::string(attribute("uuid"))}}));
}

Response xml_reply(const XmlElement& root)
{
    Response response;
    response.headers.set("Content-Type", "text/xml; charset=utf-8");
    response.body.append(R"(<?xml version="1.0" encoding="UTF-8"?>)");
    response.body.append(root.str());
    return response;
}

std::optional<Operation> asked_operation(const Request& request)
{
    return operation_of(request.headers.get("type"));
}

std::optional<SlotKey> slot_asked_for(const Request& request)
{
    const auto body = xml::read(request.body);
    if (asked_operation(request) != Operation::book || !body)
        return std::nullopt;
    const auto root = body->root();
    const auto start = read_time(root.attribute("startDate"));
    const auto end = read_time(root.attribute("endDate"));
    if (!start || !end)
        return std::nullopt;
    return SlotKey{std::string(root.attribute("sessionId")), *start, *end};
}

Response answer(SimState& state, const Request& request)
{
    const auto operation = asked_operation(request);
    const auto body = xml::read(request.body);
    if (request.method != "POST" || !operation)
        return not_a_request("No such operation");
    if (!request.headers.get("Content-Type").starts_with("text/xml") || !body)
        return not_a_request("Not XML");
    if (body->root().name() != wire_name(*operation))
        return not_a_request("Header and element name different operations");
    SimCall call{state, request, *operation, *body, {}};
    if (auto refused = objection_to(call))
        return std::move(*refused);
    return route_of(*operation).handle(call);
}

} // namespace adapters::tpp
