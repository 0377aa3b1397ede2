// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"
#include "adapters/simulation/host.hpp"
#include "tests/chaos/fates.hpp"
#include "tests/chaos/trace.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chaos
{

/// What the gateway's process and the world around it share.
struct Surroundings
{
    VirtualClock& clock;
    Agenda& agenda;
    Trace& trace;
    Fates* fates = nullptr;
    std::function<void()> crash; ///< the gateway dies before its next step
};

/// Something that the practice's own reception did in its book, to what a patient had there.
struct DeskAct
{
    enum class Kind
    {
        cancelled,
        moved,
        marked
    };
    Kind kind = Kind::cancelled;
    fhir::Instant start{}; ///< of what was there
    std::string nhs_number;
    Moment when{};
    fhir::Instant to{};             ///< of a move
    std::string status;             ///< of a mark: FHIR code
    std::uint64_t times_booked = 0; ///< of the slot it is in since, which tells it from a later booking
};

/// One practice: its simulated system, what its reception did, and what arrived there.
class Practice
{
public:
    Practice(const adapters::SupplierSystem& system, adapters::simulation::PracticeSeed seed,
             const adapters::Clock& clock, adapters::Random& random);

    const adapters::SupplierSystem& system() const { return system_; }
    const adapters::simulation::PracticeSeed& seed() const { return seed_; }
    adapters::simulation::SimulatorHost& host() { return *host_; }
    std::map<std::string, std::string> settings() const { return host_->simulator().client_settings(); }
    const adapters::Capabilities& capabilities() const { return system_.capabilities; }
    std::string link_of(const std::string& nhs_number) const;
    std::vector<adapters::simulation::BookRow> book() const { return host_->book(); }

    /// Slots by their keys. False when there was nothing to do it to.
    bool reception_takes(const std::string& slot) { return host_->simulator().reception_takes(slot); }
    bool reception_cancels(const std::string& slot, Moment when);
    bool reception_moves(const std::string& from, const std::string& to, Moment when);
    bool reception_marks(const std::string& slot, adapters::simulation::Simulator::Mark mark, Moment when);
    const std::vector<DeskAct>& acts() const { return acts_; }
    /// Whether reception has put this patient's appointment there.
    bool moved_here(const adapters::simulation::BookRow& row) const;
    /// What the practice says of the patient's attendance, as a FHIR code.
    std::string attendance(const adapters::simulation::BookRow& row) const;

private:
    const adapters::SupplierSystem& system_;
    adapters::simulation::PracticeSeed seed_;
    std::unique_ptr<adapters::simulation::SimulatorHost> host_;
    std::vector<DeskAct> acts_;

    adapters::simulation::BookRow row(const std::string& slot) const;
    /// That one, and others over which its appointment goes.
    std::vector<adapters::simulation::BookRow> rows_with(const std::string& slot) const;
};

/// The way to one practice. What was sent arrives, even when the gateway that sent it is gone by then.
class Wire : public adapters::upstream::Upstream
{
public:
    Wire(Practice& practice, Surroundings& around) : practice_(practice), around_(around) {}
    adapters::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call) override;

    /// Sentences about writes that were sent again while nobody could know what had become of the first.
    const std::vector<std::string>& blind_resends() const { return blind_resends_; }
    std::uint64_t writes() const { return writes_; }

private:
    struct Waiting;
    /// The last booking request for a slot.
    struct Booking
    {
        Moment sent{};
        bool answered = false;
        std::uint64_t times_booked = 0; ///< of the slot, when it was sent
    };

    void prepare(fhir::rest::Request& request) const;
    void arrive(const fhir::rest::Request& request, const Journey& journey,
                const std::weak_ptr<Waiting>& waiting);
    std::optional<std::string> watch(const adapters::upstream::Call& call);
    std::uint64_t times_booked(const std::string& slot) const;

    Practice& practice_;
    Surroundings& around_;
    std::map<std::string, Booking> bookings_; ///< by slot
    std::vector<std::string> blind_resends_;
    std::uint64_t writes_ = 0;
};

/// Never ends. What a coroutine awaits whose process is dead.
adapters::Awaitable<void> never();

/// One practice of each system, or of one system only, with `slots` free times each, tomorrow from nine.
std::vector<std::unique_ptr<Practice>> make_practices(const adapters::Clock& clock, adapters::Random& random,
                                                      std::size_t slots, const std::string& only = {});

} // namespace chaos
