// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/search/slot_query.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/observability/metrics.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/policy/terms.hpp"
#include "gateway/search/book.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gateway::search
{

struct SearchSettings
{
    std::chrono::milliseconds deadline{3000};       ///< for the whole search
    std::chrono::milliseconds book_lifetime{30000}; ///< how long a cached book answers searches
    std::chrono::days max_window{28};
    std::size_t max_parallel_practices = 64;
    std::chrono::milliseconds cursor_lifetime{300000};
    std::size_t max_cursors = 10000;
    std::size_t default_count = 50;
    std::size_t max_count = 500;
};

/// A practice that is missing from an answer, and why.
struct MissingPractice
{
    fhir::OdsCode ods;
    std::string name;
    fhir::Error error;
};

/// One matched slot; `book` keeps it alive.
struct SlotHit
{
    std::shared_ptr<const Book> book;
    const adapters::SlotRow* slot = nullptr;

    std::string json() const
    {
        return slot->json().with_meta(book->slot_stamp().json(slot->json().version()));
    }
};

/// The matches of one book, in order of start: indices into `Book::slots`. A run without gaps has no list.
struct BookMatches
{
    std::shared_ptr<const Book> book;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    std::vector<std::uint32_t> picked; ///< used instead of first, first + 1, … when not empty

    std::uint32_t slot(std::uint32_t position) const
    {
        return picked.empty() ? first + position : picked[position];
    }
};

/// The whole result of a search, frozen: later pages come from it unchanged, because books never change.
/// Merging happens page by page.
struct SlotResult
{
    enum class Order
    {
        start,
        start_descending,
        seen,
        seen_descending
    };

    std::vector<BookMatches> books; ///< every book that answered, also those without a match: for their age
    std::size_t total = 0;
    Order order = Order::start;
    std::vector<MissingPractice> missing;
    std::vector<fhir::Error> warnings; ///< parameters left out under lenient handling
    fhir::search::SlotQuery query;
    fhir::Instant made{};
    std::uint64_t policy = 0;     ///< revision of the directory it was made by
    bool depends_on_time = false; ///< what is offered may change without any book or rule changing

    /// Matches [offset, offset + count) in the order asked for.
    std::vector<SlotHit> page(std::size_t offset, std::size_t count) const;
};

/// Whether a slot may be booked by an organisation, and within which limits.
struct Offer
{
    policy::Reason reason = policy::Reason::none;
    std::string rule; ///< id of the agreement that allows it, or stands in the way; empty for the own book
    std::optional<fhir::Instant> until; ///< when the reason ends by itself
    std::vector<policy::Limit> limits;  ///< for the store to check when the slot is taken
    /// Only a window, an embargo, a quota or the valve stands or may come to stand in the way.
    bool can_be_overridden = false;
};

struct ExplainQuestion;
struct Explanation;

/// Federated slot search over the directory's practices (DESIGN §5). Thread-safe.
class FederatedSearch
{
public:
    virtual ~FederatedSearch() = default;

    /// Errors: `too_costly`, `practice_unknown`, …; when no practice answered: `supplier_timeout` or
    /// `supplier_unavailable`. `fresh` goes to the source whatever the cache holds (`Cache-Control:
    /// no-cache`). `warnings` of lenient parsing travel with the result.
    virtual Awaitable<fhir::Result<std::shared_ptr<const SlotResult>>>
    find_slots(identity::Caller caller, fhir::search::SlotQuery query, bool fresh, std::string request_id,
               std::vector<fhir::Error> warnings = {}) = 0;

    /// Keeps a result for paging; the token is unguessable and bound to the caller.
    virtual std::string freeze(const identity::Caller& caller, std::shared_ptr<const SlotResult> result) = 0;
    /// `gone` when expired or unknown.
    virtual fhir::Result<std::shared_ptr<const SlotResult>> thaw(const identity::Caller& caller,
                                                                 std::string_view token) = 0;

    /// One slot by id with the book that holds it, from the cache or from the source. `not_found`. A slot
    /// taken through us that the book still lists comes back with status busy.
    virtual Awaitable<fhir::Result<SlotHit>> slot(identity::Caller caller, std::string id, bool fresh,
                                                  std::string request_id) = 0;
    /// What the rules say of such a slot to somebody who wants to do this with it, limits included that only
    /// the store can tell for certain.
    virtual Awaitable<fhir::Result<Offer>> offer_of(identity::Caller, SlotHit, policy::Use)
    {
        co_return Offer();
    }
    /// Why an organisation is offered what it is offered. Looks as that organisation would, at the source.
    virtual Awaitable<fhir::Result<Explanation>> explain(ExplainQuestion question);
    /// The freshest book known that holds this resource (`Schedule`, `Practitioner`, …, id). `not_found`.
    virtual Awaitable<fhir::Result<std::shared_ptr<const Book>>>
    book_with(identity::Caller caller, std::string type, std::string id) = 0;
    /// Every book the caller may see, fetched where none is cached, for searches over Schedule, Practitioner,
    /// Location and the like.
    virtual Awaitable<std::vector<std::shared_ptr<const Book>>>
    books(identity::Caller caller, std::vector<MissingPractice>& missing) = 0;

    /// A page that this search wrote for the same `key` a moment ago and that is still right; nullptr without
    /// one. `key` names the caller and everything asked for.
    virtual std::shared_ptr<const std::string> kept_page(const std::string&) const { return nullptr; }
    /// Keeps a finished page, unless a book has changed since `changes` was read.
    virtual void keep_page(std::string, std::uint64_t, std::string_view) {}
    /// Moves with every book that is read and every slot taken or given back.
    virtual std::uint64_t changes() const { return 0; }

    /// A booking through us took these slots, or a cancellation gave them back: snapshots follow at once.
    virtual void slots_taken(const fhir::OdsCode& practice, const std::vector<std::string>& slot_ids) = 0;
    virtual void slots_released(const fhir::OdsCode& practice, const std::vector<std::string>& slot_ids) = 0;
    /// Until then these slots are nobody else's to find, whatever the practice's book says; `until` in the
    /// past ends a hold.
    virtual void slots_held(const std::vector<std::string>& slot_ids, fhir::Instant until) = 0;
};

/// What the search stands on. `directory` hands out the snapshot now in force; the references outlive the
/// search.
struct SearchParts
{
    std::function<std::shared_ptr<const policy::Directory>()> directory;
    const adapters::Clock* clock = nullptr;
    adapters::Random* random = nullptr;
    observability::Metrics* metrics = nullptr; ///< may be nullptr
    std::string public_base;                   ///< `https://gateway.example.net/fhir/R4`
    /// Slots at a practice that count against what this consumer may have; without it, none do.
    std::function<Awaitable<fhir::Result<std::vector<policy::UsedSlot>>>(fhir::OdsCode practice,
                                                                         fhir::OdsCode consumer)>
        used = {};
};

std::unique_ptr<FederatedSearch> make_federated_search(SearchParts parts, SearchSettings settings);

} // namespace gateway::search
