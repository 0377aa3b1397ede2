// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/world.hpp"

#include <string>

/// What clients have in common: how they word a request, and how they note what they hear.
namespace chaos
{

std::string fingerprint(std::string_view text);
std::string json(const fhir::Appointment& appointment);

/// A booking or a hold of the slot for the person, who is named in full or by NHS number only.
fhir::Appointment wanted_appointment(const KnownSlot& slot, const adapters::simulation::SeedPatient& person,
                                     bool in_full, Deed deed);
/// The same over the slot that follows, too.
fhir::Appointment over_both(fhir::Appointment appointment, const KnownSlot& second);
/// The same person waits for a slot in that time; `practice` empty: anywhere.
fhir::Appointment wish_of(fhir::Appointment appointment, const std::string& practice, fhir::Interval when);
/// A hold to be booked, an appointment to be cancelled or to have another description.
fhir::Appointment changed_appointment(fhir::Appointment appointment, Deed deed,
                                      const std::string& description = "Changed");

/// To that slot, with the patient's details where they are needed.
gateway::booking::Move move_to(const KnownSlot& slot, const adapters::simulation::SeedPatient& person,
                               bool in_full);
/// The patient of the seed whom an appointment is for; nullptr when there is none.
const adapters::simulation::SeedPatient* patient_of(const fhir::Appointment& appointment,
                                                    const Practice& practice);

/// Its number in the world's history.
std::size_t open_observation(World& world, Deed deed, const std::string& client,
                             const std::string& organisation);
void observe(World& world, std::size_t index, const World::Outcome& answer);
void observe(World& world, std::size_t index,
             const fhir::Result<gateway::booking::StoredAppointment>& answer);

} // namespace chaos
