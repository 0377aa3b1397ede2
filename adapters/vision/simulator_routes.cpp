// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/simulator_routes.hpp"

#include <array>

namespace adapters::vision
{

using fhir::rest::Request;
using fhir::rest::Response;
using xml::Element;

namespace
{

struct Route
{
    Service service;
    bool needs_account, names_patient, is_about_appointments;
    Response (*handle)(SimCall&);
};

constexpr std::array sim_routes = {
    Route{Service::configuration, true, false, false, get_configuration},
    Route{Service::demographics, true, true, false, get_demographics},
    Route{Service::slots, true, true, true, available_appointments},
    Route{Service::book, true, true, true, book_appointment},
    Route{Service::appointments, true, true, true, existing_appointments},
    Route{Service::cancel, true, true, true, cancel_appointment},
    Route{Service::link, false, false, false, link_account},
};

const Route& route_of(Service service)
{
    for (const auto& route : sim_routes)
        if (route.service == service)
            return route;
    return sim_routes.front();
}

Element request_in(const xml::Document& body)
{
    return child(body.root().child(soap_space, "Body"), "visionRequest");
}

std::optional<Service> service_in(const Element& request)
{
    const auto definition = child(request, "serviceDefinition");
    const auto service = service_of(text_of(definition, "name"));
    return service && text_of(definition, "version") == version_of(*service) ? service : std::nullopt;
}

Element content_in(const Element& request, Service service)
{
    return child(child(request, "serviceContent"), service == Service::link ? "register" : "vos");
}

/// In the service header, or in the content where it carries it.
bool names_this_consumer(const SimCall& call, const Element& header)
{
    const auto& parent = call.service == Service::link ? call.content : header;
    const auto consumer = child(parent, "opsReference");
    return text_of(consumer, "provider") == call.state.provider_id() &&
           text_of(consumer, "accountId") == call.state.provider_id();
}

/// Nothing when the credentials open no account of this practice.
std::optional<std::string> subject_of(const SimState& state, const Element& header)
{
    const auto credentials = child(header, "credentials");
    const auto owner = state.owner_of(text_of(credentials, "rosuAccountId"));
    if (!owner || text_of(credentials, "apiKey") != state.account(*owner).api_key ||
        text_of(child(header, "target"), "nationalCode") != state.seed().ods || state.is_withdrawn(*owner) ||
        state.options().lists("revoked", *owner))
        return std::nullopt;
    return owner;
}

/// Errors that are asked for by the practice's options.
std::optional<Response> injected(const SimCall& call)
{
    const auto options = call.state.options();
    const auto name = wire_name(call.service);
    if (options.lists("locked", name) || options.lists("locked", call.nhs_number))
        return call.refused("-15", "Record locked");
    if (options.lists("disconnected", name))
        return call.refused("-100", "No connection to an external service");
    if (options.lists("unknown_error", name))
        return call.refused("-100", "Unknown error");
    if (options.lists("unclassified", name))
        return call.refused("9999", "Something else");
    if (options.lists("disabled", name) ||
        (options.is("appointments", "off") && route_of(call.service).is_about_appointments))
        return call.refused("-35", "Access denied");
    return std::nullopt;
}

/// What is wrong with the request before its service looks at it.
std::optional<Response> objection_to(SimCall& call, const Element& header)
{
    const auto& route = route_of(call.service);
    if (text_of(header, "id").empty() || !fhir::parse_local_time(text_of(header, "creationTime")) ||
        !names_this_consumer(call, header))
        return request_fault(call.state);
    if (route.needs_account) {
        const auto subject = subject_of(call.state, header);
        if (!subject)
            return call.refused("-30", "Invalid user credentials");
        call.nhs_number = *subject;
    }
    if (route.names_patient && call.field("patientId") != call.state.patient_id(call.nhs_number))
        return call.refused("-31", "Invalid parameter"); // assumed
    return injected(call);
}

/// Options that spoil an answer after its effect.
Response spoilt(const SimCall& call, Response response)
{
    if (call.state.options().lists("unknown_error_after", wire_name(call.service)))
        return call.refused("-100", "Unknown error");
    return response;
}

} // namespace

std::string SimCall::field(std::string_view name) const
{
    return text_of(content, name);
}

std::optional<Service> asked_service(const Request& request)
{
    const auto body = xml::read(request.body);
    return body ? service_in(request_in(*body)) : std::nullopt;
}

std::string slot_asked_for(const Request& request)
{
    const auto body = xml::read(request.body);
    if (!body || service_in(request_in(*body)) != Service::book)
        return {};
    return text_of(content_in(request_in(*body), Service::book), "slotId");
}

Response answer(SimState& state, const Request& request)
{
    if (is_linkage(request))
        return answer_linkage(state, request);
    const auto body = xml::read(request.body);
    if (request.method != "POST" || !request.headers.get("Content-Type").starts_with("text/xml") || !body ||
        !body->root().is(soap_space, "Envelope"))
        return request_fault(state);
    const std::chrono::seconds skew(state.options().number("skew_seconds").value_or(300));
    const Known known{state.user_name(), simulated_verifier(),
                      !state.options().is("verify", "but_signature")};
    const bool verifies = !state.options().is("verify", "off");
    if (verifies && !objection_to_header(body->root(), known, state.now(), skew).empty())
        return security_fault(state);
    const auto sent = request_in(*body);
    const auto service = service_in(sent);
    if (!service)
        return request_fault(state);
    SimCall call{state, *service, *body, content_in(sent, *service), {}};
    if (auto refused = objection_to(call, child(sent, "serviceHeader")))
        return std::move(*refused);
    return spoilt(call, route_of(*service).handle(call));
}

} // namespace adapters::vision
