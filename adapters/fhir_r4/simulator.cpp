// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/simulator.hpp"

#include "adapters/fhir_r4/fhir_r4.hpp"
#include "adapters/fhir_r4/names.hpp"
#include "adapters/simulation/seed.hpp"

#include <optional>

namespace adapters::fhir_r4::server
{

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;

constexpr std::string_view root_end = "/fhir/R4/";

/// The path below the service root; nothing for another practice's or no such root.
std::optional<std::string> path_below_root(std::string_view path, const std::string& ods)
{
    const auto found = path.find(root_end);
    if (found == std::string_view::npos)
        return std::nullopt;
    const auto before = path.substr(0, found);
    const auto practice = before.substr(before.rfind('/') + 1);
    // Whoever mounts the simulator may have used up the ODS code already.
    if (!practice.empty() && practice != ods)
        return std::nullopt;
    return std::string(path.substr(found + root_end.size()));
}

Response refusal_response(const Refusal& refused)
{
    const auto outcome = JsonValue::object(
        {{"resourceType", JsonValue("OperationOutcome")},
         {"issue",
          JsonValue::array({JsonValue::object({{"severity", JsonValue("error")},
                                               {"code", JsonValue(refused.code)},
                                               {"diagnostics", JsonValue(refused.diagnostics)}})})}});
    Response response;
    response.status = refused.status;
    response.headers.set("Content-Type", std::string(names::media_type));
    response.headers.set("Cache-Control", "no-store");
    if (refused.status == 401)
        response.headers.set("WWW-Authenticate", "Bearer");
    response.body.append(fhir::codec::to_json(outcome));
    return response;
}

bool is_media_type(std::string_view header, std::initializer_list<std::string_view> accepted)
{
    header = header.substr(0, header.find_first_of("; "));
    for (const auto each : accepted)
        if (fhir::rest::equal_ignoring_case(header, each))
            return true;
    return false;
}

std::optional<Refusal> check_accept(const Request& request)
{
    const auto accept = request.headers.get("Accept");
    if (accept.empty() || is_media_type(accept, {names::media_type, "application/json", "text/json", "*/*"}))
        return std::nullopt;
    return Refusal{406, "not-supported", "Answers are application/fhir+json"};
}

std::expected<JsonValue, Refusal> json_body(const Request& request,
                                            std::initializer_list<std::string_view> accepted)
{
    if (!is_media_type(request.headers.get("Content-Type"), accepted))
        return refuse(415, "not-supported", "The body is of a type that is not known here");
    auto tree = fhir::codec::parse_json(request.body);
    if (!tree)
        return refuse(400, "structure", "The body is not JSON");
    return std::move(*tree);
}

/// `Appointment/ap-1` -> `Appointment`, `ap-1`.
std::pair<std::string, std::string> split(const std::string& path)
{
    const auto slash = path.find('/');
    return slash == std::string::npos ? std::pair(path, std::string())
                                      : std::pair(path.substr(0, slash), path.substr(slash + 1));
}

} // namespace

Server::Server(const simulation::PracticeSeed& seed, const Clock& clock, Random& random)
    : clock_(clock), random_(random), state_(seed),
      keys_(state_.is_option("auth", "private_key_jwt") ? oauth::make_key_pair() : oauth::KeyPair()),
      tokens_({std::string(client_id), std::string(client_secret), keys_.public_key, std::string(key_id),
               oauth::Signing::smart, std::string(scope)},
              state_.base() + "auth/token")
{}

std::optional<Refusal> Server::check_bearer(const Request& request) const
{
    using Bearer = oauth::TokenServer::Bearer;
    const auto bearer =
        state_.is_option("auth", "none") ? Bearer::good : tokens_.check(request, clock_.now());
    if (bearer == Bearer::missing)
        return Refusal{401, "login", "An access token is needed"};
    if (bearer == Bearer::stale)
        return Refusal{401, "expired", "The access token is not valid any more"};
    return std::nullopt;
}

Response Server::handle(const Request& request)
{
    const auto path = path_below_root(request.path(), state_.seed.ods);
    if (!path)
        return refusal_response({404, "not-found", "There is no such practice here"});
    if (*path == "auth/token")
        return tokens_.grant(request, clock_, random_);
    const auto answered = answer(request, *path);
    return answered ? success(*answered, request) : refusal_response(answered.error());
}

Answered Server::answer(const Request& request, const std::string& path)
{
    if (auto wrong = check_accept(request))
        return std::unexpected(*wrong);
    if (path == "metadata" && request.method == "GET")
        return Answer{200, capability_statement(state_), {}, {}};
    if (auto wrong = check_bearer(request))
        return std::unexpected(*wrong);
    const auto [type, rest] = split(path);
    if (request.method == "GET" || rest == "_search")
        return search_or_read(request, type, rest);
    return change(request, type, rest);
}

Answered Server::search_or_read(const Request& request, const std::string& type, const std::string& rest)
{
    const bool form = rest == "_search";
    if (form &&
        (request.method != "POST" || !is_media_type(request.headers.get("Content-Type"), {names::form_type})))
        return refuse(415, "not-supported", "Searches are posted as forms");
    auto parameters = fhir::rest::parse_query(form ? std::string_view(request.body) : request.query());
    if (!parameters)
        return refuse(400, "structure", "The parameters are not well-formed");
    if (type.empty()) {
        if (parameters->size() == 1 && parameters->front().first == "_page")
            return next_page(state_, parameters->front().second, clock_.now());
        return refuse(400, "not-supported", "There is no search over all types");
    }
    if (!offers(state_, type, rest.empty() || form ? "search-type" : "read"))
        return refuse(404, "not-supported", "Resources of that type are not served");
    return rest.empty() || form ? search(state_, type, *parameters, clock_.now()) : read(state_, type, rest);
}

Answered Server::change(const Request& request, const std::string& type, const std::string& id)
{
    const auto& headers = request.headers;
    const std::string_view interaction = request.method == "POST"    ? "create"
                                         : request.method == "PUT"   ? "update"
                                         : request.method == "PATCH" ? "patch"
                                                                     : "";
    if (interaction.empty() || !offers(state_, type, interaction) || id.empty() != (interaction == "create"))
        return refuse(405, "not-supported", "That is not offered");
    if (interaction == "patch") {
        const auto patch = json_body(request, {names::patch_type});
        return patch ? patch_appointment(state_, id, *patch, headers.get("If-Match"))
                     : Answered(std::unexpected(patch.error()));
    }
    const auto body = json_body(request, {names::media_type, "application/json"});
    if (!body)
        return std::unexpected(body.error());
    if (type == "Patient")
        return create_patient(state_, *body);
    return interaction == "create"
               ? create_appointment(state_, *body, headers.get("If-None-Exist"), clock_.now())
               : update_appointment(state_, id, *body, headers.get("If-Match"));
}

Response Server::success(const Answer& answer, const Request& request) const
{
    Response response;
    response.status = answer.status;
    response.headers.set("Cache-Control", "no-store");
    if (const auto version = view_at(answer.body, {"meta", "versionId"}); !version.empty())
        response.headers.set("ETag", "W/\"" + std::string(version) + "\"");
    if (!answer.created.empty())
        response.headers.set("Location", state_.base() + answer.created);
    const bool minimal = state_.is_option("return", "minimal") && is_write(request);
    if (minimal)
        return response;
    response.headers.set("Content-Type", std::string(names::media_type) + ";charset=utf-8");
    response.body.append(answer.text.empty() ? fhir::codec::to_json(answer.body) : answer.text);
    return response;
}

std::vector<simulation::BookRow> Server::book() const
{
    std::vector<simulation::BookRow> rows;
    for (const auto& slot : state_.slots) {
        simulation::BookRow row{slot.key, slot.appointment,  slot.start, slot.end, slot.status,        {},
                                {},       slot.times_booked, {},         {},       slot.last_cancelled};
        if (const auto booking = state_.bookings.find(slot.appointment); booking != state_.bookings.end()) {
            row.nhs_number = booking->second.nhs_number;
            row.description = text_of(booking->second.tree, "description");
            row.comment = text_of(booking->second.tree, "comment");
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

void Server::reset()
{
    state_ = State(simulation::PracticeSeed(state_.seed));
    tokens_.forget_all();
}

bool Server::is_write(const Request& request) const
{
    if (request.method != "POST" && request.method != "PUT" && request.method != "PATCH")
        return false;
    const auto path = path_below_root(request.path(), state_.seed.ods);
    return path && path->starts_with("Appointment") && !path->ends_with("/_search");
}

std::string Server::requested_slot(const Request& request) const
{
    if (request.method != "POST" || !is_write(request))
        return {};
    const auto body = fhir::codec::parse_json(request.body);
    const auto reference = body ? std::string(view_at(*body, {"slot", "reference"})) : std::string();
    return reference.starts_with("Slot/") ? reference.substr(5) : std::string();
}

bool Server::reception_takes(const std::string& slot_key)
{
    auto* slot = state_.slot(slot_key);
    if (slot == nullptr || slot->status != "free")
        return false;
    slot->status = "reception";
    return true;
}

bool Server::reception_cancels(const std::string& slot_key)
{
    auto* slot = state_.slot(slot_key);
    if (slot == nullptr || slot->status == "free")
        return false;
    const auto booking = state_.bookings.find(slot->appointment);
    if (booking == state_.bookings.end()) {
        slot->status = "free";
        return true;
    }
    booking->second.tree.set("cancelationReason",
                             JsonValue::object({{"text", JsonValue("Cancelled at the practice")}}));
    ++booking->second.version;
    state_.release(booking->second, {});
    return true;
}

bool Server::reception_moves(const std::string& from_slot, const std::string& to_slot)
{
    auto* from = state_.slot(from_slot);
    auto* to = state_.slot(to_slot);
    if (from == nullptr || to == nullptr || to->status != "free")
        return false;
    const auto booking = state_.bookings.find(from->appointment);
    if (booking == state_.bookings.end() || booking->second.slots.size() != 1)
        return false;
    state_.move(booking->second, *to);
    return true;
}

std::optional<bool> Server::reception_switches(bool on)
{
    return simulation::switch_appointments(state_.seed, on);
}

bool Server::reception_marks(const std::string& slot_key, Mark mark)
{
    const auto* slot = state_.slot(slot_key);
    const auto booking = slot == nullptr ? state_.bookings.end() : state_.bookings.find(slot->appointment);
    if (booking == state_.bookings.end())
        return false;
    booking->second.tree.set("status", std::string(status_of(mark)));
    ++booking->second.version;
    return true;
}

Response Server::throttled() const
{
    auto response = refusal_response({429, "throttled", "Too many requests"});
    response.headers.set("Retry-After", "1");
    return response;
}

Response Server::unavailable() const
{
    auto response = refusal_response({503, "transient", "The system is being serviced"});
    response.headers.set("Retry-After", "1");
    return response;
}

std::map<std::string, std::string> Server::client_settings() const
{
    std::map<std::string, std::string> settings{{"service_root", state_.base()}};
    if (state_.is_option("multi_slot", "no"))
        settings["multi_slot"] = "no";
    if (state_.is_option("auth", "none"))
        return settings;
    settings["client_id"] = client_id;
    settings["token_url"] = state_.base() + "auth/token";
    settings["scope"] = scope;
    if (state_.is_option("auth", "private_key_jwt")) {
        settings["private_key"] = keys_.private_key;
        settings["key_id"] = key_id;
    } else {
        settings["client_secret"] = client_secret;
    }
    return settings;
}

std::string Server::link_credential(const std::string&) const
{
    return {};
}

} // namespace adapters::fhir_r4::server

namespace adapters::fhir_r4
{

std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random& random)
{
    return std::make_unique<server::Server>(seed, clock, random);
}

} // namespace adapters::fhir_r4
