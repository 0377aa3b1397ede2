// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fhir::search
{

/// The known name that differs from `name` by at most two letters (one for short names); empty when none
/// does.
std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known);

/// A caller's word fit to be repeated in a sentence: short, printable ASCII, and no run of digits that could
/// be a patient's number.
std::string printable(std::string_view name);

} // namespace fhir::search
