// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/simulator_routes.hpp"

#include "adapters/simulation/json_messages.hpp"

#include <array>

namespace adapters::emis
{

using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

enum class Needs
{
    nothing,
    end_user,
    both
};
enum class Token
{
    none,
    query,
    body
};

struct Route
{
    std::string_view method;
    std::string_view path;
    Needs needs;
    Token token;
    Response (*handle)(SimCall& call);
};

std::optional<fhir::LocalTime> time_in(const SimCall& call, std::string_view name)
{
    return fhir::parse_local_time(call.query(name));
}

Response start_session(SimCall& call)
{
    return json_reply(201, JsonValue::object({{"EndUserSessionId", call.state.start_end_user_session()}}));
}

Response log_in(SimCall& call)
{
    auto& state = call.state;
    const auto owner = state.owner_of(call.text("AccessIdentityGuid"));
    if (!owner || call.text("NationalPracticeCode") != state.seed().ods)
        return refusal_reply(state, {403, 0, {}}, "Login");
    if (!owner->empty() && state.options().lists("not_registered", *owner))
        return exception_reply(state, 1030, "Access denied. Actual account status is 'NotRegistered'",
                               "Login");
    const auto id = state.log_in(*owner);
    return json_reply(200, session_json(state, id, *state.session(id)));
}

Response settings(SimCall& call)
{
    return json_reply(200, settings_json(call.state));
}

Response patient_settings(SimCall& call)
{
    return json_reply(200, patient_settings_json(call.state, call.nhs_number));
}

Response demographics(SimCall& call)
{
    const auto* patient = call.state.patient(call.nhs_number);
    if (!patient)
        return service_off_reply(call.state);
    if (call.state.options().lists("restricted", call.nhs_number))
        return exception_reply(call.state, 1030, "Access denied. Actual access level is 'Restricted'",
                               "GetDemographics");
    return json_reply(200, demographics_json(*patient));
}

bool appointments_off(const SimCall& call)
{
    const auto options = call.state.options();
    return options.is("appointments", "off") || options.lists("appointments_off", call.nhs_number);
}

Response metadata(SimCall& call)
{
    const auto from = time_in(call, "sessionStartDate");
    const auto to = time_in(call, "sessionEndDate");
    if (!from || !to)
        return invalid_reply(from ? "sessionEndDate" : "sessionStartDate");
    if (appointments_off(call))
        return service_off_reply(call.state);
    std::vector<std::size_t> within;
    const auto& sessions = call.state.seed().sessions;
    for (std::size_t i = 0; i < sessions.size(); ++i)
        if (fhir::to_uk_local(sessions[i].period.start) < *to &&
            *from < fhir::to_uk_local(sessions[i].period.end))
            within.push_back(i);
    if (call.state.options().is("no_sessions", "true"))
        within.clear();
    auto key =
        simulation::listing_key("sessions", within, [](std::size_t each) { return std::to_string(each); });
    const auto& text = call.state.listings().of(
        std::move(key), [&] { return fhir::codec::to_json(metadata_json(call.state, within)); });
    return simulation::written_json_reply(200, text);
}

Response slots(SimCall& call)
{
    const auto from = time_in(call, "fromDateTime");
    const auto to = time_in(call, "toDateTime");
    if (!from || !to)
        return invalid_reply(from ? "toDateTime" : "fromDateTime");
    if (appointments_off(call))
        return service_off_reply(call.state);
    std::vector<const SimSlot*> within;
    for (const auto& slot : call.state.slots()) {
        const auto start = fhir::to_uk_local(slot.start); // the practice thinks in wall time only
        if (call.state.bookable(slot) && *from <= start && start < *to)
            within.push_back(&slot);
    }
    auto key = simulation::listing_key("slots", within,
                                       [](const SimSlot* each) { return std::to_string(each->id); });
    const auto& text = call.state.listings().of(
        std::move(key), [&] { return fhir::codec::to_json(slots_json(call.state, within)); });
    return simulation::written_json_reply(200, text);
}

Response list(SimCall& call)
{
    const bool previous = fhir::rest::equal_ignoring_case(call.query("fetchPreviousAppointments"), "true");
    const auto from = fhir::parse_date(call.query("previousAppointmentsFromDate"));
    if (previous && !from)
        return invalid_reply("previousAppointmentsFromDate");
    if (appointments_off(call))
        return service_off_reply(call.state);
    std::vector<const SimSlot*> held;
    for (const auto& slot : call.state.slots()) {
        const bool past = slot.start <= call.state.now();
        const bool wanted = !past || (previous && fhir::uk_date(slot.start) >= *from);
        if (slot.state == SlotState::booked && !call.nhs_number.empty() &&
            slot.nhs_number == call.nhs_number && wanted)
            held.push_back(&slot);
    }
    return json_reply(200, appointments_json(call.state, held));
}

constexpr std::array routes = {
    Route{"POST", "sessions/endusersession", Needs::nothing, Token::none, start_session},
    Route{"POST", "sessions", Needs::end_user, Token::none, log_in},
    Route{"GET", "practices/*/settings", Needs::end_user, Token::none, settings},
    Route{"GET", "me/settings", Needs::both, Token::query, patient_settings},
    Route{"GET", "demographics", Needs::both, Token::query, demographics},
    Route{"GET", "appointmentslots/meta", Needs::both, Token::query, metadata},
    Route{"GET", "appointmentslots", Needs::both, Token::query, slots},
    Route{"GET", "appointments", Needs::both, Token::query, list},
    Route{"POST", "appointments", Needs::both, Token::body, book_slot},
    Route{"DELETE", "appointments", Needs::both, Token::body, cancel_slot},
    Route{"POST", "me/applications", Needs::end_user, Token::none, link_account},
    Route{"POST", "me/verifications", Needs::end_user, Token::none, look_up_key},
    Route{"POST", "users/nhs", Needs::end_user, Token::none, create_key},
    Route{"GET", "messagerecipients", Needs::both, Token::query, list_recipients},
    Route{"GET", "messages", Needs::both, Token::query, list_messages},
    Route{"POST", "messages", Needs::both, Token::body, take_message},
    Route{"GET", "courses", Needs::both, Token::query, list_courses},
    Route{"GET", "prescriptionrequests", Needs::both, Token::query, list_prescription_requests},
    Route{"POST", "prescriptionrequests", Needs::both, Token::body, take_prescription_request},
};

bool path_matches(const SimState& state, std::string_view pattern, std::string_view path)
{
    return pattern == "practices/*/settings" ? path == "practices/" + state.seed().ods + "/settings"
                                             : pattern == path;
}

const Route* route_of(const SimState& state, const Request& request)
{
    const auto path = relative_path(request);
    for (const auto& route : routes)
        if (route.method == request.method && path_matches(state, route.path, path))
            return &route;
    return nullptr;
}

Response session_lost(const SimState& state)
{
    if (state.options().is("expiry", "text"))
        return text_reply(400, "Missing or invalid EndUserSessionId");
    return text_reply(401, "");
}

/// Nothing when both session headers are as the route wants them; fills in the patient.
std::optional<Response> session_objection(const Route& route, SimCall& call, std::string& link_token)
{
    if (route.needs == Needs::nothing)
        return std::nullopt;
    const auto* end_user =
        call.state.end_user_session(std::string(call.request.headers.get("X-API-EndUserSessionId")));
    if (!end_user)
        return text_reply(400, "Missing or invalid EndUserSessionId");
    if (end_user->expired)
        return session_lost(call.state);
    if (route.needs == Needs::end_user)
        return std::nullopt;
    const auto* session = call.state.session(std::string(call.request.headers.get("X-API-SessionId")));
    if (!session || session->expired)
        return session_lost(call.state);
    link_token = session->link_token;
    call.nhs_number = session->nhs_number;
    return std::nullopt;
}

std::optional<Response> body_objection(SimCall& call)
{
    if (call.request.body.empty())
        return std::nullopt;
    const auto type = call.request.headers.get("Content-Type");
    if (!type.starts_with("application/json"))
        return text_reply(415, "Unsupported Media Type");
    auto body = fhir::codec::parse_json(call.request.body);
    if (!body || !body->is_object())
        return invalid_reply("body");
    call.body = std::move(*body);
    return std::nullopt;
}

} // namespace

std::string SimCall::query(std::string_view name) const
{
    const auto pairs = fhir::rest::parse_query(request.query());
    if (!pairs)
        return {};
    for (const auto& [key, value] : *pairs)
        if (fhir::rest::equal_ignoring_case(key, name))
            return value;
    return {};
}

std::string SimCall::text(std::string_view member) const
{
    const auto* value = body.is_object() ? body.find(member, true) : nullptr;
    return value && value->is_string() ? value->text() : std::string();
}

std::string_view relative_path(const Request& request)
{
    constexpr std::string_view prefix = "/pfs/";
    const auto path = request.path();
    const auto start = path.find(prefix);
    return start == std::string_view::npos ? std::string_view() : path.substr(start + prefix.size());
}

std::string slot_asked_for(const Request& request)
{
    const auto body = fhir::codec::parse_json(request.body);
    const auto* slot = body && body->is_object() ? body->find("SlotId", true) : nullptr;
    return slot && slot->is_number() ? slot->text() : std::string();
}

Response answer(SimState& state, const Request& request)
{
    const auto* route = route_of(state, request);
    if (!route)
        return text_reply(404, "Not Found");
    // assumed: what an unknown application is told is not public.
    if (request.headers.get("X-API-ApplicationId") != state.issued("application") ||
        request.headers.get("X-API-Version") != api_version)
        return service_off_reply(state);
    SimCall call{state, request, {}, {}};
    std::string link_token;
    if (auto refused = session_objection(*route, call, link_token))
        return std::move(*refused);
    if (auto refused = body_objection(call))
        return std::move(*refused);
    const auto token =
        route->token == Token::query ? call.query("userPatientLinkToken") : call.text("UserPatientLinkToken");
    if (route->token != Token::none && (token.empty() || token != link_token))
        return service_off_reply(state);
    return route->handle(call);
}

} // namespace adapters::emis
