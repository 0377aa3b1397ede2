// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace adapters::simulation
{

/// What has become of a slot in a practice's book.
enum class Held
{
    free,
    booked,
    reception ///< given away at the counter, to nobody we know
};

/// As `GET /control/<ODS>/book` says it.
constexpr std::string_view word_for(Held held)
{
    switch (held) {
    case Held::free:
        return "free";
    case Held::booked:
        return "booked";
    case Held::reception:
        return "reception";
    }
    return "free";
}

} // namespace adapters::simulation
