// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "gateway/workflow/task_parties.hpp"
#include "gateway/workflow/task_shape.hpp"
#include "gateway/workflow/task_status.hpp"
#include "tests/chaos/work_check.hpp"
#include "tests/chaos/worker.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace tasks_check_test
{

using namespace chaos;
using gateway::store::TaskRecord;
using std::chrono::minutes;

constexpr fhir::Instant nine = tests::FakeClock::default_start + std::chrono::hours(25);

using Edit = std::function<void(fhir::Task&)>;

fhir::Task task(fhir::TaskStatus status, fhir::Instant due)
{
    fhir::Task made;
    made.status = status;
    made.identifier = {fhir::identifier_of(errand_system, "team/1")};
    made.owner = gateway::workflow::organisation_reference("Z9101", {});
    made.performer_type = {fhir::concept_text("Reception")};
    made.restriction.emplace().period.emplace().end = fhir::uk_date_time(due);
    return made;
}

TaskRecord record(const std::string& id, const fhir::Task& said, std::int64_t version = 1)
{
    TaskRecord made;
    made.id = id;
    made.kind = "follow-up";
    made.owner = "Z9101";
    made.requester = "HUB01";
    made.due = made.escalate = nine;
    made = gateway::workflow::to_record(std::move(made), said, nine);
    made.version = version;
    return made;
}

TaskLife life(const std::string& id, const Edit& edit = {}, fhir::Instant due = nine + minutes(5))
{
    fhir::Task said = task(fhir::TaskStatus::requested, due);
    if (edit)
        edit(said);
    const TaskRecord made = record(id, said);
    return {made, {made}};
}

/// The task `a`, asked for by a team of HUB01 and answered.
struct OneTask
{
    WorkState state;
    std::vector<TaskSeen> seen;

    OneTask()
    {
        state.now = nine;
        state.ladder = {{"", minutes(1), "requester", "Duty manager"}, {"", minutes(2), "owner", "Partners"}};
        state.tasks = {life("a")};
        state.tasks[0].record.due = nine + minutes(5);
        TaskSeen asked;
        asked.deed = TaskSeen::Deed::ask;
        asked.client = "team";
        asked.organisation = asked.requester = "HUB01";
        asked.owner = "Z9101";
        asked.key = "key";
        asked.errand = "team/1";
        asked.task = "a";
        asked.answer = TaskSeen::Answer::ok;
        asked.version = 1;
        asked.content = fingerprint_of(*gateway::workflow::to_stored(state.tasks[0].versions[0]));
        seen = {asked};
    }
    std::size_t complaints() const
    {
        return check_holders(state).size() + check_tasks_seen(state, seen).size() +
               check_raised(state).size() + check_escalation(state).size();
    }
    /// Another version, by somebody.
    void add_version(const Edit& edit = {})
    {
        TaskLife& only = state.tasks[0];
        fhir::Task said = task(fhir::TaskStatus::accepted, nine + minutes(5));
        if (edit)
            edit(said);
        const auto rung = only.record.rung;
        only.record = record("a", said, only.record.version + 1);
        only.record.due = nine + minutes(5);
        only.record.rung = rung;
        only.versions.push_back(only.record);
    }
    TaskSeen& change(TaskSeen::Answer answer)
    {
        TaskSeen& made = seen.emplace_back();
        made.deed = TaskSeen::Deed::change;
        made.client = "desk";
        made.organisation = "Z9101";
        made.task = "a";
        made.number = seen.size();
        made.answer = answer;
        if (answer == TaskSeen::Answer::ok) {
            made.version = state.tasks[0].record.version;
            made.content = fingerprint_of(*gateway::workflow::to_stored(state.tasks[0].versions.back()));
        }
        return made;
    }
};

TEST(TasksCheck, ATaskThatWasAskedForAndHeldIsFine)
{
    EXPECT_EQ(OneTask().complaints(), 0U);
}

TEST(TasksCheck, ATaskOfNobodyIsFound)
{
    OneTask one;
    one.state.tasks[0].record.team.clear();
    EXPECT_EQ(check_holders(one.state).size(), 1U);
}

TEST(TasksCheck, AnOpenTaskWithoutADueTimeIsFound)
{
    OneTask one;
    one.state.tasks[0].record.due.reset();
    EXPECT_EQ(check_holders(one.state).size(), 1U);
}

TEST(TasksCheck, AVersionWithoutATeamOrADueTimeIsFound)
{
    OneTask one;
    one.add_version([](fhir::Task& said) { said.performer_type.clear(); });
    one.add_version([](fhir::Task& said) { said.restriction.reset(); });
    EXPECT_EQ(check_holders(one.state).size(), 2U);
}

TEST(TasksCheck, AnAnsweredTaskThatIsGoneIsFound)
{
    OneTask one;
    one.state.tasks.clear();
    EXPECT_EQ(check_tasks_seen(one.state, one.seen).size(), 1U);
}

TEST(TasksCheck, AVersionThatIsNotAsItWasShownIsFound)
{
    OneTask one;
    one.seen[0].content = "another";
    EXPECT_EQ(check_tasks_seen(one.state, one.seen).size(), 1U);
}

TEST(TasksCheck, TwoTasksUnderOneKeyAreFound)
{
    OneTask one;
    one.state.tasks.push_back(life("b"));
    EXPECT_EQ(check_tasks_seen(one.state, one.seen).size(), 1U) << "although nobody was told of the second";
    one.seen[0].key.clear();
    EXPECT_TRUE(check_tasks_seen(one.state, one.seen).empty()) << "sent again without a key";
}

TEST(TasksCheck, AnotherAnswerToTheSameKeyIsFound)
{
    OneTask one;
    one.state.tasks.push_back(life("b", [](fhir::Task& said) { said.identifier.clear(); }));
    one.seen.push_back(one.seen[0]);
    one.seen[1].task = "b";
    one.seen[1].content = fingerprint_of(*gateway::workflow::to_stored(one.state.tasks[1].record));
    EXPECT_EQ(check_tasks_seen(one.state, one.seen).size(), 1U);
}

TEST(TasksCheck, AnotherBodyThatWasTakenForTheSameKeyIsFound)
{
    OneTask one;
    one.seen.push_back(one.seen[0]);
    one.seen[1].body = "another";
    EXPECT_EQ(check_tasks_seen(one.state, one.seen).size(), 1U);
}

TEST(TasksCheck, AChangeThatWasAnsweredAndIsLostIsFound)
{
    OneTask one;
    one.add_version();
    one.change(TaskSeen::Answer::ok);
    EXPECT_EQ(one.complaints(), 0U);
    one.change(TaskSeen::Answer::ok);
    EXPECT_EQ(check_tasks_seen(one.state, one.seen).size(), 1U);
    one.seen[1].key = one.seen[2].key = "same";
    EXPECT_TRUE(check_tasks_seen(one.state, one.seen).empty()) << "one change, told twice";
}

TEST(TasksCheck, AChangeThatNobodyMadeIsFoundUnlessOneGotNoAnswer)
{
    OneTask one;
    one.add_version();
    EXPECT_EQ(check_tasks_seen(one.state, one.seen).size(), 1U);
    TaskSeen& change = one.change(TaskSeen::Answer::refused);
    change.error = fhir::ErrorKind::version_conflict;
    EXPECT_EQ(check_tasks_seen(one.state, one.seen).size(), 1U);
    one.seen.back().error = fhir::ErrorKind::store_unavailable;
    EXPECT_TRUE(check_tasks_seen(one.state, one.seen).empty());
}

TEST(TasksCheck, ATaskThatWasShownToAStrangerIsFound)
{
    OneTask one;
    one.seen.push_back(one.seen[0]);
    one.seen[1].deed = TaskSeen::Deed::read;
    one.seen[1].key.clear();
    EXPECT_TRUE(check_tasks_seen(one.state, one.seen).empty());
    one.seen[1].organisation = "HUB02";
    EXPECT_EQ(check_tasks_seen(one.state, one.seen).size(), 1U);
}

/// The practice cancelled `x`, which called for `a`.
OneTask one_raised()
{
    OneTask one;
    for (TaskRecord* each : {&one.state.tasks[0].record, &one.state.tasks[0].versions[0]}) {
        each->kind = "rebook-required";
        each->focus = "Appointment/x";
    }
    one.state.called = {{7, "rebook-required", "x", 2, "", {}}};
    one.state.raised = {{7, "a"}};
    return one;
}

TEST(TasksCheck, WhatCalledForATaskAndHasOneIsFine)
{
    EXPECT_TRUE(check_raised(one_raised().state).empty());
}

TEST(TasksCheck, ACallThatIsForgottenIsFound)
{
    OneTask one = one_raised();
    one.state.raised.clear();
    one.state.tasks.clear();
    EXPECT_EQ(check_raised(one.state).size(), 1U);
    one.state.called[0].kind = "sync-conflict";
    EXPECT_TRUE(check_raised(one.state).empty()) << "the outcome was known by then";
}

TEST(TasksCheck, ACallThatWaitsForEverIsFound)
{
    OneTask one = one_raised();
    one.state.left = one.state.called;
    EXPECT_EQ(check_raised(one.state).size(), 1U);
    one.state.left[0].at = one.state.now;
    EXPECT_TRUE(check_raised(one.state).empty()) << "written down just now";
}

TEST(TasksCheck, ATaskThatIsRaisedTwiceIsFound)
{
    OneTask one = one_raised();
    one.state.tasks.push_back(one.state.tasks[0]);
    one.state.tasks[1].record.id = "b";
    EXPECT_EQ(check_raised(one.state).size(), 1U);
}

TEST(TasksCheck, WhatCallsTwiceForOneThingIsFound)
{
    OneTask one = one_raised();
    one.state.called.push_back(one.state.called[0]);
    EXPECT_EQ(check_raised(one.state).size(), 1U);
    one.state.called[1].version = 3;
    EXPECT_TRUE(check_raised(one.state).empty());
}

TEST(TasksCheck, ACancellationThatFailsTwiceIsCalledForTwiceAndOneOfThemOnce)
{
    OneTask one = one_raised();
    one.state.tasks[0].record.kind = "cancel-failed";
    one.state.called = {{7, "cancel-failed", "x", 1, "first", {}},
                        {8, "cancel-failed", "x", 1, "second", {}}};
    one.state.raised[8] = one.state.raised.at(7);
    EXPECT_TRUE(check_raised(one.state).empty());
    one.state.called[1].intent = "first";
    EXPECT_EQ(check_raised(one.state).size(), 1U);
}

TEST(TasksCheck, ACallWhoseTaskIsAnotherIsFound)
{
    OneTask one = one_raised();
    one.state.tasks[0].record.focus = "Appointment/y";
    EXPECT_EQ(check_raised(one.state).size(), 1U);
}

TEST(TasksCheck, WhatThePracticeCancelledAndNobodyIsToRebookIsFound)
{
    FinalState final_state;
    auto& appointment = final_state.appointments.emplace_back();
    appointment.id = "x";
    appointment.practice = "Z9101";
    appointment.booked_by = "HUB01";
    appointment.patient = "9990000018";
    appointment.status = "cancelled";
    appointment.start = nine;
    final_state.ended_by_practice = {{"Z9101", nine, "9990000018"}};
    Observed booked;
    booked.answer = Observed::Answer::ok;
    booked.status = "booked";
    booked.appointment = "x";
    EXPECT_TRUE(check_called(final_state, one_raised().state, {booked}).empty());
    EXPECT_EQ(check_called(final_state, OneTask().state, {booked}).size(), 1U);
    Observed cancel;
    cancel.deed = Deed::cancel;
    cancel.appointment = "x";
    EXPECT_TRUE(check_called(final_state, OneTask().state, {booked, cancel}).empty()) << "the hub did";
    appointment.status = "noshow";
    EXPECT_EQ(check_called(final_state, OneTask().state, {booked}).size(), 1U) << "and nobody rings up";
}

/// Due at `nine`; the notes at these minutes after it.
OneTask one_late(const std::vector<std::pair<int, std::string>>& notes, int minutes_late)
{
    OneTask one;
    one.state.now = nine + minutes(minutes_late);
    one.state.tasks = {life(
        "a",
        [&](fhir::Task& said) {
            for (const auto& [after, text] : notes) {
                fhir::Annotation& note = said.note.emplace_back();
                note.author = "Gateway";
                note.time = fhir::uk_date_time(nine + minutes(after));
                note.text.text = "Overdue by " + text;
            }
        },
        nine)};
    one.state.tasks[0].record.rung = static_cast<std::int64_t>(notes.size());
    return one;
}

TEST(TasksCheck, ATaskThatGoesUpTheLadderIsFine)
{
    EXPECT_TRUE(check_escalation(one_late({}, 0).state).empty());
    EXPECT_TRUE(check_escalation(one_late({{0, "0 min."}}, 1).state).empty());
    const auto all = one_late({{0, ""}, {1, "Escalated to Duty manager"}, {2, "Escalated to Partners"}}, 9);
    EXPECT_TRUE(check_escalation(all.state).empty());
}

TEST(TasksCheck, ALateTaskThatNobodyIsToldOfIsFound)
{
    EXPECT_EQ(check_escalation(one_late({}, 3).state).size(), 1U);
    EXPECT_EQ(check_escalation(one_late({{0, ""}}, 4).state).size(), 1U);
    auto ended = one_late({}, 3);
    ended.state.tasks[0].record.open = false;
    EXPECT_TRUE(check_escalation(ended.state).empty());
}

TEST(TasksCheck, ARungThatWasTakenTwiceIsFound)
{
    auto twice = one_late({{0, ""}, {1, "Duty manager"}, {2, "Duty manager"}}, 2);
    EXPECT_EQ(check_escalation(twice.state).size(), 1U);
    twice.state.tasks[0].record.rung = 2;
    EXPECT_EQ(check_escalation(twice.state).size(), 1U);
}

TEST(TasksCheck, ARungBeforeItsTimeIsFound)
{
    EXPECT_EQ(check_escalation(one_late({{0, ""}, {0, "Duty manager"}}, 1).state).size(), 1U);
}

} // namespace tasks_check_test
