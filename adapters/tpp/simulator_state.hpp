// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/simulation/held.hpp"
#include "adapters/simulation/kept_listings.hpp"
#include "adapters/simulation/practice_desk.hpp"
#include "adapters/simulation/seed.hpp"
#include "adapters/tpp/mapping.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What a simulated TPP practice holds. No wire in here.
namespace adapters::tpp
{

using simulation::Held;

struct SimSlot
{
    std::size_t session = 0; ///< index into the seed's sessions
    std::string seed_key;
    SlotKey key;
    fhir::Instant start{}, end{};
    Held held = Held::free;
    std::string nhs_number, notes, appointment_id;
    std::uint64_t times_booked = 0;
};

/// Expired ones are remembered no longer: TPP tells lost and expired alike.
struct SimSession
{
    std::string nhs_number; ///< empty for the service account
    fhir::Instant last_used{};
};

class SimState
{
public:
    SimState(simulation::PracticeSeed seed, const Clock& clock, Random& random);

    const simulation::PracticeSeed& seed() const { return seed_; }
    simulation::Options options() const { return simulation::Options(seed_); }
    bool switch_appointments(bool on) { return simulation::switch_appointments(seed_, on); }
    fhir::Instant now() const { return clock_.now(); }
    void reset();

    // ---- sessions: ids are unguessable, idle ones expire
    // ------------------------------------------------------------
    std::string log_in(const std::string& nhs_number);
    void log_off(std::string_view suid);
    /// nullptr when lost or expired; found, it counts as used.
    const SimSession* session(std::string_view suid);
    void expire_sessions() { sessions_.clear(); }

    // ---- people; what is issued is a function of practice and subject, so that a store can be seeded with
    // it
    // --------
    const simulation::SeedPatient* patient(std::string_view nhs_number) const;
    /// `subject` is an NHS number, or nothing for the service account.
    std::string patient_id(const std::string& subject) const { return issued("patient", subject); }
    Account account(const std::string& subject) const;
    std::string passphrase_to_link(const std::string& subject) const;
    std::string provider_id() const { return issued("provider", ""); }
    /// Takes back the account, and gives it out again; log-ins end with it.
    bool withdraw(const std::string& nhs_number);
    void restore(const std::string& nhs_number) { withdrawn_.erase(nhs_number); }
    bool is_withdrawn(const std::string& nhs_number) const { return withdrawn_.contains(nhs_number); }
    /// Whose account this is; empty text for the service account, nothing when nobody's.
    std::optional<std::string> owner_of(std::string_view account_id) const;

    // ---- the book
    // ---------------------------------------------------------------------------------------------------
    std::vector<SimSlot>& slots() { return slots_; }
    const std::vector<SimSlot>& slots() const { return slots_; }
    /// A free one first, where several are alike.
    SimSlot* slot(const SlotKey& key);
    SimSlot* slot_named(std::string_view name);
    SimSlot* appointment(std::string_view id, const std::string& nhs_number);
    const simulation::SeedSession& session_of(const SimSlot& slot) const
    {
        return seed_.sessions[slot.session];
    }
    void book(SimSlot& slot, const std::string& nhs_number, std::string notes);
    void free(SimSlot& slot);
    /// The appointment keeps its id.
    void move(SimSlot& from, SimSlot& to);

    /// Of slots, and of what stands beside them.
    simulation::KeptListings<>& listings() { return listings_; }

    simulation::PracticeDesk& desk() { return desk_; }
    const simulation::PracticeDesk& desk() const { return desk_; }
    std::string issued(std::string_view what, const std::string& subject) const;

private:
    simulation::PracticeSeed seed_;
    simulation::KeptListings<> listings_;
    simulation::PracticeDesk desk_;
    const Clock& clock_;
    Random& random_;
    std::vector<SimSlot> slots_;
    std::map<std::string, SimSession, std::less<>> sessions_;
    std::set<std::string> withdrawn_; ///< NHS numbers whose account does not open until proved anew
};

/// How the practice's system names a clinic session of the seed.
std::string session_id_of(std::string_view seed_key);

} // namespace adapters::tpp
