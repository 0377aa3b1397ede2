// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/simulator_routes.hpp"

namespace adapters::vision
{

using fhir::rest::Response;
using xml::NewElement;

namespace
{

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

NewElement response_element(Service service, const NewElement& header)
{
    NewElement response("vision:visionResponse", {{"xmlns:vision", std::string(vision_space)}});
    response.add(NewElement("vision:serviceDefinition")
                     .add("vision:name", wire_name(service))
                     .add("vision:version", version_of(service)));
    return response.add(header);
}

} // namespace

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

Response SimCall::reply(const std::string& written_content) const
{
    const auto options = state.options();
    NewElement header("vision:serviceHeader");
    if (!options.is("outcome", "none"))
        header.add(NewElement("vision:outcome").add("vision:successful", "true"));
    NewElement whole("vision:serviceContent");
    if (!options.lists("empty_content", wire_name(service)))
        whole.add_written(written_content);
    const auto written = response_element(service, header).add(whole).str();
    const auto text = options.is("greater_than", "raw") ? with_raw_greater_than(written) : written;
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
    const auto text = response_element(service, NewElement("vision:serviceHeader").add(outcome)).str();
    return xml_reply(state.options().is("envelope", "none") ? text : in_envelope(text));
}

} // namespace adapters::vision
