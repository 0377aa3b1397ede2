// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/simulation/kept_listings.hpp"
#include "adapters/simulation/practice_book.hpp"
#include "adapters/simulation/practice_desk.hpp"
#include "adapters/simulation/seed.hpp"

#include <string_view>

/// What a simulated Microtest practice holds. No wire in here.
namespace adapters::microtest
{

class SimState : public simulation::PracticeBook
{
public:
    SimState(simulation::PracticeSeed seed, const Clock& clock);

    simulation::Options options() const { return simulation::Options(seed()); }
    fhir::Instant now() const { return clock_.now(); }

    /// Of the practice's own patient, for whom slots are searched.
    const simulation::SeedPatient& service_patient() const { return service_patient_; }
    /// That one too.
    const simulation::SeedPatient* patient(std::string_view nhs_number) const;

    /// Of slots, and of what stands beside them.
    simulation::KeptListings<>& listings() { return listings_; }

    simulation::PracticeDesk& desk() { return desk_; }
    const simulation::PracticeDesk& desk() const { return desk_; }

private:
    const Clock& clock_;
    simulation::KeptListings<> listings_;
    simulation::PracticeDesk desk_;
    simulation::SeedPatient service_patient_;
};

} // namespace adapters::microtest
