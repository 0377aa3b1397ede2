// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/faces/bars/handlers.hpp"
#include "gateway/faces/bars/heading.hpp"

#include <string>
#include <string_view>

namespace gateway::faces::bars
{

using Handle = Answered (*)(const Call& call, const Services& services);

/// One row of what a receiver serves.
struct Route
{
    std::string_view method;
    std::string_view path; ///< below the base; `{id}` stands for one segment
    std::string_view type; ///< resource type a token must allow; empty: any token
    identity::Permission permission;
    Needs needs;
    Handle handle; ///< nullptr: known to the standard, not offered here
};

struct Found
{
    const Route* route = nullptr; ///< nullptr: the path is served, this verb is not
    std::string allow;
};

/// Errors: `not_found`; `not_implemented` for what the standard has and this receiver has not.
fhir::Result<Found> find_route(std::string_view method, std::string_view path);

} // namespace gateway::faces::bars
