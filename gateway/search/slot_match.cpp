// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/slot_match.hpp"

#include "fhir/search/match.hpp"
#include "gateway/policy/slot_kind.hpp"
#include "gateway/search/book_meta.hpp"

#include <algorithm>

namespace gateway::search
{

namespace
{

using fhir::search::SlotQuery;
using fhir::search::TokenValue;
using Tokens = std::vector<std::vector<TokenValue>>;

bool all_tokens(const Tokens& wanted, const fhir::search::TokenTest& fits_one)
{
    return std::ranges::all_of(wanted, [&](const std::vector<TokenValue>& values) {
        return fhir::search::any_token(values, fits_one);
    });
}

bool concepts_match(const Tokens& wanted, const std::vector<fhir::CodeableConcept>& concepts)
{
    return wanted.empty() ||
           all_tokens(wanted, [&](const TokenValue& token) { return fhir::search::fits(token, concepts); });
}

bool concept_matches(const Tokens& wanted, const fhir::CodeableConcept* concept_)
{
    return wanted.empty() || all_tokens(wanted, [&](const TokenValue& token) {
               return concept_ && fhir::search::fits(token, *concept_);
           });
}

bool asks_for_kind(const SlotQuery& query)
{
    return !query.service_type.empty() || !query.service_category.empty() || !query.specialty.empty() ||
           !query.appointment_type.empty() || !query.delivery_channel.empty();
}

bool asks_for_schedule(const SlotQuery& query)
{
    return !query.schedule.empty() || !query.schedule_actor.empty() || !query.actor_chains.empty();
}

bool kind_matches(const fhir::Slot& slot, const SlotQuery& query)
{
    return concepts_match(query.service_type, slot.service_type) &&
           concepts_match(query.service_category, slot.service_category) &&
           concepts_match(query.specialty, slot.specialty) &&
           concept_matches(query.appointment_type,
                           slot.appointment_type ? &*slot.appointment_type : nullptr) &&
           concept_matches(query.delivery_channel, policy::delivery_channel(slot));
}

bool dates_match(const std::vector<fhir::search::DateValue>& dates, fhir::Instant moment)
{
    return std::ranges::all_of(dates, [&](const auto& date) { return date.matches(moment); });
}

/// What only the slot itself can answer; most searches ask none of it.
struct SlotTests
{
    const SlotQuery& query;
    bool needed;

    explicit SlotTests(const SlotQuery& wanted)
        : query(wanted), needed(!wanted.id.empty() || !wanted.identifier.empty() || !wanted.end.empty() ||
                                std::ranges::any_of(wanted.start, [](const auto& date) {
                                    return date.prefix == fhir::search::Prefix::ne;
                                }))
    {}

    bool hold(const fhir::Slot& slot) const
    {
        const bool id_fits = std::ranges::all_of(query.id, [&](const std::vector<std::string>& ids) {
            return std::ranges::find(ids, *slot.id) != ids.end();
        });
        return id_fits && dates_match(query.start, slot.start) && dates_match(query.end, slot.end) &&
               all_tokens(query.identifier, [&](const TokenValue& token) {
                   return fhir::search::fits(token, slot.identifier);
               });
    }
};

/// One bit per status that the query allows.
unsigned allowed_statuses(const SlotQuery& query)
{
    unsigned mask = 0;
    for (unsigned code = 0; code <= static_cast<unsigned>(fhir::SlotStatus::entered_in_error); ++code) {
        const std::string_view name = fhir::search::code_of(static_cast<fhir::SlotStatus>(code));
        if (all_tokens(query.status,
                       [&](const TokenValue& token) { return fhir::search::fits_code(token, name); }))
            mask |= 1U << code;
    }
    return mask;
}

std::vector<std::uint32_t> positions_of(const BookView& view)
{
    std::vector<std::uint32_t> positions;
    for (const auto* ids : {&view.taken, &view.held})
        for (const std::string& id : *ids)
            if (const auto position = view.book->position_of(id))
                positions.push_back(*position);
    std::ranges::sort(positions);
    const auto repeated = std::ranges::unique(positions);
    positions.erase(repeated.begin(), repeated.end());
    return positions;
}

/// Collects matches; stays a plain run as long as nothing is left out between two of them.
class Collector
{
public:
    explicit Collector(BookMatches& matches) : matches_(matches) {}

    void add(std::uint32_t position)
    {
        if (matches_.count == 0)
            matches_.first = position;
        else if (matches_.picked.empty() && position != matches_.first + matches_.count)
            for (std::uint32_t i = 0; i < matches_.count; ++i)
                matches_.picked.push_back(matches_.first + i);
        ++matches_.count;
        if (!matches_.picked.empty())
            matches_.picked.push_back(position);
    }

private:
    BookMatches& matches_;
};

struct Run
{
    std::uint32_t from, until;
};

Run run_of(const Book& book, const SlotQuery& query)
{
    const auto window = query.window();
    if (!window)
        return {0, static_cast<std::uint32_t>(book.keys.size())};
    const auto from = std::ranges::lower_bound(book.keys, window->start, {}, &SlotKey::start);
    const auto until = std::ranges::lower_bound(book.keys, window->end, {}, &SlotKey::start);
    return {static_cast<std::uint32_t>(from - book.keys.begin()),
            static_cast<std::uint32_t>(until - book.keys.begin())};
}

std::vector<char> schedules_allowed(const Book& book, const SlotQuery& query)
{
    std::vector<char> allowed;
    if (asks_for_schedule(query) && !asks_for_whole_practice(book, query))
        for (const std::string& reference : book.schedule_references)
            allowed.push_back(schedule_matches(book, reference, query));
    return allowed;
}

std::vector<char> kinds_allowed(const Book& book, const SlotQuery& query)
{
    std::vector<char> allowed;
    if (asks_for_kind(query))
        for (const std::uint32_t example : book.kinds().examples)
            allowed.push_back(kind_matches(book.slots[example]->common(), query));
    return allowed;
}

} // namespace

BookMatches match_slots(const BookView& view, const SlotQuery& query)
{
    const Book& book = *view.book;
    BookMatches matches;
    matches.book = view.book;
    const unsigned statuses = allowed_statuses(query);
    const std::vector<std::uint32_t> taken = positions_of(view);
    const std::vector<char> schedules = schedules_allowed(book, query);
    const std::vector<char> kinds = kinds_allowed(book, query);
    const SlotTests tests(query);
    const Run run = run_of(book, query);
    if (!dates_match(query.last_updated, book.seen) || run.from >= run.until)
        return matches;
    const bool free_wanted = statuses & (1U << static_cast<unsigned>(fhir::SlotStatus::free));
    if (book.all_free && free_wanted && taken.empty() && schedules.empty() && kinds.empty() &&
        !tests.needed) {
        matches.first = run.from;
        matches.count = run.until - run.from;
        return matches;
    }
    Collector collect(matches);
    auto gone = std::ranges::lower_bound(taken, run.from);
    for (std::uint32_t i = run.from; i < run.until; ++i) {
        if (gone != taken.end() && *gone == i) {
            ++gone;
            continue;
        }
        const SlotKey& key = book.keys[i];
        const bool fits = (statuses >> key.status & 1U) && (schedules.empty() || schedules[key.schedule]) &&
                          (kinds.empty() || kinds[book.kinds().of_slot[i]]);
        if (fits && (!tests.needed || tests.hold(book.slots[i]->slot())))
            collect.add(i);
    }
    return matches;
}

} // namespace gateway::search
