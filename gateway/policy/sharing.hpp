// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/policy/agreement.hpp"
#include "gateway/policy/terms.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::policy
{

/// A named set of practices and consumers: an agreement without limits for all of them.
struct Federation
{
    std::string name;
    std::vector<fhir::OdsCode> practices;
    std::vector<fhir::OdsCode> consumers; ///< organisations that may search and book in it
};

/// Types of organisation (GP Connect codes) by ODS code, as configured; several where their clients differ.
using OrganisationTypes = std::map<fhir::OdsCode, std::vector<std::string>>;

/// What has been agreed, by whom.
struct Agreed
{
    std::vector<Federation> federations = {};
    std::vector<Area> areas = {};
    std::vector<Agreement> agreements = {};
    std::vector<Valve> valves = {};
    OrganisationTypes types = {};
};

/// Who shares what with whom, worked out once: immutable. Everything is off until an agreement says
/// otherwise. Of the agreements about a practice and an organisation those nearest to the practice hold: its
/// own before its PCN's (or a federation's), that before the place's, that before the ICB's. Among equals the
/// most generous does, unless one of them refuses. One that is meant for other types of organisation holds
/// its place and allows nothing.
class Sharing
{
public:
    explicit Sharing(Agreed agreed);
    Sharing(const Sharing&) = delete;
    Sharing& operator=(const Sharing&) = delete;

    /// A practice may do everything with its own book.
    Terms terms(const fhir::OdsCode& practice, const fhir::OdsCode& consumer, Use use,
                fhir::Instant now) const;
    /// The agreements that name both, nearest first, also those not in force and refusals.
    std::vector<const Agreement*> about(const fhir::OdsCode& practice, const fhir::OdsCode& consumer) const;
    /// All that name the practice as one that shares, itself or its area, nearest first; federations too.
    std::vector<const Agreement*> of(const fhir::OdsCode& practice) const;
    const Valve* valve(const fhir::OdsCode& practice, fhir::Instant now) const;
    const Agreed& agreed() const { return agreed_; }
    /// As configured; empty where nobody has said. What somebody says of themselves does not count.
    const std::vector<std::string>& types_of(const fhir::OdsCode& organisation) const;
    /// Whether `whole` is that organisation, or an area in which it is.
    bool covers(const fhir::OdsCode& whole, const fhir::OdsCode& organisation) const;

private:
    struct Placed
    {
        unsigned distance; ///< of the sharer it names from the practice
        const Agreement* agreement;
        const std::set<fhir::OdsCode>* users;
    };

    std::set<fhir::OdsCode> organisations_in(const fhir::OdsCode& code) const;
    std::map<fhir::OdsCode, unsigned> practices_of(const Agreement& agreement) const;
    void place(const Agreement& agreement, const std::map<fhir::OdsCode, unsigned>& practices);

    Agreed agreed_;
    std::vector<Agreement> of_federations_;
    std::vector<std::set<fhir::OdsCode>> users_; ///< of all agreements, areas resolved
    std::map<fhir::OdsCode, std::vector<Placed>> placed_;
};

} // namespace gateway::policy
