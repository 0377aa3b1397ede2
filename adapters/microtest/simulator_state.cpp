// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/simulator_state.hpp"

#include "adapters/simulation/spread.hpp"
#include "fhir/model/nhs_number.hpp"

#include <algorithm>

namespace adapters::microtest
{

namespace
{

bool is_patient_of(const simulation::PracticeSeed& seed, std::string_view nhs_number)
{
    return std::ranges::find(seed.patients, nhs_number, &simulation::SeedPatient::nhs_number) !=
           seed.patients.end();
}

/// Synthetic, valid, always the same for the practice, and nobody's.
std::string unused_nhs_number(const simulation::PracticeSeed& seed)
{
    for (auto nine = 999'000'000 + simulation::spread("service patient|" + seed.ods) % 900'000;; ++nine)
        for (char digit = '0'; digit <= '9'; ++digit) {
            auto number = std::to_string(nine) + digit;
            if (fhir::NhsNumber::parse(number) && !is_patient_of(seed, number))
                return number;
        }
}

simulation::PracticeBook::AppointmentKeys keys_of(const simulation::PracticeSeed& seed)
{
    using Keys = simulation::PracticeBook::AppointmentKeys;
    return simulation::Options(seed).is("appointment_ids", "own") ? Keys::own : Keys::of_slot;
}

} // namespace

SimState::SimState(simulation::PracticeSeed practice, const Clock& clock)
    : PracticeBook(practice, keys_of(practice)), clock_(clock)
{
    service_patient_.nhs_number = unused_nhs_number(seed());
    service_patient_.family = "Sharing";
    service_patient_.given = "Appointment";
    service_patient_.birth_date = std::chrono::year(1990) / 1 / 1;
}

const simulation::SeedPatient* SimState::patient(std::string_view nhs_number) const
{
    return nhs_number == service_patient_.nhs_number ? &service_patient_ : PracticeBook::patient(nhs_number);
}

} // namespace adapters::microtest
