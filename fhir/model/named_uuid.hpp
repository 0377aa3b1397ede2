// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace fhir
{

/// RFC 9562 UUID version 8 from the SHA-256 of a name: the same name, the same UUID.
std::string named_uuid(std::string_view name);

} // namespace fhir
