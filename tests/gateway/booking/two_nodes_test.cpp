// SPDX-License-Identifier: Apache-2.0
// Two gateways on one database: exactly one of them settles an intent, and the other's late word counts for
// nothing.
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using tests::Clinic;
using Fault = tests::FakeAdapter::Fault;

namespace
{

class TwoNodes : public testing::Test
{
protected:
    TwoNodes()
    {
        auto settings = clinic.settings;
        settings.node = "second";
        second = make_service({*clinic.store, [this] { return clinic.directory; }, clinic.search, nullptr,
                               clinic.clock, clinic.random, clinic.metrics},
                              settings);
    }
    void settle_beside(SettlingService& node)
    {
        boost::asio::co_spawn(*clinic.context, node.settle_due(), boost::asio::detached);
    }
    std::vector<StoredAppointment> versions(const WriteOutcome& outcome)
    {
        return tests::run(*clinic.context,
                          clinic.service->history(tests::hub(), *outcome.appointment.resource.id))
            .value();
    }

    Clinic clinic;
    tests::FakeAdapter& practice = *clinic.adapter;
    std::unique_ptr<SettlingService> second;
};

TEST_F(TwoNodes, AnIntentUnderLeaseIsLeftAlone)
{
    practice.write_faults = {Fault::cut_after};
    std::size_t looked_at = 1;
    practice.on_write = [&] {
        boost::asio::co_spawn(*clinic.context, second->settle_due(),
                              [&](std::exception_ptr, std::size_t count) { looked_at = count; });
    };
    const auto booked = clinic.book();
    ASSERT_TRUE(booked);
    EXPECT_EQ(looked_at, 0u);
    EXPECT_EQ(booked->appointment.version, 1);
}

TEST_F(TwoNodes, AFlowWhoseLeaseRanOutAnswersWhatTheOtherNodeSettled)
{
    practice.write_faults = {Fault::hang_after};
    practice.on_write = [&] {
        // The first node stands still for longer than its lease; its write has reached the practice.
        clinic.clock.advance(std::chrono::minutes(5));
        auto settle = [](SettlingService& node) -> gateway::Awaitable<void> {
            co_await adapters::pause(std::chrono::milliseconds(50));
            co_await node.settle_due();
        };
        boost::asio::co_spawn(*clinic.context, settle(*second), boost::asio::detached);
    };
    const auto answer = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->unresolved);
    EXPECT_EQ(answer->appointment.resource.status, AppointmentStatus::booked);
    const auto all = versions(*answer);
    ASSERT_EQ(all.size(), 1u) << "the first node's own conclusion was fenced off";
    EXPECT_EQ(all[0].version, 1);
    EXPECT_EQ(practice.books, 1);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
    const auto replay = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(replay);
    EXPECT_EQ(replay->appointment.version, 1);
}

TEST_F(TwoNodes, ASettlerWhoseLeaseRanOutChangesNothingAnyMore)
{
    practice.write_faults = {Fault::cut_after};
    practice.read_faults = {Fault::cut_before, Fault::hang_before};
    const auto pending = clinic.book();
    ASSERT_TRUE(pending && pending->unresolved);
    clinic.clock.advance(std::chrono::minutes(1));
    settle_beside(*clinic.service); // its look at the practice hangs
    clinic.context->restart();
    while (practice.reads < 2)
        clinic.context->run_one();
    clinic.clock.advance(std::chrono::minutes(2)); // and its lease ends
    EXPECT_EQ(tests::run(*clinic.context, second->settle_due()), 1u);
    EXPECT_EQ(clinic.read(*pending->appointment.resource.id)->resource.status, AppointmentStatus::booked);
    clinic.context->restart();
    clinic.context->run(); // the first one gives up its look and writes down that nobody answered
    EXPECT_EQ(clinic.read(*pending->appointment.resource.id)->resource.status, AppointmentStatus::booked);
    EXPECT_EQ(versions(*pending).size(), 2u);
    EXPECT_TRUE(clinic.worklist().empty());
    EXPECT_EQ(practice.books, 1);
}

TEST_F(TwoNodes, OneOfThemLooksAtAnIntentThatIsDue)
{
    practice.write_faults = {Fault::cut_after};
    practice.read_faults = {Fault::cut_before};
    ASSERT_TRUE(clinic.book());
    clinic.clock.advance(std::chrono::minutes(1));
    const int before = practice.reads;
    settle_beside(*clinic.service);
    settle_beside(*second);
    clinic.context->restart();
    clinic.context->run();
    EXPECT_EQ(practice.reads, before + 1);
}

} // namespace
