// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/document.hpp"
#include "fhir/codec/json_value.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// Looking into and building STU3 JSON. Lookups never fail: what is missing or of another type reads as
/// empty, because providers leave elements out and add their own. They look the same into what was received
/// and is only read
/// (`fhir::codec::Node`) and into what is put together (`JsonValue`).
namespace adapters::gpconnect
{

using fhir::codec::JsonValue;
using fhir::codec::Node;

/// Items of an array; a single object counts as an array of one (published GP Connect examples write
/// `telecom` so).
std::vector<const JsonValue*> items_of(const JsonValue& object, std::string_view name);
std::vector<const Node*> items_of(const Node& object, std::string_view name);

/// Follows members, first items of arrays on the way: `{"coding", "code"}`.
template <class Tree>
const Tree* follow(const Tree& object, std::initializer_list<std::string_view> names)
{
    const Tree* here = &object;
    for (auto name : names) {
        if (here->is_array())
            here = here->items().empty() ? nullptr : &here->items().front();
        here = here != nullptr && here->is_object() ? here->find(name) : nullptr;
        if (here == nullptr)
            return nullptr;
    }
    return here;
}

/// The member at the end of that path as text; empty when absent or not a string. Valid as long as the tree.
template <class Tree>
std::string_view view_at(const Tree& object, std::initializer_list<std::string_view> names)
{
    const Tree* found = follow(object, names);
    return found != nullptr && found->is_string() ? std::string_view(found->text()) : std::string_view();
}

template <class Tree>
std::string text_at(const Tree& object, std::initializer_list<std::string_view> names)
{
    return std::string(view_at(object, names));
}

template <class Tree>
std::string_view view_of(const Tree& object, std::string_view name)
{
    const Tree* member = object.is_object() ? object.find(name) : nullptr;
    return member != nullptr && member->is_string() ? std::string_view(member->text()) : std::string_view();
}

template <class Tree>
std::string text_of(const Tree& object, std::string_view name)
{
    return std::string(view_of(object, name));
}

/// The extension with that URL, or nullptr.
template <class Tree>
const Tree* extension_of(const Tree& object, std::string_view url)
{
    for (const auto* extension : items_of(object, "extension"))
        if (view_of(*extension, "url") == url)
            return extension;
    return nullptr;
}

template <class Tree>
bool is_resource(const Tree& tree, std::string_view type)
{
    return view_of(tree, "resourceType") == type;
}

/// Resources of a Bundle of that type, in order.
template <class Tree>
std::vector<const Tree*> entries_of(const Tree& bundle, std::string_view type)
{
    std::vector<const Tree*> found;
    for (const auto* entry : items_of(bundle, "entry"))
        if (const Tree* resource = follow(*entry, {"resource"});
            resource != nullptr && is_resource(*resource, type))
            found.push_back(resource);
    return found;
}

/// `id` of a reference that ends in `Type/id` or `Type/id/_history/v`, relative or absolute; empty for
/// another type.
std::string reference_id(std::string_view reference, std::string_view type);

JsonValue meta_of(std::string_view profile, std::string_view version = {});
JsonValue reference_tree(std::string_view type, std::string_view id);
JsonValue coding_tree(std::string_view system, std::string_view code, std::string_view display = {});
/// `{"coding": [{…}]}`
JsonValue concept_tree(std::string_view system, std::string_view code, std::string_view display = {});
JsonValue identifier_tree(std::string_view system, std::string_view value);

bool is_blank(std::string_view text);

} // namespace adapters::gpconnect
