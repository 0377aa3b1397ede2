// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/search/flight.hpp"
#include "gateway/search/slot_match.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

namespace gateway::search
{

/// Slots under a hold, of all practices. Thread-safe.
class HeldSlots
{
public:
    explicit HeldSlots(const adapters::Clock& clock) : clock_(clock) {}

    void hold(const std::vector<std::string>& slot_ids, fhir::Instant until);
    /// Those of one practice that are held at this moment.
    std::vector<std::string> of(const fhir::OdsCode& practice) const;
    /// Until when; nothing when it is not held now.
    std::optional<fhir::Instant> until(const std::string& slot_id) const;

private:
    const adapters::Clock& clock_;
    mutable std::shared_mutex mutex_;
    std::map<std::string, fhir::Instant, std::less<>> until_; ///< by slot id
};

/// The books of one practice: a few snapshots for different stretches of time, the questions under way, and
/// the slots booked through us, each with a sequence number, so that an answer to a question older than a
/// booking cannot bring its slot back. Thread-safe.
class PracticeBooks
{
public:
    /// `changes` counts whatever makes an answer given so far out of date.
    PracticeBooks(std::shared_ptr<std::atomic<std::uint64_t>> changes, std::shared_ptr<const HeldSlots> held)
        : changes_(std::move(changes)), held_(std::move(held))
    {}

    /// The newest book that covers `window` and is not older than `max_age`; nothing without one.
    std::optional<BookView> covering(fhir::Interval window, fhir::Instant now,
                                     std::chrono::milliseconds max_age) const;
    /// The newest book that `wanted` accepts, whatever its age; of a slot booked through us that no book
    /// holds any more, what it was when it was booked.
    std::optional<BookView> newest(const std::function<bool(const Book&)>& wanted) const;

    /// A question under way that covers `window`, or a new one (`second` is true: the caller sends it).
    std::pair<std::shared_ptr<Flight>, bool> join(fhir::Interval window);
    /// Keeps the book of a flight, unless a slot was given back meanwhile that it cannot know of, and wakes
    /// everybody.
    void land(const std::shared_ptr<Flight>& flight, BookResult result);
    /// How long the practice took to answer last: nothing after a failure, everything before the first
    /// answer.
    adapters::Monotonic::duration last_wait() const;
    /// The book as of its flight, less what was booked since.
    BookView view(const Flight& flight, std::shared_ptr<const Book> book) const;

    void taken(const std::vector<std::string>& slot_ids);
    void released(const std::vector<std::string>& slot_ids);

private:
    struct Kept
    {
        std::shared_ptr<const Book> book;
        std::uint64_t started;
    };

    BookView view_of(const std::shared_ptr<const Book>& book, std::uint64_t started) const;
    void keep(std::shared_ptr<const Book> book, std::uint64_t started);
    void forget_old_marks();
    void remember(const std::string& slot_id);
    void forget_some_booked(fhir::Instant now);

    std::shared_ptr<std::atomic<std::uint64_t>> changes_;
    std::shared_ptr<const HeldSlots> held_;
    mutable std::mutex mutex_;
    std::uint64_t sequence_ = 0;
    std::uint64_t released_at_ = 0;
    adapters::Monotonic::duration last_wait_ = adapters::Monotonic::duration::max();
    std::vector<Kept> kept_;                       ///< newest last
    std::vector<std::shared_ptr<Flight>> flights_; ///< under way
    std::vector<std::weak_ptr<Flight>> asked_;     ///< also landed ones that somebody still reads
    std::map<std::string, std::uint64_t> taken_at_;
    std::map<std::string, std::shared_ptr<const Book>>
        booked_; ///< excerpts by slot id, so that they can be read
};

/// Books of every practice. Thread-safe.
class BookCache
{
public:
    BookCache(const adapters::Clock& clock, std::chrono::milliseconds flight_limit, std::string public_base)
        : clock_(clock), flight_limit_(flight_limit), public_base_(std::move(public_base)),
          held_(std::make_shared<HeldSlots>(clock))
    {}

    /// The books that this consumer may see. Where a practice's system shows different slots to different
    /// organisations, each has books of its own, so that nobody is answered from what was shown to another.
    std::shared_ptr<PracticeBooks> of(const policy::Practice& practice, const adapters::Provenance& consumer);
    /// Every book of a practice, whoever asked for it.
    std::vector<std::shared_ptr<PracticeBooks>> all_of(const fhir::OdsCode& ods) const;
    void hold(const std::vector<std::string>& slot_ids, fhir::Instant until)
    {
        held_->hold(slot_ids, until);
        ++*changes_;
    }
    std::optional<fhir::Instant> held_until(const std::string& slot_id) const
    {
        return held_->until(slot_id);
    }
    /// Moves whenever a book is read, or a slot is taken or given back.
    std::uint64_t changes() const { return changes_->load(std::memory_order_acquire); }
    /// Joins the practice's question under way, or sends one on the caller's thread, detached from the
    /// caller. `window` is widened to whole UK days.
    std::shared_ptr<Flight> fetch(Executor executor, const std::shared_ptr<const policy::Practice>& practice,
                                  fhir::Interval window, const adapters::Provenance& provenance);

private:
    const adapters::Clock& clock_;
    std::chrono::milliseconds flight_limit_;
    std::string public_base_;
    std::shared_ptr<HeldSlots> held_;
    std::shared_ptr<std::atomic<std::uint64_t>> changes_ = std::make_shared<std::atomic<std::uint64_t>>(0);
    mutable std::shared_mutex mutex_;
    using Key = std::pair<fhir::OdsCode, std::string>; ///< practice, and the consumer where that matters
    std::map<Key, std::shared_ptr<PracticeBooks>> practices_;
};

/// The whole UK days that `window` touches, from today on.
fhir::Interval whole_days(fhir::Interval window, fhir::Instant now);

} // namespace gateway::search
