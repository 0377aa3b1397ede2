// SPDX-License-Identifier: Apache-2.0
#include "adapters/slot_row.hpp"

#include "adapters/slot_pattern.hpp"

namespace adapters
{

SlotRow::SlotRow(std::shared_ptr<const SlotPattern> pattern, OwnOfSlot own)
    : pattern_(std::move(pattern)), own_(std::move(own))
{}

SlotRow::SlotRow(OfferedSlot&& offered)
    : own_{offered.slot.id.value_or(""),
           {},
           {offered.slot.start, offered.slot.end},
           std::move(offered.supplier_key)}
{
    offered.slot.meta.reset();
    slot_.by([&] { return std::move(offered.slot); });
}

std::string SlotRow::supplier_key() const
{
    return pattern_ ? own_.supplier_key + pattern_->key_end() : own_.supplier_key;
}

const fhir::Slot& SlotRow::common() const
{
    return pattern_ ? pattern_->common() : slot();
}

const fhir::Slot& SlotRow::slot() const
{
    return slot_.by([this] { return pattern_->slot_of(own_); });
}

const fhir::codec::Written& SlotRow::json() const
{
    return written_.by([this] {
        return pattern_ ? pattern_->json_of(own_)
                        : fhir::codec::write_without_meta(fhir::Slot::declaration(), &slot());
    });
}

} // namespace adapters
