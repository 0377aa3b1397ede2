// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/faces/gpconnect/call.hpp"
#include "gateway/faces/gpconnect_face.hpp"

#include <memory>

/// What the slot search knows of the practice of a call.
namespace gateway::faces::gpconnect
{

using Found = Awaitable<Checked<std::shared_ptr<const search::SlotResult>>>;

/// Free slots of that one practice that begin in `window`, as `caller` may see them.
Found practice_slots(const Call& call, const GpConnectServices& services, identity::Caller caller,
                     fhir::Interval window);

/// The practice's book for the fortnight from today: whom and where its sessions name.
Awaitable<Checked<std::shared_ptr<const search::Book>>> practice_book(const Call& call,
                                                                      const GpConnectServices& services);

} // namespace gateway::faces::gpconnect
