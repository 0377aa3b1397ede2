// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/codec/written.hpp"
#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"
#include "gateway/search/book_meta.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::search
{

template <class T>
using BookResources = std::map<std::string, adapters::Shared<T>, std::less<>>;

/// nullptr when there is none of that id.
template <class T>
const T* find(const BookResources<T>& resources, std::string_view id)
{
    const auto found = resources.find(id);
    return found == resources.end() ? nullptr : &*found->second;
}

/// What a search looks at before anything else of a slot: 16 bytes side by side in memory instead of one
/// struct far from the next.
struct SlotKey
{
    fhir::Instant start{};
    std::uint32_t schedule = 0; ///< index into Book::schedule_references
    std::uint8_t status = 0;    ///< fhir::SlotStatus
};

/// Slots that are alike in service type, category, specialty, appointment type and delivery channel.
struct SlotKinds
{
    std::vector<std::uint32_t> examples; ///< index of one slot of each kind
    std::vector<std::uint16_t> of_slot;  ///< index into `examples`, for each slot of the book
};

/// A practice's bookable slots as last seen: never changes once made, shared between threads. Slots are
/// ordered by start, then id. JSON is written when first asked for.
class Book
{
public:
    /// `public_base` is the FHIR base URL of the gateway; meta.source is `<origin of base>/provider/<ODS>`.
    Book(const fhir::OdsCode& ods, fhir::Interval window, fhir::Instant seen, adapters::FoundSlots found,
         std::string_view public_base);
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;

    fhir::OdsCode ods;
    fhir::Interval window; ///< what was asked of the supplier
    fhir::Instant seen;    ///< when it answered
    std::vector<adapters::SharedSlot> slots;
    BookResources<fhir::Schedule> schedules;
    BookResources<fhir::Practitioner> practitioners;
    BookResources<fhir::PractitionerRole> practitioner_roles;
    BookResources<fhir::Location> locations;
    BookResources<fhir::HealthcareService> healthcare_services;
    BookResources<fhir::Organization> organizations;

    std::vector<SlotKey> keys;                    ///< of `slots`, same order
    std::vector<std::string> schedule_references; ///< distinct, as the slots write them: `Schedule/A11111.s1`
    bool all_free = true;

    const SlotKinds& kinds() const;
    /// Index into `slots`; nothing when the book does not hold it.
    std::optional<std::uint32_t> position_of(std::string_view slot_id) const;
    /// nullptr when the book does not hold it.
    const adapters::SlotRow* slot(std::string_view id) const;
    /// Whether it holds `Schedule/x`, `Location/x`, ….
    bool holds(std::string_view type, std::string_view id) const { return written(type, id) != nullptr; }
    /// The JSON of `Schedule/x`, `Location/x`, …; empty when the book does not hold it.
    std::string json_of(std::string_view type, std::string_view id) const;
    /// A book of that one slot and its schedule; nullptr when this one does not hold it.
    std::shared_ptr<const Book> excerpt(std::string_view slot_id) const;
    /// A book of everything but slots and these schedules, by id.
    std::shared_ptr<const Book> without(const std::vector<std::string>& hidden_schedules) const;

    /// What every slot of the book has as meta.
    const MetaStamp& slot_stamp() const { return slot_stamp_; }
    MetaStamp stamp(std::string_view type) const { return MetaStamp(type, ods, seen, public_base_); }

private:
    void index_slots();
    const fhir::codec::Written* written(std::string_view type, std::string_view id) const;

    std::string public_base_;
    MetaStamp slot_stamp_;
    std::vector<std::uint32_t> by_id_; ///< indices of `slots` in order of id
    mutable std::once_flag kinds_once_;
    mutable SlotKinds kinds_;
};

} // namespace gateway::search
