// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json.hpp"

#include <string>

namespace gateway::faces::bars
{

/// Instants that stand in UK summer time are put into UTC, in which everything of BaRS is sent.
std::string in_utc(std::string json);

template <class T>
std::string written(const T& resource)
{
    return in_utc(fhir::codec::to_json(resource));
}

} // namespace gateway::faces::bars
