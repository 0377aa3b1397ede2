// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/includes.hpp"

#include <algorithm>
#include <set>

namespace gateway::faces::r4
{

namespace
{

using fhir::search::Include;
using search::Book;

constexpr int max_steps = 2;

struct Link
{
    std::string_view parameter; ///< of the search parameter that `_include` names
    std::string reference;
};
using Links = std::vector<Link>;

void add(Links& links, std::string_view parameter, const fhir::Reference& reference)
{
    if (reference.reference)
        links.push_back({parameter, *reference.reference});
}

void add(Links& links, std::string_view parameter, const std::optional<fhir::Reference>& reference)
{
    if (reference)
        add(links, parameter, *reference);
}

void add(Links& links, std::string_view parameter, const std::vector<fhir::Reference>& references)
{
    for (const auto& reference : references)
        add(links, parameter, reference);
}

void links_from(const fhir::Schedule& schedule, Links& links)
{
    add(links, "actor", schedule.actor);
}

void links_from(const fhir::PractitionerRole& role, Links& links)
{
    add(links, "practitioner", role.practitioner);
    add(links, "organization", role.organization);
    add(links, "location", role.location);
    add(links, "service", role.healthcare_service);
}

void links_from(const fhir::Location& location, Links& links)
{
    add(links, "organization", location.managing_organization);
    add(links, "partof", location.part_of);
}

void links_from(const fhir::HealthcareService& service, Links& links)
{
    add(links, "organization", service.provided_by);
    add(links, "location", service.location);
}

void links_from(const fhir::Organization& organization, Links& links)
{
    add(links, "partof", organization.part_of);
}

void links_from(const fhir::Practitioner&, Links&) {}

std::pair<std::string_view, std::string_view> type_and_id(std::string_view reference)
{
    const auto slash = reference.rfind('/');
    if (slash == std::string_view::npos)
        return {};
    return {reference.substr(0, slash), reference.substr(slash + 1)};
}

/// Calls `use` with the resource that the book holds under `Type/id`.
template <class Use>
void with_resource(const Book& book, std::string_view reference, Use use)
{
    const auto [type, id] = type_and_id(reference);
    const auto look = [&](std::string_view name, const auto& shelf) {
        if (type != name)
            return;
        if (const auto found = shelf.find(id); found != shelf.end())
            use(*found->second);
    };
    look("Schedule", book.schedules);
    look("Practitioner", book.practitioners);
    look("PractitionerRole", book.practitioner_roles);
    look("Location", book.locations);
    look("Organization", book.organizations);
    look("HealthcareService", book.healthcare_services);
}

bool asks_for(const Include& include, std::string_view source, const Link& link, bool first_step)
{
    if (include.reverse || (!first_step && !include.iterate))
        return false;
    const auto [type, id] = type_and_id(link.reference);
    return include.source == source && (include.parameter == link.parameter || include.parameter == "*") &&
           (include.target.empty() || include.target == type);
}

class Collector
{
public:
    Collector(const std::vector<Include>& includes, const std::vector<std::shared_ptr<const Book>>& books,
              Searchset& result)
        : includes_(includes), books_(books), result_(result)
    {}

    void collect(const std::string& from, int step)
    {
        const auto [type, id] = type_and_id(from);
        for (const auto& book : books_) {
            Links links;
            with_resource(*book, from, [&](const auto& resource) { links_from(resource, links); });
            for (const auto& link : links)
                if (std::ranges::any_of(includes_, [&](const Include& include) {
                        return asks_for(include, type, link, step == 0);
                    }))
                    take(*book, link.reference, step);
        }
    }

    void mark(const std::string& reference) { seen_.insert(reference); }

private:
    void take(const Book& book, const std::string& reference, int step)
    {
        const auto [type, id] = type_and_id(reference);
        if (!book.holds(type, id) || !seen_.insert(reference).second)
            return;
        result_.includes.push_back({reference, book.json_of(type, id)});
        if (step + 1 < max_steps)
            collect(reference, step + 1);
    }

    const std::vector<Include>& includes_;
    const std::vector<std::shared_ptr<const Book>>& books_;
    Searchset& result_;
    std::set<std::string> seen_;
};

} // namespace

std::vector<fhir::Identifier> identifiers_in(const Book& book, std::string_view reference)
{
    std::vector<fhir::Identifier> identifiers;
    with_resource(book, reference, [&](const auto& resource) { identifiers = resource.identifier; });
    return identifiers;
}

void add_includes(const std::vector<Include>& includes, const std::vector<std::shared_ptr<const Book>>& books,
                  Searchset& result)
{
    if (includes.empty())
        return;
    Collector collector(includes, books, result);
    const std::size_t end = result.page_end();
    for (std::size_t i = result.offset; i < end; ++i)
        collector.mark(result.matches[i].reference);
    for (std::size_t i = result.offset; i < end; ++i)
        collector.collect(result.matches[i].reference, 0);
}

} // namespace gateway::faces::r4
