// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/id.hpp"

#include "fhir/model/named_uuid.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace fhir
{

namespace
{

constexpr std::size_t max_id = 64;
constexpr std::size_t max_plain_local = 50;
constexpr std::size_t hash_digits = 40;

bool is_alphanumeric(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_local(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool looks_hashed(std::string_view key)
{
    return key.size() == hash_digits + 1 && key.front() == 'x' && std::ranges::all_of(key.substr(1), is_hex);
}

constexpr std::array<std::uint32_t, 64> round_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using State = std::array<std::uint32_t, 8>;

std::array<std::uint32_t, 64> schedule_of(const unsigned char* block)
{
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i)
        w[i] = std::uint32_t{block[4 * i]} << 24 | std::uint32_t{block[4 * i + 1]} << 16 |
               std::uint32_t{block[4 * i + 2]} << 8 | std::uint32_t{block[4 * i + 3]};
    for (std::size_t i = 16; i < 64; ++i) {
        const auto s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
        const auto s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    return w;
}

/// FIPS 180-4, section 6.2.2. `s` holds a to h.
void compress(State& state, const unsigned char* block)
{
    const auto w = schedule_of(block);
    State s = state;
    for (std::size_t i = 0; i < 64; ++i) {
        const auto s1 = std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25);
        const auto choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        const auto t1 = s[7] + s1 + choice + round_constants[i] + w[i];
        const auto s0 = std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22);
        const auto majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        s = {t1 + s0 + majority, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i)
        state[i] += s[i];
}

std::string sha256_hex(std::string_view text)
{
    std::string message(text);
    message.push_back(static_cast<char>(0x80));
    while (message.size() % 64 != 56)
        message.push_back('\0');
    const std::uint64_t bits = text.size() * 8;
    for (int shift = 56; shift >= 0; shift -= 8)
        message.push_back(static_cast<char>(bits >> shift & 0xff));

    State state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    for (std::size_t at = 0; at < message.size(); at += 64)
        compress(state, reinterpret_cast<const unsigned char*>(message.data() + at));

    std::string hex;
    for (std::uint32_t word : state)
        for (int shift = 28; shift >= 0; shift -= 4)
            hex.push_back("0123456789abcdef"[word >> shift & 0xf]);
    return hex;
}

} // namespace

bool is_id(std::string_view text)
{
    return !text.empty() && text.size() <= max_id &&
           std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

std::optional<PracticeId> PracticeId::parse(std::string_view id)
{
    const auto dot = id.find('.');
    if (dot == id.npos || id.size() > max_id || !is_local(id.substr(dot + 1)))
        return std::nullopt;
    auto ods = OdsCode::parse(id.substr(0, dot));
    // Two spellings of one id would be two keys in caches and stores.
    if (!ods || ods->text() != id.substr(0, dot))
        return std::nullopt;
    return PracticeId{std::move(*ods), std::string(id.substr(dot + 1))};
}

std::string local_id(std::string_view supplier_key)
{
    if (is_local(supplier_key) && supplier_key.size() <= max_plain_local && !looks_hashed(supplier_key))
        return std::string(supplier_key);
    return "x" + sha256_hex(supplier_key).substr(0, hash_digits);
}

std::string uuid_v7(Instant moment, std::uint64_t random_high, std::uint64_t random_low)
{
    const auto milliseconds = static_cast<std::uint64_t>(moment.time_since_epoch().count());
    const std::uint64_t high = milliseconds << 16 | 0x7000 | (random_high & 0x0fff);
    const std::uint64_t low = (random_low >> 2) | std::uint64_t{1} << 63;
    std::string text;
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20)
            text.push_back('-');
        const std::uint64_t half = nibble < 16 ? high : low;
        text.push_back("0123456789abcdef"[half >> (60 - 4 * (nibble % 16)) & 0xf]);
    }
    return text;
}

std::string named_uuid(std::string_view name)
{
    auto hex = sha256_hex(name).substr(0, 32);
    hex[12] = '8';
    hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];
    for (const std::size_t at : {20U, 16U, 12U, 8U})
        hex.insert(at, 1, '-');
    return hex;
}

bool is_uuid(std::string_view text)
{
    if (text.size() != 36)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !is_hex(text[i]))
            return false;
    }
    return true;
}

} // namespace fhir
