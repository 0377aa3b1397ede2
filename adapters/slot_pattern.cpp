// SPDX-License-Identifier: Apache-2.0
#include "adapters/slot_pattern.hpp"

#include "fhir/codec/text_out.hpp"
#include "fhir/model/text_scan.hpp"

namespace adapters
{

namespace
{

constexpr std::string_view before_id = R"({"resourceType":"Slot","id":")";
constexpr std::string_view before_end = R"(","end":")";

/// Cuts off what stands before the text that follows `key`, and that text with its quotes. Keys are told from
/// everything within texts by their quotes, which are escaped there.
std::string_view cut(std::string_view& json, std::string_view key, bool with_quote)
{
    const auto value = json.find(key) + key.size();
    const auto before = json.substr(0, value + (with_quote ? 1 : 0));
    json.remove_prefix(json.find('"', value + 1) + (with_quote ? 0 : 1));
    return before;
}

} // namespace

SlotPattern::SlotPattern(fhir::Slot common) : common_(std::move(common))
{
    common_.id = "id";
    common_.identifier.front().value = "value";
    const auto example = fhir::codec::write_without_meta(fhir::Slot::declaration(), &common_);
    std::string_view json = example.tail();
    before_value_ = cut(json, R"("value":)", false);
    before_start_ = cut(json, R"("start":)", true);
    cut(json, R"("end":)", true);
    behind_end_ = json;
}

OfferedSlot SlotPattern::with(OwnOfSlot own) const
{
    OfferedSlot offered{common_, std::move(own.supplier_key)};
    offered.slot.id = std::move(own.id);
    offered.slot.identifier.front().value = std::move(own.identifier);
    offered.slot.start = own.moments.start;
    offered.slot.end = own.moments.end;
    return offered;
}

fhir::codec::Written SlotPattern::json_of(const fhir::Slot& slot) const
{
    constexpr std::size_t own = 256;
    std::string json;
    json.reserve(before_id.size() + before_value_.size() + before_start_.size() + behind_end_.size() + own);
    json.append(before_id).append(*slot.id).append("\"");
    const auto head_size = json.size();
    json.append(before_value_);
    fhir::codec::append_quoted(json, *slot.identifier.front().value);
    fhir::TextFill start, end;
    json.append(before_start_).append(fhir::uk_text(slot.start, start));
    json.append(before_end).append(fhir::uk_text(slot.end, end)).append(behind_end_);
    return fhir::codec::Written(std::move(json), head_size);
}

SlotRow::SlotRow(OfferedSlot&& offered, std::shared_ptr<const SlotPattern> pattern)
    : OfferedSlot(std::move(offered)), pattern_(std::move(pattern))
{
    slot.meta.reset();
}

const fhir::codec::Written& SlotRow::json() const
{
    return written_.by([this] {
        return pattern_ ? pattern_->json_of(slot)
                        : fhir::codec::write_without_meta(fhir::Slot::declaration(), &slot);
    });
}

SharedSlot share(std::shared_ptr<const SlotPattern> pattern, OwnOfSlot own)
{
    const SlotPattern& common = *pattern;
    return std::make_shared<const SlotRow>(common.with(std::move(own)), std::move(pattern));
}

} // namespace adapters
