// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/bundle_writer.hpp"

#include <algorithm>
#include <charconv>

namespace gateway::search
{

namespace
{

fhir::Result<std::size_t> number_of(const fhir::search::RawParameter& parameter, std::size_t max)
{
    std::size_t value = 0;
    const char* const end = parameter.value.data() + parameter.value.size();
    const auto read = std::from_chars(parameter.value.data(), end, value);
    if (parameter.value.empty() || read.ec != std::errc{} || read.ptr != end)
        return fhir::fail(fhir::ErrorKind::value_invalid, parameter.name + " is not a whole number.",
                          "http." + parameter.name);
    return std::min(value, max);
}

} // namespace

fhir::Result<std::optional<CursorRequest>> parse_cursor(const std::vector<fhir::search::RawParameter>& raw)
{
    constexpr std::size_t any_offset = 1'000'000'000;
    const bool is_cursor =
        std::ranges::any_of(raw, [](const auto& parameter) { return parameter.name == "_cursor"; });
    if (!is_cursor)
        return std::optional<CursorRequest>{};
    CursorRequest request;
    for (const auto& parameter : raw) {
        if (parameter.name == "_cursor") {
            request.token = parameter.value;
        } else if (parameter.name == "_offset" || parameter.name == "_count") {
            const bool is_count = parameter.name == "_count";
            auto value = number_of(parameter, is_count ? fhir::search::max_count : any_offset);
            if (!value)
                return std::unexpected(value.error());
            (is_count ? request.count : request.offset) = *value;
        }
    }
    request.count = std::max<std::size_t>(request.count, 1);
    return request;
}

} // namespace gateway::search
