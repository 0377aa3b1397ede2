// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::fhir_r4
{

/// What a server's CapabilityStatement says of one resource type.
struct TypeAbilities
{
    std::set<std::string, std::less<>> interactions;
    /// Unset where the server lists none: then it is taken to know those of R4.
    std::optional<std::set<std::string, std::less<>>> parameters;
    std::optional<std::set<std::string, std::less<>>> includes;
    bool conditional_create = false;

    bool can(std::string_view interaction) const { return interactions.contains(interaction); }
    bool knows(std::string_view parameter) const { return !parameters || parameters->contains(parameter); }
    /// Of `Slot:schedule` also when the server writes `Slot:*` or `*`.
    bool follows(std::string_view include) const;
};

/// What one server can do, as far as this adapter needs it.
struct Abilities
{
    TypeAbilities slot;
    TypeAbilities appointment;
    TypeAbilities patient;
    /// What the server can add to slots, round by round: `Schedule:actor`, `Location:organization`, …
    std::vector<std::string> further_includes;
    bool json_patch = false;

    bool searches() const { return slot.can("search-type"); }
    bool books() const { return appointment.can("create") && patient.can("search-type"); }
    /// By PATCH or by PUT.
    bool patches() const { return json_patch && appointment.can("patch"); }
    bool changes() const { return patches() || appointment.can("update"); }
};

/// `supplier_malformed` for what is no CapabilityStatement, `not_supported_by_practice` for one of another
/// version of FHIR.
fhir::Result<Abilities> read_abilities(std::string_view json);

} // namespace adapters::fhir_r4
