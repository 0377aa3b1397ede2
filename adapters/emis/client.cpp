// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/client.hpp"

#include "adapters/emis/emis.hpp"
#include "adapters/emis/link.hpp"
#include "adapters/refusals.hpp"
#include "fhir/model/id.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace adapters::emis
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::rest::Response;

namespace
{

constexpr std::chrono::minutes settings_lifetime{5};

std::string setting(const PracticeConfig& practice, const std::string& name)
{
    const auto found = practice.settings.find(name);
    return found == practice.settings.end() ? std::string() : found->second;
}

/// Everything of the settings that a slot or its service shows.
std::string text_of(const WireSettings& settings)
{
    return (settings.appointments_supported ? "offered " : "closed ") +
           std::to_string(static_cast<int>(settings.booking_reason)) + settings.message;
}

Result<std::string_view> body_of(const Result<fhir::rest::Response>& answer)
{
    return answer ? json_body(*answer) : std::unexpected(answer.error());
}

} // namespace

Client::Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock)
    : practice_{practice.ods, practice.name, practice.identifier_base}, read_limit_(practice.read_limit),
      write_limit_(practice.write_limit), search_identity_(setting(practice, "search_identity")),
      verification_token_(setting(practice, "verification_token")), clock_(clock),
      capabilities_(supplier_system().capabilities),
      calls_(upstream, setting(practice, "application_id"), setting(practice, "api_version")),
      sessions_(calls_, practice.ods, clock)
{}

std::optional<WireSettings> Client::kept_settings()
{
    const std::lock_guard lock(mutex_);
    const auto age = clock_.now() - settings_seen_;
    return settings_ && age >= std::chrono::seconds(0) && age < settings_lifetime ? settings_ : std::nullopt;
}

Awaitable<Result<WireSettings>> Client::settings(Budget budget)
{
    if (auto kept = kept_settings())
        co_return std::move(*kept);
    auto answer = co_await sessions_.send_without_account(Operation::practice_settings,
                                                          settings_request(practice_.ods), budget);
    auto wire = read_body(answer, read_settings);
    if (wire) {
        const std::lock_guard lock(mutex_);
        settings_ = *wire;
        settings_seen_ = clock_.now();
    }
    co_return wire;
}

Awaitable<Result<PracticeSettings>> Client::practice_settings(Provenance)
{
    auto wire = co_await settings(Budget(read_limit_));
    if (!wire)
        co_return std::unexpected(wire.error());
    co_return map_settings(*wire);
}

Awaitable<Result<Response>> Client::fetch_metadata(std::string credential, LocalWindow window, Budget budget)
{
    Sessions::MakeRequest make = [window](const std::string& token) {
        return metadata_request(token, window.from, window.to);
    };
    auto answer =
        co_await sessions_.send(std::move(credential), Operation::slot_metadata, std::move(make), budget);
    co_return answer;
}

Awaitable<Result<Response>> Client::fetch_slots(std::string credential, LocalWindow window, Budget budget)
{
    Sessions::MakeRequest make = [window](const std::string& token) {
        return slots_request(token, window.from, window.to);
    };
    auto answer = co_await sessions_.send(std::move(credential), Operation::slots, std::move(make), budget);
    co_return answer;
}

Awaitable<Result<FoundSlots>> Client::find_slots(FindSlots query)
{
    using namespace boost::asio::experimental::awaitable_operators;
    const std::string credential =
        query.search_identity ? query.search_identity->credential : search_identity_;
    if (credential.empty())
        co_return std::unexpected(no_search_identity());
    const Budget budget(read_limit_);
    const auto window = local_window(query.window);
    auto slots_call = fetch_slots(credential, window, budget);
    auto metadata_call = fetch_metadata(credential, window, budget);
    auto settings_call = settings(budget);
    auto answers = co_await (std::move(slots_call) && std::move(metadata_call) && std::move(settings_call));
    const auto& [slots, metadata, practice] = answers;
    co_return translated(slots, metadata, practice, query.window);
}

Result<FoundSlots> Client::translated(const Result<Response>& slots, const Result<Response>& metadata,
                                      const Result<WireSettings>& practice, fhir::Interval window)
{
    const auto slots_body = body_of(slots);
    if (!slots_body)
        return std::unexpected(slots_body.error());
    const auto metadata_body = body_of(metadata);
    if (!metadata_body)
        return std::unexpected(metadata_body.error());
    const std::string settings = practice ? text_of(*practice) : practice.error().sentence();
    const std::string_view parts[] = {*slots_body, *metadata_body, settings};
    std::string question = fhir::to_utc_text(window.start) + fhir::to_utc_text(window.end);
    if (auto known = answers_.find(question, parts))
        return std::move(*known);

    const auto wire_slots = read_slots(*slots_body, &memo_);
    if (!wire_slots)
        return std::unexpected(wire_slots.error());
    const auto wire_metadata = metadata_.of(*metadata_body, read_metadata);
    if (!wire_metadata)
        return std::unexpected(wire_metadata.error());
    auto found = map_slots(practice_, *wire_slots, **wire_metadata,
                           practice ? std::optional(*practice) : std::nullopt, window, memo_);
    if (!practice)
        found.warnings.push_back("The practice's settings could not be read: " + settings);
    answers_.keep(std::move(question), parts, found);
    return found;
}

Awaitable<Result<fhir::Patient>> Client::find_patient(FindPatient query)
{
    if (!query.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const auto credential = query.patient.link->credential;
    auto answer = co_await sessions_.send(credential, Operation::demographics, demographics_request,
                                          Budget(read_limit_));
    auto wire = read_body(answer, read_demographics);
    if (!wire)
        co_return std::unexpected(wire.error());
    // A link that opens somebody else's record must never pass for this patient's.
    if (wire->nhs_number != query.patient.number())
        co_return fhir::fail(ErrorKind::link_invalid);
    // Details are compared when something is booked: a link just made must not be lost over a misspelt name.
    co_return map_patient(practice_, *wire, fhir::local_id("patient of access identity " + credential));
}

Awaitable<Result<PatientLink>> Client::link_patient(FindPatient query)
{
    auto linked = co_await emis::link_patient(sessions_, practice_.ods, verification_token_, std::move(query),
                                              Budget(write_limit_));
    co_return linked;
}

std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random&)
{
    return std::make_unique<Client>(practice, upstream, clock);
}

} // namespace adapters::emis
