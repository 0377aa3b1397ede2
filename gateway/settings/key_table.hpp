// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/settings/settings.hpp"
#include "gateway/settings/value.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The one table of settings. It drives parsing, check-config and the tables in config/README.md.
namespace gateway::settings
{

/// Presence of a key: required, or with a default; an empty default leaves the setting empty.
inline constexpr std::string_view required = "(required)";

/// One row. `Target` is what the section describes: Settings, or one practice, client, ….
template <class Target>
struct Key
{
    std::string_view section;
    std::string_view name;
    ValueRules rules;
    std::string_view preset; ///< default as the file would have it, or `required`
    std::string_view meaning;
    void (*apply)(Target& target, const Value& value);
};

std::span<const Key<Settings>> gateway_keys();
std::span<const Key<Practice>> practice_keys();
std::span<const Key<policy::Federation>> federation_keys();
std::span<const Key<policy::BookableService>> service_keys();
std::span<const Key<slot_types::SlotType>> slot_type_keys();
std::span<const Key<workflow::Rung>> escalation_keys();
std::span<const Key<messages::MessageText>> message_keys();
std::span<const Key<messages::TeamAddress>> team_address_keys();
std::span<const Key<policy::Area>> area_keys();
std::span<const Key<policy::Agreement>> agreement_keys();
std::span<const Key<policy::Valve>> valve_keys();
std::span<const Key<identity::Client>> client_keys();
std::span<const Key<identity::ExternalIssuer>> issuer_keys();
std::span<const Key<identity::SpineConsumer>> gpconnect_consumer_keys();

/// Tables for people, in Markdown: every key of both files.
std::string documentation();

} // namespace gateway::settings
