// SPDX-License-Identifier: Apache-2.0
// What calls for a task gets one: exactly one, whenever the process dies.
#include "gateway/workflow/raised_tasks.hpp"

#include "gateway/store/store_gate.hpp"
#include "tests/gateway/workflow/workflow_fixture.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/sqlite_fixture.hpp"

namespace raised_tasks_test
{

using namespace gateway::workflow;
using namespace gateway::store;
using fhir::TaskStatus;
using std::chrono::hours;
using std::chrono::minutes;

class Raised : public testing::Test
{
protected:
    Raised() { book("a"); }

    void book(const std::string& id, const std::string& practice = "A10001")
    {
        NewIntent wanted;
        wanted.intent.id = "intent-" + id;
        wanted.intent.appointment = id;
        wanted.intent.practice = practice;
        wanted.intent.created = clock.now();
        wanted.intent.lease = {"node", "token-" + id, clock.now() + minutes(1)};
        AppointmentRecord record;
        record.id = id;
        record.updated = clock.now();
        record.practice = practice;
        record.booked_by = "HUB01";
        record.patient = "9990000018";
        record.status = "booked";
        record.start = clock.now() + hours(3);
        record.end = clock.now() + hours(4);
        record.resource =
            R"({"resourceType":"Appointment","status":"booked","identifier":[{"system":)"
            R"("https://gateway.example.net/id/journey","value":"j1"}],"cancelationReason":{"text":"Nurse ill"},)"
            R"("participant":[{"status":"accepted"}]})";
        wanted.appointment = record;
        tests::task_must(store->begin(wanted));
        IntentChange done;
        done.intent = wanted.intent.id;
        done.token = wanted.intent.lease.token;
        done.to = IntentState::done;
        done.now = clock.now();
        done.appointment = record;
        tests::task_must(store->advance(done));
    }
    /// The practice's own doing.
    void changes(const std::string& id, const std::string& status, const std::string& task)
    {
        NativeVersion seen;
        seen.appointment = *tests::task_must(store->appointment(id));
        seen.appointment.status = status;
        seen.task = task;
        EXPECT_TRUE(tests::task_must(store->note(seen)).applied);
    }
    std::size_t raise()
    {
        RaisedTasks raised({*store, *service, clock, {}, &recorder}, {tests::task_base, "Appointments"});
        return tests::run(raised.raise());
    }
    std::size_t end_settled()
    {
        RaisedTasks raised({*store, *service, clock, {}, &recorder}, {tests::task_base, "Appointments"});
        return tests::run(raised.end_settled());
    }
    std::vector<StoredTask> tasks()
    {
        const auto query = fhir::search::parse_task_query({}, fhir::search::Handling::strict, nullptr);
        return tests::task_must(service->search(tests::caller_with("", "HUB01"), *query, 10));
    }
    /// An intent of an appointment that a person must look at.
    NewIntent stuck(const std::string& id)
    {
        NewIntent wanted;
        wanted.intent.id = "cancel-" + id;
        wanted.intent.kind = IntentKind::cancel;
        wanted.intent.appointment = id;
        wanted.intent.practice = "A10001";
        wanted.intent.created = clock.now();
        wanted.intent.lease = {"node", "cancel-token", clock.now() + minutes(1)};
        wanted.expected_version = 1;
        tests::task_must(store->begin(wanted));
        auto step = to_person(wanted);
        tests::task_must(store->advance(step));
        return wanted;
    }
    IntentChange to_person(const NewIntent& wanted)
    {
        IntentChange step;
        step.intent = wanted.intent.id;
        step.token = wanted.intent.lease.token;
        step.to = IntentState::needs_person;
        step.now = clock.now();
        step.task = "sync-conflict";
        step.keep_lease = true;
        return step;
    }

    tests::FakeClock clock;
    tests::FakeRandom random;
    tests::SqliteFixture database;
    std::unique_ptr<Store> store = database.open();
    tests::FakeRecorder recorder;
    std::unique_ptr<TaskService> service = make_task_service({*store, clock, random}, {tests::task_base});
};

TEST_F(Raised, ACancellationByThePracticeIsWorkForWhoeverBooked)
{
    changes("a", "cancelled", "rebook-required");
    EXPECT_EQ(raise(), 1u);
    const auto found = tasks();
    ASSERT_EQ(found.size(), 1u);
    const fhir::Task& task = found.front().resource;
    EXPECT_EQ(task.code->coding.front().code->text, "rebook-required");
    EXPECT_EQ(found.front().owner + " " + found.front().requester, "HUB01 A10001");
    EXPECT_EQ(task.performer_type.front().text, "Appointments");
    EXPECT_EQ(task.focus->reference, "Appointment/a");
    EXPECT_EQ(patient_number(found.front()), "9990000018");
    EXPECT_EQ(task.priority, fhir::RequestPriority::urgent) << "it was to be in three hours";
    EXPECT_EQ(task.restriction->period->end->at, clock.now() + hours(2));
    EXPECT_EQ(task.group_identifier->value, "j1") << "the appointment's journey";
    ASSERT_EQ(task.input.size(), 2u);
    EXPECT_EQ(std::get<std::string>(task.input[0].value), "Nurse ill");
    EXPECT_EQ(std::get<fhir::DateTime>(task.input[1].value).at, clock.now() + hours(3));
    EXPECT_EQ(recorder.notes.size(), 1u);
}

TEST_F(Raised, WhoDidNotComeIsFollowedUp)
{
    changes("a", "noshow", "dna-followup");
    EXPECT_EQ(raise(), 1u);
    EXPECT_EQ(tasks().front().resource.code->coding.front().code->text, "dna-followup");
}

TEST_F(Raised, NothingIsRaisedTwiceAndNothingIsLost)
{
    changes("a", "cancelled", "rebook-required");
    const auto wanted = tests::task_must(store->wanted_tasks(10));
    ASSERT_EQ(wanted.size(), 1u);
    EXPECT_EQ(wanted.front().version, 2);
    store.reset(); // dies before it is raised
    store = database.open();
    service = make_task_service({*store, clock, random}, {tests::task_base});
    EXPECT_EQ(raise(), 1u);
    EXPECT_EQ(raise(), 0u);
    EXPECT_TRUE(tests::task_must(store->wanted_tasks(10)).empty());
    EXPECT_EQ(tasks().size(), 1u);
}

TEST_F(Raised, OneThatDiedBeforeForgettingFindsTheTaskByItsKey)
{
    changes("a", "cancelled", "rebook-required");
    const auto wanted = tests::task_must(store->wanted_tasks(10)).front();
    gateway::workflow::NewTask made;
    made.kind = TaskKind::rebook_required;
    made.owner = "HUB01";
    made.team = "Appointments";
    const std::string key =
        wanted.kind + "/a/" + std::to_string(wanted.version) + "/" + std::to_string(wanted.id);
    gateway::identity::Caller caller{"gateway", *fhir::OdsCode::parse("A10001"), {}, {}, {}, {}, {}};
    tests::task_must(service->create({caller, key, key, {}}, made));
    EXPECT_EQ(raise(), 0u);
    EXPECT_EQ(tasks().size(), 1u);
    EXPECT_TRUE(tests::task_must(store->wanted_tasks(10)).empty());
}

TEST_F(Raised, AnOutcomeNobodyKnowsIsOneTaskUntilItIsKnown)
{
    const auto wanted = stuck("a");
    EXPECT_EQ(raise(), 1u);
    const auto task = tasks().front();
    EXPECT_EQ(task.resource.code->coding.front().code->text, "sync-conflict");
    EXPECT_EQ(std::get<std::string>(task.resource.input[0].value), "cancel-a");
    EXPECT_EQ(end_settled(), 0u);
    tests::task_must(store->advance(to_person(wanted)));
    EXPECT_EQ(raise(), 0u) << "there is an open one";
    IntentChange known = to_person(wanted);
    known.to = IntentState::done;
    known.task.clear();
    tests::task_must(store->advance(known));
    EXPECT_EQ(end_settled(), 1u);
    EXPECT_EQ(tasks().front().resource.status, TaskStatus::completed);
    EXPECT_EQ(end_settled(), 0u);
}

TEST_F(Raised, WhatWasSettledMeanwhileIsNoWork)
{
    const auto wanted = stuck("a");
    IntentChange known = to_person(wanted);
    known.to = IntentState::refused;
    known.task.clear();
    tests::task_must(store->advance(known));
    EXPECT_EQ(raise(), 0u);
    EXPECT_TRUE(tasks().empty());
    EXPECT_TRUE(tests::task_must(store->wanted_tasks(10)).empty());
}

TEST_F(Raised, APatientOfWhomThePracticeHoldsOtherDetailsIsOneTaskOfItsOwnTeam)
{
    RaisedParts parts{*store, *service, clock, {}, &recorder};
    parts.refused =
        [](std::string intent) -> gateway::Awaitable<fhir::Result<std::optional<RefusedBooking>>> {
        if (intent == "forgotten")
            co_return std::nullopt;
        co_return RefusedBooking{"A10001", "HUB01", "9990000018"};
    };
    const auto refuse = [&](const std::string& id) {
        NewIntent wanted;
        wanted.intent.id = wanted.intent.appointment = id;
        wanted.intent.practice = "A10001";
        wanted.intent.created = clock.now();
        wanted.intent.lease = {"node", "token-" + id, clock.now() + minutes(1)};
        wanted.appointment.emplace();
        wanted.appointment->id = id;
        wanted.appointment->practice = "A10001";
        wanted.appointment->booked_by = "HUB01";
        tests::task_must(store->begin(wanted));
        IntentChange step;
        step.intent = id;
        step.token = wanted.intent.lease.token;
        step.to = IntentState::refused;
        step.now = clock.now();
        step.withdraw = true;
        step.task = "patient-match-review";
        tests::task_must(store->advance(step));
    };
    RaisedTasks raised(parts, {tests::task_base, "Appointments"});
    refuse("x");
    refuse("y");
    refuse("forgotten");
    EXPECT_EQ(tests::run(raised.raise()), 1u) << "one open task for a patient is enough";
    EXPECT_TRUE(tests::task_must(store->wanted_tasks(10)).empty());
    EXPECT_TRUE(tasks().empty()) << "whoever tried to book has had its answer";
    const auto query = fhir::search::parse_task_query({}, fhir::search::Handling::strict, nullptr);
    const auto found = tests::task_must(service->search(tests::caller_with("", "A10001"), *query, 10));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].resource.code->coding.front().code->text, "patient-match-review");
    EXPECT_EQ(found[0].owner + " " + found[0].requester, "A10001 A10001");
    EXPECT_EQ(patient_number(found[0]), "9990000018");
    EXPECT_FALSE(found[0].resource.focus) << "nothing was booked";
    EXPECT_TRUE(
        std::get<std::string>(found[0].resource.input.at(0).value).starts_with("HUB01 could not book"));
}

TEST_F(Raised, NotificationsThatWereGivenUpAreOneTaskOfWhoeverSubscribed)
{
    RaisedTasks raised({*store, *service, clock, {}, &recorder}, {tests::task_base, "Appointments"});
    const Undelivered letters{"HUB01", "Subscription/s1", "dead/s1/7", "timeout"};
    EXPECT_TRUE(tests::run(raised.raise_undelivered(letters)));
    EXPECT_TRUE(tests::run(raised.raise_undelivered(letters)));
    const auto found = tasks();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].owner, "HUB01");
    EXPECT_EQ(found[0].resource.code->coding.front().code, fhir::Code("message-dead-letter"));
}

TEST_F(Raised, AStoreThatFailsLosesNothing)
{
    changes("a", "cancelled", "rebook-required");
    class Failing : public gateway::store::StoreGate
    {
    public:
        gateway::Awaitable<bool> before_commit() override { co_return true; }
        gateway::Awaitable<bool> after_commit() override { co_return true; }
        bool may_read() override { return false; }
    };
    store.reset();
    Failing gate;
    store = database.open(&gate);
    service = make_task_service({*store, clock, random}, {tests::task_base});
    EXPECT_EQ(raise(), 0u);
    store.reset();
    store = database.open();
    service = make_task_service({*store, clock, random}, {tests::task_base});
    EXPECT_EQ(raise(), 1u);
}

} // namespace raised_tasks_test
