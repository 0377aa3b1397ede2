// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/mapping.hpp"

#include "adapters/fhir_r4/company.hpp"
#include "adapters/fhir_r4/names.hpp"
#include "adapters/fhir_r4/translate.hpp"
#include "fhir/model/id.hpp"

#include <set>

namespace adapters::fhir_r4
{

namespace
{

void translate_references(std::vector<fhir::Extension>& extensions, const Ids& ids)
{
    for (auto& extension : extensions) {
        translate_references(extension.extension, ids);
        if (auto* value = std::get_if<fhir::Reference>(&extension.value); value && value->reference)
            value->reference = ids.translated(*value->reference);
    }
}

std::string first_code(const std::vector<fhir::CodeableConcept>& concepts)
{
    if (concepts.empty())
        return {};
    const auto& first = concepts.front();
    return first.coding.empty() || !first.coding.front().code ? first.text.value_or("")
                                                              : first.coding.front().code->text;
}

/// The UK Core extension holds a concept, in older versions a code.
std::string channel_of(const fhir::Slot& slot)
{
    const auto* extension = fhir::find_extension(slot.extension, names::delivery_channel);
    if (extension == nullptr)
        return {};
    if (const auto* code = std::get_if<fhir::Code>(&extension->value))
        return code->text;
    const auto* value = std::get_if<fhir::CodeableConcept>(&extension->value);
    return value != nullptr ? first_code({*value}) : std::string();
}

std::optional<ScheduleRow> schedule_row(const Node& tree, const Ids& ids)
{
    auto own = read_localised<fhir::Schedule>(tree, ids);
    if (!own || own->active == false)
        return std::nullopt;
    ScheduleRow row{&tree, text_of(tree, "id"), {}, std::move(*own)};
    for (const auto* actor : items_of(tree, "actor"))
        if (auto reference = ids.local(view_of(*actor, "reference")))
            row.actors.push_back(reference->text());
    return row;
}

using ScheduleRows = std::map<std::string, ScheduleRow, std::less<>>;

ScheduleRows schedule_rows(const wire::SlotBundle& bundle, const Ids& ids)
{
    ScheduleRows rows;
    for (const auto& [name, tree] : bundle.others)
        if (name.starts_with("Schedule/"))
            if (auto row = schedule_row(*tree, ids))
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
    const auto* channel = fhir::find_extension(schedule.extension, names::delivery_channel);
    if (channel != nullptr && !fhir::find_extension(slot.extension, names::delivery_channel))
        slot.extension.push_back(*channel);
}

std::optional<OfferedSlot> left_out(std::vector<std::string>& warnings, std::string why)
{
    warnings.push_back(std::move(why));
    return std::nullopt;
}

std::optional<OfferedSlot> offered(const Node& tree, const ScheduleRow& schedule, const Ids& ids,
                                   std::vector<std::string>& warnings)
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
    slot->id = ids.id(id);
    slot->text.reset();
    slot->schedule.reference = ids.reference("Schedule", schedule.id);
    translate_references(slot->extension, ids);
    slot->identifier.push_back(fhir::identifier_of(ids.slot_system(), id));
    inherit(*slot, schedule.own);
    auto key = write_slot_key({id, text_of(tree, "start"), text_of(tree, "end"), schedule.id,
                               channel_of(*slot) + "/" + first_code(slot->service_type), schedule.actors});
    return OfferedSlot{std::move(*slot), std::move(key)};
}

/// Adds what is free in the window; the schedules of what was added.
std::set<const ScheduleRow*> add_slots(const wire::SlotBundle& bundle, const ScheduleRows& schedules,
                                       const fhir::Interval& window, const Ids& ids, SlotMemo& memo,
                                       FoundSlots& out)
{
    SlotMemo::Reading reading(memo);
    std::set<const ScheduleRow*> used;
    std::set<std::string_view> known; // pages of a book that changes meanwhile may overlap
    out.slots.reserve(bundle.slots.size());
    std::string_view last_reference;
    auto schedule = schedules.end();
    for (const auto* tree : bundle.slots) {
        const auto reference = view_at(*tree, {"schedule", "reference"});
        if (reference != last_reference || schedule == schedules.end()) {
            const auto local = ids.local(reference);
            schedule = local ? schedules.find(local->text()) : schedules.end();
            last_reference = reference;
        }
        if (schedule == schedules.end()) {
            out.warnings.push_back("A slot was left out because its schedule is not in use or was not sent.");
            continue;
        }
        auto row = reading.row(schedule->second.tree->source(), tree->source(),
                               [&] { return offered(*tree, schedule->second, ids, out.warnings); });
        if (!row || !window.contains(row->slot.start) || !known.insert(*row->slot.id).second)
            continue;
        out.slots.push_back(std::move(row));
        used.insert(&schedule->second);
    }
    return used;
}

} // namespace

std::string write_slot_key(const SlotKey& key)
{
    std::string json;
    json.reserve(256);
    const auto add = [&](std::string_view name, std::string_view value) {
        json.append(json.empty() ? "{" : ",").append(name);
        fhir::codec::append_json_string(json, value);
    };
    add(R"("slot":)", key.slot);
    add(R"("start":)", key.start);
    add(R"("end":)", key.end);
    add(R"("schedule":)", key.schedule);
    add(R"("kind":)", key.kind);
    json += R"(,"actors":[)";
    for (const auto& actor : key.actors) {
        if (!json.ends_with('['))
            json += ',';
        fhir::codec::append_json_string(json, actor);
    }
    return json.append("]}");
}

fhir::Result<SlotKey> read_slot_key(std::string_view text)
{
    const auto document = Document::parse(text);
    if (!document || !document->root().is_object())
        return fhir::fail(fhir::ErrorKind::slot_unknown);
    const Node& tree = document->root();
    SlotKey key{text_of(tree, "slot"),     text_of(tree, "start"), text_of(tree, "end"),
                text_of(tree, "schedule"), text_of(tree, "kind"),  {}};
    for (const auto* actor : items_of(tree, "actors"))
        key.actors.emplace_back(actor->text());
    if (!fhir::is_id(key.slot) || !fhir::parse_instant(key.start) || !fhir::parse_instant(key.end))
        return fhir::fail(fhir::ErrorKind::slot_unknown);
    return key;
}

FoundSlots to_found_slots(const wire::SlotBundle& bundle, const fhir::Interval& window, const Ids& ids,
                          const std::string& practice_name, SlotMemo& memo)
{
    FoundSlots found;
    found.warnings = bundle.warnings;
    const auto schedules = schedule_rows(bundle, ids);
    const auto used = add_slots(bundle, schedules, window, ids, memo, found);
    if (found.slots.empty())
        return found;
    Company company(bundle, ids, practice_name, found);
    for (const auto& [name, schedule] : schedules)
        if (used.contains(&schedule))
            company.add(schedule);
    return found;
}

} // namespace adapters::fhir_r4
