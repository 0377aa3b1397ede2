// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/contract/supplier.hpp"

#include "adapters/simulation/simulated_upstream.hpp"
#include "fhir/model/id.hpp"

#include <algorithm>

namespace tests
{

using namespace std::chrono_literals;
using adapters::simulation::SimulatorHost;

namespace
{

class MemoryConnection : public Connection
{
public:
    MemoryConnection(SimulatorHost& host, std::string_view path) : upstream_(host, std::string(path)) {}
    adapters::upstream::Upstream& upstream() override { return upstream_; }

private:
    adapters::simulation::SimulatedUpstream upstream_;
};

} // namespace

std::vector<ContractCase> contract_cases()
{
    std::vector<ContractCase> cases;
    for (const auto& system : systems_under_contract())
        for (const auto wire : {Wire::memory, Wire::tls})
            cases.push_back({std::string(system.name), wire});
    return cases;
}

void PrintTo(const ContractCase& each, std::ostream* out)
{
    *out << each.system << (each.wire == Wire::tls ? " over TLS" : " in memory");
}

std::string case_name(const testing::TestParamInfo<ContractCase>& info)
{
    return info.param.system + (info.param.wire == Wire::tls ? "_tls" : "_memory");
}

std::unique_ptr<Connection> connect_in_memory(SimulatorHost& host, std::string_view path)
{
    return std::make_unique<MemoryConnection>(host, path);
}

void SupplierContract::start(adapters::simulation::PracticeSeed seed)
{
    adapter_.reset();
    connection_.reset();
    seed_ = std::move(seed);
    host_ = std::make_unique<SimulatorHost>(
        [&](const adapters::Clock& clock) { return system().make_simulator(seed_, clock, random_); }, clock_,
        random_, seed_.ods);
    learn_names();
    const auto path = system().simulator_path;
    connection_ =
        GetParam().wire == Wire::tls ? connect_over_tls(*host_, path) : connect_in_memory(*host_, path);
    set_limits(limit_);
}

void SupplierContract::learn_names()
{
    names_.clear();
    keys_.clear();
    std::map<std::pair<fhir::Instant, fhir::Instant>, std::string> by_time;
    for (const auto& row : host_->book()) {
        names_[row.slot_key] = row.slot_key;
        by_time[{row.start, row.end}] = row.slot_key;
    }
    for (const auto& session : seed_.sessions)
        for (const auto& slot : session.slots)
            names_.emplace(slot.key, by_time[{slot.start, slot.end}]);
    for (const auto& [key, name] : names_)
        if (key != name)
            keys_[name] = key;
}

std::string SupplierContract::name_in_book(const std::string& slot_key) const
{
    const auto found = names_.find(slot_key);
    return found == names_.end() ? slot_key : found->second;
}

void SupplierContract::set_limits(std::chrono::milliseconds limit)
{
    const adapters::PracticeConfig practice{fhir::OdsCode::parse(seed_.ods).value(), seed_.name,
                                            host_->simulator().client_settings(), limit, limit};
    adapter_ = system().make_adapter(practice, connection_->upstream(), clock_, random_);
}

void SupplierContract::misbehave(Fault::Kind kind, bool writes_only)
{
    Fault fault;
    fault.kind = kind;
    fault.writes_only = writes_only;
    misbehave(fault);
}

adapters::PatientContext SupplierContract::patient(std::size_t n) const
{
    auto context = patient_context(seed_.patients.at(n));
    const auto credential = host_->simulator().link_credential(seed_.patients.at(n).nhs_number);
    if (!credential.empty())
        context.link = adapters::PatientLink{credential};
    return context;
}

fhir::Result<adapters::FoundSlots> SupplierContract::find(fhir::Interval window)
{
    return run(adapter().find_slots({window, hub_provenance(), std::nullopt}));
}

std::string SupplierContract::key_for(const std::string& name_in_book) const
{
    const auto found = keys_.find(name_in_book);
    return found == keys_.end() ? name_in_book : found->second;
}

std::string SupplierContract::key_of(const fhir::Slot& slot) const
{
    for (const auto& identifier : slot.identifier)
        if (identifier.system &&
            identifier.system->text.starts_with("https://apptgw.example/id/provider-slot/"))
            return key_for(identifier.value.value_or(""));
    return {};
}

adapters::OfferedSlot SupplierContract::offered(const std::string& slot_key)
{
    auto found = find();
    if (!found) {
        ADD_FAILURE() << "search failed: " << found.error().sentence();
        return {};
    }
    for (auto& each : found->slots)
        if (key_of(each->slot()) == slot_key)
            return each->offered();
    ADD_FAILURE() << "slot " << slot_key << " is not offered";
    return {};
}

bool SupplierContract::offers(const std::string& slot_key)
{
    const auto found = find();
    EXPECT_TRUE(found) << (found ? "" : found.error().sentence());
    return found && std::any_of(found->slots.begin(), found->slots.end(),
                                [&](const auto& each) { return key_of(each->slot()) == slot_key; });
}

adapters::BookAppointment SupplierContract::booking_of(adapters::OfferedSlot slot, std::size_t who) const
{
    adapters::BookAppointment booking{hub_provenance(), patient(who), {}, "Review of inhaler", "",
                                      "01632960114",    clock_.now()};
    booking.slots.push_back(std::move(slot));
    return booking;
}

fhir::Result<adapters::SupplierAppointment> SupplierContract::book(adapters::OfferedSlot slot,
                                                                   std::size_t who)
{
    return book(booking_of(std::move(slot), who));
}

fhir::Result<adapters::SupplierAppointment> SupplierContract::book(adapters::BookAppointment booking)
{
    return run(adapter().book(std::move(booking)));
}

fhir::Result<adapters::SupplierAppointment>
SupplierContract::cancel(const adapters::SupplierAppointment& appointment, std::size_t who)
{
    return run(adapter().cancel({hub_provenance(), patient(who), appointment, "Unable to attend"}));
}

fhir::Result<std::vector<adapters::SupplierAppointment>> SupplierContract::list(std::size_t who)
{
    return run(adapter().list_appointments({hub_provenance(), patient(who), window()}));
}

void SupplierContract::expect_slot(const fhir::Appointment& listed, const adapters::OfferedSlot& slot) const
{
    EXPECT_EQ(listed.start, slot.slot.start);
    EXPECT_EQ(listed.end, slot.slot.end);
    if (!adapter_->capabilities().lists_slots) {
        EXPECT_TRUE(listed.slot.empty());
        return;
    }
    ASSERT_EQ(listed.slot.size(), 1U);
    EXPECT_EQ(listed.slot[0].reference, "Slot/" + *slot.slot.id);
}

bool SupplierContract::reception_cancels(const std::string& slot_key)
{
    return host_->simulator().reception_cancels(name_in_book(slot_key));
}

bool SupplierContract::reception_unlinks(std::size_t who)
{
    return host_->simulator().reception_unlinks(seed_.patients.at(who).nhs_number);
}

bool SupplierContract::reception_moves(const std::string& from_slot, const std::string& to_slot)
{
    return host_->simulator().reception_moves(name_in_book(from_slot), name_in_book(to_slot));
}

bool SupplierContract::reception_marks(const std::string& slot_key,
                                       adapters::simulation::Simulator::Mark mark)
{
    return host_->simulator().reception_marks(name_in_book(slot_key), mark);
}

adapters::simulation::BookRow SupplierContract::row(const std::string& slot_key) const
{
    const auto name = name_in_book(slot_key);
    for (auto& each : host_->book())
        if (each.slot_key == name)
            return each;
    ADD_FAILURE() << "the practice's book has no slot " << slot_key;
    return {};
}

} // namespace tests
