// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/search/fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>

#include <latch>
#include <thread>

namespace tests::search
{

namespace
{

namespace asio = boost::asio;

class SingleFlight : public SearchTest
{
protected:
    SingleFlight() : SearchTest(1) {}

    FakeBook& practice() { return *fakes["A00001"]; }

    void start(asio::io_context& context, std::function<void(fhir::Result<Frozen>)> done)
    {
        asio::co_spawn(context, search().find_slots(caller(), query(), false, "r"),
                       [done = std::move(done)](std::exception_ptr failure, fhir::Result<Frozen> answer) {
                           if (!failure)
                               done(std::move(answer));
                       });
    }
};

TEST_F(SingleFlight, ManyCallersOnManyThreadsAskThePracticeOnce)
{
    practice().delay = 50ms;
    search();
    constexpr int threads = 4, callers_each = 25;
    std::atomic<int> answered = 0, on_own_thread = 0;
    std::latch ready(threads);
    std::vector<std::jthread> crew;
    for (int t = 0; t < threads; ++t)
        crew.emplace_back([&] {
            asio::io_context context(1);
            const auto self = std::this_thread::get_id();
            for (int i = 0; i < callers_each; ++i)
                start(context, [&, self](fhir::Result<Frozen> answer) {
                    answered += answer && (*answer)->total == 8 ? 1 : 0;
                    on_own_thread += std::this_thread::get_id() == self ? 1 : 0;
                });
            ready.arrive_and_wait();
            context.run();
        });
    crew.clear();
    EXPECT_EQ(practice().calls, 1);
    EXPECT_EQ(answered, threads * callers_each);
    EXPECT_EQ(on_own_thread, threads * callers_each);
}

TEST_F(SingleFlight, ACallerThatGivesUpLeavesTheOthersTheirAnswer)
{
    practice().delay = 30ms;
    asio::io_context context(1);
    asio::cancellation_signal hang_up;
    bool first_ended = false;
    asio::co_spawn(
        context, search().find_slots(caller(), query(), false, "r"),
        asio::bind_cancellation_slot(hang_up.slot(), [&](std::exception_ptr, fhir::Result<Frozen>) {
            first_ended = true;
            EXPECT_EQ(practice().calls, 1);
        }));
    std::optional<fhir::Result<Frozen>> second;
    start(context, [&](fhir::Result<Frozen> answer) {
        EXPECT_TRUE(first_ended);
        second = std::move(answer);
    });
    asio::post(context, [&] { hang_up.emit(asio::cancellation_type::all); });
    context.run();
    ASSERT_TRUE(second && *second);
    EXPECT_EQ((**second)->total, 8u);
    EXPECT_EQ(practice().calls, 1);
}

TEST_F(SingleFlight, AnAnswerThatCameTooLateForItsCallerServesTheNext)
{
    settings.deadline = 40ms;
    practice().delay = 60ms;
    const auto late = find(); // run() goes on until the question has its answer
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind(), ErrorKind::supplier_timeout);
    EXPECT_EQ(find().value()->total, 8u);
    EXPECT_EQ(practice().calls, 1);
}

TEST_F(SingleFlight, ASlotBookedWhileThePracticeWasBeingAskedIsNotResurrected)
{
    practice().delay = 20ms;
    asio::io_context context(1);
    std::optional<fhir::Result<Frozen>> during;
    start(context, [&](fhir::Result<Frozen> answer) { during = std::move(answer); });
    asio::post(context, [&] { search().slots_taken(ods("A00001"), {"A00001.g0"}); });
    context.run();
    ASSERT_TRUE(during && *during);
    EXPECT_EQ((**during)->total, 7u);
    EXPECT_EQ(find().value()->total, 7u);
    EXPECT_EQ(practice().calls, 1);
}

TEST_F(SingleFlight, ASlotGivenBackWhileThePracticeWasBeingAskedIsAskedForAgain)
{
    practice().delay = 20ms;
    asio::io_context context(1);
    start(context, [](fhir::Result<Frozen>) {});
    asio::post(context, [&] {
        search().slots_taken(ods("A00001"), {"A00001.n1"});
        search().slots_released(ods("A00001"), {"A00001.g0"});
    });
    std::optional<fhir::Result<Frozen>> after;
    asio::post(context,
               [&] { start(context, [&](fhir::Result<Frozen> answer) { after = std::move(answer); }); });
    context.run();
    EXPECT_EQ(practice().calls, 2);
    ASSERT_TRUE(after && *after);
    EXPECT_EQ((**after)->total, 8u);
}

TEST_F(SingleFlight, AQuestionThrownAwayWithItsThreadWakesTheWaitersOfOthers)
{
    practice().delay = 1h;
    asio::io_context other(1);
    std::optional<fhir::Result<Frozen>> answer;
    {
        asio::io_context owner(1);
        start(owner, [](fhir::Result<Frozen>) {});
        owner.poll();
        start(other, [&](fhir::Result<Frozen> got) { answer = std::move(got); });
        other.poll();
    }
    other.run();
    ASSERT_TRUE(answer);
    ASSERT_FALSE(*answer);
    EXPECT_EQ(answer->error().kind(), ErrorKind::supplier_unavailable);
}

TEST_F(SingleFlight, AWaiterThrownAwayWithItsThreadIsForgotten)
{
    practice().delay = 20ms;
    asio::io_context owner(1);
    std::optional<fhir::Result<Frozen>> answer;
    start(owner, [&](fhir::Result<Frozen> got) { answer = std::move(got); });
    owner.poll();
    {
        asio::io_context other(1);
        start(other, [](fhir::Result<Frozen>) {});
        other.poll();
    }
    owner.run();
    ASSERT_TRUE(answer && *answer);
}

} // namespace

} // namespace tests::search
