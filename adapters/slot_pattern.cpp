// SPDX-License-Identifier: Apache-2.0
#include "adapters/slot_pattern.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/text_out.hpp"
#include "fhir/model/text_scan.hpp"

namespace adapters
{

namespace
{

constexpr std::string_view before_id = R"({"resourceType":"Slot","id":")";

/// What stands in the places of a slot's own in the text that is cut. No supplier's text holds that control
/// character: readers refuse it.
const OwnOfSlot example_own{"id",
                            "\x1f",
                            {fhir::Instant(std::chrono::milliseconds(-2'208'988'799'999)),
                             fhir::Instant(std::chrono::milliseconds(-2'208'988'799'998))},
                            {}};

/// Cuts off what stands before the only place of `text`, and that place; false when it is not the only one.
bool cut_before(std::string_view& json, std::string_view text, std::string& before)
{
    const auto at = json.find(text);
    if (at == std::string_view::npos || json.find(text, at + 1) != std::string_view::npos)
        return false;
    before = json.substr(0, at);
    json.remove_prefix(at + text.size());
    return true;
}

void give(fhir::Slot& slot, const OwnOfSlot& own)
{
    slot.id = own.id;
    slot.identifier.back().value = own.identifier;
    slot.start = own.moments.start;
    slot.end = own.moments.end;
}

} // namespace

SlotPattern::SlotPattern(fhir::Slot common, std::string key_end)
    : common_(std::move(common)), key_end_(std::move(key_end))
{
    common_.meta.reset();
    give(common_, example_own);
    fhir::rest::OutBuffer json;
    fhir::codec::write(common_, json);
    if (!cut(json.view().substr(before_id.size() + example_own.id.size() + 1)))
        before_value_ = before_start_ = before_end_ = behind_end_ = {};
}

bool SlotPattern::cut(std::string_view example)
{
    // Looked for without its quotes: backslashes are rarer.
    if (!cut_before(example, R"(\u001f)", before_value_))
        return false;
    before_value_.pop_back();
    example.remove_prefix(1);
    fhir::TextFill start, end;
    const bool found = cut_before(example, fhir::uk_text(example_own.moments.start, start), before_start_) &&
                       cut_before(example, fhir::uk_text(example_own.moments.end, end), before_end_);
    behind_end_ = example;
    return found;
}

fhir::Slot SlotPattern::slot_of(const OwnOfSlot& own) const
{
    fhir::Slot slot = common_;
    give(slot, own);
    return slot;
}

fhir::codec::Written SlotPattern::json_of(const OwnOfSlot& own) const
{
    if (behind_end_.empty() || own.identifier.empty()) {
        const fhir::Slot slot = slot_of(own);
        return fhir::codec::write_without_meta(fhir::Slot::declaration(), &slot);
    }
    fhir::TextFill start_text, end_text;
    const auto start = fhir::uk_text(own.moments.start, start_text);
    const auto end = fhir::uk_text(own.moments.end, end_text);
    std::string json;
    json.reserve(before_id.size() + own.id.size() + before_value_.size() + own.identifier.size() + 3 +
                 before_start_.size() + start.size() + before_end_.size() + end.size() + behind_end_.size());
    json.append(before_id).append(own.id).append("\"");
    const auto head_size = json.size();
    json.append(before_value_);
    fhir::codec::append_quoted(json, own.identifier);
    json.append(before_start_).append(start).append(before_end_).append(end).append(behind_end_);
    return fhir::codec::Written(std::move(json), head_size);
}

} // namespace adapters
