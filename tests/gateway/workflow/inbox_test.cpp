// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/service_factory.hpp"

#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_identity.hpp"
#include "tests/support/memory_tasks.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace
{

using namespace gateway::workflow;
using fhir::ErrorKind;
using fhir::TaskStatus;
using std::chrono::hours;

class TaskInbox : public testing::Test
{
protected:
    TaskWrite by(const std::string& ods, const std::string& key = {})
    {
        return {tests::caller_with("system/*.cruds", ods), key, "hash of " + key, std::nullopt};
    }
    NewTask referral()
    {
        NewTask wanted;
        wanted.owner = "A10001";
        wanted.owner_name = "Larkhill Surgery";
        wanted.team = "Reception";
        wanted.patient = fhir::NhsNumber::parse("9990000018");
        wanted.said.focus = fhir::reference_to("ServiceRequest/r1");
        wanted.said.identifier = {fhir::identifier_of("https://hub.example.org/id", "42")};
        return wanted;
    }
    template <class T>
    T must(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = tests::run(std::move(work));
        if (!result)
            throw std::runtime_error(result.error().sentence());
        return std::move(*result);
    }
    StoredTask create() { return must(service->create(by("HUB01"), referral())).task; }
    fhir::Result<TaskOutcome> update(const std::string& ods, const StoredTask& task,
                                     const std::function<void(fhir::Task&)>& edit)
    {
        fhir::Task wanted = task.resource;
        edit(wanted);
        return tests::run(service->update(by(ods), *task.resource.id, task.version, std::move(wanted)));
    }
    StoredTask become(const StoredTask& task, TaskStatus status, const std::string& ods = "A10001")
    {
        auto changed = update(ods, task, [&](fhir::Task& wanted) {
            wanted.status = status;
            wanted.status_reason = fhir::concept_text("because");
        });
        if (!changed)
            throw std::runtime_error(changed.error().sentence());
        return changed->task;
    }
    std::size_t found(const std::string& ods, const std::string& parameter, const std::string& value)
    {
        auto query =
            fhir::search::parse_task_query({{parameter, value}}, fhir::search::Handling::strict, nullptr);
        EXPECT_TRUE(query) << (query ? "" : query.error().sentence());
        return must(service->search(by(ods).caller, *query, 10)).size();
    }

    tests::FakeClock clock;
    tests::FakeRandom random;
    tests::MemoryTasks store;
    std::unique_ptr<TaskService> service =
        make_task_service({store, clock, random}, {"https://gateway.example.net/fhir/R4"});
};

TEST_F(TaskInbox, ANewTaskHasAnOwnerWithATeamARequesterAndADueTime)
{
    const auto task = create();
    const fhir::Task& held = task.resource;
    EXPECT_EQ(held.status, TaskStatus::requested);
    EXPECT_EQ((*held.owner->identifier)->value, "A10001");
    EXPECT_EQ(held.owner->display, "Larkhill Surgery");
    EXPECT_EQ(held.performer_type.front().text, "Reception");
    EXPECT_EQ((*held.requester->identifier)->value, "HUB01");
    EXPECT_EQ(held.code->coding.front().system->text,
              "https://gateway.example.net/fhir/CodeSystem/task-type");
    EXPECT_EQ(held.code->coding.front().code->text, "referral");
    EXPECT_EQ(held.restriction->period->end->at, clock.now() + hours(24));
    EXPECT_EQ(held.authored_on->at, held.last_modified->at);
    EXPECT_EQ(held.meta->version_id, "1");
}

TEST_F(TaskInbox, ATaskWithoutOwnerOrTeamIsRefused)
{
    auto nobodys = referral();
    nobodys.owner.clear();
    EXPECT_EQ(tests::run(service->create(by("HUB01"), nobodys)).error().kind(), ErrorKind::required);
    auto somebodys = referral();
    somebodys.team.clear();
    EXPECT_EQ(tests::run(service->create(by("HUB01"), somebodys)).error().kind(), ErrorKind::required);
}

TEST_F(TaskInbox, WhatIsUrgentOrSaysSoItselfIsDueSooner)
{
    const auto due = [&](fhir::RequestPriority priority, std::optional<fhir::Instant> said) {
        auto wanted = referral();
        wanted.said.priority = priority;
        wanted.due = said;
        return must(service->create(by("HUB01"), wanted)).task.resource.restriction->period->end->at -
               clock.now();
    };
    EXPECT_EQ(due(fhir::RequestPriority::urgent, std::nullopt), hours(4));
    EXPECT_EQ(due(fhir::RequestPriority::routine, clock.now() + hours(2)), hours(2));
    EXPECT_EQ(due(fhir::RequestPriority::routine, clock.now() + hours(200)), hours(24));
    EXPECT_EQ(due(fhir::RequestPriority::routine, clock.now() - hours(2)), hours(0)) << "late: due at once";
}

TEST_F(TaskInbox, TheOwnerTakesATaskToItsEnd)
{
    auto task = become(create(), TaskStatus::accepted);
    clock.advance(hours(1));
    task = become(task, TaskStatus::in_progress);
    EXPECT_EQ(task.resource.execution_period->start->at, clock.now());
    clock.advance(hours(1));
    task = become(task, TaskStatus::completed);
    EXPECT_EQ(task.version, 4);
    EXPECT_EQ(task.resource.execution_period->end->at, clock.now());
    EXPECT_EQ(must(service->history(by("HUB01").caller, *task.resource.id)).size(), 4u);
    EXPECT_EQ(must(service->read_version(by("HUB01").caller, *task.resource.id, 1)).resource.status,
              TaskStatus::requested);
}

TEST_F(TaskInbox, ARefusalSaysWhy)
{
    const auto task = create();
    const auto silent =
        update("A10001", task, [](fhir::Task& wanted) { wanted.status = TaskStatus::rejected; });
    EXPECT_EQ(silent.error().kind(), ErrorKind::required);
    EXPECT_EQ(silent.error().path(), "Task.statusReason");
    EXPECT_EQ(become(task, TaskStatus::rejected).resource.status_reason->text, "because");
}

TEST_F(TaskInbox, AStatusThatDoesNotFollowIsAConflict)
{
    const auto task = create();
    const auto skipped =
        update("A10001", task, [](fhir::Task& wanted) { wanted.status = TaskStatus::completed; });
    EXPECT_EQ(skipped.error().kind(), ErrorKind::transition_not_allowed);
    const auto by_other =
        update("HUB01", task, [](fhir::Task& wanted) { wanted.status = TaskStatus::accepted; });
    EXPECT_EQ(by_other.error().kind(), ErrorKind::transition_not_allowed);
}

TEST_F(TaskInbox, AnOlderVersionIsNotChanged)
{
    const auto task = create();
    become(task, TaskStatus::accepted);
    const auto late =
        update("A10001", task, [](fhir::Task& wanted) { wanted.status = TaskStatus::received; });
    EXPECT_EQ(late.error().kind(), ErrorKind::version_conflict);
    EXPECT_EQ(late.error().path(), "http.If-Match");
}

TEST_F(TaskInbox, WhatTheTaskIsAboutStaysAsItIs)
{
    const auto task = create();
    const std::vector<std::pair<std::string, void (*)(fhir::Task&)>> edits{
        {"Task.focus", [](fhir::Task& wanted) { wanted.focus = fhir::reference_to("ServiceRequest/other"); }},
        {"Task.owner", [](fhir::Task& wanted) { wanted.owner.reset(); }},
        {"Task.code", [](fhir::Task& wanted) { wanted.code.reset(); }},
        {"Task.restriction", [](fhir::Task& wanted) { wanted.restriction.reset(); }},
        {"Task.description", [](fhir::Task& wanted) { wanted.description = "other"; }},
        {"Task.performerType", [](fhir::Task& wanted) { wanted.performer_type.clear(); }},
    };
    for (const auto& [path, edit] : edits) {
        const auto changed = update("A10001", task, edit);
        ASSERT_FALSE(changed) << path;
        EXPECT_EQ(changed.error().path(), path);
    }
}

TEST_F(TaskInbox, NotesAreAddedAndNeverTakenBack)
{
    const auto note = [](fhir::Task& wanted) {
        wanted.note.emplace_back().text.text = "Second call attempted";
    };
    const auto noted = update("A10001", create(), note);
    ASSERT_TRUE(noted);
    const auto dropped = update("A10001", noted->task, [](fhir::Task& wanted) { wanted.note.clear(); });
    EXPECT_EQ(dropped.error().path(), "Task.note");
    const auto ended = become(noted->task, TaskStatus::rejected);
    EXPECT_TRUE(update("HUB01", ended, note)) << "also on one that has ended";
}

TEST_F(TaskInbox, TheOwnerHandsItToAnotherOfItsTeams)
{
    const auto hand = [](fhir::Task& wanted) { wanted.performer_type = {fhir::concept_text("Duty doctor")}; };
    const auto task = create();
    EXPECT_FALSE(update("HUB01", task, hand));
    const auto handed = update("A10001", task, hand);
    ASSERT_TRUE(handed);
    EXPECT_EQ(must(store.task(*task.resource.id))->team, "Duty doctor");
}

TEST_F(TaskInbox, OnlyOwnerAndRequesterSeeIt)
{
    const auto task = create();
    for (const auto& [ods, expected] : {std::pair{"A10001", true}, {"HUB01", true}, {"HUB02", false}}) {
        const auto caller = by(ods).caller;
        const auto read = tests::run(service->read(caller, *task.resource.id));
        EXPECT_EQ(read.has_value(), expected);
        EXPECT_EQ(tests::run(service->history(caller, *task.resource.id)).has_value(), expected);
        EXPECT_EQ(tests::run(service->read_version(caller, *task.resource.id, 1)).has_value(), expected);
        EXPECT_EQ(tests::run(service->received(caller, *task.resource.id)).has_value(), expected);
        EXPECT_EQ(found(ods, "status", "requested"), expected ? 1u : 0u);
    }
    EXPECT_EQ(update("HUB02", task, [](fhir::Task&) {}).error().kind(), ErrorKind::not_found);
}

TEST_F(TaskInbox, AKeyIsAnsweredOnce)
{
    const auto first = must(service->create(by("HUB01", "k1"), referral()));
    EXPECT_FALSE(first.replayed);
    const auto again = must(service->create(by("HUB01", "k1"), referral()));
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(again.task.resource.id, first.task.resource.id);
    EXPECT_TRUE(must(service->done_before(by("HUB01", "k1"))));
    EXPECT_FALSE(must(service->done_before(by("HUB01", "k2"))));
    auto other = by("HUB01", "k1");
    other.request_hash = "another";
    EXPECT_EQ(tests::run(service->create(other, referral())).error().kind(),
              ErrorKind::duplicate_key_other_body);
    EXPECT_EQ(tests::run(service->done_before(other)).error().kind(), ErrorKind::duplicate_key_other_body);
    EXPECT_EQ(found("HUB01", "code", "referral"), 1u);
}

TEST_F(TaskInbox, WhatWasReceivedIsKeptAndNamed)
{
    auto write = by("HUB01");
    write.received = Received{"application/fhir+json", R"({"first":1})", clock.now()};
    const auto task = must(service->create(write, referral())).task;
    write.received->body = R"({"second":2})";
    const auto remarked = must(service->remark(write, *task.resource.id, "did not come", std::nullopt)).task;
    EXPECT_EQ(remarked.resource.note.back().text.text, "did not come");
    ASSERT_EQ(remarked.resource.input.size(), 2u);
    EXPECT_EQ(std::get<std::string>(remarked.resource.input[1].value),
              "Task/" + *task.resource.id + "/messages/2");
    const auto messages = must(service->received(by("A10001").caller, *task.resource.id));
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_EQ(messages[0].body + messages[1].body, R"({"first":1}{"second":2})");
}

TEST_F(TaskInbox, TheRequesterTakesItBackOnceAndOnlyBeforeTheWork)
{
    const auto back = [&](const StoredTask& task) {
        return tests::run(service->remark(by("HUB01"), *task.resource.id, "gone", TaskStatus::cancelled));
    };
    const auto task = create();
    const auto gone = back(task);
    ASSERT_TRUE(gone);
    EXPECT_EQ(gone->task.resource.status_reason->text, "gone");
    EXPECT_EQ(back(task).error().kind(), ErrorKind::transition_not_allowed);
    const auto begun = become(become(create(), TaskStatus::accepted), TaskStatus::in_progress);
    EXPECT_EQ(back(begun).error().kind(), ErrorKind::transition_not_allowed);
}

TEST_F(TaskInbox, ARemarkMeansTheTaskAsItHasBecomeMeanwhile)
{
    const auto task = create();
    store.meanwhile = [&] { become(task, TaskStatus::received); };
    const auto noted = tests::run(service->remark(by("HUB01"), *task.resource.id, "call back", std::nullopt));
    ASSERT_TRUE(noted);
    EXPECT_EQ(noted->task.version, 3);
    EXPECT_EQ(noted->task.resource.status, TaskStatus::received);
    store.meanwhile = [&] { become(noted->task, TaskStatus::accepted); };
    const auto back =
        tests::run(service->remark(by("HUB01"), *task.resource.id, "gone", TaskStatus::cancelled));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->task.version, 5);
}

TEST_F(TaskInbox, IsSearchedByWhatTheTableOfParametersSays)
{
    const auto task = create();
    const std::vector<std::tuple<std::string, std::string, std::size_t>> rows{
        {"owner:identifier", "https://fhir.nhs.uk/Id/ods-organization-code|A10001", 1},
        {"owner:identifier", "A10002", 0},
        {"owner", "Organization/A10001.org", 1},
        {"requester:identifier", "HUB01", 1},
        {"requester", "A10001", 0},
        {"patient:identifier", "https://fhir.nhs.uk/Id/nhs-number|9990000018", 0}, // it names none in `for`
        {"focus", "ServiceRequest/r1", 1},
        {"focus", "ServiceRequest/r2", 0},
        {"code", "referral", 1},
        {"code:not", "referral", 0},
        {"status", "requested,accepted", 1},
        {"status:not", "requested", 0},
        {"status", "completed", 0},
        {"identifier", "https://hub.example.org/id|42", 1},
        {"identifier", "42", 1},
        {"identifier", "43", 0},
        {"priority", "routine", 1},
        {"intent", "order", 1},
        {"authored-on", "2026-11-23", 1},
        {"authored-on", "gt2026-11-23", 0},
        {"modified", "le2026-11-23", 1},
        {"due", "lt2026-11-24T09:00:00Z", 1},
        {"due", "lt2026-11-24T08:00:00Z", 0},
        {"_id", *task.resource.id, 1},
        {"_id", "other", 0},
    };
    for (const auto& [parameter, value, expected] : rows)
        EXPECT_EQ(found("A10001", parameter, value), expected) << parameter << "=" << value;
}

TEST_F(TaskInbox, AStoreThatDoesNotAnswerIsSaid)
{
    store.failure = fhir::Error(ErrorKind::store_unavailable);
    EXPECT_EQ(tests::run(service->create(by("HUB01"), referral())).error().kind(),
              ErrorKind::store_unavailable);
}

} // namespace
