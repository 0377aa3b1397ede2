// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/fhir_r4/ids.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/model/id.hpp"

namespace adapters::fhir_r4
{

/// Elements that R4 does not have are passed over; a value that R4 forbids makes the resource unusable.
inline constexpr fhir::codec::ReadOptions tolerant{fhir::codec::Unknown::ignore, 32, 8 << 20};

/// The resource under our ids; nothing when it cannot be used.
template <class T>
std::optional<T> read_localised(const Node& resource, const Ids& ids)
{
    if (!fhir::is_id(view_of(resource, "id")))
        return std::nullopt;
    auto read = fhir::codec::read<T>(localised(resource, ids), tolerant);
    return read ? std::optional<T>(std::move(*read)) : std::nullopt;
}

} // namespace adapters::fhir_r4
