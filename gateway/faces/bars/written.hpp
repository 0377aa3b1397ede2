// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/format.hpp"

#include <string>

namespace gateway::faces::bars
{

/// Instants that stand in UK summer time are put into UTC, in which everything of BaRS is sent.
std::string in_utc(std::string json);

/// The same resource in the form that the sender reads.
std::string in_form(std::string json, fhir::codec::Format format);

template <class T>
std::string written(const T& resource)
{
    return in_utc(fhir::codec::to_json(resource));
}

} // namespace gateway::faces::bars
