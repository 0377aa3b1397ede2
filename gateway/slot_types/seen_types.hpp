// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"
#include "gateway/slot_types/slot_type.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace gateway::slot_types
{

/// What a practice calls slots that it has sent, and what the table makes of it.
struct SeenType
{
    fhir::OdsCode practice;
    std::string name;      ///< empty: slots without any name
    std::size_t slots = 0; ///< of the answer that was the last to have any
    fhir::Instant seen{};
    SlotType mapped = {}; ///< what the table says; without names where it says nothing

    bool is_mapped() const { return !mapped.names.empty(); }
};

/// Names of slots as answers bring them; at most so many for each practice, the longest unseen go.
/// Thread-safe.
class SeenTypes
{
public:
    static constexpr std::size_t most_names = 200;

    void note(SeenType seen);
    /// By practice and name.
    std::vector<SeenType> all() const;
    /// Names that nobody has mapped.
    std::size_t unmapped() const;

private:
    mutable std::mutex mutex_;
    std::map<fhir::OdsCode, std::map<std::string, SeenType>> practices_;
};

} // namespace gateway::slot_types
