// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"

#include <cstdint>
#include <string>

namespace gateway::faces::r4
{

/// What a PATCH asks for: the change, and the version that it is a change of.
struct PatchCall
{
    std::int64_t expected_version = 0;
    fhir::codec::JsonValue patch;
};

/// Errors: `unknown_parameter`, `if_match_required`, `value_invalid`, those of the body's JSON.
inline fhir::Result<PatchCall> read_patch(const Context& context)
{
    if (auto known = no_parameters(context); !known)
        return std::unexpected(known.error());
    const auto expected = if_match(context);
    if (!expected)
        return std::unexpected(expected.error());
    auto patch = fhir::codec::parse_json(context.request.body, {.max_depth = 32, .max_bytes = 1 << 20});
    if (!patch)
        return std::unexpected(patch.error());
    return PatchCall{*expected, std::move(*patch)};
}

/// A patch that does not fit the resource is well-formed but refused: 422, with the place named.
inline fhir::Error does_not_apply(const fhir::Error& why)
{
    fhir::Error error(fhir::ErrorKind::not_amendable, "The patch cannot be applied: " + why.sentence(),
                      why.path());
    return error.advise("Read the resource again and correct the patch.", fhir::Remedy::caller);
}

/// The resource after a JSON Patch (RFC 6902), evaluated on its JSON. Error: `not_amendable`.
template <class T>
fhir::Result<T> patched(const T& stored, const fhir::codec::JsonValue& patch)
{
    auto document = fhir::codec::parse_json(fhir::codec::to_json(stored));
    if (!document)
        return std::unexpected(document.error());
    auto changed = fhir::codec::apply_json_patch(std::move(*document), patch);
    if (!changed)
        return std::unexpected(does_not_apply(changed.error()));
    auto resource = fhir::codec::read<T>(fhir::codec::to_json(*changed));
    if (!resource)
        return std::unexpected(does_not_apply(resource.error()));
    return resource;
}

} // namespace gateway::faces::r4
