// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/written.hpp"

#include "fhir/model/instant.hpp"

namespace gateway::faces::bars
{

std::string in_utc(std::string json)
{
    constexpr std::string_view summer = "+01:00\"";
    for (auto at = json.find(summer); at != std::string::npos; at = json.find(summer, at + 1)) {
        const auto quote = json.rfind('"', at);
        if (quote == std::string::npos)
            continue;
        const std::string_view text(json.data() + quote + 1, at + summer.size() - quote - 2);
        const auto moment = fhir::parse_instant(text);
        if (!moment)
            continue;
        std::string utc = fhir::to_utc_text(*moment);
        json.replace(quote + 1, text.size(), utc);
        at = quote + utc.size();
    }
    return json;
}

std::string in_form(std::string json, fhir::codec::Format format)
{
    if (format == fhir::codec::Format::json)
        return json;
    const auto resource = fhir::codec::read_any(json, {.max_depth = 64, .max_bytes = 64 << 20});
    return resource ? in_utc(fhir::codec::to_text(*resource, fhir::codec::r4_xml)) : std::string();
}

} // namespace gateway::faces::bars
