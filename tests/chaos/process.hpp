// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/booking/service_factory.hpp"
#include "gateway/store/sqlite_store.hpp"
#include "gateway/store/store_gate.hpp"
#include "tests/chaos/back_office.hpp"
#include "tests/chaos/far_side.hpp"

#include <boost/asio/io_context.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace chaos
{

/// What outlives the gateway's process: its database, in memory, and the practices with the ways to them.
class Disk
{
public:
    Disk();
    ~Disk();
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    std::unique_ptr<gateway::store::Store> open(gateway::store::StoreGate& gate) const;

    /// From now on this is noted once more, where the gateway does not see it: whatever calls for a task, how
    /// each subscription was worded, and which wording stood when a delivery got its number. Needs the
    /// gateway's schema.
    void take_notes() const;
    /// All that were noted.
    std::vector<gateway::store::WantedTask> calls() const;
    /// Id, version, topic and body of each version of each subscription.
    std::vector<gateway::store::SubscriptionRecord> wordings() const;
    /// By id of the subscription and number of the delivery: the version.
    std::map<std::pair<std::string, std::int64_t>, std::int64_t> given() const;

private:
    /// Of every database.
    static const std::string& key_file();

    std::string path_;
    void* keeper_ = nullptr; ///< a database in memory lives as long as somebody has it open
};

/// The time a commit takes, and what goes wrong around it.
class Gate : public gateway::store::StoreGate
{
public:
    explicit Gate(Surroundings& around) : around_(around) {}
    gateway::Awaitable<bool> before_commit() override;
    gateway::Awaitable<bool> after_commit() override;
    bool may_read() override { return !around_.fates->read_fails(); }

private:
    Surroundings& around_;
};

/// Everything that dies when the gateway dies: the real booking engine, search and adapters on an event loop
/// of their own.
class Process
{
public:
    /// What this process sees to beside settling and holds.
    struct Duties
    {
        bool offers = false, withdrawals = false, back_office = false;
    };
    struct Parts
    {
        Surroundings& around;
        const Disk& disk;
        std::vector<std::unique_ptr<Practice>>& practices;
        std::vector<std::unique_ptr<Wire>>& wires;
        Listeners& listeners;
        adapters::Random& random;
        gateway::observability::Metrics& metrics;
        std::vector<gateway::policy::Federation> federations;
        gateway::booking::ServiceSettings settings;
        Duties duties;
        milliseconds skew{0};
    };
    explicit Process(Parts parts);

    gateway::booking::SettlingService& service() { return *service_; }
    gateway::search::FederatedSearch& search() { return *search_; }
    gateway::store::Store& store() { return *store_; }
    /// Only where that is among its duties.
    BackOffice& back_office() { return *back_office_; }
    const adapters::Clock& clock() const { return clock_; }
    boost::asio::io_context& context() { return context_; }
    /// It settles and ends holds by the clock, as the product does.
    milliseconds settle_every{2000};

private:
    gateway::Awaitable<void> housekeeping();
    gateway::Awaitable<void> watch_holds();
    gateway::Awaitable<void> watch_practices();
    gateway::Awaitable<void> serve_waiting();
    gateway::Awaitable<void> withdraw();
    void open_back_office(const Parts& parts);

    SkewedClock clock_;
    Gate gate_;
    std::unique_ptr<gateway::store::Store> store_;
    std::shared_ptr<const gateway::policy::Directory> directory_;
    std::unique_ptr<gateway::search::FederatedSearch> search_;
    std::unique_ptr<gateway::search::PatientFinder> patients_;
    std::unique_ptr<gateway::booking::SettlingService> service_;
    std::unique_ptr<BackOffice> back_office_;
    boost::asio::io_context context_{1}; ///< the last member: its coroutines go first
};

} // namespace chaos
