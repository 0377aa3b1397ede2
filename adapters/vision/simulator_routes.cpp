// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/simulator_routes.hpp"

#include <array>

namespace adapters::vision
{

using fhir::rest::Request;
using fhir::rest::Response;
using xml::Element;
using xml::NewElement;

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

Response xml_reply(const std::string& body, unsigned status = 200)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/xml; charset=utf-8");
    response.body.append(body);
    return response;
}

std::string in_envelope(const std::string& body)
{
    return "<soap:Envelope xmlns:soap=\"" + std::string(soap_space) + "\"><soap:Body>" + body +
           "</soap:Body></soap:Envelope>";
}

/// Some senders leave the sign as it is in text, which XML allows.
std::string with_raw_greater_than(std::string text)
{
    constexpr std::string_view escaped = "&gt;";
    for (auto at = text.find(escaped); at != std::string::npos; at = text.find(escaped, at))
        text.replace(at, escaped.size(), ">");
    return text;
}

Response fault(const SimState& state, const NewElement& content)
{
    return xml_reply(in_envelope(content.str()),
                     static_cast<unsigned>(state.options().number("fault_status").value_or(200)));
}

Response security_fault(const SimState& state)
{
    NewElement fault_element("soap:Fault");
    fault_element.add(
        NewElement("faultcode", {{"xmlns:wsse", std::string(wsse_space)}}).text("wsse:InvalidSecurity"));
    fault_element.add("faultstring", "The security header could not be processed");
    return fault(state, fault_element);
}

Response request_fault(const SimState& state)
{
    NewElement error("vision:error");
    error.add("vision:category", "INVALID_REQUEST").add("vision:code", "0");
    error.add("vision:text", "The request was not valid");
    NewElement detail("vision:visionFault", {{"xmlns:vision", std::string(vision_space)}});
    NewElement fault_element("soap:Fault");
    fault_element.add("faultcode", "soap:Client").add("faultstring", "Request refused");
    fault_element.add(NewElement("detail").add(detail.add(error)));
    return fault(state, fault_element);
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

std::string SimCall::name(std::string_view local) const
{
    const auto options = state.options();
    const bool own_default =
        service == Service::demographics || service == Service::slots || service == Service::appointments;
    const bool prefixed =
        options.is("style", "prefixed") || (!options.is("style", "default") && !own_default);
    return (prefixed ? "vision:" : "") + std::string(local);
}

NewElement SimCall::outermost(std::string_view local) const
{
    NewElement content_element(name(local), {{"xmlns:mb", "urn:messagebus"}});
    if (name(local) == local)
        content_element.set("xmlns", vision_space);
    return content_element;
}

Response SimCall::reply(const NewElement& content_element) const
{
    const auto options = state.options();
    NewElement response("vision:visionResponse", {{"xmlns:vision", std::string(vision_space)}});
    response.add(NewElement("vision:serviceDefinition")
                     .add("vision:name", wire_name(service))
                     .add("vision:version", version_of(service)));
    NewElement header("vision:serviceHeader");
    if (!options.is("outcome", "none"))
        header.add(NewElement("vision:outcome").add("vision:successful", "true"));
    NewElement whole("vision:serviceContent");
    if (!options.lists("empty_content", wire_name(service)))
        whole.add(content_element);
    response.add(header).add(whole);
    const auto text =
        options.is("greater_than", "raw") ? with_raw_greater_than(response.str()) : response.str();
    return xml_reply(options.is("envelope", "none") ? text : in_envelope(text));
}

/// Code and description come with blanks around them.
Response SimCall::refused(std::string_view code, std::string_view description) const
{
    NewElement error("vision:error");
    error.add("vision:code", " " + std::string(code) + " ");
    error.add("vision:description", std::string(description) + "   ");
    NewElement outcome("vision:outcome");
    outcome.add("vision:successful", "false").add(error);
    NewElement response("vision:visionResponse", {{"xmlns:vision", std::string(vision_space)}});
    response.add(NewElement("vision:serviceDefinition")
                     .add("vision:name", wire_name(service))
                     .add("vision:version", version_of(service)));
    response.add(NewElement("vision:serviceHeader").add(outcome));
    return xml_reply(state.options().is("envelope", "none") ? response.str() : in_envelope(response.str()));
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
    const Known known{state.user_name(), simulated_certificate()};
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
