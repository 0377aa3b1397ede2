// SPDX-License-Identifier: Apache-2.0
// The promises of task_store.hpp.
#include "tests/gateway/store/store_contract.hpp"

namespace tests
{
namespace
{

using Written = TaskWritten::Answer;

TaskRecord task(const std::string& id)
{
    TaskRecord record;
    record.id = id;
    record.updated = record.authored = now;
    record.kind = "referral";
    record.status = "requested";
    record.owner = "A10001";
    record.team = "Reception";
    record.requester = "HUB01";
    record.patient = "9990000018";
    record.focus = "ServiceRequest/of-" + id;
    record.due = now + 60 * minute;
    record.resource = R"({"resourceType":"Task"})";
    return record;
}

NewTask new_task(const std::string& id)
{
    return {task(id),
            {{"system", "thread-" + id, false}},
            TaskMessage{now, "application/fhir+json", "{}"},
            Ticket{"client", "task", "key-" + id, "hash"}};
}

TaskChange accepted(const std::string& id, std::int64_t follows)
{
    TaskChange change{task(id), std::nullopt, std::nullopt};
    change.task.version = follows;
    change.task.status = "accepted";
    change.task.updated = now + minute;
    return change;
}

class StoredTasks : public StoreContract
{
protected:
    Written create(const NewTask& wanted) { return must(store->create_task(wanted)).answer; }
    std::string ids(const TaskFilter& filter)
    {
        std::string joined;
        for (const auto& found : must(store->find_tasks(filter)))
            joined += found.id;
        return joined;
    }
};

TEST_P(StoredTasks, AreReadAsTheyWereWritten)
{
    EXPECT_EQ(create(new_task("a")), Written::written);
    reopen();
    const auto read = must(store->task("a"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->version, 1);
    EXPECT_EQ(read->authored, now);
    EXPECT_EQ(read->kind + " " + read->status + " " + read->owner + " " + read->team + " " + read->requester,
              "referral requested A10001 Reception HUB01");
    EXPECT_EQ(read->patient, "9990000018");
    EXPECT_EQ(read->focus, "ServiceRequest/of-a");
    EXPECT_EQ(read->due, now + 60 * minute);
    EXPECT_TRUE(read->open);
    EXPECT_EQ(read->resource, R"({"resourceType":"Task"})");
    EXPECT_FALSE(must(store->task("b")));
}

TEST_P(StoredTasks, KeepEveryVersion)
{
    create(new_task("a"));
    const auto changed = must(store->change_task(accepted("a", 1)));
    EXPECT_EQ(changed.answer, Written::written);
    EXPECT_EQ(changed.version, 2);
    EXPECT_EQ(must(store->task("a"))->status, "accepted");
    EXPECT_EQ(must(store->task_version("a", 1))->status, "requested");
    EXPECT_FALSE(must(store->task_version("a", 3)));
    const auto history = must(store->task_history("a"));
    ASSERT_EQ(history.size(), 2u);
    EXPECT_EQ(history.front().version, 2);
    EXPECT_EQ(history.back().updated, now);
}

TEST_P(StoredTasks, AreNotChangedFromAnOlderVersion)
{
    create(new_task("a"));
    must(store->change_task(accepted("a", 1)));
    EXPECT_EQ(must(store->change_task(accepted("a", 1))).answer, Written::version_changed);
    EXPECT_EQ(must(store->change_task(accepted("a", 0))).answer, Written::version_changed);
    EXPECT_EQ(must(store->change_task(accepted("b", 1))).answer, Written::version_changed);
    EXPECT_EQ(must(store->task_history("a")).size(), 2u);
}

TEST_P(StoredTasks, AreNotMadeTwiceUnderOneId)
{
    create(new_task("a"));
    auto again = new_task("a");
    again.ticket.reset();
    EXPECT_EQ(create(again), Written::version_changed);
}

TEST_P(StoredTasks, AnswerAKeyOnce)
{
    create(new_task("a"));
    auto again = new_task("b");
    again.ticket = new_task("a").ticket;
    const auto known = must(store->create_task(again));
    EXPECT_EQ(known.answer, Written::ticket_known);
    EXPECT_EQ(known.ticket.appointment, "a");
    EXPECT_EQ(known.version, 1);
    again.ticket->request_hash = "other";
    EXPECT_EQ(create(again), Written::ticket_differs);
    EXPECT_FALSE(must(store->task("b")));
    const auto ticket = must(store->ticket(*new_task("a").ticket));
    ASSERT_TRUE(ticket);
    EXPECT_EQ(ticket->request_hash, "hash");
    EXPECT_TRUE(ticket->outcome);
}

TEST_P(StoredTasks, KeepWhatWasReceivedInOrder)
{
    create(new_task("a"));
    auto change = accepted("a", 1);
    change.message = TaskMessage{now + minute, "application/fhir+xml", "<Bundle/>"};
    must(store->change_task(change));
    must(store->change_task(accepted("a", 2)));
    reopen();
    const auto messages = must(store->task_messages("a"));
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_EQ(messages[0].body, "{}");
    EXPECT_EQ(messages[1].media_type + messages[1].body, "application/fhir+xml<Bundle/>");
    EXPECT_EQ(messages[1].received, now + minute);
    EXPECT_TRUE(must(store->task_messages("b")).empty());
}

TEST_P(StoredTasks, AlwaysHaveAnOwnerATeamAndAnEndOrADueTime)
{
    for (const auto& spoil :
         std::vector<void (*)(TaskRecord&)>{[](TaskRecord& record) { record.owner.clear(); },
                                            [](TaskRecord& record) { record.team.clear(); },
                                            [](TaskRecord& record) { record.due.reset(); }}) {
        auto wanted = new_task("a");
        spoil(wanted.task);
        EXPECT_FALSE(run(context, store->create_task(wanted)));
    }
    auto ended = new_task("a");
    ended.task.open = false;
    ended.task.due.reset();
    EXPECT_EQ(create(ended), Written::written);
}

TEST_P(StoredTasks, AreFoundByWhatIsAsked)
{
    create(new_task("a"));
    auto other = new_task("b");
    other.task.owner = "B20002";
    other.task.requester = "HUB02";
    other.task.patient = "9990000026";
    other.task.due = now + minute;
    create(other);
    auto ended = new_task("c");
    ended.task.status = "completed";
    ended.task.open = false;
    ended.task.due.reset();
    ended.task.patient.clear();
    create(ended);
    EXPECT_EQ(ids({}), "bac") << "those due first";
    using Filter = TaskFilter;
    const std::vector<std::pair<void (*)(Filter&), std::string>> rows{
        {[](Filter& f) { f.visible_to = "A10001"; }, "ac"},
        {[](Filter& f) { f.visible_to = "HUB02"; }, "b"},
        {[](Filter& f) { f.visible_to = "HUB03"; }, ""},
        {[](Filter& f) { f.ids = {"a", "b"}; }, "ba"},
        {[](Filter& f) { f.owners = {"B20002"}; }, "b"},
        {[](Filter& f) { f.requesters = {"HUB01"}; }, "ac"},
        {[](Filter& f) { f.patients = {"9990000018"}; }, "a"},
        {[](Filter& f) { f.patients.emplace(); }, ""},
        {[](Filter& f) { f.statuses = {"completed", "accepted"}; }, "c"},
        {[](Filter& f) {
             f.kinds = {"referral"};
             f.limit = 2;
         },
         "ba"},
        {[](Filter& f) { f.kinds = {"other"}; }, ""},
        {[](Filter& f) { f.focus = {"ServiceRequest/of-b"}; }, "b"},
        {[](Filter& f) { f.identifiers = {{"system", "thread-c", false}, {"system", "thread-a", false}}; },
         "ac"},
        {[](Filter& f) { f.identifiers.emplace(); }, ""},
        {[](Filter& f) { f.open = true; }, "ba"},
        {[](Filter& f) { f.open = false; }, "c"},
        {[](Filter& f) { f.due.before = now + 60 * minute; }, "b"},
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Filter filter;
        rows[i].first(filter);
        EXPECT_EQ(ids(filter), rows[i].second) << "row " << i;
    }
}

TEST_P(StoredTasks, ComeInTheOrderAskedForPageByPage)
{
    using Column = TaskSort::Column;
    for (int i = 0; i < 5; ++i) {
        auto wanted = new_task(std::string(1, static_cast<char>('a' + i)));
        wanted.task.priority = i % 2;
        wanted.task.authored = now - i * minute;
        wanted.task.updated = now + i * minute;
        wanted.task.due = now + (i == 1 ? 1 : 60 + i) * minute;
        create(wanted);
    }
    const auto sorted = [&](std::vector<TaskSort> keys, std::size_t offset = 0, std::size_t limit = 9) {
        TaskFilter filter;
        filter.sort = std::move(keys);
        filter.offset = offset;
        filter.limit = limit;
        return ids(filter);
    };
    EXPECT_EQ(sorted({}), "bacde");
    EXPECT_EQ(sorted({{Column::due, true}}), "edcab");
    EXPECT_EQ(sorted({{Column::priority, true}, {Column::due, false}}), "bdace");
    EXPECT_EQ(sorted({{Column::priority, false}, {Column::authored, false}}), "ecadb");
    EXPECT_EQ(sorted({{Column::updated, true}}), "edcba");
    EXPECT_EQ(sorted({{Column::updated, true}}, 2, 2), "cb");
    EXPECT_EQ(sorted({}, 7), "");
    TaskFilter all;
    all.offset = 3;
    EXPECT_EQ(must(store->count_tasks(all)), 5u) << "whatever the page";
    all.limit = 2;
    EXPECT_EQ(must(store->count_tasks(all)), 2u);
    all.priorities = {1};
    all.limit = 100;
    EXPECT_EQ(must(store->count_tasks(all)), 2u);
    all.due.from = now + 2 * minute;
    all.updated.before = now + 3 * minute;
    EXPECT_EQ(must(store->count_tasks(all)), 0u);
    all.authored.from = now - 3 * minute;
    all.updated = {};
    EXPECT_EQ(must(store->count_tasks(all)), 1u);
}

TEST_P(StoredTasks, AreFoundWhenTheirTimeToEscalateHasCome)
{
    for (const std::string id : {"a", "b", "c"}) {
        auto wanted = new_task(id);
        wanted.task.escalate = now + (id == "b" ? 1 : 5) * minute;
        create(wanted);
    }
    auto never = new_task("d");
    create(never);
    const auto late = [&](fhir::Instant moment, std::size_t limit = 10) {
        std::string joined;
        for (const auto& found : must(store->tasks_to_escalate(moment, limit)))
            joined += found.id;
        return joined;
    };
    EXPECT_EQ(late(now), "");
    EXPECT_EQ(late(now + minute), "b");
    EXPECT_EQ(late(now + 5 * minute, 1), "b");
    auto up = accepted("b", 1);
    up.task.escalate = now + 9 * minute;
    up.task.rung = 1;
    must(store->change_task(up));
    EXPECT_EQ(must(store->task("b"))->rung, 1);
    EXPECT_EQ(late(now + 5 * minute).size(), 2u);
    auto ended = accepted("a", 1);
    ended.task.open = false;
    ended.task.escalate = now;
    must(store->change_task(ended));
    EXPECT_EQ(late(now + 20 * minute).find('a'), std::string::npos);
}

TEST_P(StoredTasks, AreWantedByWhatTheTransactionThatCallsForThemWrites)
{
    const auto wanted = booking("x", {"slot"});
    must(store->begin(wanted));
    auto step = booked(wanted);
    step.task = "sync-conflict";
    step.token = "lost";
    EXPECT_FALSE(must(store->advance(step)).applied);
    EXPECT_TRUE(must(store->wanted_tasks(10)).empty()) << "what was not written calls for nothing";
    must(store->advance(booked(wanted)));
    NativeVersion seen{appointment("x"), true, std::nullopt, "rebook-required"};
    seen.appointment.status = "cancelled";
    seen.appointment.version = 7;
    EXPECT_FALSE(must(store->note(seen)).applied);
    seen.appointment.version = 1;
    EXPECT_TRUE(must(store->note(seen)).applied);
    reopen();
    const auto waiting = must(store->wanted_tasks(10));
    ASSERT_EQ(waiting.size(), 1u);
    EXPECT_EQ(waiting[0].kind + " " + waiting[0].appointment + waiting[0].intent, "rebook-required x");
    EXPECT_EQ(waiting[0].version, 2);
    must(store->forget_wanted_task(waiting[0].id));
    EXPECT_TRUE(must(store->wanted_tasks(10)).empty());
    seen.appointment.version = 2;
    must(store->note(seen));
    EXPECT_GT(must(store->wanted_tasks(10)).at(0).id, waiting[0].id) << "numbers are never used again";
}

LeaseRequest due_at(fhir::Instant moment, const std::string& run = "run/")
{
    LeaseRequest request;
    request.now = moment;
    request.lease = {"node", run + "token", moment + 5 * minute};
    request.run = run;
    return request;
}

TEST_P(StoredTasks, AreDeliveredByRowsThatAreWrittenWithThem)
{
    auto wanted = new_task("a");
    wanted.deliver_to = "A10001";
    EXPECT_EQ(create(wanted), Written::written);
    EXPECT_EQ(create(wanted), Written::ticket_known);
    create(new_task("b"));
    reopen();
    const auto due = must(store->lease_deliveries(due_at(now)));
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].task + " " + due[0].practice, "a A10001");
    EXPECT_EQ(due[0].state, TaskDelivery::State::waiting);
    EXPECT_EQ(due[0].created, now);
    EXPECT_FALSE(due[0].sent);
    EXPECT_TRUE(must(store->lease_deliveries(due_at(now))).empty()) << "somebody is at it";
    EXPECT_EQ(must(store->lease_deliveries(due_at(now, "next/"))).size(), 1u) << "of an earlier run";
    EXPECT_EQ(must(store->lease_deliveries(due_at(now + 5 * minute))).size(), 1u);
    EXPECT_TRUE(must(store->deliveries_of("b")).empty());
}

TEST_P(StoredTasks, AreDeliveredToOneSystemOnceHoweverOftenTheyComeBack)
{
    auto wanted = new_task("a");
    wanted.deliver_to = "A10001";
    create(wanted);
    auto delivery = must(store->lease_deliveries(due_at(now))).at(0);
    delivery.state = TaskDelivery::State::sent;
    delivery.form = "message";
    delivery.attempts = 1;
    delivery.tries = 2;
    delivery.absences = 1;
    delivery.sent = now;
    delivery.next_step = now + minute;
    EXPECT_TRUE(must(store->save_delivery(delivery, true)));
    EXPECT_TRUE(must(store->save_delivery(delivery, false)));
    EXPECT_FALSE(must(store->save_delivery(delivery, false))) << "its lease has ended";
    EXPECT_TRUE(must(store->lease_deliveries(due_at(now))).empty()) << "not before its time";
    delivery = must(store->lease_deliveries(due_at(now + minute))).at(0);
    EXPECT_EQ(delivery.form, "message");
    EXPECT_EQ(delivery.sent, now);
    EXPECT_EQ(delivery.attempts * 100 + delivery.tries * 10 + delivery.absences, 121);

    delivery.state = TaskDelivery::State::received;
    auto end = accepted("a", 1);
    end.delivery = delivery;
    end.deliver_to = "B20002";
    EXPECT_EQ(must(store->change_task(end)).answer, Written::written);
    end = accepted("a", 2);
    end.delivery = delivery;
    EXPECT_EQ(must(store->change_task(end)).answer, Written::lease_lost);
    EXPECT_EQ(must(store->task("a"))->version, 2) << "nothing is written without the lease";
    auto again = accepted("a", 2);
    again.deliver_to = "A10001";
    must(store->change_task(again));
    const auto all = must(store->deliveries_of("a"));
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].state, TaskDelivery::State::received);
    EXPECT_EQ(all[1].practice, "B20002");
    EXPECT_EQ(all[1].state, TaskDelivery::State::waiting);
}

INSTANTIATE_TEST_SUITE_P(Engines, StoredTasks, testing::ValuesIn(engines), engine_name);

} // namespace
} // namespace tests
