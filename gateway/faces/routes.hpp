// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::faces
{

struct Answer;
struct Context;
struct R4Services;

/// Both arguments belong to the face's own coroutine, which outlives the handler.
using Handle = Awaitable<fhir::Result<Answer>> (*)(const Context& context, const R4Services& services);

/// What a request carries, and so which Content-Type it must have.
enum class Body
{
    none,
    resource, ///< `application/fhir+json` or `application/fhir+xml`
    patch,    ///< `application/json-patch+json`
    form,     ///< `application/x-www-form-urlencoded`, FHIR search
    oauth,    ///< left to the token endpoint
};

/// One row of the one table of routes: what is routed, who may use it, and what `/metadata` says of it.
struct Route
{
    std::string_view method;
    /// `[base]/Slot/{id}`; also its label in logs and metrics. Ends in `/$name` for an operation, which then
    /// has a row in operations.cpp too.
    std::string_view path;
    std::string_view type;                          ///< resource type, empty for none
    std::string_view interaction;                   ///< FHIR restful-interaction code, empty for none
    std::optional<identity::Permission> permission; ///< of a SMART scope on `type`; unset: open to everybody
    Body body = Body::none;
    Handle handle = nullptr; ///< nullptr: refused with 405 and `advice`
    std::string_view advice = {};
    bool patients = false; ///< also for patients who have logged in; the handler sees to it that each sees
                           ///< their own
    bool stream = false;   ///< `text/event-stream`, whatever else is asked for
};

std::span<const Route> r4_routes();

/// Where a request leads.
struct Destination
{
    const Route* route = nullptr; ///< nullptr: the path is served, this verb is not
    std::string allow;            ///< value of the Allow header for the path
    std::string_view advice;      ///< what to do instead, for some refused verbs
    std::string id, version;      ///< captured from the path
};

/// Matches method and path against a table. HEAD is answered wherever GET is; OPTIONS on every known path.
class Router
{
public:
    /// `base_path`: what stands for `[base]`, such as `/fhir/R4`. `table` must outlive the router.
    Router(std::span<const Route> table, std::string_view base_path);

    /// Errors: `not_found`, `resource_type_unknown`; an id that cannot be one is `not_found`.
    fhir::Result<Destination> find(std::string_view method, std::string_view path) const;

private:
    struct Pattern
    {
        const Route* route;
        std::vector<std::string> segments;
    };

    fhir::Error unknown(const std::vector<std::string>& segments) const;

    std::vector<std::string> base_;
    std::vector<Pattern> patterns_;
};

} // namespace gateway::faces
