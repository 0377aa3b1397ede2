// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/written.hpp"
#include "fhir/model/slot.hpp"

#include <memory>
#include <string>

namespace adapters
{

/// A slot as the supplier offers it, with the key the supplier knows it by. The key is opaque outside the
/// adapter, holds nothing about a patient, and is stored with the intent so that booking and settlement need
/// no search.
struct OfferedSlot
{
    fhir::Slot slot;
    std::string supplier_key;
};

/// What is a slot's own among those that are alike.
struct OwnOfSlot
{
    std::string id;         ///< empty when it has none
    std::string identifier; ///< value of its last identifier
    fhir::Interval moments;
    std::string supplier_key; ///< all of it but what those of slots that are alike end in
};

class SlotPattern;

/// A slot in a practice's answers, together with its JSON: the same object in all of them for as long as the
/// practice sends it unchanged. It holds what is its own and refers to what it shares with others, which is
/// most of it. Thread-safe.
class SlotRow
{
public:
    SlotRow(std::shared_ptr<const SlotPattern> pattern, OwnOfSlot own);
    /// One that is like no other.
    explicit SlotRow(OfferedSlot&& offered);

    const std::string& id() const { return own_.id; }
    fhir::Instant start() const { return own_.moments.start; }
    fhir::Instant end() const { return own_.moments.end; }
    std::string supplier_key() const;
    /// What it shares with others; nullptr of one that is like no other.
    const std::shared_ptr<const SlotPattern>& pattern() const { return pattern_; }
    /// Its own, on another pattern.
    std::shared_ptr<const SlotRow> on(std::shared_ptr<const SlotPattern> pattern) const
    {
        return std::make_shared<const SlotRow>(std::move(pattern), own_);
    }
    /// The slot but for its id, its times and the value of its last identifier.
    const fhir::Slot& common() const;
    /// The whole slot, put together when first asked for. `meta` is unset.
    const fhir::Slot& slot() const;
    OfferedSlot offered() const { return {slot(), supplier_key()}; }
    const fhir::codec::Written& json() const;
    /// Its STU3 JSON, as the one face that speaks STU3 makes it when first asked for.
    template <class Make>
    const std::string& stu3_json(Make make) const
    {
        return stu3_json_.by(make);
    }

private:
    std::shared_ptr<const SlotPattern> pattern_; ///< nullptr of one that is like no other
    OwnOfSlot own_;
    fhir::codec::MadeOnce<fhir::Slot> slot_;
    fhir::codec::WrittenOnce written_;
    fhir::codec::MadeOnce<std::string> stu3_json_;
};

using SharedSlot = std::shared_ptr<const SlotRow>;

inline SharedSlot share(OfferedSlot offered)
{
    return std::make_shared<const SlotRow>(std::move(offered));
}

inline SharedSlot share(std::shared_ptr<const SlotPattern> pattern, OwnOfSlot own)
{
    return std::make_shared<const SlotRow>(std::move(pattern), std::move(own));
}

} // namespace adapters
