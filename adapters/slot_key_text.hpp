// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// Keys of slots that are JSON: first what is a slot's own, then what slots that are alike have in common.
namespace adapters
{

/// Adds `name`, which needs no escapes, with a text; an empty `json` becomes the beginning of an object.
void add_member(std::string& json, std::string_view name, std::string_view value);

/// `{"slot":…,"start":…,"end":…`, to be gone on with.
std::string slot_key_beginning(std::string_view slot, std::string_view start, std::string_view end);

} // namespace adapters
