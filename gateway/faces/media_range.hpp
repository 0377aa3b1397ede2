// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::faces
{

/// One element of an Accept-like list: `application/fhir+json; fhirVersion=4.0; q=0.8`.
struct MediaRange
{
    std::string name;                                            ///< lower case
    std::vector<std::pair<std::string, std::string>> parameters; ///< names in lower case, without q
    double quality = 1;

    /// Value of that parameter, empty when absent.
    std::string_view parameter(std::string_view name) const;
};

std::string lower(std::string_view text);
std::string_view trim(std::string_view text);
/// Splits at `separator` outside quoted strings; parts are trimmed, empty ones left out.
std::vector<std::string_view> split_list(std::string_view text, char separator);
MediaRange parse_media_range(std::string_view text);

} // namespace gateway::faces
