// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/bundle.hpp"
#include "gateway/faces/bars/handlers.hpp"

#include <string>
#include <utility>
#include <vector>

namespace gateway::faces::bars
{

/// The answer to a search for what a sender has here. The self link says nothing of whom was asked for.
/// `nothing`: the sentence that stands where nothing was found.
fhir::Bundle found_bundle(const Call& call, const Services& services, std::string_view type,
                          std::vector<std::pair<std::string, fhir::AnyResource>> found,
                          std::string_view nothing);

} // namespace gateway::faces::bars
