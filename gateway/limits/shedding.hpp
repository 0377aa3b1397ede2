// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/http/handler.hpp"
#include "gateway/limits/load.hpp"

#include <memory>

namespace gateway::observability
{
class Metrics;
}

namespace gateway::limits
{

/// What that request asks for, from method and path alone: nothing has been read or proved yet. `path`
/// belongs to any of the faces.
Work work_of(std::string_view method, std::string_view path);

struct SheddingParts
{
    http::Handler& inner;
    Load& load;
    observability::Metrics& metrics;
    /// How the face says 503; its status is set to that in any case.
    fhir::ErrorKind kind = fhir::ErrorKind::throttled;
};

/// Whether a body has more values than anything that is served here can have: taken to pieces each of them
/// would cost many times its bytes.
bool has_too_many_parts(std::string_view body);

/// In front of a face: refuses what there is no time for with 503 and Retry-After, in the face's own form,
/// before anything is read, proved or looked up; and bodies of too many parts. Everything outlives it.
std::unique_ptr<http::Handler> make_shedding(SheddingParts parts);

} // namespace gateway::limits
