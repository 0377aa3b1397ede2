// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/simulator_routes.hpp"

#include <array>

namespace adapters::microtest
{

using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

struct Route
{
    std::string_view asked;
    bool about_appointments;
    Response (*handle)(SimCall&);
};

constexpr std::array sim_routes = {
    Route{"GET demographics", false, show_demographics},
    Route{"GET appointment-slots", true, list_slots},
    Route{"POST appointments", true, book_slot},
    Route{"GET appointments", true, list_appointments},
    Route{"DELETE appointments", true, cancel_appointment},
    Route{"GET courses", false, list_courses},
    Route{"GET prescriptions", false, list_orders},
    Route{"POST prescriptions", false, take_order},
};

const Route* route_of(const std::string& asked)
{
    for (const auto& route : sim_routes)
        if (route.asked == asked)
            return &route;
    return nullptr;
}

bool switched_off(const SimState& state, const std::string& nhs_number)
{
    const auto options = state.options();
    return options.is("appointments", "off") || options.lists("appointments_off", nhs_number);
}

/// The answer to one who is not recognised; assumed: what exactly leads to 401 is not public.
std::optional<Response> not_recognised(const SimState& state, const Request& request)
{
    const bool certificate_missing =
        state.options().is("client_certificate", "required") && request.client_certificate_subject.empty();
    if (certificate_missing || request.headers.get("NHSO-ODS-Code") != state.seed().ods)
        return error_reply(401, "Not recognised.");
    const auto number = request.headers.get("NHSO-Nhs-Number");
    if (number.size() != 10 || number.find_first_not_of("0123456789") != std::string_view::npos)
        return error_reply(401, "The NHS number header must hold ten digits.");
    return std::nullopt;
}

Response page_of_html()
{
    Response response;
    response.headers.set("Content-Type", "text/html; charset=utf-8");
    response.body.append("<html><body>Please log in.</body></html>");
    return response;
}

/// The misbehaviours that a practice is set to; nothing is done then.
std::optional<Response> misbehaviour(const SimState& state, const std::string& asked)
{
    if (state.options().lists("bad_gateway", asked))
        return json_reply(502, "");
    if (state.options().lists("html", asked))
        return page_of_html();
    return std::nullopt;
}

} // namespace

std::string asked_of(const Request& request)
{
    constexpr std::string_view prefix = "/patient/";
    const auto path = request.path();
    const auto start = path.rfind(prefix);
    if (start == std::string_view::npos)
        return {};
    return request.method + " " + std::string(path.substr(start + prefix.size()));
}

Response error_reply(unsigned status, std::string_view text)
{
    return json_reply(status, JsonValue::object({{"Error", text}}));
}

Response answer(SimState& state, const Request& request)
{
    const auto asked = asked_of(request);
    const auto* route = route_of(asked);
    if (!route)
        return error_reply(404, "Not found.");
    if (auto refused = not_recognised(state, request))
        return std::move(*refused);
    if (auto reply = misbehaviour(state, asked))
        return std::move(*reply);
    const auto* patient = state.patient(request.headers.get("NHSO-Nhs-Number"));
    if (!patient)
        return error_reply(404, "The patient is not known here.");
    if (route->about_appointments && switched_off(state, patient->nhs_number))
        return error_reply(403,
                           "This patient may not use appointments in the practice system. (appointments)");
    SimCall call{state, request, *patient};
    return route->handle(call);
}

} // namespace adapters::microtest
