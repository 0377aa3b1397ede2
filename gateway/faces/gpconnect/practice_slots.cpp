// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/practice_slots.hpp"

#include "fhir/model/uk_time.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/gpconnect/names.hpp"

namespace gateway::faces::gpconnect
{

namespace
{

fhir::search::DateValue bound(fhir::search::Prefix prefix, fhir::Instant moment)
{
    return {prefix, {moment, moment + std::chrono::milliseconds(1)}, {}};
}

/// `status=free&start=ge…&start=lt…` at the practice with this code.
fhir::search::SlotQuery query_of(const Call& call, fhir::Interval window)
{
    fhir::search::TokenValue free, practice;
    free.code = "free";
    practice.system = std::string(names::ods_system);
    practice.code = call.ods();
    fhir::search::SlotQuery query;
    query.status = {{free}};
    query.start = {bound(fhir::search::Prefix::ge, window.start),
                   bound(fhir::search::Prefix::lt, window.end)};
    query.actor_chains = {{"HealthcareService", "organization.identifier", {practice}}};
    return query;
}

} // namespace

Found practice_slots(const Call& call, const GpConnectServices& services, identity::Caller caller,
                     fhir::Interval window)
{
    auto found = co_await services.search.find_slots(std::move(caller), query_of(call, window),
                                                     asks_for_source(call.request), call.ids.request_id, {});
    if (!found)
        co_return std::unexpected(refusal_of(found.error()));
    co_return std::move(*found);
}

Awaitable<Checked<std::shared_ptr<const search::Book>>> practice_book(const Call& call,
                                                                      const GpConnectServices& services)
{
    const fhir::Instant today = fhir::uk_day(fhir::uk_date(call.now)).start;
    auto found =
        co_await practice_slots(call, services, *call.consumer, {today, today + std::chrono::days(14)});
    if (!found)
        co_return std::unexpected(found.error());
    if ((*found)->books.empty())
        co_return nullptr;
    co_return (*found)->books.front().book;
}

} // namespace gateway::faces::gpconnect
