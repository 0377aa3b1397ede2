// SPDX-License-Identifier: Apache-2.0
#include "adapters/r4/slot_translator.hpp"

#include "adapters/r4/terms.hpp"

#include <algorithm>
#include <array>

namespace adapters::r4
{

namespace
{

/// What differs between slots that are alike; the last two are not kept.
constexpr std::array<std::string_view, 5> own_members{"id", "start", "end", "meta", "text"};

constexpr std::string_view unusable = "A slot without a usable id, status, start or end was left out.";

/// All that a slot has beside its own members, as one text; empty when its identifiers make it like no other.
void write_kind(const Node& tree, std::string& kind)
{
    kind.clear();
    for (const Node& member : tree.children()) {
        if (std::ranges::find(own_members, member.name()) != own_members.end())
            continue;
        if (member.name() == "identifier")
            return kind.clear();
        // No text holds the byte between.
        kind.append(member.name()).append(1, '\0').append(1, static_cast<char>(member.type()));
        kind.append(member.text()).append(member.source()).append(1, '\0');
    }
}

void translate_references(std::vector<fhir::Extension>& extensions, const LocalNames& names)
{
    for (auto& extension : extensions) {
        translate_references(extension.extension, names);
        if (auto* value = std::get_if<fhir::Reference>(&extension.value); value && value->reference)
            value->reference = names.translated(*value->reference);
    }
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

} // namespace

SharedSlot SlotTranslator::translate(const SlotEntry& entry, const ScheduleRow& schedule)
{
    if (entry.tree != nullptr)
        return translate(*entry.tree, schedule);
    // One that is known, but with another schedule, is read again.
    const auto again = Document::parse(entry.row.source);
    const Node* tree = again ? member_of(again->root(), "resource") : nullptr;
    return tree != nullptr ? translate(*tree, schedule) : nullptr;
}

SharedSlot SlotTranslator::translate(const Node& tree, const ScheduleRow& schedule)
{
    write_kind(tree, kind_);
    if (!kind_.empty())
        if (const auto& pattern = patterns_.of(kind_))
            return alike(tree, pattern);
    auto slot = fhir::codec::read<fhir::Slot>(tree, tolerant);
    if (!slot || !fhir::is_id(view_of(tree, "id")) || slot->end <= slot->start)
        return left_out(std::string(unusable));
    if (slot->status != fhir::SlotStatus::free)
        return nullptr;
    // FHIR R4: an element that changes the meaning of others must be understood or the resource refused.
    if (!slot->modifier_extension.empty())
        return left_out("A slot with conditions that are not known here was left out.");
    complete(*slot, tree, schedule);
    auto key_end = key_.end(*slot, schedule);
    if (kind_.empty())
        return share(OfferedSlot{std::move(*slot), key_.beginning(tree) + key_end});
    auto& pattern = patterns_.of(kind_);
    pattern = std::make_shared<const SlotPattern>(std::move(*slot), std::move(key_end));
    return alike(tree, pattern);
}

SharedSlot SlotTranslator::alike(const Node& tree, const std::shared_ptr<const SlotPattern>& pattern)
{
    const auto id = view_of(tree, "id");
    fhir::Slot own;
    if (fhir::codec::read_some(fhir::Slot::declaration(), &own, tree, own_members, tolerant) ||
        !fhir::is_id(id) || own.end <= own.start)
        return left_out(std::string(unusable));
    return share(pattern, {names_.id(id), std::string(id), {own.start, own.end}, key_.beginning(tree)});
}

SharedSlot SlotTranslator::left_out(std::string why)
{
    warnings_.push_back(std::move(why));
    return nullptr;
}

void SlotTranslator::complete(fhir::Slot& slot, const Node& tree, const ScheduleRow& schedule) const
{
    const auto id = view_of(tree, "id");
    slot.id = names_.id(id);
    slot.text.reset();
    slot.schedule.reference = names_.reference("Schedule", schedule.id);
    translate_references(slot.extension, names_);
    slot.identifier.push_back(fhir::identifier_of(names_.slot_system(), std::string(id)));
    inherit(slot, schedule.own);
    write_channel_as_concept(slot.extension);
}

} // namespace adapters::r4
