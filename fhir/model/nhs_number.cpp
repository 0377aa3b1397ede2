// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/nhs_number.hpp"

#include <algorithm>

namespace fhir
{

namespace
{

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Weights 10 to 2 over the first nine digits, modulus 11 (NHS Data Dictionary).
bool check_digit_right(const std::array<char, 10>& digits)
{
    int sum = 0;
    for (int i = 0; i < 9; ++i)
        sum += (digits[static_cast<std::size_t>(i)] - '0') * (10 - i);
    const int check = (11 - sum % 11) % 11;
    return check != 10 && check == digits[9] - '0';
}

/// 0000000000, 1111111111, … pass the check but stand for "none" in practice systems and are never issued.
bool is_filler(const std::array<char, 10>& digits)
{
    return std::ranges::all_of(digits, [&](char c) { return c == digits[0]; });
}

} // namespace

std::optional<NhsNumber> NhsNumber::parse(std::string_view text)
{
    if (text.empty() || !is_digit(text.front()) || !is_digit(text.back()))
        return std::nullopt;
    std::array<char, 10> digits;
    std::size_t count = 0;
    for (char c : text) {
        if (c == ' ' || c == '-')
            continue;
        if (!is_digit(c) || count == digits.size())
            return std::nullopt;
        digits[count++] = c;
    }
    if (count != digits.size() || !check_digit_right(digits) || is_filler(digits))
        return std::nullopt;
    return NhsNumber(digits);
}

} // namespace fhir
