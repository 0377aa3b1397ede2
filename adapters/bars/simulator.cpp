// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/simulator.hpp"

#include "adapters/bars/bars.hpp"
#include "adapters/bars/simulator_sentinels.hpp"
#include "adapters/bars/standard/headers.hpp"
#include "adapters/bars/standard/message.hpp"
#include "adapters/bars/standard/names.hpp"
#include "fhir/model/id.hpp"

#include <algorithm>
#include <array>

namespace adapters::bars::receiver
{

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;
namespace header = standard::header;

constexpr std::string_view root_end = "/FHIR/R4/";
constexpr std::string_view token_path = "oauth2/token";
constexpr std::string_view process_path = "$process-message";
constexpr std::string_view client_id = "apptgw-bars";
constexpr std::string_view key_id = "apptgw-1";
constexpr std::string_view sender_service_id = "9999000901";

/// One for the process: making an RSA key takes too long for each practice.
const oauth::KeyPair& client_keys()
{
    static const oauth::KeyPair keys = oauth::make_rsa_key_pair();
    return keys;
}

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

Response json_response(unsigned status, std::string_view body)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", std::string(standard::json_type));
    response.headers.set("Cache-Control", "no-store");
    response.body.append(body);
    return response;
}

bool is_discovery(const std::string& path)
{
    return path == "metadata" || path == "MessageDefinition";
}

Checked check_ids(const Request& request)
{
    for (const auto name : {header::request_id, header::correlation_id}) {
        const auto id = request.headers.get(name);
        if (id.empty())
            return bad("required", std::string(name) + " is missing");
        if (!fhir::is_uuid(id))
            return bad("invalid", std::string(name) + " is no UUID");
    }
    return {};
}

/// ODS code of the organisation; a refusal when headers that identify the sender are missing or unreadable.
std::expected<std::string, Refusal> sender_of(const Request& request)
{
    const auto software = standard::decode_header(request.headers.get(header::software));
    if (!software || view_of(*software, "resourceType") != "Device" ||
        view_at(*software, {"deviceName", "name"}).empty())
        return bad("required", std::string(header::software) + " is missing or unreadable");
    const auto organisation = standard::decode_header(request.headers.get(header::organisation));
    if (!organisation || view_at(*organisation, {"identifier", "system"}) != standard::system::ods ||
        view_of(*organisation, "name").empty())
        return bad("required", std::string(header::organisation) + " is missing or unreadable");
    return text_at(*organisation, {"identifier", "value"});
}

Checked check_versions(const Request& request)
{
    const auto accept = request.headers.get("Accept");
    if (!accept.starts_with(standard::json_type) || standard::accepted_major(accept) != 1)
        return refuse(406, "REC_NOT_ACCEPTABLE", "processing",
                      "Answers are application/fhir+json; version=1");
    if (request.method == "POST" && !request.headers.get("Content-Type").starts_with(standard::json_type))
        return refuse(415, "REC_UNSUPPORTED_MEDIA_TYPE", "not-supported",
                      "Messages are application/fhir+json");
    return {};
}

/// `a7t1|booked|booking-request|new`.
bool is_use_context(std::string_view text)
{
    return std::ranges::count(text, '|') == 3 && !text.starts_with('|') && !text.ends_with('|');
}

std::pair<std::string, std::string> ids_of(const Request& request)
{
    return {std::string(request.headers.get(header::request_id)),
            std::string(request.headers.get(header::correlation_id))};
}

} // namespace

Receiver::Receiver(const simulation::PracticeSeed& seed, const Clock& clock, Random& random)
    : clock_(clock), random_(random), state_(seed), tokens_({std::string(client_id),
                                                             {},
                                                             client_keys().public_key,
                                                             std::string(key_id),
                                                             oauth::Signing::rs512,
                                                             {}},
                                                            state_.base() + std::string(token_path))
{}

Response Receiver::handle(const Request& request)
{
    const auto path = path_below_root(request.path(), state_.seed.ods);
    if (path == token_path)
        return tokens_.grant(request, clock_, random_);
    auto response = path ? answer(request, *path)
                         : refusal_response({404, "PROXY_NOT_FOUND", "not-found", "No such practice here"});
    if (state_.options().is("echo", "none"))
        return response;
    for (const auto name : {header::request_id, header::correlation_id})
        if (request.headers.has(name))
            response.headers.set(name, std::string(request.headers.get(name)));
    return response;
}

Response Receiver::answer(const Request& request, const std::string& path)
{
    const auto caller = let_in(request, path);
    if (!caller)
        return refusal_response(caller.error());
    if (path == process_path && request.method == "POST")
        return receive(request, *caller);
    const auto versions = check_versions(request);
    const auto answered =
        versions ? read(request, path, *caller) : Answered(std::unexpected(versions.error()));
    return answered ? json_response(200, *answered) : refusal_response(answered.error());
}

std::optional<Refusal> Receiver::check_bearer(const Request& request) const
{
    using Bearer = oauth::TokenServer::Bearer;
    const auto bearer =
        state_.options().is("auth", "none") ? Bearer::good : tokens_.check(request, clock_.now());
    if (bearer == Bearer::missing)
        return Refusal{401, "SEND_UNAUTHORIZED", "login", "An access token is needed"};
    if (bearer == Bearer::stale)
        return Refusal{401, "SEND_UNAUTHORIZED", "expired", "The access token is not valid any more"};
    return std::nullopt;
}

std::expected<Caller, Refusal> Receiver::let_in(const Request& request, const std::string& path) const
{
    if (auto wrong = check_bearer(request))
        return std::unexpected(*wrong);
    Caller caller;
    if (auto sender = sender_of(request))
        caller.organisation = *sender;
    else if (!is_discovery(path))
        return std::unexpected(sender.error());
    if (state_.options().lists("refused", caller.organisation))
        return refuse(401, "REC_UNAUTHORIZED", "forbidden", "This organisation is not accepted");
    if (auto ids = check_ids(request); !ids)
        return std::unexpected(ids.error());
    const auto target = request.headers.get(header::target);
    caller.service = standard::target_service(target);
    if (path == "metadata" && target.empty())
        return caller;
    if (caller.service.empty())
        return bad("required", std::string(header::target) + " is missing or unreadable");
    const bool sentinel = state_.options().is("sentinels", "on") && sentinels::is_service(caller.service);
    if (auto refusal = sentinel ? sentinels::refusal_of_target(caller.service) : std::nullopt)
        return std::unexpected(*refusal);
    if (caller.service != state_.service_id() && !sentinel)
        return refuse(404, "REC_NOT_FOUND", "not-found", "The service is not known");
    if (state_.options().is("appointments", "off") && !is_discovery(path))
        return refuse(501, "REC_NOT_IMPLEMENTED", "not-supported", "The service takes no bookings");
    return caller;
}

Answered Receiver::read(const Request& request, const std::string& path, const Caller& caller) const
{
    if (request.method != "GET")
        return refuse(405, "REC_METHOD_NOT_ALLOWED", "not-supported", "That is not offered");
    const auto parameters = fhir::rest::parse_query(request.query());
    if (!parameters)
        return bad("value", "The parameters are not well-formed");
    if (path == "metadata")
        return fhir::codec::to_json(capability_statement(state_));
    const auto shown =
        state_.options().is("sentinels", "on") ? sentinels::shown_by(state_, caller.service) : std::nullopt;
    const State& state = shown ? *shown : state_;
    if (path == "MessageDefinition")
        return find_definitions(state, *parameters);
    if (path == "Slot")
        return find_slots(state, *parameters, caller, clock_.now());
    if (path == "Appointment")
        return find_appointments(state_, *parameters, caller, clock_.now());
    constexpr std::string_view one = "Appointment/";
    if (path.starts_with(one))
        return receiver::read_appointment(state_, path.substr(one.size()), caller);
    return refuse(501, "REC_NOT_IMPLEMENTED", "not-supported", "That is not built");
}

Response Receiver::receive(const Request& request, const Caller& caller)
{
    const auto ids = ids_of(request);
    if (const auto known = state_.messages.find(ids); known != state_.messages.end()) {
        auto response = received_before(known->second, request);
        known->second.still_busy = std::max<std::int64_t>(known->second.still_busy - 1, 0);
        return response;
    }
    const auto options = state_.options();
    if (refused_as_busy_ < options.number("busy").value_or(0)) {
        ++refused_as_busy_;
        return refusal_response({503, "REC_UNAVAILABLE", "transient", "The system is being serviced"});
    }
    const auto answered = process_message(request, caller);
    auto response = answered ? json_response(200, *answered) : refusal_response(answered.error());
    const auto busy = options.number("slow");
    state_.messages.emplace(ids, Received{request.body, response, answered.has_value(), busy.value_or(0)});
    if (busy && answered)
        return refusal_response(
            {408, "REC_TIMEOUT", "timeout", "The practice's system did not answer in time"});
    return response;
}

Response Receiver::received_before(const Received& message, const Request& request) const
{
    if (message.body != request.body)
        return refusal_response({400, "REC_BAD_REQUEST", "invariant", "Another message had these ids"});
    if (message.still_busy > 0)
        return refusal_response({425, "REC_TOO_EARLY", "duplicate", "The message is being processed"});
    if (message.done)
        return refusal_response(
            {409, "REC_CONFLICT", "duplicate", "This message has already been processed."});
    return message.answer;
}

Answered Receiver::process_message(const Request& request, const Caller& caller)
{
    if (auto versions = check_versions(request); !versions)
        return std::unexpected(versions.error());
    if (!is_use_context(request.headers.get(header::use_context)))
        return refuse(400, "SEND_BAD_REQUEST", "required", "use-context is missing or not of four parts");
    auto bundle = fhir::codec::parse_json(request.body);
    if (!bundle)
        return bad("structure", "The body is not JSON");
    if (auto checked = check_message(state_, *bundle, caller); !checked)
        return std::unexpected(checked.error());
    return process(state_, std::move(*bundle), caller, clock_.now());
}

Response Receiver::refusal_response(const Refusal& refused) const
{
    const auto issue = JsonValue::object({{"severity", JsonValue("error")},
                                          {"code", JsonValue(refused.issue)},
                                          {"details", concept_tree(standard::system::error, refused.code)},
                                          {"diagnostics", JsonValue(refused.diagnostics)}});
    auto response =
        json_response(refused.status,
                      fhir::codec::to_json(JsonValue::object({{"resourceType", JsonValue("OperationOutcome")},
                                                              {"issue", JsonValue::array({issue})}})));
    const auto delay = state_.options().text("retry_after");
    if (!delay.empty() && (refused.status == 408 || refused.status == 425 || refused.status == 503))
        response.headers.set("Retry-After", delay);
    return response;
}

std::vector<simulation::BookRow> Receiver::book() const
{
    std::vector<simulation::BookRow> rows;
    for (const auto& slot : state_.slots) {
        simulation::BookRow row;
        row.slot_key = slot.id;
        row.appointment_key = slot.appointment;
        row.start = slot.start;
        row.end = slot.end;
        row.status = slot.status;
        row.times_booked = slot.times_booked;
        row.last_cancelled = slot.last_cancelled;
        if (const auto booking = state_.bookings.find(slot.appointment); booking != state_.bookings.end()) {
            row.nhs_number = booking->second.person.nhs_number;
            row.description = text_of(booking->second.tree, "description");
            row.phone = booking->second.phone;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

void Receiver::reset()
{
    state_ = State(simulation::PracticeSeed(state_.seed));
    tokens_.forget_all();
    refused_as_busy_ = 0;
}

bool Receiver::is_write(const Request& request) const
{
    return request.method == "POST" && path_below_root(request.path(), state_.seed.ods) == process_path;
}

std::string Receiver::requested_slot(const Request& request) const
{
    const auto bundle = is_write(request) ? fhir::codec::parse_json(request.body)
                                          : fhir::Result<JsonValue>(JsonValue::object());
    const auto slots = bundle ? entries_of(*bundle, "Slot") : std::vector<const JsonValue*>();
    return slots.empty() ? std::string() : text_of(*slots.front(), "id");
}

bool Receiver::reception_takes(const std::string& slot_key)
{
    auto* slot = state_.slot(slot_key);
    if (slot == nullptr || slot->status != "free")
        return false;
    slot->status = "reception";
    return true;
}

bool Receiver::reception_cancels(const std::string& slot_key)
{
    auto* slot = state_.slot(slot_key);
    if (slot == nullptr || slot->status == "free")
        return false;
    const auto booking = state_.bookings.find(slot->appointment);
    if (booking != state_.bookings.end())
        state_.release(booking->second, {});
    slot->status = "free";
    return true;
}

bool Receiver::reception_moves(const std::string& from_slot, const std::string& to_slot)
{
    auto* from = state_.slot(from_slot);
    auto* to = state_.slot(to_slot);
    if (from == nullptr || to == nullptr || to->status != "free")
        return false;
    const auto booking = state_.bookings.find(from->appointment);
    if (booking == state_.bookings.end())
        return false;
    state_.move(booking->second, *to);
    return true;
}

std::optional<bool> Receiver::reception_switches(bool on)
{
    return simulation::switch_appointments(state_.seed, on);
}

bool Receiver::reception_marks(const std::string& slot_key, Mark mark)
{
    const auto* slot = state_.slot(slot_key);
    const auto booking = slot == nullptr ? state_.bookings.end() : state_.bookings.find(slot->appointment);
    if (booking == state_.bookings.end())
        return false;
    booking->second.changed_here = true;
    booking->second.tree.set("status", std::string(status_of(mark)));
    return true;
}

Response Receiver::throttled() const
{
    return refusal_response({429, "REC_TOO_MANY_REQUESTS", "throttled", "Too many requests"});
}

Response Receiver::unavailable() const
{
    return refusal_response({503, "REC_UNAVAILABLE", "transient", "The system is being serviced"});
}

std::map<std::string, std::string> Receiver::client_settings() const
{
    std::map<std::string, std::string> settings{{"service_root", state_.base()},
                                                {"service_id", state_.service_id()},
                                                {"sender_service_id", std::string(sender_service_id)}};
    if (const auto use_case = state_.options().text("use_case"); !use_case.empty())
        settings["use_case"] = use_case;
    if (state_.options().is("auth", "none"))
        return settings;
    settings["client_id"] = client_id;
    settings["token_url"] = state_.base() + std::string(token_path);
    settings["private_key"] = client_keys().private_key;
    settings["key_id"] = key_id;
    return settings;
}

} // namespace adapters::bars::receiver

namespace adapters::bars
{

std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random& random)
{
    return std::make_unique<receiver::Receiver>(seed, clock, random);
}

} // namespace adapters::bars
