// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/interaction.hpp"

#include <array>

namespace adapters::gpconnect
{

namespace
{

constexpr std::string_view prefix = "urn:nhs:names:services:gpconnect:fhir:";

// In the order of the enumeration.
constexpr std::array rows{
    InteractionRow{Interaction::read_metadata, "GET", "rest:read:metadata-1", "organization/*.read"},
    InteractionRow{Interaction::search_patient, "GET", "rest:search:patient-1", "patient/*.read"},
    InteractionRow{Interaction::read_patient, "GET", "rest:read:patient-1", "patient/*.read"},
    InteractionRow{Interaction::register_patient, "POST", "operation:gpc.registerpatient-1",
                   "patient/*.write"},
    InteractionRow{Interaction::search_practitioner, "GET", "rest:search:practitioner-1",
                   "organization/*.read"},
    InteractionRow{Interaction::read_practitioner, "GET", "rest:read:practitioner-1", "organization/*.read"},
    InteractionRow{Interaction::search_organization, "GET", "rest:search:organization-1",
                   "organization/*.read"},
    InteractionRow{Interaction::read_organization, "GET", "rest:read:organization-1", "organization/*.read"},
    InteractionRow{Interaction::read_location, "GET", "rest:read:location-1", "organization/*.read"},
    InteractionRow{Interaction::search_slot, "GET", "rest:search:slot-1", "organization/*.read"},
    InteractionRow{Interaction::create_appointment, "POST", "rest:create:appointment-1", "patient/*.write"},
    InteractionRow{Interaction::read_appointment, "GET", "rest:read:appointment-1", "patient/*.read"},
    InteractionRow{Interaction::search_patient_appointments, "GET", "rest:search:patient_appointments-1",
                   "patient/*.read"},
    InteractionRow{Interaction::update_appointment, "PUT", "rest:update:appointment-1", "patient/*.write"},
    InteractionRow{Interaction::cancel_appointment, "PUT", "rest:cancel:appointment-1", "patient/*.write"},
};

} // namespace

const InteractionRow& interaction_row(Interaction interaction)
{
    return rows[static_cast<std::size_t>(interaction)];
}

std::string interaction_id(Interaction interaction)
{
    return std::string(prefix) + std::string(interaction_row(interaction).suffix);
}

std::optional<Interaction> parse_interaction(std::string_view id)
{
    if (!id.starts_with(prefix))
        return std::nullopt;
    id.remove_prefix(prefix.size());
    for (const auto& row : rows)
        if (row.suffix == id)
            return row.interaction;
    return std::nullopt;
}

bool is_write(Interaction interaction)
{
    return interaction_row(interaction).method != "GET";
}

} // namespace adapters::gpconnect
