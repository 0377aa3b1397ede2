// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/text_hash.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace fhir::codec
{

namespace
{

constexpr std::size_t word_size = sizeof(std::uint64_t);
/// Read side by side: the multiplication of one need not wait for that of another.
constexpr std::size_t lanes = 4;

std::uint64_t low_byte_first(std::uint64_t value)
{
    return std::endian::native == std::endian::big ? __builtin_bswap64(value) : value;
}

std::uint64_t word_at(const char* text)
{
    std::uint64_t value = 0;
    std::memcpy(&value, text, word_size);
    return low_byte_first(value);
}

/// Missing bytes are zero.
std::uint64_t last_word(std::string_view text)
{
    std::uint64_t value = 0;
    if (!text.empty())
        std::memcpy(&value, text.data(), text.size());
    return low_byte_first(value);
}

/// Multiplication and rotation carry every bit into all others.
std::uint64_t mixed(std::uint64_t state, std::uint64_t value)
{
    state = (state ^ value) * 0x9e3779b97f4a7c15;
    return std::rotl(state, 29) ^ state >> 17;
}

} // namespace

std::uint64_t text_hash(std::string_view text)
{
    std::uint64_t state = 0xcbf29ce484222325 ^ text.size();
    std::array<std::uint64_t, lanes> side{};
    for (; text.size() >= lanes * word_size; text.remove_prefix(lanes * word_size))
        for (std::size_t i = 0; i < lanes; ++i)
            side[i] = mixed(side[i], word_at(text.data() + i * word_size));
    for (const std::uint64_t each : side)
        state = mixed(state, each);
    for (; text.size() >= word_size; text.remove_prefix(word_size))
        state = mixed(state, word_at(text.data()));
    return mixed(mixed(state, last_word(text)), 0);
}

} // namespace fhir::codec
