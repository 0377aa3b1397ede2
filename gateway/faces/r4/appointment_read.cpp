// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/search/appointment_query.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/appointment_includes.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/proposal.hpp"
#include "gateway/faces/r4/searchset.hpp"
#include "gateway/faces/r4/version_history.hpp"
#include "gateway/faces/r4_face.hpp"

#include <algorithm>

namespace gateway::faces::r4
{

namespace
{

using booking::StoredAppointment;

/// More than this many matches are not counted; narrower criteria find the rest.
constexpr std::size_t max_matches = 5000;

Version version_of(const StoredAppointment& stored)
{
    return {fhir::codec::to_json(stored.resource), std::to_string(stored.version), stored.last_updated};
}

std::string reference_of(const StoredAppointment& stored)
{
    return "Appointment/" + stored.resource.id.value_or("");
}

fhir::Instant moment_of(const StoredAppointment& stored, const fhir::search::Sort& sort)
{
    if (sort.parameter == "_lastUpdated")
        return stored.last_updated;
    return stored.resource.start.value_or(fhir::Instant{});
}

/// The first key decides, the next breaks ties; what is equal in all stays in the order it was made.
void sort_by(std::vector<StoredAppointment>& found, const std::vector<fhir::search::Sort>& keys)
{
    if (keys.empty())
        return;
    std::ranges::sort(found, [&](const StoredAppointment& a, const StoredAppointment& b) {
        for (const auto& sort : keys) {
            const fhir::Instant left = moment_of(a, sort), right = moment_of(b, sort);
            if (left != right)
                return (left < right) != sort.descending;
        }
        return a.resource.id < b.resource.id;
    });
}

} // namespace

Answered read_appointment(const Context& context, const R4Services& services)
{
    auto stored = co_await services.booking.read(*context.caller, context.destination.id);
    if (!stored)
        co_return std::unexpected(explained(stored.error(), context, services));
    context.audited.saw(*stored);
    co_return read_answer(context, version_of(*stored));
}

Answered read_appointment_version(const Context& context, const R4Services& services)
{
    const auto number = version_number(context.destination.version);
    if (!number)
        co_return fhir::fail(fhir::ErrorKind::not_found, "Versions of appointments are whole numbers.");
    auto stored = co_await services.booking.read_version(*context.caller, context.destination.id, *number);
    if (!stored)
        co_return std::unexpected(stored.error());
    context.audited.saw(*stored);
    co_return read_answer(context, version_of(*stored));
}

Answered search_appointments(const Context& context, const R4Services& services)
{
    auto parameters = context.parameters;
    const auto offset = take_offset(parameters);
    if (!offset)
        co_return std::unexpected(offset.error());
    Searchset result;
    result.pages = context.pages;
    auto query = fhir::search::parse_appointment_query(parameters, context.prefer.handling, &result.notes);
    if (!query)
        co_return std::unexpected(query.error());

    auto found = co_await services.booking.search(*context.caller, *query, max_matches);
    if (!found)
        co_return std::unexpected(found.error());
    sort_by(*found, query->paging.sort);
    result.type = "Appointment";
    result.used = query->used;
    result.paging = query->paging;
    result.offset = *offset;
    result.id = adapters::new_uuid(services.clock, services.random);
    result.made = services.clock.now();
    for (const auto& stored : *found)
        result.matches.push_back({reference_of(stored), {}});

    const auto options = options_of(query->paging);
    for (std::size_t i = result.offset; i < result.page_end(); ++i) {
        result.matches[i].json = fhir::codec::to_json((*found)[i].resource, options);
        context.audited.saw((*found)[i]);
    }
    auto includes = co_await appointment_includes(context, services, query->includes, *found, result);
    result.includes = std::move(includes);
    co_return searchset_answer(context, std::move(result));
}

} // namespace gateway::faces::r4
