// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/tree.hpp"

namespace adapters::gpconnect
{

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
    return adapters::reference_tree(std::string(type) + "/" + std::string(id));
}

} // namespace adapters::gpconnect
