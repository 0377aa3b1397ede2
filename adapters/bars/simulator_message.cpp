// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/simulator_rules.hpp"

#include "adapters/bars/standard/headers.hpp"
#include "adapters/bars/standard/message.hpp"
#include "adapters/bars/standard/names.hpp"
#include "fhir/model/id.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace adapters::bars::receiver
{

namespace
{

constexpr std::string_view urn = "urn:uuid:";

std::unexpected<Refusal> broken(std::string diagnostics)
{
    return bad("invariant", std::move(diagnostics));
}

/// How often a message may hold a type: booking, then cancellation.
struct Cardinality
{
    std::string_view type;
    std::size_t least_booking, most_booking, least_cancelling, most_cancelling;
};
constexpr std::size_t any = 1000;
constexpr std::array<Cardinality, 11> cardinalities{{{"MessageHeader", 1, 1, 1, 1},
                                                     {"Appointment", 1, 1, 1, 1},
                                                     {"Patient", 1, 1, 1, 1},
                                                     {"Organization", 2, any, 2, any},
                                                     {"Slot", 1, 1, 0, 0},
                                                     {"Schedule", 1, 1, 0, 0},
                                                     {"HealthcareService", 1, 1, 0, 0},
                                                     {"Location", 0, 1, 0, 0},
                                                     {"ServiceRequest", 0, 1, 0, 0},
                                                     {"Practitioner", 0, any, 0, 0},
                                                     {"PractitionerRole", 0, any, 0, 0}}};

Checked check_entries(const JsonValue& bundle)
{
    std::set<std::string, std::less<>> urls;
    for (const auto* entry : items_of(bundle, "entry")) {
        const auto url = view_of(*entry, "fullUrl");
        if (!url.starts_with(urn) || !fhir::is_uuid(url.substr(urn.size())) || !urls.emplace(url).second)
            return broken("Each entry has a fullUrl of its own, urn:uuid:");
        const JsonValue* resource = member_of(*entry, "resource");
        if (resource == nullptr || view_of(*resource, "resourceType").empty() ||
            !fhir::parse_instant(view_at(*resource, {"meta", "lastUpdated"})) ||
            view_at(*resource, {"meta", "lastUpdated"}).empty())
            return broken("Each entry has a resource with meta.lastUpdated");
    }
    return {};
}

Checked check_bundle(const JsonValue& bundle)
{
    if (!is_resource(bundle, "Bundle") || view_of(bundle, "type") != "message")
        return bad("structure", "The body is no Bundle of type message");
    const auto version = view_at(bundle, {"meta", "versionId"});
    if (version.empty())
        return broken("Bundle.meta.versionId is missing");
    if (standard::major_of(version) != 1)
        return refuse(422, "REC_UNPROCESSABLE_ENTITY", "not-supported", "Bundle version is not supported");
    const auto profile = follow(bundle, {"meta", "profile"});
    if (!fhir::is_uuid(view_of(bundle, "id")) || !fhir::parse_instant(view_of(bundle, "timestamp")) ||
        profile == nullptr || profile->items().empty() ||
        profile->items().front().text() != standard::profile::message)
        return broken("A message has an id, a timestamp and the profile of messages");
    if (standard::header_of(bundle) == nullptr)
        return broken("The first entry is the MessageHeader");
    return check_entries(bundle);
}

Checked check_header(const JsonValue& bundle, const JsonValue& header, const Caller& caller)
{
    if (standard::service_in(view_at(header, {"destination", "endpoint"})) != caller.service)
        return bad("value", "The destination is not the target of the request");
    if (standard::service_in(view_at(header, {"source", "endpoint"})).empty() ||
        view_at(header, {"source", "name"}).empty())
        return broken("The source names itself and its service id");
    const auto resolves = [&](std::initializer_list<std::string_view> path, std::string_view type) {
        return standard::resource_named(bundle, view_at(header, path), type) != nullptr;
    };
    if (!resolves({"sender", "reference"}, "Organization") ||
        !resolves({"destination", "receiver", "reference"}, "Organization") ||
        !resolves({"focus", "reference"}, "Appointment"))
        return broken("Sender, receiver and focus are entries of the message");
    return {};
}

bool is_cancelling(const JsonValue& header)
{
    return view_of(header, "definition") == standard::definition::cancellation;
}

Checked check_cardinalities(const JsonValue& bundle, const JsonValue& header)
{
    const auto definition = view_of(header, "definition");
    const bool cancelling = is_cancelling(header);
    if (!cancelling && definition != standard::definition::booking)
        return broken("The definition of the message is not known");
    for (const auto& row : cardinalities) {
        const auto count = entries_of(bundle, row.type).size();
        const auto least = cancelling ? row.least_cancelling : row.least_booking;
        const auto most = cancelling ? row.most_cancelling : row.most_booking;
        if (count < least || count > most)
            return broken("The message holds the wrong number of " + std::string(row.type));
    }
    return {};
}

Checked check_parties(const State& state, const JsonValue& bundle, const Caller& caller)
{
    bool sender = false, receiver = false;
    for (const auto* organization : entries_of(bundle, "Organization")) {
        const auto ods = view_at(*organization, {"identifier", "value"});
        if (view_at(*organization, {"identifier", "system"}) != standard::system::ods ||
            view_of(*organization, "name").empty())
            return broken("Organisations have an ODS code and a name");
        sender = sender || ods == caller.organisation;
        receiver = receiver || ods == state.seed.ods;
    }
    if (!sender || !receiver)
        return broken("The organisations are those that send and receive");
    return {};
}

/// The table of event, reason and status for bookings.
Checked check_workflow(const JsonValue& header, const JsonValue& appointment)
{
    const auto event = view_at(header, {"eventCoding", "code"});
    const auto reason = view_at(header, {"reason", "coding", "code"});
    const auto status = view_of(appointment, "status");
    if (event.starts_with("servicerequest-"))
        return refuse(422, "REC_UNPROCESSABLE_ENTITY", "not-supported", "Referrals are not taken");
    if (event != standard::booking_event)
        return broken("Event " + std::string(event) + " is not taken");
    const bool books = !is_cancelling(header) && reason == "new" && status == "booked";
    const bool cancels = is_cancelling(header) &&
                         (reason == "update" || reason == "delete" || reason == "new") &&
                         (status == "cancelled" || status == "entered-in-error");
    if (!books && !cancels)
        return broken("Event, reason and status do not go together");
    return {};
}

} // namespace

Checked check_message(const State& state, const JsonValue& bundle, const Caller& caller)
{
    if (auto shape = check_bundle(bundle); !shape)
        return shape;
    const JsonValue& header = *standard::header_of(bundle);
    if (auto ends = check_header(bundle, header, caller); !ends)
        return ends;
    if (auto held = check_cardinalities(bundle, header); !held)
        return held;
    if (auto parties = check_parties(state, bundle, caller); !parties)
        return parties;
    return check_workflow(header, *entries_of(bundle, "Appointment").front());
}

} // namespace adapters::bars::receiver
