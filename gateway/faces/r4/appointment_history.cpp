// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/service.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/proposal.hpp"
#include "gateway/faces/r4/version_history.hpp"
#include "gateway/faces/r4_face.hpp"

namespace gateway::faces::r4
{

Answered appointment_history(const Context& context, const R4Services& services)
{
    const auto query = history_query(context);
    if (!query)
        co_return std::unexpected(query.error());
    auto versions = co_await services.booking.history(*context.caller, context.destination.id);
    if (!versions)
        co_return std::unexpected(explained(versions.error(), context, services));
    if (!versions->empty())
        context.audited.saw(versions->front());
    std::vector<KeptVersion> kept;
    for (booking::StoredAppointment& each : *versions)
        kept.push_back({std::move(each.resource), each.version, each.last_updated});
    co_return history_answer(context, services, "Appointment", *query, std::move(kept));
}

} // namespace gateway::faces::r4
