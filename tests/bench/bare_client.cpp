// SPDX-License-Identifier: Apache-2.0
// What a client with nothing in between sees of the sandbox's suppliers: it asks them the very requests that
// the gateway's adapters send for a search, all at once, over the same kind of connections, and throws the
// answers away. Prints one line of JSON: times in microseconds from the first request to the last answer.
//   bench_bare_client SANDBOX_DIR SECONDS FROM UNTIL [PRACTICES]
#include "adapters/registry.hpp"
#include "adapters/upstream/deadline.hpp"
#include "adapters/upstream/upstream.hpp"
#include "gateway/settings/settings.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/practice_seed.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace
{

using adapters::Awaitable;
using adapters::upstream::Call;
using Steady = std::chrono::steady_clock;

/// Lets calls through and remembers them: those that were under way together, together.
class Tap : public adapters::upstream::Upstream
{
public:
    explicit Tap(adapters::upstream::Upstream& inner) : inner_(inner) {}

    Awaitable<fhir::Result<fhir::rest::Response>> send(Call call) override
    {
        if (under_way_ == 0)
            calls.emplace_back();
        calls.back().push_back(call);
        ++under_way_;
        auto answer = co_await inner_.send(std::move(call));
        --under_way_;
        co_return answer;
    }

    std::vector<std::vector<Call>> calls;

private:
    adapters::upstream::Upstream& inner_;
    std::size_t under_way_ = 0;
};

struct Supplier
{
    std::unique_ptr<adapters::upstream::HttpsUpstream> upstream;
    std::unique_ptr<Tap> tap;
    std::unique_ptr<adapters::Adapter> adapter;
    adapters::FindSlots query;
};

struct Measured
{
    std::vector<double> microseconds;
    std::size_t refused = 0;
};

/// The second time: log-ins and what else is kept are over.
void learn_requests(boost::asio::io_context& context, Supplier& supplier)
{
    for (int i = 0; i < 2; ++i) {
        supplier.tap->calls.clear();
        if (auto found = tests::run(context, supplier.adapter->find_slots(supplier.query)); !found)
            throw std::runtime_error(found.error().sentence());
    }
}

Awaitable<void> ask(adapters::upstream::Upstream& upstream, Call call, std::size_t& refused)
{
    auto answer = co_await upstream.send(std::move(call));
    refused += answer && answer->status == 200 ? 0 : 1;
}

/// The supplier's requests, those at once that the adapter sends at once.
Awaitable<void> ask_all(Supplier& supplier, std::size_t& refused)
{
    const auto executor = co_await boost::asio::this_coro::executor;
    for (const auto& together : supplier.tap->calls) {
        std::size_t open = together.size();
        adapters::Timer done(executor, adapters::Timer::time_point::max());
        for (const Call& call : together)
            boost::asio::co_spawn(executor, ask(*supplier.upstream, call, refused), [&](std::exception_ptr) {
                if (--open == 0)
                    done.cancel();
            });
        if (open > 0)
            co_await done.async_wait(boost::asio::as_tuple(adapters::use_awaitable));
    }
}

void ask_everybody(boost::asio::io_context& context, std::vector<Supplier>& suppliers, Measured& measured)
{
    const auto start = Steady::now();
    std::size_t open = suppliers.size();
    for (Supplier& supplier : suppliers)
        boost::asio::co_spawn(context, ask_all(supplier, measured.refused), [&](std::exception_ptr) {
            if (--open == 0)
                context.stop();
        });
    context.restart();
    context.run();
    measured.microseconds.push_back(std::chrono::duration<double, std::micro>(Steady::now() - start).count());
}

std::vector<Supplier> suppliers_of(const std::string& dir, fhir::Interval window, std::size_t count)
{
    auto loaded = gateway::settings::load(dir + "/apptgw.toml", adapters::find_supplier_system);
    if (!loaded.problems.empty())
        throw std::runtime_error(loaded.problems.front().sentence);
    std::vector<Supplier> suppliers;
    for (const auto& practice : loaded.settings.practices) {
        if (suppliers.size() == count)
            break;
        Supplier supplier;
        supplier.upstream = adapters::upstream::make_https_upstream(practice.endpoint).value();
        supplier.tap = std::make_unique<Tap>(*supplier.upstream);
        supplier.adapter = adapters::find_supplier_system(practice.system)
                               ->make_adapter(practice.config, *supplier.tap, adapters::system_clock(),
                                              adapters::secure_random());
        supplier.query = {window, tests::hub_provenance(), practice.search_identity};
        suppliers.push_back(std::move(supplier));
    }
    return suppliers;
}

double quantile(std::vector<double> values, double share)
{
    std::ranges::sort(values);
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 5)
        return 2;
    const fhir::Interval window{fhir::parse_instant(argv[3]).value(), fhir::parse_instant(argv[4]).value()};
    boost::asio::io_context context(1);
    auto suppliers = suppliers_of(argv[1], window, argc > 5 ? std::stoul(argv[5]) : 21);
    for (Supplier& supplier : suppliers)
        learn_requests(context, supplier);
    Measured measured;
    const auto end = Steady::now() + std::chrono::milliseconds(static_cast<int>(1000 * std::stod(argv[2])));
    while (Steady::now() < end)
        ask_everybody(context, suppliers, measured);
    fmt::print("{{\"requests\":{},\"refused\":{},\"p50_us\":{:.0f},\"p99_us\":{:.0f}}}\n",
               measured.microseconds.size(), measured.refused, quantile(measured.microseconds, 0.5),
               quantile(measured.microseconds, 0.99));
}
