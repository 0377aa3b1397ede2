// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace fhir::codec
{

/// What the parser would let pass and this dialect does not have: nothing, or what is wrong.
std::string_view xml_objection(std::string_view body);

} // namespace fhir::codec
