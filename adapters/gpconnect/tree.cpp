// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/tree.hpp"

namespace adapters::gpconnect
{

namespace
{

template <class Tree>
std::vector<const Tree*> all_items(const Tree& object, std::string_view name)
{
    std::vector<const Tree*> found;
    const Tree* member = object.is_object() ? object.find(name) : nullptr;
    if (member == nullptr)
        return found;
    if (!member->is_array() && !member->is_null())
        found.push_back(member);
    for (const Tree& item : member->items())
        found.push_back(&item);
    return found;
}

} // namespace

std::vector<const JsonValue*> items_of(const JsonValue& object, std::string_view name)
{
    return all_items(object, name);
}

std::vector<const Node*> items_of(const Node& object, std::string_view name)
{
    return all_items(object, name);
}

std::string reference_id(std::string_view reference, std::string_view type)
{
    if (auto history = reference.find("/_history/"); history != std::string_view::npos)
        reference = reference.substr(0, history);
    const auto slash = reference.rfind('/');
    if (slash == std::string_view::npos || slash + 1 == reference.size())
        return {};
    const auto before = reference.substr(0, slash);
    const bool right_type =
        before == type || (before.ends_with(type) && before[before.size() - type.size() - 1] == '/');
    return right_type ? std::string(reference.substr(slash + 1)) : std::string();
}

JsonValue meta_of(std::string_view profile, std::string_view version)
{
    JsonValue meta = JsonValue::object();
    if (!version.empty())
        meta.set("versionId", version);
    meta.set("profile", JsonValue::array({JsonValue(profile)}));
    return meta;
}

JsonValue reference_tree(std::string_view type, std::string_view id)
{
    return JsonValue::object({{"reference", JsonValue(std::string(type) + "/" + std::string(id))}});
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

JsonValue identifier_tree(std::string_view system, std::string_view value)
{
    return JsonValue::object({{"system", JsonValue(system)}, {"value", JsonValue(value)}});
}

bool is_blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace adapters::gpconnect
