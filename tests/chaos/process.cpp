// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/process.hpp"

#include "adapters/upstream/deadline.hpp"
#include "gateway/store/sealer.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <sqlite3.h>

#include <stdexcept>

namespace chaos
{

using gateway::Awaitable;

namespace
{

const tests::TemporaryFolder& folder()
{
    static const tests::TemporaryFolder made;
    return made;
}

} // namespace

/// And from now on, every database is in memory.
const std::string& Disk::key_file()
{
    static const std::string path = [] {
        auto file = folder().file("store.key");
        if (!gateway::store::create_key_file(file))
            throw std::runtime_error("no key file");
        sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        sqlite3_vfs_register(sqlite3_vfs_find("memdb"), 1);
        return file;
    }();
    return path;
}

Disk::Disk()
{
    static int made = 0;
    (void)key_file();
    path_ = folder().file("store-" + std::to_string(++made) + ".db");
    sqlite3* handle = nullptr;
    if (sqlite3_open_v2(path_.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) !=
        SQLITE_OK)
        throw std::runtime_error("no database in memory");
    keeper_ = handle;
}

Disk::~Disk()
{
    sqlite3_close(static_cast<sqlite3*>(keeper_));
}

std::unique_ptr<gateway::store::Store> Disk::open(gateway::store::StoreGate& gate) const
{
    auto store = gateway::store::open_sqlite_store({path_, key_file(), 64, {}, &gate});
    if (!store)
        throw std::runtime_error(store.error().sentence());
    return std::move(*store);
}

Awaitable<bool> Gate::before_commit()
{
    const auto latency = around_.fates->store_latency();
    if (latency.count() > 0)
        co_await adapters::pause(latency);
    const Fate fate = around_.fates->at({Effect::store_commit, false});
    if (fate == Fate::crash) {
        around_.crash();
        co_await never();
    }
    co_return fate == Fate::go_on;
}

Awaitable<bool> Gate::after_commit()
{
    const Fate fate = around_.fates->at({Effect::store_commit, true});
    if (fate == Fate::crash) {
        around_.crash();
        co_await never();
    }
    co_return fate == Fate::go_on;
}

Process::Process(Parts parts)
    : clock_(parts.around.clock, parts.skew), gate_(parts.around), store_(parts.disk.open(gate_))
{
    using gateway::policy::Practice;
    std::vector<std::shared_ptr<const Practice>> live;
    for (std::size_t i = 0; i < parts.practices.size(); ++i) {
        const auto& far = *parts.practices[i];
        const auto ods = fhir::OdsCode::parse(far.seed().ods).value();
        auto settings = far.settings();
        std::optional<adapters::PatientLink> identity;
        if (const auto named = settings.find("search_identity"); named != settings.end())
            identity = adapters::PatientLink{named->second};
        Practice practice{ods,     far.seed().name, std::string(far.system().name), "", identity,
                          nullptr, nullptr};
        practice.adapter = far.system().make_adapter({ods, far.seed().name, std::move(settings)},
                                                     *parts.wires[i], clock_, parts.random);
        live.push_back(std::make_shared<const Practice>(std::move(practice)));
    }
    directory_ = std::make_shared<const gateway::policy::Directory>(std::move(live), parts.federations);
    const auto snapshot = [this] { return directory_; };
    search_ = gateway::search::make_federated_search(
        {snapshot, &clock_, &parts.random, &parts.metrics, parts.settings.public_base}, {});
    patients_ = gateway::search::make_patient_finder(snapshot, clock_);
    service_ = gateway::booking::make_service(
        {*store_, snapshot, *search_, patients_.get(), clock_, parts.random, parts.metrics}, parts.settings);
    boost::asio::co_spawn(context_, housekeeping(), boost::asio::detached);
    boost::asio::co_spawn(context_, watch_holds(), boost::asio::detached);
    if (parts.duties.offers)
        boost::asio::co_spawn(context_, serve_waiting(), boost::asio::detached);
    if (parts.duties.withdrawals)
        boost::asio::co_spawn(context_, withdraw(), boost::asio::detached);
    if (parts.settings.watch_every.count() > 0)
        boost::asio::co_spawn(context_, watch_practices(), boost::asio::detached);
    if (parts.duties.back_office)
        open_back_office(parts);
}

void Process::open_back_office(const Parts& parts)
{
    BackOffice::Parts needs{
        parts.around,  *store_,         *service_, [this] { return directory_; }, clock_, parts.random,
        parts.metrics, parts.listeners, {},        parts.settings.public_base};
    for (const auto& federation : parts.federations) {
        for (const auto& consumer : federation.consumers)
            needs.clients.push_back(listening_client(consumer.text()));
        for (const auto& practice : federation.practices)
            needs.clients.push_back(listening_client(practice.text()));
    }
    back_office_ = std::make_unique<BackOffice>(std::move(needs));
    boost::asio::co_spawn(context_, back_office_->tend_tasks(), boost::asio::detached);
    boost::asio::co_spawn(context_, back_office_->tell(), boost::asio::detached);
}

Awaitable<void> Process::housekeeping()
{
    co_await service_->recover();
    while (true) {
        co_await adapters::pause(settle_every);
        auto settled = co_await service_->settle_due();
        (void)settled;
    }
}

Awaitable<void> Process::watch_practices()
{
    while (true) {
        co_await adapters::pause(std::chrono::seconds(3));
        co_await service_->watch_practices();
    }
}

Awaitable<void> Process::serve_waiting()
{
    while (true) {
        co_await adapters::pause(std::chrono::seconds(1));
        co_await service_->offer_waiting();
    }
}

Awaitable<void> Process::withdraw()
{
    while (true) {
        auto open = co_await service_->work_on_withdrawals();
        (void)open;
        co_await adapters::pause(std::chrono::seconds(2));
    }
}

Awaitable<void> Process::watch_holds()
{
    while (true) {
        co_await adapters::pause(std::chrono::seconds(1));
        co_await service_->end_holds();
    }
}

} // namespace chaos
