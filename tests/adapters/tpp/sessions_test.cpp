// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/tpp/client.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace tests
{

TEST_F(TppClient, OneLogInServesManySearches)
{
    start();
    ASSERT_TRUE(find());
    ASSERT_TRUE(find());
    EXPECT_EQ(upstream_->calls["log_in"], 1);
    EXPECT_EQ(upstream_->calls["practice_settings"], 1);
    EXPECT_EQ(upstream_->calls["find_slots"], 2);
}

TEST_F(TppClient, AtMostOneRequestIsInFlightPerSession)
{
    using namespace boost::asio::experimental::awaitable_operators;
    start();
    const auto several = [](adapters::Adapter& adapter,
                            adapters::FindSlots query) -> adapters::Awaitable<std::vector<std::size_t>> {
        auto first = adapter.find_slots(query);
        auto second = adapter.find_slots(query);
        auto third = adapter.find_slots(query);
        auto found = co_await (std::move(first) && std::move(second) && std::move(third));
        std::vector<std::size_t> sizes;
        sizes.push_back(std::get<0>(found) ? std::get<0>(found)->slots.size() : 0);
        sizes.push_back(std::get<1>(found) ? std::get<1>(found)->slots.size() : 0);
        sizes.push_back(std::get<2>(found) ? std::get<2>(found)->slots.size() : 0);
        co_return sizes;
    };
    EXPECT_EQ(run(several(*adapter_, query())), (std::vector<std::size_t>{42, 42, 42}));
    EXPECT_EQ(upstream_->most_in_flight, 1);
    EXPECT_EQ(upstream_->calls["log_in"], 1);
}

TEST_F(TppClient, ACancelledSearchGivesItsTurnOnAndItsSessionUp)
{
    start();
    ASSERT_TRUE(find());
    Fault fault;
    fault.kind = Fault::Kind::hang;
    fault.times = 1;
    host_->set_faults({fault});
    const auto given_up = run(adapters::within(20ms, adapter_->find_slots(query())));
    ASSERT_FALSE(given_up);
    EXPECT_EQ(given_up.error().kind(), ErrorKind::supplier_timeout);
    EXPECT_TRUE(find());
    EXPECT_EQ(upstream_->calls["log_in"], 2); // the supplier may still be at work on the first session
}

TEST_F(TppClient, WhoeverWaitsTooLongForATurnHearsOfATimeOut)
{
    using namespace boost::asio::experimental::awaitable_operators;
    limit_ = 1s;
    start();
    ASSERT_TRUE(find());
    Fault fault;
    fault.kind = Fault::Kind::hang;
    host_->set_faults({fault});
    const auto both = [](adapters::Adapter& adapter,
                         adapters::FindSlots query) -> adapters::Awaitable<std::vector<ErrorKind>> {
        auto first = adapter.find_slots(query);
        auto second = adapter.find_slots(query);
        auto found = co_await (std::move(first) && std::move(second));
        std::vector<ErrorKind> kinds;
        kinds.push_back(std::get<0>(found) ? ErrorKind::internal : std::get<0>(found).error().kind());
        kinds.push_back(std::get<1>(found) ? ErrorKind::internal : std::get<1>(found).error().kind());
        co_return kinds;
    };
    EXPECT_EQ(run(both(*adapter_, query())),
              (std::vector<ErrorKind>{ErrorKind::supplier_timeout, ErrorKind::supplier_timeout}));
    host_->set_faults({});
    EXPECT_TRUE(find());
}

TEST_F(TppClient, AnIdleSessionIsRenewed)
{
    start({{"session_minutes", "20"}});
    ASSERT_TRUE(find());
    clock_.advance(21min);
    ASSERT_TRUE(find());
    EXPECT_EQ(upstream_->calls["log_in"], 2);
}

TEST_F(TppClient, ASessionLostTwiceIsReported)
{
    start();
    ASSERT_TRUE(find());
    Fault stale;
    stale.kind = Fault::Kind::stale_session;
    host_->set_faults({stale});
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::session_lost);
}

TEST_F(TppClient, ASessionThatAnotherLogInEndedIsRenewed)
{
    start({{"one_log_in", "true"}});
    ASSERT_TRUE(find());
    make_adapter(); // a second gateway with the same account
    ASSERT_TRUE(find());
    auto first = std::move(adapter_);
    make_adapter();
    ASSERT_TRUE(find());
    EXPECT_TRUE(run(first->find_slots(query())));
}

TEST_F(TppClient, AnIdleSessionIsLoggedOffWhenAnotherIsOpened)
{
    start();
    ASSERT_TRUE(find());
    clock_.advance(6min);
    ASSERT_TRUE(list());
    EXPECT_EQ(upstream_->calls["log_off"], 1);
    ASSERT_TRUE(find());
    EXPECT_EQ(upstream_->calls["log_in"], 3);
}

TEST_F(TppClient, ANewSessionIdInAReplyIsTakenUp)
{
    start();
    int sent = 0;
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "find_slots" && ++sent == 1)
            response.headers.set("suid", "renamed");
    };
    ASSERT_TRUE(find());
    ASSERT_TRUE(find()); // the simulator knows no such session: renewed
    EXPECT_EQ(upstream_->calls["log_in"], 2);
}

TEST_F(TppClient, ALogInWithoutASessionIdIsMalformed)
{
    start({{"suid", "none"}});
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::supplier_malformed);
}

TEST_F(TppClient, AWrongPassphraseIsAnInvalidLink)
{
    start();
    auto wanted = booking();
    wanted.patient.link->credential += "x";
    EXPECT_EQ(refused(wanted), ErrorKind::link_invalid);
    wanted.patient.link->credential = "no account";
    EXPECT_EQ(refused(wanted), ErrorKind::link_invalid);
}

} // namespace tests
