// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace fhir
{

/// A ten-digit NHS number whose modulus 11 check digit is right. It cannot be formatted, streamed or logged:
/// the digits come out only through `digits()`, which is for the wire and the store.
class NhsNumber
{
public:
    /// Accepts blanks and dashes between digits; nothing for another length, a wrong check digit, or ten
    /// equal digits.
    static std::optional<NhsNumber> parse(std::string_view text);

    std::string digits() const { return {digits_.begin(), digits_.end()}; }
    auto operator<=>(const NhsNumber&) const = default;

private:
    explicit NhsNumber(std::array<char, 10> digits) : digits_(digits) {}
    std::array<char, 10> digits_;
};

inline constexpr std::string_view nhs_number_system = "https://fhir.nhs.uk/Id/nhs-number";

} // namespace fhir
