// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock.hpp"
#include "fhir/search/directory_query.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/includes.hpp"
#include "gateway/faces/r4/searchset.hpp"
#include "gateway/faces/r4_face.hpp"

#include <algorithm>

/// Schedules, people, places and services: everything that a practice's book refers to. One way of reading
/// and searching for all.
namespace gateway::faces::r4
{

namespace
{

using fhir::search::DirectoryQuery;
using fhir::search::IdentifiersOf;
using Books = std::vector<std::shared_ptr<const search::Book>>;

/// Where a book keeps resources of one type.
template <class T>
using Shelf = search::BookResources<T> search::Book::*;

template <class T>
concept matched_by_reference =
    requires(const DirectoryQuery& query, const T& resource, const IdentifiersOf& identifiers_of) {
        fhir::search::matches(query, resource, identifiers_of);
    };

template <class T>
bool is_match(const DirectoryQuery& query, const T& resource, const search::Book& book)
{
    if constexpr (matched_by_reference<T>)
        return fhir::search::matches(
            query, resource, [&book](std::string_view reference) { return identifiers_in(book, reference); });
    else
        return fhir::search::matches(query, resource);
}

/// Text that sorts as the moment does.
std::string sortable(fhir::Instant moment)
{
    const std::string digits = std::to_string(moment.time_since_epoch().count());
    return std::string(20 - digits.size(), '0') + digits;
}

std::string own_key(const fhir::Schedule& schedule)
{
    const bool planned = schedule.planning_horizon && schedule.planning_horizon->start;
    return planned ? sortable(schedule.planning_horizon->start->at) : std::string();
}

std::string own_key(const fhir::Practitioner& practitioner)
{
    if (practitioner.name.empty())
        return {};
    const auto& name = practitioner.name.front();
    if (!name.family)
        return fhir::search::fold(name.text.value_or("")); // some systems tell names as one text only
    std::string key = *name.family;
    for (const auto& given : name.given)
        key += " " + given;
    return fhir::search::fold(key);
}

/// Roles have neither name nor date; the vocabulary offers `_lastUpdated` only.
std::string own_key(const fhir::PractitionerRole&)
{
    return {};
}

template <class T>
    requires requires(const T& named) { named.name->size(); }
std::string own_key(const T& named)
{
    return fhir::search::fold(named.name.value_or(""));
}

/// A match with what it is sorted by.
struct Found
{
    Entry entry;
    std::vector<std::string> keys;
};

template <class T>
void add_matches(const DirectoryQuery& query, std::string_view type, Shelf<T> shelf, const search::Book& book,
                 std::vector<Found>& found)
{
    for (const auto& [id, held] : book.*shelf) {
        if (!is_match(query, *held, book))
            continue;
        found.push_back({{std::string(type) + "/" + id, book.json_of(type, id)}, {}});
        for (const auto& sort : query.paging.sort)
            found.back().keys.push_back(sort.parameter == "_lastUpdated" ? sortable(book.seen)
                                                                         : own_key(*held));
    }
}

/// In the order asked for; what is equal stays in the order of ODS codes and ids.
std::vector<Entry> in_order(std::vector<Found> found, const std::vector<fhir::search::Sort>& keys)
{
    const auto comes_before = [&](const Found& a, const Found& b) {
        for (std::size_t i = 0; i < keys.size(); ++i)
            if (a.keys[i] != b.keys[i])
                return (a.keys[i] < b.keys[i]) != keys[i].descending;
        return a.entry.reference < b.entry.reference;
    };
    if (!keys.empty())
        std::ranges::sort(found, comes_before);
    std::vector<Entry> entries;
    for (Found& one : found)
        entries.push_back(std::move(one.entry));
    return entries;
}

fhir::Result<void> reduce_page(Searchset& result)
{
    const auto options = options_of(result.paging);
    for (std::size_t i = result.offset; i < result.page_end(); ++i) {
        auto json = reduced(std::move(result.matches[i].json), options);
        if (!json)
            return std::unexpected(json.error());
        result.matches[i].json = std::move(*json);
    }
    return {};
}

template <class T>
Answered search_shelf(const Context& context, const R4Services& services, std::string_view type,
                      Shelf<T> shelf)
{
    auto parameters = context.parameters;
    const auto offset = take_offset(parameters);
    if (!offset)
        co_return std::unexpected(offset.error());
    Searchset result;
    result.pages = context.pages;
    result.type = type;
    result.offset = *offset;
    auto query =
        fhir::search::parse_directory_query(type, parameters, context.prefer.handling, &result.notes);
    if (!query)
        co_return std::unexpected(query.error());

    std::vector<search::MissingPractice> missing;
    const Books books = co_await services.search.books(*context.caller, missing);
    std::vector<Found> found;
    for (const auto& book : books)
        add_matches(*query, type, shelf, *book, found);
    result.matches = in_order(std::move(found), query->paging.sort);
    for (const auto& practice : missing)
        result.notes.push_back(note_of(practice));

    result.used = query->used;
    result.paging = query->paging;
    result.id = adapters::new_uuid(services.clock, services.random);
    result.made = services.clock.now();
    add_includes(query->includes, books, result);
    std::erase_if(result.includes, [&](const Entry& entry) {
        const auto type = std::string_view(entry.reference).substr(0, entry.reference.find('/'));
        return !context.caller->may(identity::Permission::read, type);
    });
    if (const auto reduced_page = reduce_page(result); !reduced_page)
        co_return std::unexpected(reduced_page.error());
    co_return searchset_answer(context, std::move(result));
}

template <class T>
Answered read_shelf(const Context& context, const R4Services& services, std::string_view type, Shelf<T> shelf)
{
    auto book =
        co_await services.search.book_with(*context.caller, std::string(type), context.destination.id);
    if (!book)
        co_return std::unexpected(book.error());
    const auto& held = (**book).*shelf;
    const auto found = held.find(context.destination.id);
    if (found == held.end())
        co_return fhir::fail(fhir::ErrorKind::not_found);
    co_return read_answer(context, {(*book)->json_of(type, found->first),
                                    std::string(found->second.json().version()), (*book)->seen});
}

} // namespace

Answered search_schedules(const Context& context, const R4Services& services)
{
    return search_shelf<fhir::Schedule>(context, services, "Schedule", &search::Book::schedules);
}

Answered read_schedule(const Context& context, const R4Services& services)
{
    return read_shelf<fhir::Schedule>(context, services, "Schedule", &search::Book::schedules);
}

Answered search_practitioners(const Context& context, const R4Services& services)
{
    return search_shelf<fhir::Practitioner>(context, services, "Practitioner", &search::Book::practitioners);
}

Answered read_practitioner(const Context& context, const R4Services& services)
{
    return read_shelf<fhir::Practitioner>(context, services, "Practitioner", &search::Book::practitioners);
}

Answered search_practitioner_roles(const Context& context, const R4Services& services)
{
    return search_shelf<fhir::PractitionerRole>(context, services, "PractitionerRole",
                                                &search::Book::practitioner_roles);
}

Answered read_practitioner_role(const Context& context, const R4Services& services)
{
    return read_shelf<fhir::PractitionerRole>(context, services, "PractitionerRole",
                                              &search::Book::practitioner_roles);
}

Answered search_locations(const Context& context, const R4Services& services)
{
    return search_shelf<fhir::Location>(context, services, "Location", &search::Book::locations);
}

Answered read_location(const Context& context, const R4Services& services)
{
    return read_shelf<fhir::Location>(context, services, "Location", &search::Book::locations);
}

Answered search_organizations(const Context& context, const R4Services& services)
{
    return search_shelf<fhir::Organization>(context, services, "Organization", &search::Book::organizations);
}

Answered read_organization(const Context& context, const R4Services& services)
{
    return read_shelf<fhir::Organization>(context, services, "Organization", &search::Book::organizations);
}

Answered search_healthcare_services(const Context& context, const R4Services& services)
{
    return search_shelf<fhir::HealthcareService>(context, services, "HealthcareService",
                                                 &search::Book::healthcare_services);
}

Answered read_healthcare_service(const Context& context, const R4Services& services)
{
    return read_shelf<fhir::HealthcareService>(context, services, "HealthcareService",
                                               &search::Book::healthcare_services);
}

} // namespace gateway::faces::r4
