// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/schema/schema.hpp"

#include <string>
#include <string_view>

namespace fhir::codec
{

/// ` Did you mean 'minutesDuration'?` when an element's name is close to `name`, otherwise nothing.
std::string suggestion(const schema::TypeInfo& type, std::string_view name);

} // namespace fhir::codec
