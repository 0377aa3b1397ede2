// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace adapters::simulation
{

/// SplitMix64's finish: every bit of the answer depends on every bit of the number.
std::uint64_t mixed(std::uint64_t number);
/// SplitMix64 itself: small, and the same on every machine. `state` moves on.
std::uint64_t next_number(std::uint64_t& state);

/// A number for a text, spread well and the same on every run: for ids and keys that simulators make up. Not
/// meant to be secret.
std::uint64_t spread(std::string_view text);
/// Sixteen hexadecimal digits.
std::string hex_digits(std::uint64_t value);

} // namespace adapters::simulation
