// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/simulation/host.hpp"
#include "tests/adapters/contract/systems.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace tests
{

enum class Wire
{
    memory,
    tls
};

/// Brings a simulator within reach of an adapter, and holds whatever that takes.
class Connection
{
public:
    virtual ~Connection() = default;
    virtual adapters::upstream::Upstream& upstream() = 0;
};
std::unique_ptr<Connection> connect_in_memory(adapters::simulation::SimulatorHost& host,
                                              std::string_view path);
std::unique_ptr<Connection> connect_over_tls(adapters::simulation::SimulatorHost& host,
                                             std::string_view path);

struct ContractCase
{
    std::string system;
    Wire wire = Wire::memory;
};
/// Every system on every wire.
std::vector<ContractCase> contract_cases();
void PrintTo(const ContractCase& each, std::ostream* out);
std::string case_name(const testing::TestParamInfo<ContractCase>& info);

/// One practice of one kind of system: its simulator, the wire between, and the adapter under test.
class SupplierContract : public ::testing::TestWithParam<ContractCase>
{
protected:
    using Fault = adapters::simulation::Fault;

    SupplierContract() { start(practice_seed()); }

    /// Another practice instead of the default one.
    void start(adapters::simulation::PracticeSeed seed);
    /// Another time limit for reads and writes; the adapter starts anew.
    void set_limits(std::chrono::milliseconds limit);

    const adapters::SupplierSystem& system() const { return system_under_contract(GetParam().system); }
    adapters::Adapter& adapter() { return *adapter_; }
    const adapters::Capabilities& can() const { return adapter_->capabilities(); }
    const adapters::simulation::PracticeSeed& seed() const { return seed_; }
    FakeClock& clock() { return clock_; }

    void misbehave(Fault fault) { host_->set_faults({std::move(fault)}); }
    void misbehave(Fault::Kind kind, bool writes_only = false);
    void behave() { host_->set_faults({}); }
    std::vector<adapters::simulation::MessageRow> messages() const { return host_->messages(); }

    /// The n-th patient of the seed with whatever link the system wants.
    adapters::PatientContext patient(std::size_t n = 0) const;
    /// Four weeks from now.
    fhir::Interval window() const { return {clock_.now(), clock_.now() + std::chrono::days(28)}; }

    fhir::Result<adapters::FoundSlots> find() { return find(window()); }
    fhir::Result<adapters::FoundSlots> find(fhir::Interval window);
    /// The offered slot with that supplier id; fails the test when it is not offered.
    adapters::OfferedSlot offered(const std::string& slot_key);
    bool offers(const std::string& slot_key);
    adapters::BookAppointment booking_of(adapters::OfferedSlot slot, std::size_t who = 0) const;
    fhir::Result<adapters::SupplierAppointment> book(adapters::OfferedSlot slot, std::size_t who = 0);
    fhir::Result<adapters::SupplierAppointment> book(adapters::BookAppointment booking);
    fhir::Result<adapters::SupplierAppointment> cancel(const adapters::SupplierAppointment& appointment,
                                                       std::size_t who = 0);
    fhir::Result<std::vector<adapters::SupplierAppointment>> list(std::size_t who = 0);

    /// That a listed appointment is known to hold the slot: by naming it, or by its times where the system
    /// cannot.
    void expect_slot(const fhir::Appointment& listed, const adapters::OfferedSlot& slot) const;

    /// At the practice's own desk, behind the adapter's back.
    bool reception_cancels(const std::string& slot_key);
    bool reception_unlinks(std::size_t who = 0);
    /// False where this system has no answer for it.
    bool reception_switches(bool on) { return host_->simulator().reception_switches(on).has_value(); }
    bool reception_moves(const std::string& from_slot, const std::string& to_slot);
    bool reception_marks(const std::string& slot_key, adapters::simulation::Simulator::Mark mark);

    /// The practice's own book has the last word.
    adapters::simulation::BookRow row(const std::string& slot_key) const;

    /// The seed's key of an offered slot, by the supplier's own name for it in its identifier.
    std::string key_of(const fhir::Slot& slot) const;

private:
    /// The name by which the practice's book has a slot of the seed: the seed's key where the system numbers
    /// slots, otherwise a name of its own.
    std::string name_in_book(const std::string& slot_key) const;
    std::string key_for(const std::string& name_in_book) const;
    void learn_names();

    // Long enough for a busy machine, short enough for the tests that wait for it.
    std::chrono::milliseconds limit_{20'000}; ///< nothing ends for want of time that is not meant to
    FakeClock clock_;
    FakeRandom random_;
    adapters::simulation::PracticeSeed seed_;
    std::map<std::string, std::string> names_, keys_; ///< seed's key to name in the book, and back
    std::unique_ptr<adapters::simulation::SimulatorHost> host_;
    std::unique_ptr<Connection> connection_;
    std::unique_ptr<adapters::Adapter> adapter_;
};

} // namespace tests
