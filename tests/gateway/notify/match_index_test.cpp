// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/match_index.hpp"
#include "tests/gateway/notify/notify_fixture.hpp"

namespace tests::notify::match_index_test
{

class NotifyIndex : public NotifyTest
{
protected:
    static Subscription of(const std::string& id, std::string_view topic, const std::string& organisation,
                           const std::string& filter = {}, const std::string& status = "active")
    {
        Subscription subscription;
        subscription.id = id;
        subscription.topic = topic_named(topic);
        subscription.organisation = organisation;
        subscription.status = status;
        if (!filter.empty())
            subscription.filter = *parse_filter(filter, *subscription.topic);
        return subscription;
    }
    static store::OutboxEvent event(std::string_view topic, const std::string& practice,
                                    const std::string& party = {}, const std::string& status = "booked")
    {
        store::OutboxEvent event;
        event.topic = topic;
        event.practice = practice;
        event.party = party;
        event.status = status;
        return event;
    }
    std::string found(MatchIndex& index, const store::OutboxEvent& event)
    {
        std::string ids;
        for (const Subscription* each : index.matching(event, *directory_, clock_.now()))
            ids += (ids.empty() ? "" : " ") + each->id;
        return ids;
    }
};

TEST_F(NotifyIndex, TheTwoPartiesOfAnAppointmentAreFoundAndNobodyElse)
{
    MatchIndex index(
        {of("hub", store::appointment_topic, "HUB01"), of("gp", store::appointment_topic, "A10001"),
         of("foreign", store::appointment_topic, "HUB02"), of("tasks", store::task_topic, "HUB01")},
        1);
    EXPECT_EQ(found(index, event(store::appointment_topic, "A10001", "HUB01")), "gp hub");
    EXPECT_EQ(found(index, event(store::appointment_topic, "A10001", "A10001")), "gp");
    EXPECT_EQ(found(index, event(store::task_topic, "A10001", "HUB01")), "tasks");
    EXPECT_EQ(found(index, event("unheard-of", "A10001", "HUB01")), "");
}

TEST_F(NotifyIndex, APracticeThatAFilterNamesTwiceIsFoundOnce)
{
    MatchIndex index({of("s", store::practice_topic, "HUB01", "Organization?practice=A10001,A10001")}, 1);
    EXPECT_EQ(found(index, event(store::practice_topic, "A10001")), "s");
}

TEST_F(NotifyIndex, FiltersAreObeyed)
{
    MatchIndex index({of("cancelled", store::appointment_topic, "HUB01", "Appointment?status=cancelled"),
                      of("here", store::appointment_topic, "HUB01", "Appointment?practice=A10001")},
                     1);
    EXPECT_EQ(found(index, event(store::appointment_topic, "A10001", "HUB01")), "here");
    EXPECT_EQ(found(index, event(store::appointment_topic, "A10002", "HUB01", "cancelled")), "cancelled");
}

TEST_F(NotifyIndex, WhatConcernsAPracticeIsForThoseWhoShareWithIt)
{
    MatchIndex index({of("named", store::practice_topic, "HUB01", "Organization?practice=A10001,B10001"),
                      of("all", store::practice_topic, "HUB02"),
                      of("stranger", store::practice_topic, "ZZ999"),
                      of("nosy", store::practice_topic, "ZZ999", "Organization?practice=A10001"),
                      of("self", store::practice_topic, "B10001")},
                     1);
    EXPECT_EQ(found(index, event(store::practice_topic, "A10001")), "named all");
    EXPECT_EQ(found(index, event(store::practice_topic, "B10001")), "self");
    EXPECT_EQ(found(index, event(store::slot_topic, "A10001")), "");
}

TEST_F(NotifyIndex, WhoSharesIsWorkedOutAgainWithAnotherDirectory)
{
    MatchIndex index({of("all", store::practice_topic, "HUB02")}, 1);
    EXPECT_EQ(found(index, event(store::practice_topic, "A10001")), "all");
    directory_ = directory_->with(gateway::policy::Agreed{});
    EXPECT_EQ(found(index, event(store::practice_topic, "A10001")), "");
}

TEST_F(NotifyIndex, ThoseThatHearNothingAreLeftOut)
{
    MatchIndex index({of("off", store::appointment_topic, "HUB01", {}, "off"),
                      of("error", store::appointment_topic, "HUB01", {}, "error"),
                      of("new", store::appointment_topic, "HUB01", {}, "requested")},
                     7);
    EXPECT_EQ(found(index, event(store::appointment_topic, "A10001", "HUB01")), "new");
    EXPECT_EQ(index.size(), 1U);
    EXPECT_EQ(index.generation(), 7);
}

} // namespace tests::notify::match_index_test
