// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/book_cache.hpp"

#include <algorithm>

namespace gateway::search
{

namespace
{

constexpr std::size_t max_kept = 8;
constexpr std::size_t max_booked = 400;
/// A book this much older than the newest one is not even good for finding a slot by its id.
constexpr std::chrono::minutes stale_after{2};

bool covers(const fhir::Interval& wide, const fhir::Interval& narrow)
{
    return wide.start <= narrow.start && narrow.end <= wide.end;
}

} // namespace

void HeldSlots::hold(const std::vector<std::string>& slot_ids, fhir::Instant until)
{
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    for (const std::string& id : slot_ids)
        until_[id] = until;
    std::erase_if(until_, [&](const auto& each) { return each.second <= now; });
}

std::vector<std::string> HeldSlots::of(const fhir::OdsCode& practice) const
{
    const std::string prefix = practice.text() + ".";
    const auto now = clock_.now();
    const std::shared_lock lock(mutex_);
    std::vector<std::string> held;
    for (auto each = until_.lower_bound(prefix); each != until_.end() && each->first.starts_with(prefix);
         ++each)
        if (each->second > now)
            held.push_back(each->first);
    return held;
}

std::optional<fhir::Instant> HeldSlots::until(const std::string& slot_id) const
{
    const std::shared_lock lock(mutex_);
    const auto found = until_.find(slot_id);
    return found != until_.end() && found->second > clock_.now() ? std::optional(found->second)
                                                                 : std::nullopt;
}

std::optional<BookView> PracticeBooks::covering(fhir::Interval window, fhir::Instant now,
                                                std::chrono::milliseconds max_age) const
{
    const std::lock_guard lock(mutex_);
    for (auto kept = kept_.rbegin(); kept != kept_.rend(); ++kept)
        if (now - kept->book->seen < max_age && covers(kept->book->window, window))
            return view_of(kept->book, kept->started);
    return std::nullopt;
}

std::optional<BookView> PracticeBooks::newest(const std::function<bool(const Book&)>& wanted) const
{
    const std::lock_guard lock(mutex_);
    for (auto kept = kept_.rbegin(); kept != kept_.rend(); ++kept)
        if (wanted(*kept->book))
            return view_of(kept->book, kept->started);
    for (const auto& [id, book] : booked_)
        if (wanted(*book))
            return BookView{book, {id}, {}};
    return std::nullopt;
}

std::pair<std::shared_ptr<Flight>, bool> PracticeBooks::join(fhir::Interval window)
{
    const std::lock_guard lock(mutex_);
    for (const auto& flight : flights_)
        if (flight->started() > released_at_ && covers(flight->window(), window))
            return {flight, false};
    flights_.push_back(std::make_shared<Flight>(window, ++sequence_));
    asked_.push_back(flights_.back());
    return {flights_.back(), true};
}

void PracticeBooks::land(const std::shared_ptr<Flight>& flight, BookResult result)
{
    {
        const std::lock_guard lock(mutex_);
        std::erase(flights_, flight);
        last_wait_ =
            result ? adapters::Monotonic::now() - flight->began() : adapters::Monotonic::duration::zero();
        if (result && flight->started() > released_at_)
            keep(*result, flight->started());
        forget_old_marks();
    }
    ++*changes_;
    flight->land(std::move(result));
}

adapters::Monotonic::duration PracticeBooks::last_wait() const
{
    const std::lock_guard lock(mutex_);
    return last_wait_;
}

BookView PracticeBooks::view(const Flight& flight, std::shared_ptr<const Book> book) const
{
    const std::lock_guard lock(mutex_);
    return view_of(book, flight.started());
}

void PracticeBooks::taken(const std::vector<std::string>& slot_ids)
{
    const std::lock_guard lock(mutex_);
    ++sequence_;
    for (const std::string& id : slot_ids) {
        taken_at_[id] = sequence_; // forgotten when a book that is newer lands
        remember(id);
    }
    ++*changes_;
}

/// A book that never held the slot cannot show it again: books are dropped, and the next search asks the
/// practice.
void PracticeBooks::released(const std::vector<std::string>& slot_ids)
{
    const std::lock_guard lock(mutex_);
    released_at_ = ++sequence_;
    kept_.clear();
    for (const std::string& id : slot_ids) {
        taken_at_.erase(id);
        booked_.erase(id);
    }
    forget_old_marks();
    ++*changes_;
}

/// A practice's next book does not hold the slot any more; the appointment still refers to it.
void PracticeBooks::remember(const std::string& slot_id)
{
    for (auto kept = kept_.rbegin(); kept != kept_.rend(); ++kept) {
        auto part = kept->book->excerpt(slot_id);
        if (!part)
            continue;
        if (booked_.size() >= max_booked)
            forget_some_booked(part->seen);
        booked_[slot_id] = std::move(part);
        break;
    }
}

/// Many at a time, because looking at all of them for every booking is felt when bookings come in thousands:
/// those that are over, or else the half that begins first.
void PracticeBooks::forget_some_booked(fhir::Instant now)
{
    std::erase_if(booked_, [&](const auto& booked) { return booked.second->window.end < now; });
    if (booked_.size() < max_booked)
        return;
    std::vector<fhir::Instant> starts;
    for (const auto& [id, book] : booked_)
        starts.push_back(book->window.start);
    const auto middle = starts.begin() + static_cast<std::ptrdiff_t>(starts.size() / 2);
    std::ranges::nth_element(starts, middle);
    std::erase_if(booked_, [&](const auto& booked) { return booked.second->window.start <= *middle; });
}

BookView PracticeBooks::view_of(const std::shared_ptr<const Book>& book, std::uint64_t started) const
{
    BookView view{book, {}, held_->of(book->ods)};
    for (const auto& [id, sequence] : taken_at_)
        if (sequence > started)
            view.taken.push_back(id);
    return view;
}

void PracticeBooks::keep(std::shared_ptr<const Book> book, std::uint64_t started)
{
    std::erase_if(kept_, [&](const Kept& old) {
        const bool replaced = covers(book->window, old.book->window) && old.started < started;
        return replaced || old.book->seen + stale_after < book->seen;
    });
    kept_.push_back({std::move(book), started});
    std::ranges::sort(kept_, {}, &Kept::started);
    if (kept_.size() > max_kept)
        kept_.erase(kept_.begin());
}

/// A mark is needed as long as some book or question is older than it.
void PracticeBooks::forget_old_marks()
{
    std::uint64_t oldest = sequence_;
    for (const Kept& kept : kept_)
        oldest = std::min(oldest, kept.started);
    std::erase_if(asked_, [](const auto& flight) { return flight.expired(); });
    for (const auto& asked : asked_)
        if (const auto flight = asked.lock())
            oldest = std::min(oldest, flight->started());
    std::erase_if(taken_at_, [&](const auto& mark) { return mark.second < oldest; });
}

} // namespace gateway::search
