// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/bundle_includes.hpp"

#include <algorithm>
#include <unordered_set>

namespace gateway::search
{

namespace
{

using fhir::search::Include;

/// Walks from the matches along the references that the includes name.
class Walk
{
public:
    explicit Walk(const std::vector<Include>& includes) : includes_(includes) {}

    void from_slot(const SlotHit& hit)
    {
        const fhir::Reference& schedule = hit.slot->common().schedule;
        for (const Include& include : includes_)
            if (include.source == "Slot" && include.parameter == "schedule")
                add(*hit.book, schedule, include.target);
    }

    std::vector<Included> take() { return std::move(found_); }

private:
    void add(const Book& book, const fhir::Reference& reference, const std::string& wanted_type)
    {
        if (!reference.reference || !seen_.insert(*reference.reference).second)
            return;
        const std::string_view text = *reference.reference;
        const auto slash = text.find('/');
        const std::string_view type = text.substr(0, slash);
        const std::string_view id =
            slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1);
        if (!book.holds(type, id) || (!wanted_type.empty() && wanted_type != type)) {
            seen_.erase(text); // another include may want it
            return;
        }
        found_.push_back({text, book.json_of(type, id)});
        follow(book, type, id);
    }
    void add(const Book& book, const std::optional<fhir::Reference>& reference,
             const std::string& wanted_type)
    {
        if (reference)
            add(book, *reference, wanted_type);
    }
    void add(const Book& book, const std::vector<fhir::Reference>& references, const std::string& wanted_type)
    {
        for (const fhir::Reference& reference : references)
            add(book, reference, wanted_type);
    }

    void follow(const Book& book, std::string_view type, std::string_view id)
    {
        for (const Include& include : includes_)
            if (include.source == type)
                follow(book, id, include);
    }

    void follow(const Book& book, std::string_view id, const Include& include)
    {
        if (const auto* schedule = find(book.schedules, id); include.source == "Schedule" && schedule)
            add(book, schedule->actor, include.target);
        if (const auto* role = find(book.practitioner_roles, id);
            include.source == "PractitionerRole" && role)
            add(book, include.parameter == "practitioner" ? role->practitioner : role->organization,
                include.target);
        if (const auto* service = find(book.healthcare_services, id);
            include.source == "HealthcareService" && service) {
            if (include.parameter == "organization")
                add(book, service->provided_by, include.target);
            else
                add(book, service->location, include.target);
        }
    }

    const std::vector<Include>& includes_;
    std::unordered_set<std::string_view> seen_;
    std::vector<Included> found_;
};

} // namespace

std::vector<Included> includes_of(const std::vector<SlotHit>& hits, const std::vector<Include>& includes)
{
    if (includes.empty())
        return {};
    Walk walk(includes);
    for (const SlotHit& hit : hits)
        walk.from_slot(hit);
    return walk.take();
}

} // namespace gateway::search
