// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/patient_ids.hpp"

#include "gateway/identity/crypto.hpp"

#include <charconv>

namespace gateway::faces::gpconnect
{

namespace
{

// A Feistel network over two halves of 64 bits with HMAC-SHA-256 as its round function (Luby and Rackoff
// 1988: four rounds of a pseudo-random function make a permutation that cannot be told from a random one).
// One half is the number; the other is zero, and being zero again after decryption proves the id.
constexpr unsigned rounds = 4;
constexpr std::string_view mark = "pt-";
constexpr std::size_t half_digits = 13; ///< 64 bits, five a digit
constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

void append_half(std::string& text, std::uint64_t half)
{
    for (std::size_t i = 0; i < half_digits; ++i)
        text.push_back(alphabet[half >> (5 * (half_digits - 1 - i)) & 31]);
}

std::optional<std::uint64_t> read_half(std::string_view text)
{
    std::uint64_t half = 0;
    for (const char digit : text) {
        const auto value = alphabet.find(digit);
        if (value == std::string_view::npos)
            return std::nullopt;
        half = half << 5 | value;
    }
    return alphabet.find(text.front()) < 16 ? std::optional(half) : std::nullopt; // 65 digits hold 64 bits
}

} // namespace

std::uint64_t PatientIds::mixed(std::string_view practice_ods, unsigned round, std::uint64_t half) const
{
    std::string text =
        "gpconnect-patient\n" + std::string(practice_ods) + "\n" + std::to_string(round) + "\n";
    text += std::to_string(half);
    const std::string bytes = identity::hmac_sha256(secret_, text);
    std::uint64_t number = 0;
    for (const char byte : std::string_view(bytes).substr(0, 8))
        number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

std::string PatientIds::id_of(std::string_view practice_ods, const fhir::NhsNumber& number) const
{
    const std::string digits = number.digits();
    std::uint64_t left = 0, right = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), right);
    for (unsigned round = 0; round < rounds; ++round) {
        left ^= mixed(practice_ods, round, right);
        std::swap(left, right);
    }
    std::string id(mark);
    append_half(id, left);
    append_half(id, right);
    return id;
}

std::optional<fhir::NhsNumber> PatientIds::read(std::string_view practice_ods, std::string_view id) const
{
    if (!id.starts_with(mark) || id.size() != mark.size() + 2 * half_digits)
        return std::nullopt;
    auto left = read_half(id.substr(mark.size(), half_digits));
    auto right = read_half(id.substr(mark.size() + half_digits));
    if (!left || !right)
        return std::nullopt;
    for (unsigned round = rounds; round-- > 0;) {
        std::swap(*left, *right);
        *left ^= mixed(practice_ods, round, *right);
    }
    std::string digits = std::to_string(*right);
    if (*left != 0 || digits.size() > 10)
        return std::nullopt;
    return fhir::NhsNumber::parse(digits.insert(0, 10 - digits.size(), '0'));
}

} // namespace gateway::faces::gpconnect
