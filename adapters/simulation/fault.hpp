// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/simulation/simulator.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/outcome/error.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace adapters::simulation
{

/// `drop_after`, as the control interface writes it.
std::string_view fault_name(Fault::Kind kind);
std::optional<Fault::Kind> fault_kind(std::string_view name);

/// One fault or an array of them. Errors name the member or kind that is not known, and those that are.
fhir::Result<std::vector<Fault>> read_faults(std::string_view json);
fhir::codec::JsonValue fault_json(const Fault& fault);

/// A fault and how often it still applies.
struct ActiveFault
{
    Fault fault;
    std::optional<std::uint64_t> remaining; ///< unset: until cleared

    bool applies(const Simulator& simulator, const fhir::rest::Request& request) const;
    void use();
};

/// What all faults together do to one request: any number that colour it, and at most one that decides its
/// fate.
struct Misfortune
{
    std::optional<Fault::Kind> fate;
    std::chrono::milliseconds delay{0};
    std::chrono::seconds skew{0};
    bool forget_sessions = false;
    bool steal_slot = false;
};

/// Uses up every fault that applies to the request; of those that decide its fate only the first.
Misfortune draw(std::vector<ActiveFault>& faults, const Simulator& simulator,
                const fhir::rest::Request& request, Random& random);

} // namespace adapters::simulation
