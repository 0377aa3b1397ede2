// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/practice_parts.hpp"

#include <set>
#include <string>
#include <vector>

namespace adapters
{

/// Collects what the slots of one answer refer to, each once, for systems that tell people and places by a
/// text alone. Lives as long as the answer is put together; all it is given outlives it.
class Surroundings
{
public:
    /// The practice's organisation and service are there from the start.
    Surroundings(const PracticeNames& practice, FoundSlots& found);

    /// `Schedule/Z90001.…`.
    bool has(const std::string& schedule_reference);
    /// With its people, its place (empty: none) and the practice's service as actors.
    void add(fhir::Schedule schedule, const std::vector<std::string>& clinicians, const std::string& place);

private:
    template <class Actor>
    void add_actor(fhir::Schedule& schedule, const std::string& type, Actor actor, const std::string& name,
                   std::vector<Shared<Actor>>& actors);

    const PracticeNames& practice_;
    FoundSlots& found_;
    std::set<std::string> seen_; ///< references
    std::string last_;           ///< schedule: slots of one mostly come together
};

} // namespace adapters
