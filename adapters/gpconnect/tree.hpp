// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/json_tree.hpp"

/// STU3 JSON as GP Connect providers write it.
namespace adapters::gpconnect
{

/// Items of an array; a single object counts as an array of one (published GP Connect examples write
/// `telecom` so).
template <class Tree>
std::vector<const Tree*> items_of(const Tree& object, std::string_view name)
{
    return items_or_one_of(object, name);
}

/// `id` of a reference that ends in `Type/id` or `Type/id/_history/v`, relative or absolute; empty for
/// another type.
std::string reference_id(std::string_view reference, std::string_view type);

JsonValue meta_of(std::string_view profile, std::string_view version = {});
JsonValue reference_tree(std::string_view type, std::string_view id);

} // namespace adapters::gpconnect
