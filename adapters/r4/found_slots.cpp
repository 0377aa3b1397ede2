// SPDX-License-Identifier: Apache-2.0
#include "adapters/r4/found_slots.hpp"

#include "adapters/practice_parts.hpp"
#include "adapters/r4/terms.hpp"

#include <set>
#include <utility>

namespace adapters::r4
{

namespace
{

void translate_references(std::vector<fhir::Extension>& extensions, const LocalNames& names)
{
    for (auto& extension : extensions) {
        translate_references(extension.extension, names);
        if (auto* value = std::get_if<fhir::Reference>(&extension.value); value && value->reference)
            value->reference = names.translated(*value->reference);
    }
}

std::optional<ScheduleRow> schedule_row(const Node& tree, const LocalNames& names)
{
    auto own = read_localised<fhir::Schedule>(tree, names);
    if (!own || own->active == false)
        return std::nullopt;
    ScheduleRow row{&tree, text_of(tree, "id"), {}, std::move(*own)};
    for (const auto* actor : items_of(tree, "actor"))
        if (auto reference = names.local(view_of(*actor, "reference")))
            row.actors.push_back(reference->text());
    return row;
}

using ScheduleRows = std::map<std::string, ScheduleRow, std::less<>>;

ScheduleRows schedule_rows(const SlotBundle& bundle, const LocalNames& names)
{
    ScheduleRows rows;
    for (const auto& [name, tree] : bundle.others)
        if (name.starts_with("Schedule/"))
            if (auto row = schedule_row(*tree, names))
                rows.emplace(name, std::move(*row));
    return rows;
}

/// A slot without terms of its own has its schedule's (FHIR R4, Slot.serviceType).
void inherit(fhir::Slot& slot, const fhir::Schedule& schedule)
{
    if (slot.service_category.empty())
        slot.service_category = schedule.service_category;
    if (slot.service_type.empty())
        slot.service_type = schedule.service_type;
    if (slot.specialty.empty())
        slot.specialty = schedule.specialty;
    const auto* channel = fhir::find_extension(schedule.extension, terms::delivery_channel);
    if (channel != nullptr && !fhir::find_extension(slot.extension, terms::delivery_channel))
        slot.extension.push_back(*channel);
}

/// Older versions of UK Core write a code; searches look for the concept.
void write_channel_as_concept(std::vector<fhir::Extension>& extensions)
{
    for (auto& extension : extensions)
        if (const auto* code = std::get_if<fhir::Code>(&extension.value);
            code != nullptr && extension.url == terms::delivery_channel)
            extension.value = fhir::concept_of(terms::delivery_channel_system, code->text, code->text);
}

std::optional<OfferedSlot> left_out(std::vector<std::string>& warnings, std::string why)
{
    warnings.push_back(std::move(why));
    return std::nullopt;
}

std::optional<OfferedSlot> offered(const Node& tree, const ScheduleRow& schedule, const LocalNames& names,
                                   const WriteKey& key, std::vector<std::string>& warnings)
{
    auto slot = fhir::codec::read<fhir::Slot>(tree.source(), tolerant);
    const auto id = text_of(tree, "id");
    if (!slot || !fhir::is_id(id) || slot->end <= slot->start)
        return left_out(warnings, "A slot without a usable id, status, start or end was left out.");
    if (slot->status != fhir::SlotStatus::free)
        return std::nullopt;
    // FHIR R4: an element that changes the meaning of others must be understood or the resource refused.
    if (!slot->modifier_extension.empty())
        return left_out(warnings, "A slot with conditions that are not known here was left out.");
    slot->id = names.id(id);
    slot->text.reset();
    slot->schedule.reference = names.reference("Schedule", schedule.id);
    translate_references(slot->extension, names);
    slot->identifier.push_back(fhir::identifier_of(names.slot_system(), id));
    inherit(*slot, schedule.own);
    write_channel_as_concept(slot->extension);
    auto booking_key = key(tree, *slot, schedule);
    return OfferedSlot{std::move(*slot), std::move(booking_key)};
}

/// One that is known, but with another schedule, is read again.
std::optional<OfferedSlot> offered(const SlotEntry& entry, const ScheduleRow& schedule,
                                   const LocalNames& names, const WriteKey& key,
                                   std::vector<std::string>& warnings)
{
    if (entry.tree != nullptr)
        return offered(*entry.tree, schedule, names, key, warnings);
    const auto again = Document::parse(entry.row.source);
    const Node* tree = again ? member_of(again->root(), "resource") : nullptr;
    return tree != nullptr ? offered(*tree, schedule, names, key, warnings) : std::nullopt;
}

/// Adds what is free in the window; the schedules of what was added.
std::set<const ScheduleRow*> add_slots(const SlotBundle& bundle, const ScheduleRows& schedules,
                                       const fhir::Interval& window, const LocalNames& names, SlotMemo& memo,
                                       const WriteKey& key, FoundSlots& out)
{
    SlotMemo::Reading reading(memo);
    std::set<const ScheduleRow*> used;
    const ScheduleRow* last_used = nullptr;
    out.slots.reserve(bundle.slots.size());
    std::string_view last_reference;
    auto schedule = schedules.end();
    for (const auto& slot : bundle.slots) {
        const auto reference = slot.schedule();
        if (reference != last_reference || schedule == schedules.end()) {
            const auto local = names.local(reference);
            schedule = local ? schedules.find(local->text()) : schedules.end();
            last_reference = reference;
        }
        if (schedule == schedules.end()) {
            out.warnings.push_back("A slot was left out because its schedule is not in use or was not sent.");
            continue;
        }
        // One that comes twice is shown once: pages of a book that changes meanwhile may overlap.
        auto row = reading.shown(
            schedule->second.tree->source(), slot.row, window,
            [&] { return offered(slot, schedule->second, names, key, out.warnings); }, reference);
        if (!row)
            continue;
        out.slots.push_back(std::move(row));
        if (std::exchange(last_used, &schedule->second) != &schedule->second)
            used.insert(&schedule->second);
    }
    return used;
}

} // namespace

std::string first_code(const std::vector<fhir::CodeableConcept>& concepts)
{
    if (concepts.empty())
        return {};
    const auto& first = concepts.front();
    return first.coding.empty() || !first.coding.front().code ? first.text.value_or("")
                                                              : first.coding.front().code->text;
}

std::string channel_of(const fhir::Slot& slot)
{
    const auto* extension = fhir::find_extension(slot.extension, terms::delivery_channel);
    if (extension == nullptr)
        return {};
    if (const auto* code = std::get_if<fhir::Code>(&extension->value))
        return code->text;
    const auto* value = std::get_if<fhir::CodeableConcept>(&extension->value);
    return value != nullptr ? first_code({*value}) : std::string();
}

FoundSlots to_found_slots(const SlotBundle& bundle, const fhir::Interval& window, const LocalNames& names,
                          const std::string& practice_name, SlotMemo& memo, const WriteKey& key)
{
    FoundSlots found;
    found.warnings = bundle.warnings;
    const auto schedules = schedule_rows(bundle, names);
    const auto used = add_slots(bundle, schedules, window, names, memo, key, found);
    if (found.slots.empty())
        return found;
    Company company(bundle, names, practice_name, found);
    for (const auto& [name, schedule] : schedules)
        if (used.contains(&schedule))
            company.add(schedule);
    show_actors(found);
    return found;
}

} // namespace adapters::r4
