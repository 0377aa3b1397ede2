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

/// Adds what is free in the window; the schedules of what was added.
std::set<const ScheduleRow*> add_slots(const SlotBundle& bundle, const ScheduleRows& schedules,
                                       const fhir::Interval& window, const LocalNames& names, SlotMemo& memo,
                                       const KeyOfSlot& key, FoundSlots& out)
{
    SlotMemo::Reading reading(memo);
    SlotTranslator translator(names, key, out.warnings);
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
            [&] { return translator.translate(slot, schedule->second); }, reference);
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
                          const std::string& practice_name, SlotMemo& memo, const KeyOfSlot& key)
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
