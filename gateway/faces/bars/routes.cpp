// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/routes.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::bars
{

namespace
{

using enum identity::Permission;
using enum Needs;
using fhir::ErrorKind;

// clang-format off
constexpr std::array table{
    Route{"GET",   "metadata",            "",            read,   ids,    capabilities},
    Route{"GET",   "MessageDefinition",   "",            read,   target, find_definitions},
    Route{"GET",   "Slot",                "Slot",        search, sender, find_slots},
    Route{"GET",   "Appointment",         "Appointment", search, sender, find_appointments},
    Route{"GET",   "Appointment/{id}",    "Appointment", read,   sender, read_appointment},
    Route{"GET",   "ServiceRequest",      "ServiceRequest", search, sender, find_referrals},
    Route{"GET",   "ServiceRequest/{id}", "ServiceRequest", read, sender, read_referral},
    Route{"POST",  "$process-message",    "",            create, sender, process_message},

    Route{"POST",  "Appointment",         "",            create, sender, nullptr},
    Route{"PUT",   "Appointment/{id}",    "",            update, sender, nullptr},
    Route{"PATCH", "Appointment/{id}",    "",            update, sender, nullptr},
    Route{"POST",  "ServiceRequest",      "",            create, sender, nullptr},
    Route{"PUT",   "ServiceRequest/{id}", "",            update, sender, nullptr},
    Route{"PATCH", "ServiceRequest/{id}", "",            update, sender, nullptr},
};
// clang-format on

/// The proxy answers these itself; a receiver that gets them all the same has not built them.
constexpr std::array<std::string_view, 3> of_proxy{"DocumentReference", "HealthcareService", "Endpoint"};

bool matches(std::string_view pattern, std::string_view path)
{
    const auto capture = pattern.find("{id}");
    if (capture == std::string_view::npos)
        return pattern == path;
    const auto id = path.substr(std::min(capture, path.size()));
    return path.starts_with(pattern.substr(0, capture)) && !id.empty() &&
           id.find('/') == std::string_view::npos;
}

} // namespace

fhir::Result<Found> find_route(std::string_view method, std::string_view path)
{
    Found found;
    bool known = false, known_verb = false;
    for (const Route& route : table) {
        if (!matches(route.path, path))
            continue;
        known = true;
        if (route.handle)
            found.allow += (found.allow.empty() ? "" : ", ") + std::string(route.method);
        if (route.method != method)
            continue;
        known_verb = true;
        found.route = route.handle ? &route : nullptr;
    }
    const auto type = path.substr(0, path.find('/'));
    if ((known_verb && !found.route) || std::ranges::find(of_proxy, type) != of_proxy.end())
        return std::unexpected(fhir::Error(ErrorKind::not_implemented, "This is not built here.")
                                   .advise("Book, refer and cancel with $process-message; what is offered is "
                                           "listed in the CapabilityStatement at /metadata.",
                                           fhir::Remedy::caller));
    if (!known)
        return fhir::fail(ErrorKind::not_found, "Nothing is served at this path.");
    return found;
}

} // namespace gateway::faces::bars
