// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/spread.hpp"

namespace adapters::simulation
{

/// FNV-1a, then SplitMix64's finish.
std::uint64_t spread(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
    return hash ^ (hash >> 31);
}

std::string hex_digits(std::uint64_t value)
{
    std::string text(16, '0');
    for (std::size_t i = 0; i < 16; ++i)
        text[15 - i] = "0123456789abcdef"[(value >> (4 * i)) & 15];
    return text;
}

} // namespace adapters::simulation
