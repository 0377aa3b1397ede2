// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/values.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/faces/r4/searchset.hpp"

#include <vector>

namespace gateway::faces
{
struct R4Services;
}

namespace gateway::faces::r4
{

/// What the appointments of the page refer to, as far as `_include` asks and this gateway can still read it:
/// slots, schedules, places, people. A reference that leads nowhere is left out. All arguments outlive the
/// coroutine: they belong to the handler that awaits it.
Awaitable<std::vector<Entry>> appointment_includes(const Context& context, const R4Services& services,
                                                   const std::vector<fhir::search::Include>& includes,
                                                   const std::vector<booking::StoredAppointment>& found,
                                                   const Searchset& page);

} // namespace gateway::faces::r4
