// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/tree.hpp"

namespace adapters::gpconnect
{

std::string text_of(const JsonValue& object, std::string_view name)
{
    const JsonValue* member = object.is_object() ? object.find(name) : nullptr;
    return member != nullptr && member->is_string() ? member->text() : std::string();
}

const JsonValue* follow(const JsonValue& object, std::initializer_list<std::string_view> names)
{
    const JsonValue* here = &object;
    for (auto name : names) {
        if (here->is_array())
            here = here->items().empty() ? nullptr : &here->items().front();
        here = here != nullptr && here->is_object() ? here->find(name) : nullptr;
        if (here == nullptr)
            return nullptr;
    }
    return here;
}

std::string text_at(const JsonValue& object, std::initializer_list<std::string_view> names)
{
    const JsonValue* found = follow(object, names);
    return found != nullptr && found->is_string() ? found->text() : std::string();
}

std::vector<const JsonValue*> items_of(const JsonValue& object, std::string_view name)
{
    std::vector<const JsonValue*> found;
    const JsonValue* member = object.is_object() ? object.find(name) : nullptr;
    if (member == nullptr)
        return found;
    if (!member->is_array()) {
        if (!member->is_null())
            found.push_back(member);
        return found;
    }
    for (const auto& item : member->items())
        found.push_back(&item);
    return found;
}

const JsonValue* extension_of(const JsonValue& object, std::string_view url)
{
    for (const auto* extension : items_of(object, "extension"))
        if (text_of(*extension, "url") == url)
            return extension;
    return nullptr;
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

bool is_resource(const JsonValue& tree, std::string_view type)
{
    return text_of(tree, "resourceType") == type;
}

std::vector<const JsonValue*> entries_of(const JsonValue& bundle, std::string_view type)
{
    std::vector<const JsonValue*> found;
    for (const auto* entry : items_of(bundle, "entry"))
        if (const JsonValue* resource = follow(*entry, {"resource"});
            resource != nullptr && is_resource(*resource, type))
            found.push_back(resource);
    return found;
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
