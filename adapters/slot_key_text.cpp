// SPDX-License-Identifier: Apache-2.0
#include "adapters/slot_key_text.hpp"

#include "fhir/codec/json_value.hpp"

namespace adapters
{

void add_member(std::string& json, std::string_view name, std::string_view value)
{
    json.append(json.empty() ? "{\"" : ",\"").append(name).append("\":");
    fhir::codec::append_json_string(json, value);
}

std::string slot_key_beginning(std::string_view slot, std::string_view start, std::string_view end)
{
    std::string json;
    json.reserve(128);
    add_member(json, "slot", slot);
    add_member(json, "start", start);
    add_member(json, "end", end);
    return json;
}

} // namespace adapters
