// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/store/outbox_contract.hpp"

// The promises of outbox_store.hpp: what is announced.

namespace tests
{
namespace outbox_events
{

using namespace contract_outbox;

class OutboxEvents : public contract_outbox::OutboxFixture
{};

TEST_P(OutboxEvents, ABookingIsAnnouncedOnceItIsVisible)
{
    const auto wanted = booking("a", {"slot"});
    ASSERT_EQ(begin(wanted), Answer::recorded);
    EXPECT_TRUE(events().empty()); // version 0 is nobody's to see
    ASSERT_TRUE(must(store->advance(booked(wanted))).applied);
    EXPECT_EQ(told(), Words{"appointment-status Appointment/a 1 A10001 HUB01 booked [created]"});
    EXPECT_EQ(events().front().at, now);
}

TEST_P(OutboxEvents, EveryFurtherVersionSaysWhatIsNew)
{
    const auto wanted = booking("a", {"slot"});
    begin(wanted);
    must(store->advance(booked(wanted)));
    NativeVersion moved;
    moved.appointment = *wanted.appointment;
    moved.appointment.version = 1;
    moved.appointment.status = "booked";
    moved.appointment.start += 10 * minute;
    ASSERT_TRUE(must(store->note(moved)).applied);
    moved.appointment.version = 2;
    ASSERT_TRUE(must(store->note(moved)).applied);
    moved.appointment.version = 3;
    moved.appointment.status = "arrived";
    ASSERT_TRUE(must(store->note(moved)).applied);
    EXPECT_EQ(told(1), (Words{"appointment-status Appointment/a 2 A10001 HUB01 booked [start]",
                              "appointment-status Appointment/a 3 A10001 HUB01 booked [content]",
                              "appointment-status Appointment/a 4 A10001 HUB01 arrived [status]"}));
}

TEST_P(OutboxEvents, ACancellationGivesItsSlotsBack)
{
    const auto wanted = booking("a", {"A10001.1", "A10001.2"});
    begin(wanted);
    must(store->advance(booked(wanted)));
    const auto cancel = cancelling("a", 1);
    ASSERT_EQ(begin(cancel), Answer::recorded);
    IntentChange done = change(cancel, IntentState::done);
    done.appointment = *wanted.appointment;
    done.appointment->status = "cancelled";
    done.release_claims = true;
    ASSERT_TRUE(must(store->advance(done)).applied);
    const auto all = told(1);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0], "appointment-status Appointment/a 2 A10001 HUB01 cancelled [status]");
    EXPECT_EQ((std::set<std::string>{all[1], all[2]}),
              (std::set<std::string>{"slot-availability Slot/A10001.1 0 A10001  free [status]",
                                     "slot-availability Slot/A10001.2 0 A10001  free [status]"}));
}

TEST_P(OutboxEvents, ARefusedBookingAnnouncesNothing)
{
    const auto wanted = booking("a", {"slot"});
    begin(wanted);
    IntentChange refused = change(wanted, IntentState::refused);
    refused.withdraw = true;
    refused.release_claims = true;
    ASSERT_TRUE(must(store->advance(refused)).applied);
    EXPECT_TRUE(events().empty());
}

TEST_P(OutboxEvents, AChangeThatIsNotWrittenIsNotAnnounced)
{
    const auto wanted = booking("a", {"slot"});
    begin(wanted);
    must(store->advance(booked(wanted)));
    auto late = booked(wanted);
    late.token = "another";
    EXPECT_FALSE(must(store->advance(late)).applied);
    NativeVersion stale;
    stale.appointment = *wanted.appointment;
    stale.appointment.version = 7;
    EXPECT_FALSE(must(store->note(stale)).applied);
    EXPECT_EQ(events().size(), 1U);
}

TEST_P(OutboxEvents, EveryVersionOfATaskIsAnnounced)
{
    NewTask wanted;
    wanted.task.id = "t";
    wanted.task.kind = "referral";
    wanted.task.status = "requested";
    wanted.task.owner = "A10001";
    wanted.task.team = "Reception";
    wanted.task.requester = "HUB01";
    wanted.task.updated = now;
    wanted.task.due = now + 60 * minute;
    wanted.task.patient = "9990000018";
    wanted.task.resource = "{}";
    must(store->create_task(wanted));
    TaskChange accepted{wanted.task, std::nullopt, std::nullopt};
    accepted.task.version = 1;
    accepted.task.status = "accepted";
    accepted.task.team = "Nurses";
    must(store->change_task(accepted));
    EXPECT_EQ(must(store->change_task(accepted)).answer, TaskWritten::Answer::version_changed);
    EXPECT_EQ(told(), (Words{"task-change Task/t 1 A10001 HUB01 requested [created]",
                             "task-change Task/t 2 A10001 HUB01 accepted [status team]"}));
}

TEST_P(OutboxEvents, AChangedValveIsAnnouncedAndOtherPolicyIsNot)
{
    must(store->write_policy({"valve", "A10001", 0, "{}", false, "op", "ill", now}));
    must(store->write_policy({"agreement", "north", 0, "{}", false, "op", "new", now}));
    EXPECT_EQ(must(store->write_policy({"valve", "A10001", 0, "{}", false, "op", "ill", now})), std::nullopt);
    EXPECT_EQ(told(), Words{"practice-state Practice/A10001 1 A10001   [valve]"});
}

TEST_P(OutboxEvents, NothingInAnEventIsAboutThePatient)
{
    const auto wanted = booking("a", {"slot"});
    begin(wanted);
    must(store->advance(booked(wanted)));
    for (const std::string& text : told())
        EXPECT_EQ(text.find("9990000018"), std::string::npos) << text;
}

} // namespace outbox_events

using outbox_events::OutboxEvents;
INSTANTIATE_TEST_SUITE_P(Engines, OutboxEvents, testing::ValuesIn(engines), engine_name);

} // namespace tests
