// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/tpp/client.hpp"

#include <atomic>
#include <thread>

namespace tests
{

namespace
{

/// Counts how many requests are under way, on whatever thread, and takes a moment for each.
class BusyUpstream : public adapters::upstream::Upstream
{
public:
    explicit BusyUpstream(SimulatorHost& host) : inner_(host, "/") {}

    adapters::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call) override
    {
        const int now = ++in_flight_;
        most = std::max(most.load(), now);
        co_await adapters::pause(1ms);
        auto answer = co_await inner_.send(std::move(call));
        --in_flight_;
        co_return answer;
    }

    std::atomic<int> most = 0;

private:
    adapters::simulation::SimulatedUpstream inner_;
    std::atomic<int> in_flight_ = 0;
};

} // namespace

TEST_F(TppClient, ThreadsTakeTurnsWithOneSession)
{
    start();
    BusyUpstream busy(*host_);
    const adapters::PracticeConfig practice{fhir::OdsCode::parse(seed_.ods).value(), seed_.name, settings_,
                                            limit_, limit_};
    const auto adapter = adapters::tpp::make_adapter(practice, busy, clock_, random_);
    std::atomic<int> complete = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int n = 0; n < 10; ++n)
                    if (const auto found = run(adapter->find_slots(query()));
                        found && found->slots.size() == 42)
                        ++complete;
            });
    }
    EXPECT_EQ(complete, 40);
    EXPECT_EQ(busy.most, 1);
}

} // namespace tests
