// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/clock.hpp"
#include "gateway/slot_types/seen_types.hpp"

#include <memory>
#include <string>

namespace gateway::slot_types
{

/// What mapping stands on; references outlive it.
struct Mapping
{
    const CurrentSlotTypes& types;
    SeenTypes& seen;
    const adapters::Clock& clock;
    std::string origin; ///< of the public base URL
};

/// The adapter's slots with what the table says of them: the national category beside the practice's own, the
/// delivery channel where the practice's system names none, and the role. Everything else is passed through.
std::unique_ptr<adapters::Adapter> make_mapped_adapter(std::unique_ptr<adapters::Adapter> inner,
                                                       fhir::OdsCode practice, Mapping mapping);

/// One slot with what the row says of it. Pure.
fhir::Slot mapped(fhir::Slot slot, const SlotType& type, std::string_view origin);

} // namespace gateway::slot_types
