// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/simulation/seed.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What a simulated Microtest practice holds. No wire in here.
namespace adapters::microtest
{

enum class Held
{
    free,
    booked,
    reception
};

struct SimSlot
{
    std::size_t session = 0; ///< index into the seed's sessions
    std::string key;
    fhir::Instant start{}, end{};
    Held held = Held::free;
    std::string nhs_number, reason, phone, appointment_id;
    std::uint64_t times_booked = 0;
    std::string last_cancelled; ///< the reason
};

class SimState
{
public:
    SimState(simulation::PracticeSeed seed, const Clock& clock);

    const simulation::PracticeSeed& seed() const { return seed_; }
    simulation::Options options() const { return simulation::Options(seed_); }
    fhir::Instant now() const { return clock_.now(); }
    void reset();

    /// Of the practice's own patient, for whom slots are searched.
    const simulation::SeedPatient& service_patient() const { return service_patient_; }
    /// That one too; nullptr for a stranger. Ten digits without blanks, or nobody.
    const simulation::SeedPatient* patient(std::string_view nhs_number) const;

    std::vector<SimSlot>& slots() { return slots_; }
    const std::vector<SimSlot>& slots() const { return slots_; }
    SimSlot* slot(std::string_view key);
    SimSlot* appointment(std::string_view id, std::string_view nhs_number);
    const simulation::SeedSession& session_of(const SimSlot& slot) const
    {
        return seed_.sessions[slot.session];
    }
    void book(SimSlot& slot, const std::string& nhs_number, std::string reason, std::string phone);
    void free(SimSlot& slot);
    void move(SimSlot& from, SimSlot& to);

private:
    simulation::PracticeSeed seed_;
    const Clock& clock_;
    simulation::SeedPatient service_patient_;
    std::vector<SimSlot> slots_;
    std::uint64_t bookings_ = 0; ///< numbers appointments; never falls back, so that no number comes twice
};

} // namespace adapters::microtest
