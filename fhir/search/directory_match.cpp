// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/directory_query.hpp"
#include "fhir/search/match.hpp"

#include <algorithm>

namespace fhir::search
{

namespace
{

/// Whether one criterion holds, element by element: what a parameter looks at is written once per resource
/// below.
class Check
{
public:
    Check(const Criterion& criterion, const IdentifiersOf& identifiers_of)
        : criterion_(criterion), identifiers_of_(identifiers_of)
    {}

    bool is(std::string_view name) const { return criterion_.parameter->name == name; }

    bool concepts(const std::vector<CodeableConcept>& values) const
    {
        return any_token(criterion_.tokens, [&](const TokenValue& token) { return fits(token, values); });
    }
    bool identifiers(const std::vector<Identifier>& values) const
    {
        return any_token(criterion_.tokens, [&](const TokenValue& token) { return fits(token, values); });
    }
    bool code(std::string_view value) const
    {
        return any_token(criterion_.tokens, [&](const TokenValue& token) { return fits_code(token, value); });
    }
    /// R4: `active` is true where it is not said.
    bool active(const std::optional<bool>& value) const
    {
        return code(value.value_or(true) ? "true" : "false");
    }

    bool references(const std::vector<Reference>& values) const
    {
        return std::ranges::any_of(values, [&](const Reference& value) { return references(value); });
    }
    bool references(const std::optional<Reference>& value) const { return value && references(*value); }
    bool references(const Reference& value) const
    {
        return std::ranges::any_of(criterion_.references, [&](const ReferenceValue& wanted) {
            return fits(wanted, value, identifiers_of_);
        });
    }
    /// A chain `x.identifier`.
    bool behind(const std::vector<Reference>& values) const
    {
        return std::ranges::any_of(values, [&](const Reference& value) {
            return value.reference && identifiers_of_ && identifiers(identifiers_of_(*value.reference));
        });
    }
    bool behind(const std::optional<Reference>& value) const
    {
        return value && behind(std::vector<Reference>{*value});
    }

    bool text(std::string_view value) const
    {
        return std::ranges::any_of(criterion_.strings,
                                   [&](const StringValue& wanted) { return wanted.matches(value); });
    }
    bool text(const std::optional<std::string>& value) const
    {
        return value && text(std::string_view(*value));
    }
    bool text(const std::vector<std::string>& values) const
    {
        return std::ranges::any_of(values,
                                   [&](const std::string& value) { return text(std::string_view(value)); });
    }
    bool family(const std::vector<HumanName>& names) const
    {
        return std::ranges::any_of(names, [&](const HumanName& name) { return text(name.family); });
    }
    bool given(const std::vector<HumanName>& names) const
    {
        return std::ranges::any_of(names, [&](const HumanName& name) { return text(name.given); });
    }
    bool name(const std::vector<HumanName>& names) const
    {
        return std::ranges::any_of(names, [&](const HumanName& one) {
            return text(one.family) || text(one.given) || text(one.text) || text(one.prefix);
        });
    }
    bool postcode(const std::vector<Address>& addresses) const
    {
        return std::ranges::any_of(addresses,
                                   [&](const Address& address) { return text(address.postal_code); });
    }
    bool stretch(const Interval& value) const
    {
        return std::ranges::any_of(criterion_.dates,
                                   [&](const DateValue& wanted) { return wanted.matches(value); });
    }
    bool moment(Instant value) const
    {
        return std::ranges::any_of(criterion_.dates,
                                   [&](const DateValue& wanted) { return wanted.matches(value); });
    }

    /// `_id`, and what no resource of the directory can fail.
    bool common(const std::optional<std::string>& id) const
    {
        return is("_id") ? code(id.value_or("")) : true;
    }

private:
    const Criterion& criterion_;
    const IdentifiersOf& identifiers_of_;
};

template <class Test>
bool all(const DirectoryQuery& query, const IdentifiersOf& identifiers_of, const Test& test)
{
    return std::ranges::all_of(
        query.criteria, [&](const Criterion& criterion) { return test(Check(criterion, identifiers_of)); });
}

/// An open end of a period reaches as far as time does.
Interval horizon(const std::optional<Period>& period)
{
    constexpr Instant first = Instant::min() + std::chrono::hours(24);
    constexpr Instant last = Instant::max() - std::chrono::hours(24);
    if (!period)
        return {first, last};
    return {period->start ? period->start->at : first, period->end ? period->end->at : last};
}

std::string_view code_of(LocationStatus status)
{
    switch (status) {
    case LocationStatus::active:
        return "active";
    case LocationStatus::suspended:
        return "suspended";
    case LocationStatus::inactive:
        return "inactive";
    }
    return {};
}

} // namespace

bool matches(const DirectoryQuery& query, const Schedule& schedule, const IdentifiersOf& identifiers_of)
{
    return all(query, identifiers_of, [&](const Check& check) {
        if (check.is("active"))
            return check.active(schedule.active);
        if (check.is("actor"))
            return check.references(schedule.actor);
        if (check.is("actor.identifier"))
            return check.behind(schedule.actor);
        if (check.is("date"))
            return check.stretch(horizon(schedule.planning_horizon));
        if (check.is("identifier"))
            return check.identifiers(schedule.identifier);
        if (check.is("service-category"))
            return check.concepts(schedule.service_category);
        if (check.is("service-type"))
            return check.concepts(schedule.service_type);
        if (check.is("specialty"))
            return check.concepts(schedule.specialty);
        return check.common(schedule.id);
    });
}

bool matches(const DirectoryQuery& query, const Practitioner& practitioner)
{
    return all(query, {}, [&](const Check& check) {
        if (check.is("identifier"))
            return check.identifiers(practitioner.identifier);
        if (check.is("name"))
            return check.name(practitioner.name);
        if (check.is("family"))
            return check.family(practitioner.name);
        if (check.is("given"))
            return check.given(practitioner.name);
        if (check.is("active"))
            return check.active(practitioner.active);
        if (check.is("gender"))
            return check.code(practitioner.gender ? code_of(*practitioner.gender) : "");
        return check.common(practitioner.id);
    });
}

bool matches(const DirectoryQuery& query, const PractitionerRole& role, const IdentifiersOf& identifiers_of)
{
    return all(query, identifiers_of, [&](const Check& check) {
        if (check.is("identifier"))
            return check.identifiers(role.identifier);
        if (check.is("practitioner"))
            return check.references(role.practitioner);
        if (check.is("practitioner.identifier"))
            return check.behind(role.practitioner);
        if (check.is("organization"))
            return check.references(role.organization);
        if (check.is("role"))
            return check.concepts(role.code);
        if (check.is("active"))
            return check.active(role.active);
        if (check.is("location"))
            return check.references(role.location);
        if (check.is("service"))
            return check.references(role.healthcare_service);
        if (check.is("specialty"))
            return check.concepts(role.specialty);
        return check.common(role.id);
    });
}

bool matches(const DirectoryQuery& query, const Location& location, const IdentifiersOf& identifiers_of)
{
    return all(query, identifiers_of, [&](const Check& check) {
        if (check.is("identifier"))
            return check.identifiers(location.identifier);
        if (check.is("organization"))
            return check.references(location.managing_organization);
        if (check.is("name"))
            return check.text(location.name) || check.text(location.alias);
        if (check.is("address-postalcode"))
            return location.address && check.text(location.address->postal_code);
        if (check.is("address-city"))
            return location.address && check.text(location.address->city);
        if (check.is("status"))
            return check.code(location.status ? code_of(*location.status) : "");
        return check.common(location.id);
    });
}

bool matches(const DirectoryQuery& query, const Organization& organization)
{
    return all(query, {}, [&](const Check& check) {
        if (check.is("identifier"))
            return check.identifiers(organization.identifier);
        if (check.is("name"))
            return check.text(organization.name) || check.text(organization.alias);
        if (check.is("active"))
            return check.active(organization.active);
        if (check.is("address-postalcode"))
            return check.postcode(organization.address);
        return check.common(organization.id);
    });
}

bool matches(const DirectoryQuery& query, const HealthcareService& service,
             const IdentifiersOf& identifiers_of)
{
    return all(query, identifiers_of, [&](const Check& check) {
        if (check.is("identifier"))
            return check.identifiers(service.identifier);
        if (check.is("organization"))
            return check.references(service.provided_by);
        if (check.is("organization.identifier"))
            return check.behind(service.provided_by);
        if (check.is("active"))
            return check.active(service.active);
        if (check.is("location"))
            return check.references(service.location);
        if (check.is("name"))
            return check.text(service.name);
        if (check.is("service-type"))
            return check.concepts(service.type);
        if (check.is("service-category"))
            return check.concepts(service.category);
        if (check.is("specialty"))
            return check.concepts(service.specialty);
        return check.common(service.id);
    });
}

bool matches(const DirectoryQuery& query, const Patient& patient)
{
    return all(query, {}, [&](const Check& check) {
        if (check.is("identifier"))
            return check.identifiers(patient.identifier);
        if (check.is("family"))
            return check.family(patient.name);
        if (check.is("given"))
            return check.given(patient.name);
        if (check.is("name"))
            return check.name(patient.name);
        if (check.is("birthdate"))
            return patient.birth_date && check.moment(patient.birth_date->at);
        if (check.is("gender"))
            return check.code(patient.gender ? code_of(*patient.gender) : "");
        if (check.is("address-postalcode"))
            return check.postcode(patient.address);
        if (check.is("active"))
            return check.active(patient.active);
        return check.common(patient.id);
    });
}

} // namespace fhir::search
