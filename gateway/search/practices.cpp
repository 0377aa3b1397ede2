// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/practices.hpp"

#include "fhir/model/datatypes.hpp"
#include "fhir/model/id.hpp"

#include <algorithm>
#include <set>

namespace gateway::search
{

namespace
{

using fhir::search::SlotQuery;
using fhir::search::TokenValue;
using OdsSet = std::set<fhir::OdsCode>;
using Practices = std::vector<std::shared_ptr<const policy::Practice>>;

/// Organisations have no identifier but their ODS code, so there a bare code is one too.
bool is_ods(const TokenValue& token, std::string_view parameter)
{
    if (!token.system)
        return parameter.ends_with("organization.identifier");
    return !token.system->empty() && fhir::same_system(*token.system, fhir::ods_organisation_system);
}

class Resolver
{
public:
    Resolver(const policy::Directory& directory, const identity::Caller& caller, fhir::Instant now)
        : directory_(directory), caller_(caller), now_(now)
    {}

    /// Practices that a list of alternatives names; nothing when one of them could be anywhere.
    template <class T>
    fhir::Result<void> narrow(const std::vector<T>& alternatives, std::string_view parameter)
    {
        OdsSet named;
        for (const T& alternative : alternatives) {
            auto ods = named_by(alternative, parameter);
            if (!ods)
                return std::unexpected(ods.error());
            if (!*ods)
                return {};
            named.insert(**ods);
        }
        restrict_to(std::move(named));
        return {};
    }

    Practices visible() const
    {
        Practices practices = directory_.visible_to(caller_.ods, now_);
        if (allowed_)
            std::erase_if(practices,
                          [&](const auto& practice) { return allowed_->count(practice->ods) == 0; });
        return practices;
    }

private:
    using Named = fhir::Result<std::optional<fhir::OdsCode>>;

    Named named_by(const std::string& id, std::string_view) const { return practice_of(id); }
    Named named_by(const TokenValue& token, std::string_view parameter) const
    {
        if (!is_ods(token, parameter) || !token.code)
            return std::optional<fhir::OdsCode>{};
        return known(*token.code, parameter);
    }
    Named named_by(const fhir::search::ReferenceValue& value, std::string_view parameter) const
    {
        return value.identifier ? named_by(*value.identifier, parameter) : Named(practice_of(value.id));
    }

    static std::optional<fhir::OdsCode> practice_of(std::string_view id)
    {
        const auto parsed = fhir::PracticeId::parse(id);
        return parsed ? std::optional(parsed->ods) : std::nullopt;
    }

    Named known(const std::string& code, std::string_view parameter) const
    {
        const auto ods = fhir::OdsCode::parse(code);
        const std::string path = "http." + std::string(parameter);
        if (!ods)
            return fhir::fail(fhir::ErrorKind::value_invalid, "An ODS code is up to ten letters and digits.",
                              path);
        if (!directory_.practice(*ods)) {
            fhir::Error error(fhir::ErrorKind::practice_unknown,
                              "No practice with the ODS code " + ods->text() + " is connected.", path);
            return std::unexpected(std::move(error));
        }
        if (!directory_.shares(*ods, caller_.ods, now_)) {
            fhir::Error error(fhir::ErrorKind::organisation_not_allowed,
                              "Practice " + ods->text() + " does not share its appointments with " +
                                  caller_.ods.text() + ".",
                              path);
            return std::unexpected(std::move(error));
        }
        return ods;
    }

    void restrict_to(OdsSet named)
    {
        if (allowed_)
            std::erase_if(named, [&](const fhir::OdsCode& ods) { return allowed_->count(ods) == 0; });
        allowed_ = std::move(named);
    }

    const policy::Directory& directory_;
    const identity::Caller& caller_;
    fhir::Instant now_;
    std::optional<OdsSet> allowed_;
};

fhir::Result<void> narrow_all(Resolver& resolver, const SlotQuery& query)
{
    fhir::Result<void> done;
    for (const auto& chain : query.actor_chains) {
        std::string name = "schedule.actor";
        name += chain.type.empty() ? "." : ":" + chain.type + ".";
        name += chain.parameter;
        if (done)
            done = resolver.narrow(chain.values, name);
    }
    for (const auto& actors : query.schedule_actor)
        if (done)
            done = resolver.narrow(actors, "schedule.actor");
    for (const auto& schedules : query.schedule)
        if (done)
            done = resolver.narrow(schedules, "schedule");
    for (const auto& ids : query.id)
        if (done)
            done = resolver.narrow(ids, "_id");
    return done;
}

} // namespace

fhir::Result<Practices> practices_for(const policy::Directory& directory, const identity::Caller& caller,
                                      const SlotQuery& query, fhir::Instant now)
{
    Resolver resolver(directory, caller, now);
    auto narrowed = narrow_all(resolver, query);
    if (!narrowed)
        return std::unexpected(narrowed.error());
    Practices practices = resolver.visible();
    if (practices.empty() && directory.visible_to(caller.ods, now).empty())
        return fhir::fail(fhir::ErrorKind::organisation_not_allowed,
                          "No practice shares its appointments with " + caller.ods.text() + ".");
    return practices;
}

} // namespace gateway::search
