// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/simulation/held.hpp"
#include "adapters/simulation/kept_listings.hpp"
#include "adapters/simulation/seed.hpp"
#include "adapters/vision/envelope.hpp"
#include "adapters/vision/wire.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What a simulated Vision practice holds. No wire in here.
namespace adapters::vision
{

using simulation::Held;

struct SimSlot
{
    std::size_t session = 0; ///< index into the seed's sessions
    std::string id;
    fhir::Instant start{}, end{};
    Held held = Held::free;
    std::string nhs_number, reason, last_cancelled;
    std::uint64_t times_booked = 0;
};

class SimState
{
public:
    SimState(simulation::PracticeSeed seed, const Clock& clock);

    const simulation::PracticeSeed& seed() const { return seed_; }
    simulation::Options options() const { return simulation::Options(seed_); }
    bool switch_appointments(bool on) { return simulation::switch_appointments(seed_, on); }
    fhir::Instant now() const { return clock_.now(); }
    void reset();

    // ---- people; what is issued is a function of practice and subject, so that a store can be seeded with
    // it
    // --------
    const simulation::SeedPatient* patient(std::string_view nhs_number) const;
    /// `subject` is an NHS number, or nothing for the service account.
    std::string patient_id(const std::string& subject) const { return number("patient", subject, 100'000); }
    Account account(const std::string& subject) const;
    std::string linkage_key(const std::string& subject) const;
    std::string provider_id() const { return "gw" + number("provider", "", 1'000'000); }
    std::string user_name() const { return "gateway-" + seed_.ods; }
    /// Whose account this is; empty text for the service account, nothing when nobody's.
    std::optional<std::string> owner_of(std::string_view account_id) const;
    std::set<std::string>& with_key() { return with_key_; }
    /// False when the account is linked already.
    bool link(const std::string& nhs_number);
    /// Takes back the link: its API key is refused until the account is linked anew.
    bool withdraw(const std::string& nhs_number);
    bool is_withdrawn(const std::string& nhs_number) const { return withdrawn_.contains(nhs_number); }

    // ---- the book, in order of time and id
    // --------------------------------------------------------------------------
    std::vector<SimSlot>& slots() { return slots_; }
    const std::vector<SimSlot>& slots() const { return slots_; }
    SimSlot* slot(std::string_view id);
    const simulation::SeedSession& session_of(const SimSlot& slot) const
    {
        return seed_.sessions[slot.session];
    }
    void book(SimSlot& slot, const std::string& nhs_number, std::string reason);
    void free(SimSlot& slot);
    /// Reception puts a booked appointment into another slot, where it has another id.
    bool move(std::string_view from, std::string_view to);

    /// Of slots, and of what stands beside them.
    simulation::KeptListings<>& listings() { return listings_; }

private:
    std::string number(std::string_view what, const std::string& subject, std::uint64_t below) const;

    simulation::PracticeSeed seed_;
    simulation::KeptListings<> listings_;
    const Clock& clock_;
    std::vector<SimSlot> slots_;
    std::set<std::string> with_key_, linked_, withdrawn_; ///< NHS numbers
};

/// The gateway's key and certificate, made once per process: making one takes long.
const SigningIdentity& simulated_signing_identity();
/// Of the certificate that requests carry.
const Verifier& simulated_verifier();

} // namespace adapters::vision
