// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace adapters::gpconnect
{

/// One use case of GP Connect 1.2.7. Amend and cancel share verb and path: only the interaction id tells them
/// apart.
enum class Interaction
{
    read_metadata,
    search_patient,
    read_patient,
    register_patient,
    search_practitioner,
    read_practitioner,
    search_organization,
    read_organization,
    read_location,
    search_slot,
    create_appointment,
    read_appointment,
    search_patient_appointments,
    update_appointment,
    cancel_appointment,
};

struct InteractionRow
{
    Interaction interaction;
    std::string_view method;
    std::string_view suffix; ///< of the interaction id
    std::string_view scope;  ///< `requested_scope` of the token
};

const InteractionRow& interaction_row(Interaction interaction);
std::string interaction_id(Interaction interaction);
/// Nothing for an unknown id.
std::optional<Interaction> parse_interaction(std::string_view id);
bool is_write(Interaction interaction);

} // namespace adapters::gpconnect
