// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/mapping_slots.hpp"

#include "adapters/gpconnect/names.hpp"
#include "adapters/slot_key_text.hpp"
#include "adapters/slot_pattern.hpp"

#include <utility>

namespace adapters::gpconnect
{

namespace
{

fhir::Extension channel_extension(const std::string& channel)
{
    fhir::Extension extension;
    extension.url = names::ukcore_delivery_channel;
    extension.value = fhir::concept_of(names::ukcore_delivery_channel_system, channel, channel);
    return extension;
}

/// What slots that are alike have in common in their keys.
std::string key_end(const SlotKey& key)
{
    std::string json(R"(,"schedule":)");
    fhir::codec::append_json_string(json, key.schedule);
    add_member(json, "location", key.location);
    add_member(json, "practitioner", key.practitioner);
    add_member(json, "channel", key.channel);
    add_member(json, "type", key.service_type);
    return json.append("}");
}

SlotKey key_of(const wire::Slot& slot, const wire::Schedule& schedule)
{
    return SlotKey{slot.id,           slot.start_text,       slot.end_text, schedule.id,
                   schedule.location, schedule.practitioner, slot.channel,  slot.service_type};
}

fhir::Slot to_slot(const wire::Slot& slot, const wire::Schedule& schedule, const Ids& ids)
{
    fhir::Slot found;
    found.id = ids.id(slot.id);
    found.identifier = slot.identifiers;
    found.identifier.push_back(fhir::identifier_of(ids.slot_system(), slot.id));
    if (!slot.channel.empty())
        found.extension.push_back(channel_extension(slot.channel));
    if (!schedule.service_category.empty())
        found.service_category.push_back(fhir::concept_text(schedule.service_category));
    found.service_type.push_back(general_practice(slot.service_type));
    found.schedule = fhir::reference_to(ids.reference("Schedule", slot.schedule));
    found.status = fhir::SlotStatus::free;
    found.start = slot.start;
    found.end = slot.end;
    return found;
}

/// All that slots have in common which are alike; empty for one whose identifiers make it like no other.
std::string kind_of(const wire::Slot& slot)
{
    return slot.identifiers.empty() ? slot.schedule + '\0' + slot.channel + '\0' + slot.service_type
                                    : std::string();
}

/// nullptr, and a warning, when the slot cannot be used.
SharedSlot offered(std::optional<wire::Slot> slot, const wire::Schedule& schedule, const Ids& ids,
                   SlotPatterns& patterns, std::vector<std::string>& warnings)
{
    if (!slot) {
        warnings.push_back("A slot without a usable id, schedule, start or end was left out.");
        return nullptr;
    }
    if (slot->status != "free") {
        warnings.push_back("A slot that is not free was left out.");
        return nullptr;
    }
    if (slot->channel.empty())
        slot->channel = schedule.channel;
    const auto kind = kind_of(*slot);
    if (kind.empty())
        return share(OfferedSlot{to_slot(*slot, schedule, ids), write_slot_key(key_of(*slot, schedule))});
    auto& pattern = patterns.of(kind);
    if (!pattern)
        pattern = std::make_shared<const SlotPattern>(to_slot(*slot, schedule, ids),
                                                      key_end(key_of(*slot, schedule)));
    auto key = slot_key_beginning(slot->id, slot->start_text, slot->end_text);
    return share(pattern, {ids.id(slot->id), std::move(slot->id), {slot->start, slot->end}, std::move(key)});
}

} // namespace

fhir::CodeableConcept general_practice(const std::string& text)
{
    auto service = fhir::concept_of(names::snomed, "788007007", "General practice service");
    if (!text.empty())
        service.text = text;
    return service;
}

std::set<const wire::Schedule*> add_slots(const wire::SlotBundle& bundle, const fhir::Interval& window,
                                          const Ids& ids, SlotMemo& memo, FoundSlots& out)
{
    SlotMemo::Reading reading(memo);
    SlotPatterns patterns;
    std::set<const wire::Schedule*> used;
    auto schedule = bundle.schedules.end();
    const wire::Schedule* last_used = nullptr;
    out.slots.reserve(bundle.slots.size());
    for (const auto& slot : bundle.slots) {
        // Slots of one schedule mostly come together.
        const auto id = wire::schedule_of(slot);
        if (schedule == bundle.schedules.end() || schedule->first != id)
            schedule = bundle.schedules.find(id);
        if (schedule == bundle.schedules.end()) {
            out.warnings.push_back("A slot was left out because its schedule was not sent.");
            continue;
        }
        auto row = reading.shown(
            schedule->second.source, slot.row, window,
            [&] { return offered(wire::read_slot(slot), schedule->second, ids, patterns, out.warnings); },
            id);
        if (!row)
            continue;
        out.slots.push_back(std::move(row));
        if (std::exchange(last_used, &schedule->second) != &schedule->second)
            used.insert(&schedule->second);
    }
    return used;
}

std::string write_slot_key(const SlotKey& key)
{
    return slot_key_beginning(key.slot, key.start, key.end) + key_end(key);
}

fhir::Result<SlotKey> read_slot_key(std::string_view text)
{
    const auto document = wire::Document::parse(text);
    if (!document)
        return fhir::fail(fhir::ErrorKind::slot_unknown);
    const Node& tree = document->root();
    SlotKey key{text_of(tree, "slot"),     text_of(tree, "start"),    text_of(tree, "end"),
                text_of(tree, "schedule"), text_of(tree, "location"), text_of(tree, "practitioner"),
                text_of(tree, "channel"),  text_of(tree, "type")};
    if (key.slot.empty() || key.location.empty() || !fhir::parse_instant(key.start) ||
        !fhir::parse_instant(key.end))
        return fhir::fail(fhir::ErrorKind::slot_unknown);
    return key;
}

} // namespace adapters::gpconnect
