// SPDX-License-Identifier: Apache-2.0
// What is not done in time goes up a ladder, once for each rung, and is never nobody's.
#include "gateway/workflow/escalation.hpp"

#include "tests/gateway/workflow/workflow_fixture.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/sqlite_fixture.hpp"

namespace escalation_test
{

using namespace gateway::workflow;
using fhir::TaskStatus;
using std::chrono::hours;
using std::chrono::minutes;
using tests::asked;

class EscalatedTasks : public testing::Test
{
protected:
    std::size_t sweep(std::vector<Rung> ladder)
    {
        Escalation escalation({*store, clock, random, world.links(), &recorder},
                              {tests::task_base, std::move(ladder), "node-a"});
        return tests::run(escalation.run());
    }
    StoredTask ask() { return tests::task_must(service->ask(tests::task_write_by("HUB01"), asked())).task; }
    StoredTask now(const StoredTask& task, const std::string& as = "HUB01")
    {
        return tests::task_must(service->read(tests::caller_with("", as), *task.resource.id));
    }
    StoredTask update(const StoredTask& task, TaskStatus status, const std::string& by)
    {
        fhir::Task wanted = task.resource;
        wanted.status = status;
        wanted.status_reason = fhir::concept_text("because");
        return tests::task_must(service->update(tests::task_write_by(by), *wanted.id, task.version, wanted))
            .task;
    }

    tests::FakeClock clock;
    tests::FakeRandom random;
    tests::SqliteFixture database;
    std::unique_ptr<gateway::store::Store> store = database.open();
    tests::FakeLinks world;
    tests::FakeRecorder recorder;
    std::unique_ptr<TaskService> service =
        make_task_service({*store, clock, random, world.links()}, {tests::task_base});
};

TEST_F(EscalatedTasks, AreLeftAloneUntilTheyAreDue)
{
    const auto task = ask();
    clock.advance(hours(48) - minutes(1));
    EXPECT_EQ(sweep({}), 0u);
    EXPECT_EQ(now(task).version, 1);
}

TEST_F(EscalatedTasks, AreMarkedOverdueAndRiseOnePriorityOnce)
{
    const auto task = ask();
    clock.advance(hours(48) + minutes(5));
    EXPECT_EQ(sweep({}), 1u);
    EXPECT_EQ(sweep({}), 0u) << "once";
    clock.advance(hours(1000));
    EXPECT_EQ(sweep({}), 0u);
    const auto late = now(task);
    EXPECT_EQ(late.version, 2);
    EXPECT_EQ(late.resource.priority, fhir::RequestPriority::urgent);
    EXPECT_EQ(late.resource.business_status->coding.front().code->text, "overdue");
    EXPECT_EQ(late.resource.note.back().text.text, "Overdue by 5 min.");
    EXPECT_EQ((*late.resource.owner->identifier)->value, "A10001");
    EXPECT_EQ(late.resource.status, TaskStatus::requested);
    ASSERT_EQ(recorder.notes.size(), 1u);
    EXPECT_EQ(recorder.notes.front().record.action, "escalate");
    EXPECT_EQ(recorder.notes.front().patient, "9990000018");
}

TEST_F(EscalatedTasks, GoUpRungByRung)
{
    const std::vector<Rung> ladder{{"", hours(2), "owner", "Practice manager"},
                                   {"", hours(4), "requester", "Hub desk"},
                                   {"sync-conflict", minutes(1), "owner", "Other"}};
    const auto task = update(ask(), TaskStatus::accepted, "A10001");
    clock.advance(hours(48));
    EXPECT_EQ(sweep(ladder), 1u);
    EXPECT_EQ(sweep(ladder), 0u);
    clock.advance(hours(2));
    EXPECT_EQ(sweep(ladder), 1u);
    auto up = now(task);
    EXPECT_EQ(up.resource.performer_type.front().text, "Practice manager");
    EXPECT_EQ(up.resource.status, TaskStatus::accepted) << "the same organisation goes on";
    EXPECT_EQ(up.resource.business_status->coding.front().code->text, "escalated");
    EXPECT_EQ(up.resource.note.back().text.text,
              "Overdue by 2 h. Escalated to Practice manager of Larkhill Surgery (A10001).");
    EXPECT_EQ(up.resource.priority, fhir::RequestPriority::asap);
    clock.advance(hours(2));
    EXPECT_EQ(sweep(ladder), 1u);
    up = now(task);
    EXPECT_EQ((*up.resource.owner->identifier)->value, "HUB01");
    EXPECT_EQ(up.resource.performer_type.front().text, "Hub desk");
    EXPECT_EQ(up.resource.status, TaskStatus::requested) << "another organisation is asked anew";
    EXPECT_EQ(up.resource.priority, fhir::RequestPriority::stat);
    EXPECT_EQ(up.owner, "HUB01");
    clock.advance(hours(100));
    EXPECT_EQ(sweep(ladder), 0u) << "the ladder has an end";
    EXPECT_EQ(tests::task_must(store->task_history(*task.resource.id)).size(), 5u);
}

TEST_F(EscalatedTasks, GoToAnotherOrganisationOnlyWhereItIsAgreed)
{
    const std::vector<Rung> ladder{{"", hours(1), "B20002", "Duty team"}};
    const auto held = ask();
    clock.advance(hours(49));
    EXPECT_EQ(sweep(ladder), 1u);
    EXPECT_EQ(sweep(ladder), 1u) << "late by both already";
    auto stays = now(held);
    EXPECT_EQ(stays.owner, "A10001");
    EXPECT_EQ(stays.resource.performer_type.front().text, "Reception");
    EXPECT_NE(stays.resource.note.back().text.text.find("Not handed to B20002"), std::string::npos);

    world.share.insert({"A10001", "B20002"});
    const auto moves = ask();
    clock.advance(hours(49));
    sweep(ladder);
    sweep(ladder);
    EXPECT_EQ(now(moves).owner, "B20002");
}

TEST_F(EscalatedTasks, ThatHaveEndedAreNotLate)
{
    const auto task = update(ask(), TaskStatus::rejected, "A10001");
    clock.advance(hours(100));
    EXPECT_EQ(sweep({{"", hours(1), "owner", "Managers"}}), 0u);
    EXPECT_EQ(now(task).version, 2);
}

TEST_F(EscalatedTasks, AreLookedAtByOneNodeAtATime)
{
    ask();
    clock.advance(hours(49));
    const gateway::store::Lease other{"node-b", "token", clock.now() + minutes(1)};
    ASSERT_TRUE(tests::task_must(store->lease_watch("task-escalation", other, clock.now())));
    EXPECT_EQ(sweep({}), 0u);
    clock.advance(minutes(2));
    EXPECT_EQ(sweep({}), 1u) << "a node that died holds nothing for long";
}

TEST_F(EscalatedTasks, AlwaysHaveATeamAndAnOwner)
{
    const std::vector<Rung> ladder{{"", minutes(1), "owner", "Managers"},
                                   {"", minutes(2), "requester", "Desk"},
                                   {"", minutes(3), "C30003", "Nobody knows them"}};
    const auto task = ask();
    clock.advance(hours(50));
    while (sweep(ladder) > 0) {
    }
    for (const auto& version : tests::task_must(store->task_history(*task.resource.id))) {
        const auto read = fhir::codec::read<fhir::Task>(version.resource);
        ASSERT_TRUE(read);
        EXPECT_FALSE(read->performer_type.empty());
        EXPECT_TRUE(read->owner);
    }
    EXPECT_EQ(now(task).version, 5);
}

} // namespace escalation_test
