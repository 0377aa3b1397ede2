// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/written.hpp"

#include "fhir/codec/json.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace fhir::codec
{

namespace
{

/// The first eight bytes, low byte first whatever the machine; missing ones are zero.
std::uint64_t word(std::string_view text)
{
    std::uint64_t value = 0;
    std::memcpy(&value, text.data(), std::min(text.size(), sizeof value));
    if constexpr (std::endian::native == std::endian::big)
        value = __builtin_bswap64(value);
    return value;
}

/// Multiplication and rotation carry every bit into all others.
std::uint64_t mixed(std::uint64_t state, std::uint64_t value)
{
    state = (state ^ value) * 0x9e3779b97f4a7c15;
    return std::rotl(state, 29) ^ state >> 17;
}

} // namespace

Written::Written(std::string json, std::size_t head_size)
    : json_(std::move(json)), head_size_(head_size), version_(content_version(json_))
{}

std::string Written::with_meta(std::string_view meta) const
{
    std::string whole;
    whole.reserve(json_.size() + 1 + meta.size());
    return whole.append(head()).append(",").append(meta).append(tail());
}

Written write_without_meta(const schema::TypeInfo& type, const void* resource)
{
    rest::OutBuffer out;
    write_resource(type, resource, out, {});
    const std::string_view json = out.view();
    // Our ids need no escapes, so the first quote behind `"id":"` ends the id.
    constexpr std::string_view id = R"(","id":")";
    const auto type_end = json.find('"', std::string_view(R"({"resourceType":")").size());
    const auto id_end = json.find('"', type_end + id.size());
    return Written(std::string(json), id_end + 1);
}

std::string content_version(std::string_view json)
{
    std::uint64_t state = 0xcbf29ce484222325 ^ json.size();
    for (; json.size() > sizeof state; json.remove_prefix(sizeof state))
        state = mixed(state, word(json));
    state = mixed(mixed(state, word(json)), 0);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t i = text.size(); i-- > 0; state >>= 4)
        text[i] = digits[state & 0xF];
    return text;
}

} // namespace fhir::codec
