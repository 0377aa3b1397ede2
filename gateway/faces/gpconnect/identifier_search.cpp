// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/identifier_search.hpp"

#include "gateway/faces/media_range.hpp"

namespace gateway::faces::gpconnect
{

Checked<std::string> read_identifier(const Call& call, std::string_view system)
{
    const auto values = call.values("identifier");
    if (values.size() != 1)
        return bad_request(values.empty() ? "Parameter identifier is missing"
                                          : "Parameter identifier is given more than once");
    const std::string& text = values.front();
    const auto bar = text.find('|');
    if (bar == std::string::npos || trim(std::string_view(text).substr(0, bar)).empty() ||
        trim(std::string_view(text).substr(bar + 1)).empty())
        return invalid_parameter("identifier must be system|value");
    if (std::string_view(text).substr(0, bar) != system)
        return std::unexpected(
            Refusal{"INVALID_IDENTIFIER_SYSTEM", "identifier must be of the system " + std::string(system)});
    return text.substr(bar + 1);
}

} // namespace gateway::faces::gpconnect
