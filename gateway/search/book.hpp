// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::search
{

/// One slot of a book, ready to be matched and sent: the struct, and its JSON written once.
struct BookSlot
{
    adapters::OfferedSlot offered;
    std::string json;    ///< the Slot resource, compact, with meta
    std::string version; ///< content hash: its versionId and ETag
};

/// A referenced resource with its JSON.
template <class T>
struct BookResource
{
    T resource;
    std::string json;
    std::string version;
};

template <class T>
using BookResources = std::map<std::string, BookResource<T>, std::less<>>;

/// nullptr when there is none of that id.
template <class T>
const T* find(const BookResources<T>& resources, std::string_view id)
{
    const auto found = resources.find(id);
    return found == resources.end() ? nullptr : &found->second.resource;
}

/// What a search looks at before anything else of a slot: 16 bytes side by side in memory instead of one
/// struct far from the next.
struct SlotKey
{
    fhir::Instant start{};
    std::uint32_t schedule = 0; ///< index into Book::schedule_references
    std::uint16_t kind = 0;     ///< index into Book::kinds
    std::uint8_t status = 0;    ///< fhir::SlotStatus
};

/// A practice's bookable slots as last seen: immutable, shared between threads. Slots are ordered by start,
/// then id.
struct Book
{
    fhir::OdsCode ods;
    fhir::Interval window; ///< what was asked of the supplier
    fhir::Instant seen{};  ///< when it answered
    std::vector<BookSlot> slots{};
    BookResources<fhir::Schedule> schedules{};
    BookResources<fhir::Practitioner> practitioners{};
    BookResources<fhir::PractitionerRole> practitioner_roles{};
    BookResources<fhir::Location> locations{};
    BookResources<fhir::HealthcareService> healthcare_services{};
    BookResources<fhir::Organization> organizations{};

    std::vector<SlotKey> keys{}; ///< of `slots`, same order
    std::vector<std::string>
        schedule_references{}; ///< distinct, as the slots write them: `Schedule/A11111.s1`
    /// Slots that are alike in service type, category, specialty, appointment type and delivery channel:
    /// index of one of each kind.
    std::vector<std::uint32_t> kinds{};
    std::vector<std::uint32_t> by_id{}; ///< indices of `slots` in order of id
    bool all_free = true;

    /// nullptr when the book does not hold it.
    const BookSlot* slot(std::string_view id) const;
    /// The JSON of `Schedule/x`, `Location/x`, …; nullptr when the book does not hold it.
    const std::string* json_of(std::string_view type, std::string_view id) const;
};

/// Writes every resource of a supplier's answer once. `public_base` is the FHIR base URL of the gateway;
/// meta.source is
/// `<origin of base>/provider/<ODS>`.
std::shared_ptr<const Book> make_book(const fhir::OdsCode& ods, fhir::Interval window, fhir::Instant seen,
                                      adapters::FoundSlots found, std::string_view public_base);

/// A book of that one slot and its schedule; nullptr when `book` does not hold it.
std::shared_ptr<const Book> excerpt(const Book& book, std::string_view slot_id);

/// The slot's JSON, with meta, as a book holds it; also for a slot that is no longer free.
BookSlot make_book_slot(adapters::OfferedSlot offered, fhir::Instant seen, const fhir::OdsCode& ods,
                        std::string_view public_base);

} // namespace gateway::search
