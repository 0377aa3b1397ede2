// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/document.hpp"
#include "fhir/codec/json_value.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// Looking into JSON that a supplier or a client sent, and putting such JSON together. Lookups never fail:
/// what is missing or of another type reads as empty. They look the same into what is only read (`Node`) and
/// into what can be changed (`JsonValue`).
namespace adapters
{

using fhir::codec::Document;
using fhir::codec::JsonValue;
using fhir::codec::Node;

/// The member, or nullptr.
template <class Tree>
const Tree* member_of(const Tree& object, std::string_view name)
{
    return object.is_object() ? object.find(name) : nullptr;
}

/// Items of an array member; none of anything else.
template <class Tree>
std::vector<const Tree*> items_of(const Tree& object, std::string_view name)
{
    std::vector<const Tree*> found;
    const Tree* list = member_of(object, name);
    if (list != nullptr && list->is_array())
        for (const Tree& item : list->items())
            found.push_back(&item);
    return found;
}

/// The same, but a single value counts as an array of one, as published examples of NHS interfaces write some
/// lists.
template <class Tree>
std::vector<const Tree*> items_or_one_of(const Tree& object, std::string_view name)
{
    const Tree* list = member_of(object, name);
    if (list == nullptr || list->is_null() || list->is_array())
        return items_of(object, name);
    return {list};
}

/// Follows members, first items of arrays on the way: `{"coding", "code"}`.
template <class Tree>
const Tree* follow(const Tree& object, std::initializer_list<std::string_view> names)
{
    const Tree* here = &object;
    for (const auto name : names) {
        if (here->is_array())
            here = here->items().empty() ? nullptr : &*here->items().begin();
        here = here != nullptr ? member_of(*here, name) : nullptr;
        if (here == nullptr)
            return nullptr;
    }
    return here;
}

/// The text at the end of that path; empty when absent or not a string. Valid as long as the tree.
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
    const Tree* member = member_of(object, name);
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
    for (const auto* extension : items_or_one_of(object, "extension"))
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
    for (const auto* entry : items_or_one_of(bundle, "entry"))
        if (const Tree* resource = member_of(*entry, "resource");
            resource != nullptr && is_resource(*resource, type))
            found.push_back(resource);
    return found;
}

JsonValue reference_tree(std::string_view reference);
JsonValue identifier_tree(std::string_view system, std::string_view value);
JsonValue coding_tree(std::string_view system, std::string_view code, std::string_view display = {});
/// `{"coding": [{…}]}`
JsonValue concept_tree(std::string_view system, std::string_view code, std::string_view display = {});

bool is_blank(std::string_view text);

} // namespace adapters
