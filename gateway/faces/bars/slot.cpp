// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock.hpp"
#include "gateway/faces/bars/handlers.hpp"
#include "gateway/faces/bars/slot_request.hpp"
#include "gateway/faces/bars/written.hpp"
#include "gateway/search/session_match.hpp"

namespace gateway::faces::bars
{

namespace
{

using fhir::Result;

/// The standard has no pages: what would not fit into one answer is refused.
constexpr std::size_t most_slots = 2000;

/// Those of the service's sessions that have not begun.
std::vector<search::SlotHit> slots_of_service(const search::SlotResult& result,
                                              const policy::BookableService& service, fhir::Instant now)
{
    std::vector<search::SlotHit> slots;
    for (search::SlotHit& hit : result.page(0, result.total))
        if (hit.slot->start() > now && search::is_of_session(*hit.book, *hit.slot, service.sessions))
            slots.push_back(std::move(hit));
    return slots;
}

} // namespace

/// Live every time: neither side may keep slots (BaRS Core).
Answered find_slots(const Call& call, const Services& services)
{
    auto wanted = read_slot_request(call);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    FoundSlotsOfService found;
    found.includes = wanted->includes;
    found.made = services.clock.now();
    found.bundle_id = adapters::new_uuid(services.clock, services.random);
    found.self_link = call.base_url + "/Slot?" + fhir::search::to_query(wanted->honoured);
    if (!wanted->free)
        co_return written(slot_bundle(call, found));
    auto result = co_await services.search.find_slots(*call.caller, std::move(wanted->query), true,
                                                      call.heading.request_id);
    if (!result)
        co_return std::unexpected(result.error());
    call.audited.searched((*result)->books.size(), {});
    found.slots = slots_of_service(**result, *call.service, services.clock.now());
    found.missing = (*result)->missing;
    if (found.slots.size() > most_slots)
        co_return fhir::fail(fhir::ErrorKind::too_costly,
                             "There are more free slots than fit into one answer.", "http.start");
    co_return written(slot_bundle(call, found));
}

} // namespace gateway::faces::bars
