// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/patient.hpp"

#include <optional>
#include <string>
#include <vector>

/// What patients of systems without FHIR are put together from. Nothing is added for what is not told.
namespace adapters
{

void add_contact(fhir::Patient& patient, fhir::ContactSystem system, const std::string& value,
                 std::optional<fhir::ContactUse> use = std::nullopt);

struct AddressTexts
{
    std::vector<std::string> lines;
    std::string town, county, postcode;
};
void add_address(fhir::Patient& patient, const AddressTexts& texts);

} // namespace adapters
