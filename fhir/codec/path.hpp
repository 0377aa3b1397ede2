// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fhir::codec
{

/// Where a walker stands; spelt out only when there is something to say about the place.
struct Path
{
    static constexpr std::size_t no_index = static_cast<std::size_t>(-1);

    const Path* parent = nullptr;
    std::string_view name;
    std::size_t index = no_index;

    /// `Appointment.participant[1].status`.
    std::string text() const
    {
        std::string spelt = parent ? parent->text() : std::string{};
        if (!spelt.empty() && !name.empty())
            spelt.push_back('.');
        spelt.append(name);
        if (index != no_index)
            spelt.append("[" + std::to_string(index) + "]");
        return spelt;
    }
};

} // namespace fhir::codec
