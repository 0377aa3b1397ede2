// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/call.hpp"

#include <algorithm>

namespace gateway::faces::bars
{

std::optional<std::string_view> Call::parameter(std::string_view name) const
{
    const auto found = std::ranges::find(parameters, name, &fhir::search::RawParameter::name);
    if (found == parameters.end())
        return std::nullopt;
    return found->value;
}

} // namespace gateway::faces::bars
