// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/federated_search.hpp"

#include "fhir/model/id.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/search/book_cache.hpp"
#include "gateway/search/cursors.hpp"
#include "gateway/search/gather.hpp"
#include "gateway/search/page_memo.hpp"
#include "gateway/search/practices.hpp"
#include "gateway/search/slot_match.hpp"

#include <algorithm>

namespace gateway::search
{

namespace
{

using fhir::ErrorKind;
using PracticePointer = std::shared_ptr<const policy::Practice>;

/// How far ahead a practice is asked when nobody named a time.
constexpr std::chrono::days default_window{14};

adapters::Provenance provenance_of(const identity::Caller& caller, std::string request_id)
{
    adapters::Provenance provenance;
    provenance.organisation_ods = caller.ods.text();
    provenance.organisation_name = caller.name;
    provenance.organisation_type = caller.organisation_type;
    provenance.organisation_phone = caller.organisation_phone;
    provenance.named_in_search = caller.named_in_search;
    provenance.request_id = std::move(request_id);
    return provenance;
}

SlotResult::Order order_of(const fhir::search::SlotQuery& query)
{
    using Order = SlotResult::Order;
    if (query.paging.sort.empty())
        return Order::start;
    const auto& [parameter, descending] = query.paging.sort.front();
    if (parameter == "_lastUpdated")
        return descending ? Order::seen_descending : Order::seen;
    return descending ? Order::start_descending : Order::start;
}

/// When every practice failed: a time-out if each of them was one, because asking again may then help.
fhir::Error nobody_answered(const std::vector<MissingPractice>& missing)
{
    const bool all_late = std::ranges::all_of(missing, [](const MissingPractice& practice) {
        return practice.error.kind() == ErrorKind::supplier_timeout;
    });
    if (missing.size() == 1)
        return missing.front().error;
    return fhir::Error(all_late ? ErrorKind::supplier_timeout : ErrorKind::supplier_unavailable,
                       "None of the " + std::to_string(missing.size()) + " practices answered.");
}

/// A slot that was booked or is held through us although the book still lists it: the same, but busy.
SlotHit hit_with(const BookView& view, adapters::OfferedSlot offered, fhir::SlotStatus status)
{
    struct Held
    {
        std::shared_ptr<const Book> book;
        adapters::SharedSlot slot;
    };
    offered.slot.status = status;
    auto held = std::make_shared<Held>(Held{view.book, adapters::share(std::move(offered))});
    return {std::shared_ptr<const Book>(held, held->book.get()), held->slot.get()};
}

/// Says until when a slot is held; who holds it is nobody's business.
adapters::OfferedSlot held_until(adapters::OfferedSlot offered, std::string_view origin, fhir::Instant until)
{
    fhir::Extension end;
    end.url = std::string(origin) + "/fhir/StructureDefinition/hold-until";
    end.value = until;
    offered.slot.extension.push_back(std::move(end));
    return offered;
}

class Search : public FederatedSearch
{
public:
    Search(SearchParts parts, SearchSettings settings)
        : parts_(std::move(parts)), settings_(settings),
          cache_(*parts_.clock, 2 * settings_.deadline, parts_.public_base),
          cursors_(*parts_.clock, *parts_.random, settings_.cursor_lifetime, settings_.max_cursors)
    {}

    Awaitable<fhir::Result<std::shared_ptr<const SlotResult>>>
    find_slots(identity::Caller caller, fhir::search::SlotQuery query, bool fresh, std::string request_id,
               std::vector<fhir::Error> warnings) override;

    std::string freeze(const identity::Caller& caller, std::shared_ptr<const SlotResult> result) override
    {
        return cursors_.freeze(caller, std::move(result));
    }
    fhir::Result<std::shared_ptr<const SlotResult>> thaw(const identity::Caller& caller,
                                                         std::string_view token) override
    {
        return cursors_.thaw(caller, token);
    }

    Awaitable<fhir::Result<SlotHit>> slot(identity::Caller caller, std::string id, bool fresh,
                                          std::string request_id) override;
    Awaitable<fhir::Result<std::shared_ptr<const Book>>> book_with(identity::Caller caller, std::string type,
                                                                   std::string id) override;
    Awaitable<std::vector<std::shared_ptr<const Book>>> books(identity::Caller caller,
                                                              std::vector<MissingPractice>& missing) override;

    std::shared_ptr<const std::string> kept_page(const std::string& key) const override
    {
        return pages_.find(key, cache_.changes(), parts_.clock->now());
    }
    void keep_page(std::string key, std::uint64_t changes, std::string_view body) override
    {
        if (changes == cache_.changes())
            pages_.keep(std::move(key), changes, parts_.clock->now(), body);
    }
    std::uint64_t changes() const override { return cache_.changes(); }

    void slots_taken(const fhir::OdsCode& practice, const std::vector<std::string>& slot_ids) override
    {
        for (const auto& books : cache_.all_of(practice))
            books->taken(slot_ids);
    }
    void slots_released(const fhir::OdsCode& practice, const std::vector<std::string>& slot_ids) override
    {
        for (const auto& books : cache_.all_of(practice))
            books->released(slot_ids);
    }
    void slots_held(const std::vector<std::string>& slot_ids, fhir::Instant until) override
    {
        cache_.hold(slot_ids, until);
    }

private:
    fhir::Result<void> check_window(const fhir::search::SlotQuery& query) const;
    fhir::Interval from_today(std::chrono::days length) const;
    Question question(fhir::Interval window, bool fresh, adapters::Provenance provenance) const;
    void note_missing(const Answer& answer, std::vector<MissingPractice>& missing) const;
    fhir::Result<PracticePointer> owner_of(const identity::Caller& caller, const std::string& id) const;
    std::optional<SlotHit> hit_in(const std::optional<BookView>& view, const std::string& id) const;

    SearchParts parts_;
    SearchSettings settings_;
    BookCache cache_;
    Cursors cursors_;
    PageMemo pages_;
};

fhir::Interval Search::from_today(std::chrono::days length) const
{
    const fhir::Instant today = fhir::uk_day(fhir::uk_date(parts_.clock->now())).start;
    return {today, today + length};
}

Question Search::question(fhir::Interval window, bool fresh, adapters::Provenance provenance) const
{
    Question asked;
    asked.window = window;
    asked.max_age = fresh ? std::chrono::milliseconds(0) : settings_.book_lifetime;
    asked.now = parts_.clock->now();
    asked.provenance = std::move(provenance);
    asked.deadline = settings_.deadline;
    asked.max_parallel = settings_.max_parallel_practices;
    return asked;
}

void Search::note_missing(const Answer& answer, std::vector<MissingPractice>& missing) const
{
    missing.push_back({answer.practice->ods, answer.practice->name, answer.view.error()});
    if (parts_.metrics)
        parts_.metrics->search_partial(answer.view.error().kind() == ErrorKind::supplier_timeout ? "timeout"
                                                                                                 : "error");
}

fhir::Result<void> Search::check_window(const fhir::search::SlotQuery& query) const
{
    const auto window = query.window();
    if (!window)
        return {};
    if (window->end - window->start > settings_.max_window + std::chrono::hours(1))
        return fhir::fail(ErrorKind::too_costly,
                          "The bounds of start are more than " +
                              std::to_string(settings_.max_window.count()) + " days apart.",
                          "http.start");
    return {};
}

Awaitable<fhir::Result<std::shared_ptr<const SlotResult>>>
Search::find_slots(identity::Caller caller, fhir::search::SlotQuery query, bool fresh, std::string request_id,
                   std::vector<fhir::Error> warnings)
{
    const auto directory = parts_.directory();
    auto bounded = check_window(query);
    if (!bounded)
        co_return std::unexpected(bounded.error());
    auto practices = practices_for(*directory, caller, query);
    if (!practices)
        co_return std::unexpected(practices.error());

    const fhir::Interval today_on = from_today(settings_.max_window);
    const fhir::Interval window = query.window().value_or(today_on);
    auto result = std::make_shared<SlotResult>();
    result->order = order_of(query);
    result->made = parts_.clock->now();
    result->warnings = std::move(warnings);
    result->query = std::move(query);
    if (window.end <= today_on.start) // books hold nothing of the past
        co_return result;

    auto asked = question({std::max(window.start, today_on.start), window.end}, fresh,
                          provenance_of(caller, request_id));
    auto answers = co_await gather(cache_, std::move(*practices), std::move(asked));
    for (const Answer& answer : answers) {
        if (!answer.view) {
            note_missing(answer, result->missing);
            continue;
        }
        result->books.push_back(match_slots(*answer.view, result->query));
        result->total += result->books.back().count;
    }
    if (result->books.empty() && !result->missing.empty())
        co_return std::unexpected(nobody_answered(result->missing));
    co_return result;
}

fhir::Result<PracticePointer> Search::owner_of(const identity::Caller& caller, const std::string& id) const
{
    const auto parsed = fhir::PracticeId::parse(id);
    const auto directory = parts_.directory();
    const auto practice = parsed ? directory->practice(parsed->ods) : nullptr;
    if (!practice || !directory->shares(practice->ods, caller.ods))
        return fhir::fail(ErrorKind::not_found);
    return practice;
}

std::optional<SlotHit> Search::hit_in(const std::optional<BookView>& view, const std::string& id) const
{
    const adapters::SlotRow* slot = view ? view->book->slot(id) : nullptr;
    if (!slot)
        return std::nullopt;
    if (std::ranges::find(view->taken, id) != view->taken.end())
        return hit_with(*view, slot->offered(), fhir::SlotStatus::busy);
    if (const auto until = cache_.held_until(id))
        return hit_with(*view, held_until(slot->offered(), fhir::rest::origin_of(parts_.public_base), *until),
                        fhir::SlotStatus::busy_tentative);
    return SlotHit{view->book, slot};
}

Awaitable<fhir::Result<SlotHit>> Search::slot(identity::Caller caller, std::string id, bool fresh,
                                              std::string request_id)
{
    auto practice = owner_of(caller, id);
    if (!practice)
        co_return std::unexpected(practice.error());
    const fhir::Instant now = parts_.clock->now();
    const auto last = cache_.of(**practice, provenance_of(caller, {}))->newest([&](const Book& book) {
        return book.slot(id) != nullptr;
    });
    const auto known = hit_in(last, id);
    if (known && !fresh && now - last->book->seen < settings_.book_lifetime)
        co_return *known;

    // A slot seen before has a day; asking for that day alone is cheap.
    fhir::Interval window = from_today(settings_.max_window);
    if (known)
        window = {known->slot->start(), known->slot->start() + std::chrono::milliseconds(1)};
    std::vector<PracticePointer> only{*practice};
    auto asked = question(window, fresh || known, provenance_of(caller, request_id));
    auto answers = co_await gather(cache_, std::move(only), std::move(asked));
    if (!answers.front().view)
        co_return std::unexpected(answers.front().view.error());
    const auto found = hit_in(*answers.front().view, id);
    if (found)
        co_return *found;
    // Booked through us and gone from the practice's book: still a slot, no longer free.
    if (known && known->slot->common().status == fhir::SlotStatus::busy)
        co_return *known;
    co_return fhir::fail(ErrorKind::not_found);
}

Awaitable<fhir::Result<std::shared_ptr<const Book>>> Search::book_with(identity::Caller caller,
                                                                       std::string type, std::string id)
{
    auto practice = owner_of(caller, id);
    if (!practice)
        co_return std::unexpected(practice.error());
    const auto holds = [&](const Book& book) { return book.holds(type, id); };
    const auto known = cache_.of(**practice, provenance_of(caller, {}))->newest(holds);
    if (known)
        co_return known->book;
    std::vector<PracticePointer> only{*practice};
    auto asked = question(from_today(default_window), false, provenance_of(caller, {}));
    auto answers = co_await gather(cache_, std::move(only), std::move(asked));
    if (!answers.front().view)
        co_return std::unexpected(answers.front().view.error());
    if (!holds(*answers.front().view->book))
        co_return fhir::fail(ErrorKind::not_found);
    co_return answers.front().view->book;
}

Awaitable<std::vector<std::shared_ptr<const Book>>> Search::books(identity::Caller caller,
                                                                  std::vector<MissingPractice>& missing)
{
    const auto directory = parts_.directory();
    auto asked = question(from_today(default_window), false, provenance_of(caller, {}));
    asked.any_window = true;
    auto answers = co_await gather(cache_, directory->visible_to(caller.ods), std::move(asked));
    std::vector<std::shared_ptr<const Book>> answered;
    for (const Answer& answer : answers) {
        if (answer.view)
            answered.push_back(answer.view->book);
        else
            note_missing(answer, missing);
    }
    co_return answered;
}

} // namespace

std::unique_ptr<FederatedSearch> make_federated_search(SearchParts parts, SearchSettings settings)
{
    return std::make_unique<Search>(std::move(parts), settings);
}

} // namespace gateway::search
