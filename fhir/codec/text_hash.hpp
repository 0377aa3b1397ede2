// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace fhir::codec
{

/// 64 bits that are the same for equal texts, on every machine. Not for secrets: whoever may choose texts can
/// find two with one hash.
std::uint64_t text_hash(std::string_view text);

} // namespace fhir::codec
