// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/simulator_state.hpp"

#include "adapters/simulation/spread.hpp"
#include "fhir/model/nhs_number.hpp"

#include <algorithm>

namespace adapters::microtest
{

namespace
{

constexpr std::uint64_t first_appointment_number = 700001;

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

} // namespace

SimState::SimState(simulation::PracticeSeed seed, const Clock& clock) : seed_(std::move(seed)), clock_(clock)
{
    service_patient_.nhs_number = unused_nhs_number(seed_);
    service_patient_.family = "Sharing";
    service_patient_.given = "Appointment";
    service_patient_.birth_date = std::chrono::year(1990) / 1 / 1;
    reset();
}

void SimState::reset()
{
    slots_.clear();
    for (std::size_t session = 0; session < seed_.sessions.size(); ++session) {
        for (const auto& seeded : seed_.sessions[session].slots) {
            SimSlot slot;
            slot.session = session;
            slot.key = seeded.key;
            slot.start = seeded.start;
            slot.end = seeded.end;
            slots_.push_back(std::move(slot));
            if (!seeded.booked_by.empty())
                book(slots_.back(), seeded.booked_by, "", "");
            slots_.back().times_booked = 0;
        }
    }
}

const simulation::SeedPatient* SimState::patient(std::string_view nhs_number) const
{
    if (nhs_number == service_patient_.nhs_number)
        return &service_patient_;
    const auto found = std::ranges::find(seed_.patients, nhs_number, &simulation::SeedPatient::nhs_number);
    return found == seed_.patients.end() ? nullptr : &*found;
}

SimSlot* SimState::slot(std::string_view key)
{
    const auto found = std::ranges::find(slots_, key, &SimSlot::key);
    return found == slots_.end() ? nullptr : &*found;
}

SimSlot* SimState::appointment(std::string_view id, std::string_view nhs_number)
{
    const auto found = std::ranges::find_if(slots_, [&](const SimSlot& slot) {
        return slot.held == Held::booked && slot.appointment_id == id && slot.nhs_number == nhs_number;
    });
    return found == slots_.end() ? nullptr : &*found;
}

void SimState::book(SimSlot& slot, const std::string& nhs_number, std::string reason, std::string phone)
{
    const bool own_ids = options().is("appointment_ids", "own");
    slot.held = Held::booked;
    slot.nhs_number = nhs_number;
    slot.reason = std::move(reason);
    slot.phone = std::move(phone);
    slot.appointment_id = own_ids ? std::to_string(first_appointment_number + bookings_++) : slot.key;
    ++slot.times_booked;
}

void SimState::free(SimSlot& slot)
{
    slot.held = Held::free;
    slot.nhs_number.clear();
    slot.reason.clear();
    slot.phone.clear();
    slot.appointment_id.clear();
}

void SimState::move(SimSlot& from, SimSlot& to)
{
    const auto id = from.appointment_id;
    book(to, from.nhs_number, from.reason, from.phone);
    if (id != from.key) // a number of its own stays with the appointment
        to.appointment_id = id;
    free(from);
}

} // namespace adapters::microtest
