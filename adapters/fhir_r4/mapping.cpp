// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/mapping.hpp"

#include "adapters/r4/found_slots.hpp"
#include "adapters/slot_key_text.hpp"

namespace adapters::fhir_r4
{

namespace
{

std::string key_end(std::string_view schedule, std::string_view kind, const std::vector<std::string>& actors)
{
    std::string json(",");
    json.append(R"("schedule":)");
    fhir::codec::append_json_string(json, schedule);
    add_member(json, "kind", kind);
    json += R"(,"actors":[)";
    for (const auto& actor : actors) {
        if (!json.ends_with('['))
            json += ',';
        fhir::codec::append_json_string(json, actor);
    }
    return json.append("]}");
}

const r4::KeyOfSlot key_of_slot{
    [](const Node& received) {
        return slot_key_beginning(view_of(received, "id"), view_of(received, "start"),
                                  view_of(received, "end"));
    },
    [](const fhir::Slot& slot, const r4::ScheduleRow& schedule) {
        return key_end(schedule.id, r4::channel_of(slot) + "/" + r4::first_code(slot.service_type),
                       schedule.actors);
    }};

} // namespace

std::string write_slot_key(const SlotKey& key)
{
    return slot_key_beginning(key.slot, key.start, key.end) + key_end(key.schedule, key.kind, key.actors);
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

FoundSlots to_found_slots(const r4::SlotBundle& bundle, const fhir::Interval& window, const Ids& ids,
                          const std::string& practice_name, SlotMemo& memo)
{
    return r4::to_found_slots(bundle, window, ids, practice_name, memo, key_of_slot);
}

} // namespace adapters::fhir_r4
