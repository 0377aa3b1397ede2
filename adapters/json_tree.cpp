// SPDX-License-Identifier: Apache-2.0
#include "adapters/json_tree.hpp"

namespace adapters
{

JsonValue reference_tree(std::string_view reference)
{
    return JsonValue::object({{"reference", JsonValue(reference)}});
}

JsonValue identifier_tree(std::string_view system, std::string_view value)
{
    return JsonValue::object({{"system", JsonValue(system)}, {"value", JsonValue(value)}});
}

JsonValue coding_tree(std::string_view system, std::string_view code, std::string_view display)
{
    JsonValue coding = JsonValue::object({{"system", JsonValue(system)}, {"code", JsonValue(code)}});
    if (!display.empty())
        coding.set("display", display);
    return coding;
}

JsonValue concept_tree(std::string_view system, std::string_view code, std::string_view display)
{
    return JsonValue::object({{"coding", JsonValue::array({coding_tree(system, code, display)})}});
}

bool is_blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace adapters
