// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/suggestion.hpp"

#include "fhir/outcome/edit_distance.hpp"

namespace fhir::search
{

namespace
{

constexpr std::size_t longest_name = 64;

} // namespace

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known)
{
    if (name.size() > longest_name)
        return {};
    std::string_view nearest;
    std::size_t allowed = name.size() < 5 ? 1 : 2;
    for (const std::string_view candidate : known) {
        const std::size_t differs = edit_distance(name, candidate);
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
