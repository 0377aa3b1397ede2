// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/simulator.hpp"

#include "adapters/gpconnect/gpconnect.hpp"
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/simulator_routes.hpp"
#include "adapters/gpconnect/token.hpp"
#include "adapters/simulation/seed.hpp"
#include "fhir/stu3/spine_codes.hpp"

#include <array>

namespace adapters::gpconnect::provider
{

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;

JsonValue issue_tree(std::string_view issue, JsonValue coding, const std::string& diagnostics)
{
    JsonValue details = JsonValue::object({{"coding", JsonValue::array({std::move(coding)})}});
    return JsonValue::object({{"severity", JsonValue("error")},
                              {"code", JsonValue(issue)},
                              {"details", std::move(details)},
                              {"diagnostics", JsonValue(diagnostics)}});
}

Response response_of(unsigned status, const JsonValue* body)
{
    Response response;
    response.status = status;
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Strict-Transport-Security", "max-age=31536000");
    response.headers.set("Content-Type", std::string(names::media_type_utf8));
    if (body != nullptr)
        response.body.append(fhir::codec::to_json(*body));
    return response;
}

constexpr std::string_view root_after_code = "/STU3/1/gpconnect/";

/// The path before the service root's end: `/Z98101/STU3/1/gpconnect/`.
std::string root_path(std::string_view path)
{
    const auto found = path.find(root_after_code);
    return std::string(found == std::string_view::npos ? "/"
                                                       : path.substr(0, found + root_after_code.size()));
}

std::string practice_of(std::string_view path)
{
    const auto found = path.find(root_after_code);
    if (found == std::string_view::npos)
        return {};
    const auto before = path.substr(0, found);
    return std::string(before.substr(before.rfind('/') + 1));
}

} // namespace

Provider::Provider(const simulation::PracticeSeed& seed, const Clock& clock)
    : clock_(clock), state_(seed, clock)
{}

std::expected<std::string, Refusal> Provider::inside(std::string_view path) const
{
    const auto practice = practice_of(path);
    // Whoever mounts the simulator may have used up the ODS code already.
    if (path.find(root_after_code) == std::string_view::npos ||
        (!practice.empty() && practice != state_.seed.ods))
        return std::unexpected(Refusal{404, "ORGANISATION_NOT_FOUND", "The practice is not served here"});
    return std::string(path.substr(root_path(path).size()));
}

Answered Provider::answer(const Request& request)
{
    auto path = inside(request.path());
    if (!path)
        return std::unexpected(path.error());
    auto route = route_of(request.method, *path);
    if (!route)
        return std::unexpected(route.error());
    auto interaction = interaction_of(request.headers, *route, state_.asid());
    if (!interaction)
        return std::unexpected(interaction.error());
    auto token =
        check_token(request.headers.get("Authorization"), interaction_row(*interaction).scope, clock_.now());
    if (!token)
        return std::unexpected(Refusal{token.error().status, token.error().code, token.error().diagnostics});
    auto parameters = fhir::rest::parse_query(request.query());
    if (!parameters)
        return std::unexpected(bad_request("The query string is not well-formed"));
    if (auto wrong = wrong_format(request, *parameters))
        return std::unexpected(*wrong);
    if (state_.is_option("appointments", "disabled") && *interaction != Interaction::read_metadata)
        return std::unexpected(
            Refusal{403, "ACCESS_DENIED", "The practice has not switched this capability on"});
    JsonValue body;
    if (request.method == "POST" || request.method == "PUT") {
        auto parsed = fhir::codec::parse_json(request.body);
        if (!parsed)
            return std::unexpected(bad_request("The body is not JSON"));
        body = std::move(*parsed);
    }
    return perform(*interaction, route->id, *parameters, body, request);
}

Answered Provider::perform(Interaction interaction, const std::string& id, const Parameters& parameters,
                           const JsonValue& body, const Request& request)
{
    const auto now = clock_.now();
    const auto if_match = request.headers.get("If-Match");
    switch (interaction) {
    case Interaction::read_metadata:
        return provider::read_metadata(state_);
    case Interaction::search_patient:
        return provider::search_patient(state_, parameters);
    case Interaction::read_patient:
        return provider::read_patient(state_, id);
    case Interaction::register_patient:
        return provider::register_patient(state_, body);
    case Interaction::search_practitioner:
        return provider::search_practitioner(state_, parameters);
    case Interaction::read_practitioner:
        return provider::read_practitioner(state_, id);
    case Interaction::search_organization:
        return provider::search_organization(state_, parameters);
    case Interaction::read_organization:
        return provider::read_organization(state_, id);
    case Interaction::read_location:
        return provider::read_location(state_, id);
    case Interaction::search_slot:
        return provider::search_slots(state_, parameters);
    case Interaction::create_appointment:
        return provider::create_appointment(state_, body, now);
    case Interaction::read_appointment:
        return provider::read_appointment(state_, id, now);
    case Interaction::search_patient_appointments:
        return provider::list_appointments(state_, id, parameters, now);
    case Interaction::update_appointment:
        return provider::change_appointment(state_, id, body, if_match, false, now);
    case Interaction::cancel_appointment:
        return provider::change_appointment(state_, id, body, if_match, true, now);
    }
    return std::unexpected(bad_request("Header Ssp-InteractionID names an unknown interaction"));
}

Response Provider::success(const Answer& answer, const Request& request) const
{
    const bool write = request.method == "POST" || request.method == "PUT";
    const bool minimal = write && request.headers.get("Prefer") == "return=minimal";
    auto response = response_of(answer.status, minimal || !answer.text.empty() ? nullptr : &answer.body);
    response.body.append(answer.text);
    if (const auto version = text_at(answer.body, {"meta", "versionId"}); !version.empty())
        response.headers.set("ETag", "W/\"" + version + "\"");
    if (!answer.created.empty())
        response.headers.set("Location", "https://" + std::string(request.headers.get("Host")) +
                                             root_path(request.path()) + answer.created);
    return response;
}

Response Provider::refusal(const Refusal& refused) const
{
    auto row = fhir::stu3::spine_row(refused.code);
    // The reference implementation's own words, which real systems took over.
    const bool reference = state_.is_option("errors", "demonstrator");
    if (reference && row.code == "DUPLICATE_REJECTED")
        row.issue = "conflict";
    if (reference && row.code == "NO_RECORD_FOUND")
        row.code = "REFERENCE_NOT_FOUND";
    const auto system =
        state_.is_option("error_system", "valueset") ? names::spine_value_set : names::spine_code_system;
    const auto outcome = JsonValue::object(
        {{"resourceType", JsonValue("OperationOutcome")},
         {"meta", meta_of(names::outcome_profile)},
         {"issue", JsonValue::array({issue_tree(row.issue, coding_tree(system, row.code, row.display),
                                                refused.diagnostics)})}});
    return response_of(refused.status, &outcome);
}

Response Provider::handle(const Request& request)
{
    auto answered = answer(request);
    return answered ? success(*answered, request) : refusal(answered.error());
}

std::vector<simulation::BookRow> Provider::book() const
{
    std::vector<simulation::BookRow> rows;
    for (const auto& slot : state_.slots) {
        simulation::BookRow row{slot.key, slot.appointment,  slot.start, slot.end, slot.status,        {},
                                {},       slot.times_booked, {},         {},       slot.last_cancelled};
        if (const auto booking = state_.bookings.find(slot.appointment); booking != state_.bookings.end()) {
            row.description = booking->second.description;
            row.comment = booking->second.comment;
            if (const auto* person = state_.person(booking->second.patient))
                row.nhs_number = person->seed.nhs_number;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

void Provider::reset()
{
    state_ = State(simulation::PracticeSeed(state_.seed), clock_);
}

bool Provider::is_write(const Request& request) const
{
    return (request.method == "POST" || request.method == "PUT") &&
           request.path().find("/Appointment") != std::string_view::npos;
}

std::string Provider::requested_slot(const Request& request) const
{
    if (request.method != "POST" || !request.path().ends_with("/Appointment"))
        return {};
    auto body = fhir::codec::parse_json(request.body);
    const auto id = body ? reference_id(text_at(*body, {"slot", "reference"}), "Slot") : std::string();
    for (const auto& slot : state_.slots)
        if (slot.id == id)
            return slot.key;
    return {};
}

bool Provider::reception_takes(const std::string& slot_key)
{
    for (auto& slot : state_.slots) {
        if (slot.key != slot_key || slot.status != "free")
            continue;
        slot.status = "reception";
        ++slot.version;
        return true;
    }
    return false;
}

bool Provider::reception_cancels(const std::string& slot_key)
{
    for (auto& slot : state_.slots) {
        if (slot.key != slot_key || slot.status == "free")
            continue;
        const auto booking = state_.bookings.find(slot.appointment);
        if (booking == state_.bookings.end()) {
            slot.status = "free";
            return true;
        }
        booking->second.cancelled = true;
        booking->second.reason = "Cancelled at the practice";
        ++booking->second.version;
        for (auto index : booking->second.slots) {
            state_.slots[index].status = "free";
            state_.slots[index].appointment.clear();
        }
        return true;
    }
    return false;
}

bool Provider::reception_moves(const std::string& from_slot, const std::string& to_slot)
{
    const auto keyed = [](const std::string& key) {
        return [&key](const SlotState& slot) { return slot.key == key; };
    };
    const auto from = std::ranges::find_if(state_.slots, keyed(from_slot));
    const auto to = std::ranges::find_if(state_.slots, keyed(to_slot));
    if (from == state_.slots.end() || to == state_.slots.end() || to->status != "free")
        return false;
    const auto booking = state_.bookings.find(from->appointment);
    if (booking == state_.bookings.end() || booking->second.slots.size() != 1)
        return false;
    std::swap(from->status, to->status);
    std::swap(from->appointment, to->appointment);
    ++from->version;
    ++to->version;
    ++to->times_booked;
    booking->second.slots.front() = static_cast<std::size_t>(to - state_.slots.begin());
    ++booking->second.version;
    return true;
}

std::optional<bool> Provider::reception_switches(bool on)
{
    return simulation::switch_appointments(state_.seed, on, "disabled");
}

bool Provider::reception_marks(const std::string& slot_key, Mark mark)
{
    const auto slot = std::ranges::find(state_.slots, slot_key, &SlotState::key);
    const auto booking =
        slot == state_.slots.end() ? state_.bookings.end() : state_.bookings.find(slot->appointment);
    if (booking == state_.bookings.end())
        return false;
    booking->second.attendance = status_of(mark);
    ++booking->second.version;
    return true;
}

Response Provider::throttled() const
{
    auto response = refusal({429, "INTERNAL_SERVER_ERROR", "Too many requests"});
    response.headers.set("Retry-After", "1");
    return response;
}

Response Provider::unavailable() const
{
    auto response = refusal({503, "INTERNAL_SERVER_ERROR", "The system is being serviced"});
    response.headers.set("Retry-After", "1");
    return response;
}

std::map<std::string, std::string> Provider::client_settings() const
{
    return {{"service_root", "https://gpconnect.example/" + state_.seed.ods + "/STU3/1/gpconnect"},
            {"provider_asid", state_.asid()},
            {"consumer_asid", "900000000202"},
            {"issuer", "https://apptgw.example"},
            {"organisation_phone", "01632960200"}};
}

std::string Provider::link_credential(const std::string&) const
{
    return {};
}

} // namespace adapters::gpconnect::provider

namespace adapters::gpconnect
{

std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random&)
{
    return std::make_unique<provider::Provider>(seed, clock);
}

} // namespace adapters::gpconnect
