// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/booking_rules.hpp"
#include "gateway/policy/slot_kind.hpp"

#include <algorithm>

// Whether an appointment fits the slots it names, and they each other.
namespace gateway::booking
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

std::string slot_element(std::size_t index)
{
    return "Appointment.slot[" + std::to_string(index) + "]";
}

/// Code by code: a display that differs is not another channel or service.
bool same_concept(const fhir::CodeableConcept& a, const fhir::CodeableConcept& b)
{
    if (a.coding.empty() || b.coding.empty())
        return a.coding.empty() == b.coding.empty() && a.text == b.text;
    return std::ranges::any_of(a.coding, [&](const fhir::Coding& left) {
        return std::ranges::any_of(b.coding, [&](const fhir::Coding& right) {
            return left.system == right.system && left.code == right.code;
        });
    });
}

bool same_channel(const fhir::Slot& a, const fhir::Slot& b)
{
    const auto* left = policy::delivery_channel(a);
    const auto* right = policy::delivery_channel(b);
    return left && right ? same_concept(*left, *right) : left == right;
}

bool same_service(const fhir::Slot& a, const fhir::Slot& b)
{
    return std::ranges::equal(a.service_type, b.service_type, same_concept);
}

/// The rules of GP Connect 1.2.7 for a booking of several slots.
Result<void> check_adjacent(const fhir::Slot& before, const fhir::Slot& slot, std::string path)
{
    const auto refused = [&](std::string_view sentence) {
        return fhir::fail(ErrorKind::slots_not_adjacent, std::string(sentence), std::move(path));
    };
    if (slot.schedule.reference != before.schedule.reference)
        return refused("Several slots of one appointment must be of one schedule; this one is of another.");
    if (slot.start != before.end)
        return refused("Several slots of one appointment must follow each other without a gap; this one does "
                       "not begin when the one before it ends.");
    if (!same_channel(before, slot))
        return refused(
            "Several slots of one appointment must have one delivery channel; this one has another.");
    if (!same_service(before, slot))
        return refused("Several slots of one appointment must be for one type of service; this one is for "
                       "another.");
    return {};
}

} // namespace

Result<void> check_slots(const fhir::Appointment& wanted, std::span<const adapters::OfferedSlot> slots,
                         fhir::Instant now)
{
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const fhir::Slot& slot = slots[i].slot;
        if (slot.status != fhir::SlotStatus::free)
            return fhir::fail(ErrorKind::slot_unavailable, "The slot has been taken.", slot_element(i));
        if (slot.start <= now)
            return fhir::fail(ErrorKind::slot_in_past, "The slot has already begun.", slot_element(i));
        if (i == 0)
            continue;
        if (auto adjacent = check_adjacent(slots[i - 1].slot, slot, slot_element(i)); !adjacent)
            return adjacent;
    }
    if (*wanted.start != slots.front().slot.start)
        return fhir::fail(ErrorKind::invariant, "The start differs from the start of the slot.",
                          "Appointment.start");
    if (*wanted.end != slots.back().slot.end)
        return fhir::fail(ErrorKind::invariant, "The end differs from the end of the slot.",
                          "Appointment.end");
    return {};
}

} // namespace gateway::booking
