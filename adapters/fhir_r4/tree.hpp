// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/document.hpp"
#include "fhir/codec/json_value.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// Looking into JSON that a server or a client sent. Lookups never fail: what is missing or of another type
/// reads as empty. They look the same into what is only read (`Node`) and into what can be changed
/// (`JsonValue`).
namespace adapters::fhir_r4
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

/// Follows members, first items of arrays on the way; the text at the end.
template <class Tree>
std::string_view view_at(const Tree& object, std::initializer_list<std::string_view> names)
{
    const Tree* here = &object;
    for (const auto name : names) {
        if (here->is_array())
            here = here->items().empty() ? nullptr : &here->items().front();
        here = here != nullptr ? member_of(*here, name) : nullptr;
        if (here == nullptr)
            return {};
    }
    return here->is_string() ? std::string_view(here->text()) : std::string_view();
}

template <class Tree>
bool is_resource(const Tree& tree, std::string_view type)
{
    return view_of(tree, "resourceType") == type;
}

inline bool is_blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

inline JsonValue reference_tree(std::string_view reference)
{
    return JsonValue::object({{"reference", JsonValue(reference)}});
}

inline JsonValue identifier_tree(std::string_view system, std::string_view value)
{
    return JsonValue::object({{"system", JsonValue(system)}, {"value", JsonValue(value)}});
}

} // namespace adapters::fhir_r4
