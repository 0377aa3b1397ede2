// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/r4/slot_bundle.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace adapters::r4
{

/// A schedule as it came, and what its slots take from it.
struct ScheduleRow
{
    const Node* tree = nullptr;
    std::string id;
    std::vector<std::string> actors; ///< on this server, `Type/id`
    fhir::Schedule own;              ///< translated
};

/// Puts schedules into an answer with whom and what they name, each once. What names no organisation belongs
/// to the practice; a schedule that names no service gets the practice's. Lives as long as one answer is put
/// together; `out` and all else it is given outlive it.
class Company
{
public:
    Company(const SlotBundle& bundle, const LocalNames& names, const std::string& practice_name,
            FoundSlots& out);

    /// Actors that were not sent are left out of the schedule, with a warning. A schedule without a place is
    /// where its service is.
    void add(const ScheduleRow& row);

private:
    /// False for what was not sent, cannot be used, or is nothing that is kept with slots.
    bool add(const LocalReference& what);
    bool add(std::string_view type, const Node& tree);
    bool add(std::optional<fhir::Location> location, const Node& tree);
    bool add(std::optional<fhir::HealthcareService> service, const Node& tree);
    bool add(std::optional<fhir::PractitionerRole> role, const Node& tree);
    bool add_named(const Node& tree, std::string_view element);
    /// The organization that was sent with the practice's ODS code, else one made from the code.
    void add_own_organization();
    std::string own_service();
    /// Our reference to where a service is; empty unless that is one place, and it was sent.
    std::string only_place_of(const LocalReference& service);

    const SlotBundle& bundle_;
    const LocalNames& names_;
    const std::string& practice_name_;
    FoundSlots& out_;
    std::string organization_;          ///< id of the practice's
    std::map<std::string, bool> added_; ///< whether it could be used
};

} // namespace adapters::r4
