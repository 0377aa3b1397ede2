// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/simulation/simulator.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tests
{

/// The moment of `2026-11-24T09:00:00Z`; throws on a text that is none.
fhir::Instant at(std::string_view text);

/// The n-th synthetic NHS number: begins with 999, its check digit is right.
std::string synthetic_nhs_number(std::size_t n);

/// A slot with a key of digits.
adapters::simulation::SeedSlot seed_slot(std::uint64_t key, fhir::Instant start, std::chrono::minutes length);

/// Session `key` with `count` slots one after the other, keys counting up from `first_slot`; no clinician and
/// no location yet.
adapters::simulation::SeedSession seed_session(std::uint64_t key, std::uint64_t first_slot,
                                               fhir::Instant start, std::size_t count,
                                               std::chrono::minutes length);

/// Brackenfold Surgery, ODS Z90001, as FakeClock's default morning (2026-11-23) finds it: five patients, a
/// GP, a nurse and a pharmacist, two locations, and sessions on the three days that follow: GP face to face
/// (slots 880011 to 880028), GP telephone (880101 to 880106), nurse at the branch (880201 to 880212),
/// pharmacist video (880301 to 880306). All slots are free.
adapters::simulation::PracticeSeed practice_seed();

/// The same people and places with one session that holds just these slots.
adapters::simulation::PracticeSeed practice_seed(std::vector<adapters::simulation::SeedSlot> slots);

/// A patient of the seed as a consumer would send them; no link.
adapters::PatientContext patient_context(const adapters::simulation::SeedPatient& patient);
adapters::Provenance hub_provenance();

} // namespace tests
