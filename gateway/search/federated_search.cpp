// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/federated_search.hpp"

#include "fhir/model/id.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/search/book_cache.hpp"
#include "gateway/search/cursors.hpp"
#include "gateway/search/explanation.hpp"
#include "gateway/search/gather.hpp"
#include "gateway/search/offered.hpp"
#include "gateway/search/page_memo.hpp"
#include "gateway/search/practices.hpp"
#include "gateway/search/slot_match.hpp"
#include "gateway/search/used_memo.hpp"

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
    if (missing.size() == 1)
        return missing.front().error;
    const bool all_late = std::ranges::all_of(missing, [](const MissingPractice& practice) {
        return practice.error.kind() == ErrorKind::supplier_timeout;
    });
    return fhir::Error(all_late ? ErrorKind::supplier_timeout : ErrorKind::supplier_unavailable,
                       "None of the " + std::to_string(missing.size()) + " practices answered.");
}

bool is_paused(const MissingPractice& practice)
{
    return practice.error.kind() == ErrorKind::practice_paused;
}

fhir::Error paused(const policy::Practice& practice, const policy::Terms& terms)
{
    const auto& text = policy::text_of(terms.refusal().reason);
    std::string sentence = practice.name + " has paused bookings from outside";
    if (terms.valve() && !terms.valve()->reason.empty())
        sentence += " (" + terms.valve()->reason + ")";
    sentence += terms.refusal().until ? " until " + fhir::to_uk_text(*terms.refusal().until) + "." : ".";
    fhir::Error error(text.kind, std::move(sentence));
    error.advise(std::string(text.advice));
    return error;
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
        auto result = cursors_.thaw(caller, token);
        if (result && (*result)->policy != parts_.directory()->revision())
            return std::unexpected(
                fhir::Error(ErrorKind::gone, "What is shared has changed since this search.", "http._cursor")
                    .advise("Search again."));
        return result;
    }

    Awaitable<fhir::Result<SlotHit>> slot(identity::Caller caller, std::string id, bool fresh,
                                          std::string request_id) override;
    Awaitable<fhir::Result<std::shared_ptr<const Book>>> book_with(identity::Caller caller, std::string type,
                                                                   std::string id) override;
    Awaitable<std::vector<std::shared_ptr<const Book>>> books(identity::Caller caller,
                                                              std::vector<MissingPractice>& missing) override;

    std::shared_ptr<const std::string> kept_page(const std::string& key) const override
    {
        return pages_.find(key, changes(), parts_.clock->now());
    }
    void keep_page(std::string key, std::uint64_t before, std::string_view body) override
    {
        if (before == changes())
            pages_.keep(std::move(key), before, parts_.clock->now(), body);
    }
    /// Moves with the rules too, far from where the books move it.
    std::uint64_t changes() const override
    {
        return (parts_.directory()->revision() << 40) + cache_.changes();
    }
    Awaitable<fhir::Result<Explanation>> explain(ExplainQuestion question) override;
    Awaitable<fhir::Result<Offer>> offer_of(identity::Caller caller, SlotHit hit, policy::Use use) override;

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
    std::vector<PracticePointer> open_to(const policy::Directory& directory, const identity::Caller& caller,
                                         std::vector<PracticePointer> practices, SlotResult& result) const;
    Awaitable<fhir::Result<std::vector<policy::UsedSlot>>>
    used_by(const policy::Terms& terms, fhir::OdsCode practice, fhir::OdsCode consumer) const;
    Awaitable<fhir::Result<UsedMemo::Used>> used_lately(const policy::Terms& terms, fhir::OdsCode practice,
                                                        fhir::OdsCode consumer);
    std::shared_ptr<const Book> shared_part_of(std::shared_ptr<const Book> book, const policy::Terms& terms,
                                               std::uint64_t revision);
    fhir::Result<PracticePointer> owner_of(const identity::Caller& caller, const std::string& id) const;
    std::optional<SlotHit> hit_in(const std::optional<BookView>& view, const std::string& id) const;

    SearchParts parts_;
    SearchSettings settings_;
    BookCache cache_;
    Cursors cursors_;
    PageMemo pages_;
    UsedMemo used_memo_;
    SharedKindsMemo shared_kinds_;
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
    auto practices = practices_for(*directory, caller, query, parts_.clock->now());
    if (!practices)
        co_return std::unexpected(practices.error());

    const fhir::Interval today_on = from_today(settings_.max_window);
    const fhir::Interval window = query.window().value_or(today_on);
    auto result = std::make_shared<SlotResult>();
    result->order = order_of(query);
    result->made = parts_.clock->now();
    result->warnings = std::move(warnings);
    result->query = std::move(query);
    result->policy = directory->revision();
    if (window.end <= today_on.start) // books hold nothing of the past
        co_return result;

    auto asked = question({std::max(window.start, today_on.start), window.end}, fresh,
                          provenance_of(caller, request_id));
    auto open = open_to(*directory, caller, std::move(*practices), *result);
    auto answers = co_await gather(cache_, std::move(open), std::move(asked));
    for (const Answer& answer : answers) {
        if (!answer.view) {
            note_missing(answer, result->missing);
            continue;
        }
        const auto terms =
            directory->terms(answer.practice->ods, caller.ods, policy::Use::search, result->made);
        auto used = co_await used_lately(terms, answer.practice->ods, caller.ods);
        if (!used)
            co_return std::unexpected(used.error());
        result->depends_on_time |= !terms.all_slots();
        auto matches = match_slots(*answer.view, result->query);
        if (!terms.all_slots() && matches.count > 0) {
            const auto kinds = shared_kinds_.of(matches.book, terms, result->policy);
            matches = only_offered(std::move(matches), terms, *kinds, **used);
        }
        result->books.push_back(std::move(matches));
        result->total += result->books.back().count;
    }
    if (result->books.empty() && std::ranges::any_of(result->missing, std::not_fn(is_paused)))
        co_return std::unexpected(nobody_answered(result->missing));
    co_return result;
}

/// Practices that may be asked; those that have paused are named in the result.
std::vector<PracticePointer> Search::open_to(const policy::Directory& directory,
                                             const identity::Caller& caller,
                                             std::vector<PracticePointer> practices, SlotResult& result) const
{
    std::erase_if(practices, [&](const PracticePointer& practice) {
        const auto terms = directory.terms(practice->ods, caller.ods, policy::Use::search, result.made);
        if (terms.allowed())
            return false;
        result.missing.push_back({practice->ods, practice->name, paused(*practice, terms)});
        if (parts_.metrics)
            parts_.metrics->search_partial("paused");
        return true;
    });
    return practices;
}

Awaitable<fhir::Result<std::vector<policy::UsedSlot>>>
Search::used_by(const policy::Terms& terms, fhir::OdsCode practice, fhir::OdsCode consumer) const
{
    if (!terms.counts_used() || !parts_.used)
        co_return std::vector<policy::UsedSlot>();
    auto used = co_await parts_.used(std::move(practice), std::move(consumer));
    co_return used;
}

Awaitable<fhir::Result<UsedMemo::Used>> Search::used_lately(const policy::Terms& terms,
                                                            fhir::OdsCode practice, fhir::OdsCode consumer)
{
    static const auto nothing = std::make_shared<const std::vector<policy::UsedSlot>>();
    if (!terms.counts_used())
        co_return nothing;
    const std::uint64_t changes = cache_.changes();
    const fhir::Instant now = parts_.clock->now();
    if (auto known = used_memo_.find(practice, consumer, changes, now))
        co_return known;
    auto used = co_await used_by(terms, practice, consumer);
    if (!used)
        co_return std::unexpected(used.error());
    auto kept = std::make_shared<const std::vector<policy::UsedSlot>>(std::move(*used));
    used_memo_.keep(practice, consumer, changes, now, kept);
    co_return kept;
}

Awaitable<fhir::Result<Offer>> Search::offer_of(identity::Caller caller, SlotHit hit, policy::Use use)
{
    const auto directory = parts_.directory();
    const auto terms = directory->terms(hit.book->ods, caller.ods, use, parts_.clock->now());
    auto used = co_await used_by(terms, hit.book->ods, caller.ods);
    if (!used)
        co_return std::unexpected(used.error());
    const std::string session = session_of(*hit.slot);
    const auto verdict = terms.of(facts_of(*hit.book, *hit.slot), hit.slot->start(), session, *used);
    Offer offer;
    offer.reason = verdict.reason;
    offer.rule = verdict.rule();
    offer.until = verdict.until;
    offer.can_be_overridden = terms.can_be_overridden(facts_of(*hit.book, *hit.slot), hit.slot->start());
    if (verdict.offered())
        offer.limits = terms.limits(verdict.agreement, hit.slot->start(), session);
    co_return offer;
}

Awaitable<fhir::Result<Explanation>> Search::explain(ExplainQuestion wanted)
{
    Explanation explanation;
    const auto directory = parts_.directory();
    const auto practice = directory->practice(wanted.practice);
    if (!practice) {
        explanation.practice.reason = policy::Reason::endpoint_not_registered;
        co_return explanation;
    }
    const auto terms =
        directory->terms(wanted.practice, wanted.organisation, policy::Use::search, parts_.clock->now());
    const auto& refusal = terms.refusal();
    explanation.practice = {refusal.reason, refusal.rule(), {}, refusal.until, 0};
    if (refusal.by_valve && terms.valve() && !terms.valve()->reason.empty())
        explanation.practice.detail = "The practice says: " + terms.valve()->reason + ".";
    const auto& types = directory->sharing().types_of(wanted.organisation);
    tell_types(explanation, types);
    if (!terms.allowed())
        co_return explanation;

    const fhir::Interval window = wanted.window.value_or(from_today(default_window));
    adapters::Provenance asking;
    asking.organisation_ods = wanted.organisation.text();
    asking.organisation_type =
        wanted.organisation_type.empty() && types.size() == 1 ? types.front() : wanted.organisation_type;
    asking.request_id = wanted.request_id;
    std::vector<PracticePointer> only{practice};
    const auto books = cache_.of(*practice, asking);
    // Looked up first: what is read now takes the place of what was seen a moment ago.
    const auto before = books->newest([&](const Book& book) { return book.slot(wanted.slot) != nullptr; });
    auto answers = co_await gather(cache_, std::move(only), question(window, true, std::move(asking)));
    if (!answers.front().view) {
        explanation.practice = explain_failure(answers.front().view.error());
        co_return explanation;
    }
    auto used = co_await used_by(terms, wanted.practice, wanted.organisation);
    if (!used)
        co_return std::unexpected(used.error());
    const BookView& view = *answers.front().view;
    explanation.seen = view.book->seen;
    const auto held_until = [this](const std::string& id) { return cache_.held_until(id); };
    explanation.sessions = explain_book(view, terms, *used, window, held_until);
    if (explanation.sessions.empty())
        explanation.practice = explain_no_sessions();
    if (!wanted.slot.empty())
        explanation.slot = explain_slot(view, terms, *used, window, wanted.slot, held_until);
    if (!wanted.slot.empty() && !explanation.slot && before)
        explanation.slot = explain_gone(*before->book->slot(wanted.slot), parts_.clock->now());
    tell_types(explanation, types);
    co_return explanation;
}

fhir::Result<PracticePointer> Search::owner_of(const identity::Caller& caller, const std::string& id) const
{
    const auto parsed = fhir::PracticeId::parse(id);
    const auto directory = parts_.directory();
    const auto practice = parsed ? directory->practice(parsed->ods) : nullptr;
    if (!practice || !directory->shares(practice->ods, caller.ods, parts_.clock->now()))
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

std::shared_ptr<const Book> Search::shared_part_of(std::shared_ptr<const Book> book,
                                                   const policy::Terms& terms, std::uint64_t revision)
{
    if (terms.all_slots() || terms.agreements().empty())
        return book;
    const auto kinds = shared_kinds_.of(book, terms, revision);
    return shared_part(std::move(book), *kinds);
}

Awaitable<fhir::Result<std::shared_ptr<const Book>>> Search::book_with(identity::Caller caller,
                                                                       std::string type, std::string id)
{
    auto practice = owner_of(caller, id);
    if (!practice)
        co_return std::unexpected(practice.error());
    const auto directory = parts_.directory();
    const auto terms =
        directory->terms((*practice)->ods, caller.ods, policy::Use::search, parts_.clock->now());
    const auto holds = [&](const Book& book) { return book.holds(type, id); };
    const auto known = cache_.of(**practice, provenance_of(caller, {}))->newest(holds);
    if (known)
        co_return shared_part_of(known->book, terms, directory->revision());
    std::vector<PracticePointer> only{*practice};
    auto asked = question(from_today(default_window), false, provenance_of(caller, {}));
    auto answers = co_await gather(cache_, std::move(only), std::move(asked));
    if (!answers.front().view)
        co_return std::unexpected(answers.front().view.error());
    if (!holds(*answers.front().view->book))
        co_return fhir::fail(ErrorKind::not_found);
    co_return shared_part_of(answers.front().view->book, terms, directory->revision());
}

Awaitable<std::vector<std::shared_ptr<const Book>>> Search::books(identity::Caller caller,
                                                                  std::vector<MissingPractice>& missing)
{
    const auto directory = parts_.directory();
    const fhir::Instant asked_at = parts_.clock->now();
    auto asked = question(from_today(default_window), false, provenance_of(caller, {}));
    asked.any_window = true;
    auto answers = co_await gather(cache_, directory->visible_to(caller.ods, asked_at), std::move(asked));
    std::vector<std::shared_ptr<const Book>> answered;
    for (const Answer& answer : answers) {
        if (!answer.view) {
            note_missing(answer, missing);
            continue;
        }
        const auto terms = directory->terms(answer.practice->ods, caller.ods, policy::Use::search, asked_at);
        answered.push_back(shared_part_of(answer.view->book, terms, directory->revision()));
    }
    co_return answered;
}

} // namespace

std::unique_ptr<FederatedSearch> make_federated_search(SearchParts parts, SearchSettings settings)
{
    return std::make_unique<Search>(std::move(parts), settings);
}

} // namespace gateway::search
