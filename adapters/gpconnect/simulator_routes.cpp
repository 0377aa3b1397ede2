// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/simulator_routes.hpp"

#include "adapters/gpconnect/names.hpp"

#include <algorithm>
#include <array>

namespace adapters::gpconnect::provider
{

namespace
{

using enum Interaction;

std::vector<std::string> segments_of(std::string_view path)
{
    std::vector<std::string> segments;
    while (true) {
        const auto slash = path.find('/');
        segments.push_back(fhir::rest::percent_decode(path.substr(0, slash), false).value_or(""));
        if (slash == std::string_view::npos)
            return segments;
        path.remove_prefix(slash + 1);
    }
}

struct PathRow
{
    std::string_view type;
    std::string_view after_id; ///< last segment where there is one
    bool has_id;
    std::string_view method;
    std::array<Interaction, 2> means;
};

constexpr std::array rows{
    PathRow{"metadata", "", false, "GET", {read_metadata, read_metadata}},
    PathRow{"Patient", "", false, "GET", {search_patient, search_patient}},
    PathRow{"Patient", "", true, "GET", {read_patient, read_patient}},
    PathRow{
        "Patient", "Appointment", true, "GET", {search_patient_appointments, search_patient_appointments}},
    PathRow{"Practitioner", "", false, "GET", {search_practitioner, search_practitioner}},
    PathRow{"Practitioner", "", true, "GET", {read_practitioner, read_practitioner}},
    PathRow{"Organization", "", false, "GET", {search_organization, search_organization}},
    PathRow{"Organization", "", true, "GET", {read_organization, read_organization}},
    PathRow{"Location", "", true, "GET", {read_location, read_location}},
    PathRow{"Slot", "", false, "GET", {search_slot, search_slot}},
    PathRow{"Appointment", "", false, "POST", {create_appointment, create_appointment}},
    PathRow{"Appointment", "", true, "GET", {read_appointment, read_appointment}},
    PathRow{"Appointment", "", true, "PUT", {update_appointment, cancel_appointment}},
};

bool is_type(std::string_view name)
{
    return std::ranges::find(rows, name, &PathRow::type) != rows.end();
}

bool is_json(std::string_view media_type)
{
    media_type = media_type.substr(0, media_type.find(';'));
    while (media_type.ends_with(' '))
        media_type.remove_suffix(1);
    return fhir::rest::equal_ignoring_case(media_type, names::media_type);
}

bool accepts_json(std::string_view accept)
{
    while (!accept.empty()) {
        const auto comma = accept.find(',');
        auto item = accept.substr(0, comma);
        item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
        const auto type = item.substr(0, item.find(';'));
        if (is_json(item) || type == "*/*" || type == "application/*")
            return true;
        accept = comma == std::string_view::npos ? std::string_view{} : accept.substr(comma + 1);
    }
    return false;
}

Refusal unsupported(std::string diagnostics)
{
    return {415, "UNSUPPORTED_MEDIA_TYPE", std::move(diagnostics)};
}

} // namespace

std::expected<Route, Refusal> route_of(std::string_view method, std::string_view path)
{
    const auto parts = segments_of(path);
    if (!is_type(parts[0]))
        return std::unexpected(Refusal{404, "BAD_REQUEST", "This address is not served"});
    if (parts[0] == "Patient" && parts.size() == 2 && parts[1] == "$gpc.registerpatient")
        return method == "POST" ? Route{{Interaction::register_patient}, {}} : Route{};
    if (parts.size() == 2 && parts[1].empty())
        return std::unexpected(parts[0] == "Appointment" ? Refusal{404, "NO_RECORD_FOUND", "The id is empty"}
                                                         : bad_request("The id is empty"));
    Route route;
    bool known = false;
    for (const auto& row : rows) {
        const std::size_t length = 1 + (row.has_id ? 1 : 0) + (row.after_id.empty() ? 0 : 1);
        if (row.type != parts[0] || length != parts.size() || (length == 3 && parts[2] != row.after_id))
            continue;
        known = true;
        route.id = row.has_id ? parts[1] : std::string();
        if (row.method == method)
            route.interactions.assign(row.means.begin(), row.means.end());
    }
    if (!known && parts.size() > 2)
        return std::unexpected(Refusal{404, "BAD_REQUEST", "This address is not served"});
    return route;
}

std::expected<Interaction, Refusal> interaction_of(const fhir::rest::Headers& headers, const Route& route,
                                                   const std::string& asid)
{
    for (std::string_view name : {"Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"})
        if (is_blank(headers.get(name)))
            return std::unexpected(bad_request("Header " + std::string(name) + " is missing"));
    if (headers.get("Ssp-To") != asid)
        return std::unexpected(bad_request("Header Ssp-To names another system"));
    const auto interaction = parse_interaction(headers.get("Ssp-InteractionID"));
    if (!interaction)
        return std::unexpected(bad_request("Header Ssp-InteractionID names an unknown interaction"));
    if (std::ranges::find(route.interactions, *interaction) == route.interactions.end())
        return std::unexpected(bad_request("Header Ssp-InteractionID does not fit the request"));
    return *interaction;
}

Refused wrong_format(const fhir::rest::Request& request, const Parameters& parameters)
{
    const bool has_body = request.method == "POST" || request.method == "PUT";
    if (has_body && !is_json(request.headers.get("Content-Type")))
        return unsupported("Content-Type must be application/fhir+json");
    if (const auto formats = values_of(parameters, "_format"); !formats.empty()) {
        // `+` may have been read as a blank.
        const auto format =
            formats[0] == "application/fhir json" ? std::string(names::media_type) : formats[0];
        return is_json(format) || format == "json" ? Refused()
                                                   : unsupported("_format must be application/fhir+json");
    }
    if (request.headers.has("Accept") && !accepts_json(request.headers.all("Accept")))
        return unsupported("Accept must allow application/fhir+json");
    return std::nullopt;
}

} // namespace adapters::gpconnect::provider
