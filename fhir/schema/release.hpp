// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace fhir
{

/// A version of the standard that is spoken: 4.0.1 as UK Core profiles it, 3.0.1 as GP Connect does. The
/// structs are R4's; where STU3 says a type in another way it has a second table (fhir/stu3).
enum class Release : std::uint8_t
{
    r4,
    stu3
};

} // namespace fhir
