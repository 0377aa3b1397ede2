// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/key_table.hpp"

namespace gateway::settings
{
namespace
{

std::string cell(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '|')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

template <class Target>
std::string tables(std::span<const Key<Target>> keys, std::string_view open, std::string_view close)
{
    std::string text;
    std::string_view section;
    for (const auto& key : keys) {
        if (key.section != section) {
            section = key.section;
            text += "\n### " + std::string(open) + std::string(section) + std::string(close) +
                    "\n\n| key | type | default | meaning |\n|---|---|---|---|\n";
        }
        const std::string type =
            key.rules.kind == Kind::choice ? cell(key.rules.choices) : std::string(kind_name(key.rules.kind));
        text += "| `" + std::string(key.name) + "` | " + type + " | " +
                (key.preset.empty() ? "none" : cell(key.preset)) + " | " + cell(key.meaning) + " |\n";
    }
    return text;
}

} // namespace

std::string documentation()
{
    return tables(gateway_keys(), "[", "]") + tables(practice_keys(), "[[", "]]") +
           tables(federation_keys(), "[[", "]]") + tables(area_keys(), "[[", "]]") +
           tables(agreement_keys(), "[[", "]]") + tables(valve_keys(), "[[", "]]") +
           tables(service_keys(), "[[", "]]") + tables(slot_type_keys(), "[[", "]]") +
           tables(escalation_keys(), "[[", "]]") + tables(message_keys(), "[[", "]]") +
           tables(team_address_keys(), "[[", "]]") + tables(client_keys(), "[[", "]]") +
           tables(issuer_keys(), "[[", "]]") + tables(gpconnect_consumer_keys(), "[[", "]]");
}

} // namespace gateway::settings
