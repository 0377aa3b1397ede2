// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Looking into and building STU3 JSON trees. Lookups never fail: what is missing or of another type reads as
/// empty, because providers leave elements out and add their own.
namespace adapters::gpconnect
{

using fhir::codec::JsonValue;

/// The member as text; empty when absent or not a string.
std::string text_of(const JsonValue& object, std::string_view name);
/// Follows members, first items of arrays on the way: `{"coding", "code"}`.
const JsonValue* follow(const JsonValue& object, std::initializer_list<std::string_view> names);
std::string text_at(const JsonValue& object, std::initializer_list<std::string_view> names);
/// Items of an array; a single object counts as an array of one (published GP Connect examples write
/// `telecom` so).
std::vector<const JsonValue*> items_of(const JsonValue& object, std::string_view name);
/// The extension with that URL, or nullptr.
const JsonValue* extension_of(const JsonValue& object, std::string_view url);

/// `id` of a reference that ends in `Type/id` or `Type/id/_history/v`, relative or absolute; empty for
/// another type.
std::string reference_id(std::string_view reference, std::string_view type);
bool is_resource(const JsonValue& tree, std::string_view type);
/// Resources of a Bundle of that type, in order.
std::vector<const JsonValue*> entries_of(const JsonValue& bundle, std::string_view type);

JsonValue meta_of(std::string_view profile, std::string_view version = {});
JsonValue reference_tree(std::string_view type, std::string_view id);
JsonValue coding_tree(std::string_view system, std::string_view code, std::string_view display = {});
/// `{"coding": [{…}]}`
JsonValue concept_tree(std::string_view system, std::string_view code, std::string_view display = {});
JsonValue identifier_tree(std::string_view system, std::string_view value);

bool is_blank(std::string_view text);

} // namespace adapters::gpconnect
