// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/mapping.hpp"

#include "adapters/slot_pattern.hpp"
#include "adapters/surroundings.hpp"
#include "fhir/model/id.hpp"

#include <set>

namespace adapters::microtest
{

namespace
{

constexpr std::string_view telephone_key = "telephone/";
constexpr std::string_view other_key = "slot/";

/// Slots have no session: those of the same people at the same place are taken for one.
std::string schedule_id(const PracticeNames& practice, const WireSlot& wire)
{
    std::string text = wire.location;
    for (const auto& clinician : wire.clinicians)
        text += '\n' + clinician;
    return practice.id_of_text("schedule", text);
}

std::optional<fhir::Extension> channel_extension(WireChannel channel)
{
    switch (channel) {
    case WireChannel::surgery:
        return delivery_channel("In-person");
    case WireChannel::telephone:
        return delivery_channel("Telephone");
    case WireChannel::visit:
        return home_visit();
    case WireChannel::unspecified:
        break;
    }
    return std::nullopt;
}

/// What the slot refers to. The row is read again only for the first slot of its schedule.
void add_surroundings(Surroundings& around, const PracticeNames& practice, const SlotRow& offered,
                      const WireSlotRow& row)
{
    if (around.has(*offered.common().schedule.reference))
        return;
    const auto wire = read_slot(row);
    fhir::Schedule schedule;
    schedule.id = schedule_id(practice, wire);
    schedule.active = true;
    around.add(std::move(schedule), wire.clinicians, wire.location);
}

/// All that slots of one pattern have in common; none of it can hold the byte between.
std::string kind_of(const WireSlot& wire)
{
    std::string kind = std::to_string(static_cast<int>(wire.channel)) + wire.type + '\0' + wire.location;
    for (const auto& clinician : wire.clinicians)
        kind.append(1, '\0').append(clinician);
    return kind;
}

fhir::Slot common_slot(const PracticeNames& practice, const WireSlot& wire)
{
    auto slot = free_slot(practice, {}, schedule_id(practice, wire), {}, wire.type);
    if (auto channel = channel_extension(wire.channel))
        slot.extension.push_back(std::move(*channel));
    return slot;
}

/// Nothing, and a warning, when the slot cannot be used.
SharedSlot offered_slot(const PracticeNames& practice, const WireSlotRow& row, SlotPatterns& patterns,
                        std::vector<std::string>& warnings)
{
    const auto wire = read_slot(row);
    const auto moments = moments_of(wire);
    if (!moments) {
        warnings.push_back("Slot " + fhir::local_id(wire.id) + " is left out: its times cannot be used.");
        return nullptr;
    }
    const SlotKey key{wire.id, wire.channel == WireChannel::telephone};
    const auto& pattern = patterns.of(kind_of(wire), [&] { return common_slot(practice, wire); });
    return share(pattern, {practice.id(fhir::local_id(wire.id)), wire.id, *moments, key.text()});
}

} // namespace

std::string SlotKey::text() const
{
    return std::string(telephone ? telephone_key : other_key) + slot_id;
}

std::optional<SlotKey> SlotKey::parse(std::string_view text)
{
    const bool telephone = text.starts_with(telephone_key);
    const auto prefix = telephone ? telephone_key : other_key;
    if (!text.starts_with(prefix) || text.size() == prefix.size())
        return std::nullopt;
    return SlotKey{std::string(text.substr(prefix.size())), telephone};
}

std::optional<fhir::Interval> moments_of(const WireSlot& wire)
{
    if (!wire.start || wire.start->kind == fhir::LocalKind::non_existent)
        return std::nullopt;
    const auto begin = wire.start->latest;
    if (wire.end && wire.end->kind != fhir::LocalKind::non_existent && wire.end->latest > begin)
        return fhir::Interval{begin, wire.end->earliest > begin ? wire.end->earliest : wire.end->latest};
    if (!wire.duration)
        return std::nullopt;
    return fhir::Interval{begin, begin + *wire.duration};
}

FoundSlots map_slots(const PracticeNames& practice, const WireSlots& wire, fhir::Interval window,
                     SlotMemo& memo)
{
    FoundSlots found;
    found.warnings = wire.warnings;
    Surroundings around(practice, found);
    SlotMemo::Reading reading(memo);
    SlotPatterns patterns;
    found.slots.reserve(wire.slots.size());
    for (const auto& row : wire.slots) {
        auto slot = reading.shown({}, row.row, window,
                                  [&] { return offered_slot(practice, row, patterns, found.warnings); });
        if (!slot)
            continue;
        add_surroundings(around, practice, *slot, row);
        found.slots.push_back(std::move(slot));
    }
    return found;
}

bool may_hold(const PracticeNames& practice, const WireSlot& appointment, const fhir::Slot& slot)
{
    const bool told = !appointment.clinicians.empty() && !appointment.location.empty();
    return is_at_times_of(appointment, slot) &&
           (!told || slot.schedule.reference == "Schedule/" + schedule_id(practice, appointment));
}

} // namespace adapters::microtest
