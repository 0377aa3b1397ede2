// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/search/book.hpp"
#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/search/slot_query.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gateway::search
{

struct SearchSettings
{
    std::chrono::milliseconds deadline{3000};      ///< for the whole search
    std::chrono::milliseconds book_lifetime{30000};///< how long a cached book answers searches
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
    const BookSlot* slot = nullptr;
};

/// The whole result of a search, frozen: later pages come from it unchanged.
struct SlotResult
{
    std::vector<SlotHit> hits; ///< merged, in the order asked for
    std::vector<std::shared_ptr<const Book>> books; ///< those that answered, for their age
    std::vector<MissingPractice> missing;
    std::vector<fhir::Error> warnings; ///< parameters left out under lenient handling
    fhir::search::SlotQuery query;
    fhir::Instant made{};
};

/// Federated slot search over the directory's practices (DESIGN §5). Thread-safe.
class FederatedSearch
{
public:
    virtual ~FederatedSearch() = default;

    /// Errors: `too_costly`, `practice_unknown`, …; when no practice answered: `supplier_timeout` or `supplier_unavailable`.
    /// `fresh` goes to the source whatever the cache holds (`Cache-Control: no-cache`).
    virtual Awaitable<fhir::Result<std::shared_ptr<const SlotResult>>> find_slots(identity::Caller caller, fhir::search::SlotQuery query,
                                                                                  bool fresh, std::string request_id) = 0;

    /// Keeps a result for paging; the token is unguessable and bound to the caller.
    virtual std::string freeze(const identity::Caller& caller, std::shared_ptr<const SlotResult> result) = 0;
    /// `gone` when expired or unknown.
    virtual fhir::Result<std::shared_ptr<const SlotResult>> thaw(const identity::Caller& caller, std::string_view token) = 0;

    /// One slot by id with the book that holds it, from the cache or from the source. `not_found`.
    virtual Awaitable<fhir::Result<SlotHit>> slot(identity::Caller caller, std::string id, bool fresh, std::string request_id) = 0;
    /// The freshest book known that holds this resource (`Schedule`, `Practitioner`, …, id). `not_found`.
    virtual Awaitable<fhir::Result<std::shared_ptr<const Book>>> book_with(identity::Caller caller, std::string type, std::string id) = 0;
    /// Every book the caller may see, fetched where none is cached, for searches over Schedule, Practitioner, Location and the like.
    virtual Awaitable<std::vector<std::shared_ptr<const Book>>> books(identity::Caller caller, std::vector<MissingPractice>& missing) = 0;

    /// A booking through us took these slots, or a cancellation gave them back: snapshots follow at once.
    virtual void slots_taken(const fhir::OdsCode& practice, const std::vector<std::string>& slot_ids) = 0;
    virtual void slots_released(const fhir::OdsCode& practice, const std::vector<std::string>& slot_ids) = 0;
};

} // namespace gateway::search
