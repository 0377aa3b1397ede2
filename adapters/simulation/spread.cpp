// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/spread.hpp"

namespace adapters::simulation
{

std::uint64_t mixed(std::uint64_t number)
{
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
    number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
    return number ^ (number >> 31);
}

std::uint64_t next_number(std::uint64_t& state)
{
    state += 0x9e3779b97f4a7c15;
    return mixed(state);
}

/// FNV-1a, then mixed.
std::uint64_t spread(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return mixed(hash);
}

std::string hex_digits(std::uint64_t value)
{
    std::string text(16, '0');
    for (std::size_t i = 0; i < 16; ++i)
        text[15 - i] = "0123456789abcdef"[(value >> (4 * i)) & 15];
    return text;
}

} // namespace adapters::simulation
