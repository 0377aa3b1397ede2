// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/suggestion.hpp"

#include <algorithm>
#include <numeric>

namespace fhir::search
{

namespace
{

constexpr std::size_t longest_name = 64;

/// Levenshtein distance, without telling capitals from small letters.
std::size_t distance(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

} // namespace

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known)
{
    if (name.size() > longest_name)
        return {};
    std::string_view nearest;
    std::size_t allowed = name.size() < 5 ? 1 : 2;
    for (const std::string_view candidate : known) {
        const std::size_t differs = distance(name, candidate);
        if (differs <= allowed && (nearest.empty() || differs < allowed)) {
            nearest = candidate;
            allowed = differs;
        }
    }
    return nearest;
}

std::string printable(std::string_view name)
{
    std::string shown;
    std::size_t digits = 0;
    for (const char c : name.substr(0, longest_name)) {
        const bool is_digit = c >= '0' && c <= '9';
        digits += is_digit ? 1 : 0;
        shown.push_back((c > ' ' && c < 0x7F && !(is_digit && digits > 4)) ? c : '?');
    }
    return shown;
}

} // namespace fhir::search
