// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/nhs_number.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gateway::faces::gpconnect
{

/// Ids of patients on this face: an NHS number, encrypted under a secret of this gateway and bound to one
/// practice, so that an id tells nobody who it is, another practice's id is another one, none can be guessed,
/// and any node reads it at any time without having kept anything. 29 characters.
class PatientIds
{
public:
    explicit PatientIds(std::string_view secret) : secret_(secret) {}

    std::string id_of(std::string_view practice_ods, const fhir::NhsNumber& number) const;
    /// Nothing unless it was made here for this practice.
    std::optional<fhir::NhsNumber> read(std::string_view practice_ods, std::string_view id) const;

private:
    std::uint64_t mixed(std::string_view practice_ods, unsigned round, std::uint64_t half) const;

    std::string_view secret_;
};

} // namespace gateway::faces::gpconnect
