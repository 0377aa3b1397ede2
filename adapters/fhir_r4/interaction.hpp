// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace adapters::fhir_r4
{

/// What a request is for: the same status means different things (FHIR R4, RESTful API).
enum class Interaction
{
    read_metadata,
    search_slots,
    read_slot,
    search_directory, ///< schedules, people and places by their ids
    search_patients,
    create_patient,
    search_appointments,
    create_appointment,
    read_appointment,
    amend_appointment,
    cancel_appointment,
};

constexpr bool is_change(Interaction interaction)
{
    return interaction == Interaction::amend_appointment || interaction == Interaction::cancel_appointment;
}
constexpr bool is_write(Interaction interaction)
{
    return interaction == Interaction::create_appointment || interaction == Interaction::create_patient ||
           is_change(interaction);
}

} // namespace adapters::fhir_r4
