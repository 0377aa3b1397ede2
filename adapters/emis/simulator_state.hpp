// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/simulation/kept_listings.hpp"
#include "adapters/simulation/practice_desk.hpp"
#include "adapters/simulation/seed.hpp"
#include "fhir/model/uk_time.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a simulated EMIS practice holds. No wire in here.
namespace adapters::emis
{

/// A key of the seed as this system's number; 0 when it is none.
std::int64_t number_of(std::string_view text);

enum class SlotState
{
    free,
    booked,
    reception
};

struct SimSlot
{
    std::int64_t id = 0;
    std::size_t session = 0; ///< index into the seed's sessions
    fhir::Instant start{}, end{};
    SlotState state = SlotState::free;
    std::string nhs_number, reason, phone;
    fhir::Instant booked_at{};
    std::uint64_t times_booked = 0;
    std::string last_cancelled{}; ///< the reason
};

/// One patient's standing with patient-facing services.
struct SimAccount
{
    bool has_key = false; ///< a linkage key was issued
    bool key_looked_up = false;
    bool linked = false;
    bool withdrawn = false; ///< by the practice, until linked anew
};

/// A log-in, or only its first stage when `session_id` is empty. Expired ones are remembered: they are
/// refused in other words.
struct SimSession
{
    std::string link_token;
    std::string nhs_number; ///< empty for the service account
    fhir::Instant last_used{};
    bool expired = false;
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
    std::string start_end_user_session();
    std::string log_in(const std::string& nhs_number);
    SimSession* end_user_session(const std::string& id) { return find(end_user_sessions_, id); }
    SimSession* session(const std::string& id) { return find(sessions_, id); }
    void expire_sessions();

    // ---- people
    // -----------------------------------------------------------------------------------------------------
    const simulation::SeedPatient* patient(const std::string& nhs_number) const;
    SimAccount& account(const std::string& nhs_number) { return accounts_[nhs_number]; }
    /// Issued identifiers are functions of practice and subject, so that a store can be seeded with them.
    std::string issued(std::string_view what, const std::string& subject = {}) const;
    /// Takes back key and link; log-ins end.
    bool withdraw(const std::string& nhs_number);
    /// The patient whose access identity this is; empty text for the service account; nothing when unknown.
    std::optional<std::string> owner_of(const std::string& access_identity) const;

    // ---- the book
    // ---------------------------------------------------------------------------------------------------
    std::vector<SimSlot>& slots() { return slots_; }
    const std::vector<SimSlot>& slots() const { return slots_; }
    SimSlot* slot(std::int64_t id);
    const simulation::SeedSession& session_of(const SimSlot& slot) const
    {
        return seed_.sessions[slot.session];
    }
    bool bookable(const SimSlot& slot) const;
    /// Before the first or after the last moment that the practice lets patients book; 0 when within.
    int outside_window(const SimSlot& slot) const;
    void free(SimSlot& slot);
    /// The appointment goes to a free slot, and so gets another id.
    void move(SimSlot& from, SimSlot& to);

    /// Of slots, and of what stands beside them.
    simulation::KeptListings<>& listings() { return listings_; }

    simulation::PracticeDesk& desk() { return desk_; }
    const simulation::PracticeDesk& desk() const { return desk_; }

private:
    SimSession* find(std::map<std::string, SimSession>& sessions, const std::string& id);
    std::string new_id();

    simulation::PracticeSeed seed_;
    simulation::KeptListings<> listings_;
    simulation::PracticeDesk desk_;
    const Clock& clock_;
    Random& random_;
    std::vector<SimSlot> slots_;
    std::map<std::int64_t, std::size_t> slot_index_;
    std::map<std::string, SimAccount> accounts_;
    std::map<std::string, std::string> identities_; ///< access identity -> NHS number
    std::map<std::string, SimSession> end_user_sessions_, sessions_;
};

} // namespace adapters::emis
