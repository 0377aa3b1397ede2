// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/notify/notify_fixture.hpp"

/// Events that go in one notification: which, and what it is called, whatever fails.
namespace tests::notify::batches_test
{

using gateway::store::DeliveryOrder;
using gateway::store::DeliveryRecord;
using gateway::store::DeliveryState;

DeliveryRecord due(std::int64_t number, std::int64_t first = 0, std::int64_t last = 0,
                   std::int64_t attempts = 0)
{
    DeliveryRecord made;
    made.number = number;
    made.first = first;
    made.last = last;
    made.attempts = attempts;
    return made;
}

Words names(const std::vector<DeliveryRecord>& all, std::size_t max_count)
{
    Words found;
    for (const DueBatch& each : batches_of(all, max_count))
        found.push_back(delivery_id("s", each.batch) + (each.is_new ? " new" : "") + " of " +
                        std::to_string(each.count));
    return found;
}

TEST(NotifyBatches, WhatIsDueForTheFirstTimeGoesTogether)
{
    EXPECT_EQ(names({due(4), due(5), due(7)}, 2), (Words{"s-4-5 new of 2", "s-7 new of 1"}));
}

TEST(NotifyBatches, NothingIsKeptWhereEachGoesAlone)
{
    EXPECT_EQ(names({due(1), due(2)}, 1), (Words{"s-1 of 1", "s-2 of 1"}));
}

TEST(NotifyBatches, WhatWasSentTogetherStaysTogetherUnderItsName)
{
    EXPECT_EQ(names({due(1, 1, 3), due(3, 1, 3), due(4, 4, 4), due(5), due(6)}, 5),
              (Words{"s-1-3 of 2", "s-4 of 1", "s-5-6 new of 2"}));
}

TEST(NotifyBatches, WhatIsMoreThanWantedNowGoesOneByOne)
{
    EXPECT_EQ(names({due(1, 1, 3), due(2, 1, 3), due(3, 1, 3)}, 2),
              (Words{"s-1 new of 1", "s-2 new of 1", "s-3 new of 1"}));
}

TEST(NotifyBatches, WhatWasTriedAloneStaysAlone)
{
    EXPECT_EQ(names({due(1, 0, 0, 2), due(2), due(3)}, 5), (Words{"s-1 new of 1", "s-2-3 new of 2"}));
}

TEST(NotifyBatches, ABundleIsCalledTheSameAsOftenAsItsDeliveryIs)
{
    EXPECT_EQ(bundle_id("s-1-3"), bundle_id("s-1-3"));
    EXPECT_NE(bundle_id("s-1-3"), bundle_id("s-1-4"));
    const std::string id = bundle_id("s-1");
    EXPECT_EQ(id.size(), 36U);
    EXPECT_EQ(id[14], '8');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << id;
}

class Batches : public CourierTest
{
protected:
    Subscription bundled(std::size_t most = 10)
    {
        auto wanted_so = wanted();
        wanted_so.max_count = most;
        return subscribed(wanted_so);
    }
    /// Delivery ids without the subscription's, with their events: `-1-2: 1 2`.
    Words deliveries(const std::string& subscription)
    {
        Words all;
        for (const auto& [origin, request] : receivers_.requests) {
            std::string text(request.headers.get("Apptgw-Delivery"));
            text = text.substr(subscription.size()) + ":";
            for (const std::string& each : focuses(fhir::codec::parse_json(request.body).value()))
                text += " " + each.substr(0, each.find(' '));
            all.push_back(text);
        }
        return all;
    }
    void timeout() { receivers_.answers.emplace_back(fhir::fail(fhir::ErrorKind::supplier_timeout)); }
    void order(std::optional<std::int64_t> number, std::vector<DeliveryState> from, DeliveryState to)
    {
        DeliveryOrder wanted_so;
        wanted_so.subscription = id_;
        wanted_so.number = number;
        wanted_so.from = std::move(from);
        wanted_so.to = to;
        wanted_so.now = clock_.now();
        must(store_->order_deliveries(wanted_so));
    }
    std::string id_;
};

TEST_F(Batches, WhatMayHaveArrivedComesAgainAsItWasWhateverHappenedMeanwhile)
{
    id_ = bundled().id;
    book("a");
    book("b");
    timeout();
    round();
    book("c");
    clock_.advance(seconds(1));
    rounds();
    EXPECT_EQ(deliveries(id_), (Words{"-1-2: 1 2", "-1-2: 1 2", "-3: 3"}));
}

TEST_F(Batches, TheSecondTimeItsBundleHasTheSameIdAndTheSameEvents)
{
    bundled();
    book("a");
    book("b");
    timeout();
    rounds();
    book("c");
    clock_.advance(seconds(1));
    rounds();
    const auto bodies = sent();
    ASSERT_GE(bodies.size(), 2U);
    EXPECT_EQ(bodies[0].find("id")->text(), bodies[1].find("id")->text());
    EXPECT_EQ(focuses(bodies[0]), focuses(bodies[1]));
    EXPECT_NE(bodies[1].find("id")->text(), bodies[2].find("id")->text());
}

TEST_F(Batches, OneThatWentAloneIsNotJoinedByOthersWhenItIsTriedAgain)
{
    id_ = bundled().id;
    book("a");
    timeout();
    round();
    book("b");
    book("c");
    clock_.advance(seconds(1));
    rounds();
    EXPECT_EQ(deliveries(id_), (Words{"-1: 1", "-1: 1", "-2-3: 2 3"}));
}

TEST_F(Batches, ItStaysAsItWasWhenTheProcessDiesBeforeItSettles)
{
    id_ = bundled().id;
    book("a");
    book("b");
    receivers_.meanwhile = [this] {
        courier_ = nullptr;
        throw std::runtime_error("killed");
    };
    EXPECT_ANY_THROW(run(context_, make_courier()->round()));
    book("c");
    courier_ = make_courier();
    rounds();
    EXPECT_EQ(deliveries(id_), (Words{"-1-2: 1 2", "-1-2: 1 2", "-3: 3"}));
}

TEST_F(Batches, OfSeveralThatAreRefusedEachIsTriedAloneAndOnlyTheWrongOneIsDead)
{
    id_ = bundled().id;
    for (const char* id : {"a", "b", "c"})
        book(id);
    receivers_.answer(413);
    round();
    for (int i = 0; i < 4; ++i) {
        clock_.advance(minutes(10));
        receivers_.answer(422); // the first one
        round();
    }
    rounds();
    EXPECT_EQ(deliveries(id_), (Words{"-1-3: 1 2 3", "-1: 1", "-1: 1", "-1: 1", "-1: 1", "-2: 2", "-3: 3"}));
    EXPECT_EQ(must(store_->outbox_figures()).dead, 1);
    EXPECT_EQ(now_of(id_).status, "active");
}

TEST_F(Batches, WhoMayNotBeToldAnyMoreIsLeftOutAndTheNameStays)
{
    id_ = bundled().id;
    book("a");
    book("b", "HUB01", "9990000026");
    book("c");
    timeout();
    round();
    clock_.advance(seconds(1));
    dissent(); // of the others
    rounds();
    EXPECT_EQ(deliveries(id_), (Words{"-1-3: 1 2 3", "-1-3: 2"}));
    EXPECT_EQ(must(store_->outbox_figures()).due, 0);
}

TEST_F(Batches, WhoWantsFewerGetsThemOneByOne)
{
    auto subscription = bundled();
    id_ = subscription.id;
    for (const char* id : {"a", "b", "c"})
        book(id);
    timeout();
    round();
    subscription.max_count = 2;
    must(service_->update(caller(), now_of(id_).version, subscription));
    clock_.advance(seconds(1));
    rounds();
    const auto all = deliveries(id_);
    ASSERT_GE(all.size(), 4U);
    EXPECT_EQ(Words(all.end() - 3, all.end()), (Words{"-1: 1", "-2: 2", "-3: 3"}));
}

TEST_F(Batches, WhatAnOperatorHoldsOrSendsAgainComesAlone)
{
    id_ = bundled().id;
    for (const char* id : {"a", "b", "c"})
        book(id);
    timeout();
    round();
    order(2, {DeliveryState::due}, DeliveryState::held);
    clock_.advance(seconds(1));
    rounds();
    order(2, {DeliveryState::held}, DeliveryState::due);
    rounds();
    EXPECT_EQ(deliveries(id_), (Words{"-1-3: 1 2 3", "-1: 1", "-3: 3", "-2: 2"}));
}

} // namespace tests::notify::batches_test
