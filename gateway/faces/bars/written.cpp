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

} // namespace gateway::faces::bars
