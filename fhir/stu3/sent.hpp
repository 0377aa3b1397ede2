// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

namespace fhir::stu3
{

/// TypeInfo::sent of a type whose `to_stu3` gives nothing where STU3 says the value as the model does.
template <class T, std::optional<T> (*ToStu3)(const T&)>
const void* sent(const void* value, std::shared_ptr<const void>& made)
{
    auto changed = ToStu3(*static_cast<const T*>(value));
    if (!changed)
        return value;
    made = std::make_shared<const T>(std::move(*changed));
    return made.get();
}

/// TypeInfo::received.
template <class T, void (*ToR4)(T&)>
void received(void* value)
{
    ToR4(*static_cast<T*>(value));
}

} // namespace fhir::stu3
