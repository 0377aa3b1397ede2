// SPDX-License-Identifier: Apache-2.0
// The n-th write, sync or allocation of SQLite fails, for n = 1, 2, 3 and so on, until the step gets through.
// After each failure the step is either wholly done or not at all, and the store goes on.
#include "tests/gateway/store/failing_sqlite.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>

using namespace gateway::store;
using tests::SqliteNeed;

namespace nth_failure
{

constexpr fhir::Instant now = tests::FakeClock::default_start;
constexpr std::uint64_t enough = 3000;

NewIntent booking()
{
    NewIntent wanted;
    wanted.intent.id = "intent";
    wanted.intent.appointment = "a";
    wanted.intent.practice = "A10001";
    wanted.intent.payload = std::string(1500, 'p');
    wanted.intent.created = now;
    wanted.intent.lease = {"node", "token", now + std::chrono::minutes(1)};
    wanted.slots = {"s1", "s2"};
    wanted.ticket = Ticket{"client", "create", "key", "hash"};
    wanted.identifiers = {{"system", "value", true}};
    AppointmentRecord record;
    record.id = "a";
    record.practice = "A10001";
    record.booked_by = "HUB01";
    record.patient = "9990000018";
    record.status = "pending";
    record.start = now + std::chrono::hours(1);
    record.end = now + std::chrono::hours(2);
    record.resource = std::string(1500, 'r');
    record.supplier = "{}";
    wanted.appointment = record;
    return wanted;
}

IntentChange booked()
{
    IntentChange change;
    change.intent = "intent";
    change.token = "token";
    change.to = IntentState::done;
    change.now = now;
    change.appointment = booking().appointment;
    change.appointment->status = "booked";
    change.outcome = "first answer";
    return change;
}

IntentChange refused()
{
    IntentChange change = booked();
    change.to = IntentState::refused;
    change.appointment.reset();
    change.outcome.reset();
    change.withdraw = change.release_claims = change.forget_ticket = true;
    return change;
}

enum class Step
{
    begin,
    advance_done,
    advance_refused,
    link,
    task
};

NewTask referral()
{
    TaskRecord record;
    record.id = "task";
    record.owner = "A10001";
    record.team = "Reception";
    record.patient = "9990000018";
    record.due = now + std::chrono::hours(1);
    record.resource = std::string(1500, 'r');
    return {record,
            {{"system", "value", false}},
            TaskMessage{now, "application/fhir+json", std::string(4000, 'm')},
            Ticket{"client", "create", "key", "hash"}};
}

/// Thousands of databases: not on a disk, where there is memory to have instead.
const bool in_memory = [] {
    return !std::filesystem::is_directory("/dev/shm") || setenv("TMPDIR", "/dev/shm", 0) == 0;
}();

/// A step on a database of its own, and what is to be seen when it is done and when it is not.
class Trial
{
public:
    explicit Trial(Step step) : step_(step)
    {
        EXPECT_TRUE(in_memory);
        if (step == Step::advance_done || step == Step::advance_refused)
            EXPECT_TRUE(take(store_->begin(booking())));
    }

    bool take() { return take_step(); }
    void reopen()
    {
        store_.reset();
        store_ = database_.open();
    }
    /// Everything that the step writes is there; nothing of it.
    bool done() { return intent_as(true) && claims_as(true) && ticket_as(true) && version_as(true); }
    bool undone() { return intent_as(false) && claims_as(false) && ticket_as(false) && version_as(false); }

private:
    template <class T>
    bool take(gateway::Awaitable<fhir::Result<T>> work)
    {
        const auto result = tests::run(context_, std::move(work));
        if (!result)
            EXPECT_EQ(result.error().kind(), fhir::ErrorKind::store_unavailable);
        return result.has_value();
    }
    template <class T>
    T must(gateway::Awaitable<fhir::Result<T>> work)
    {
        return tests::run(context_, std::move(work)).value();
    }
    bool take_step()
    {
        switch (step_) {
        case Step::begin:
            return take(store_->begin(booking()));
        case Step::advance_done:
            return take(store_->advance(booked()));
        case Step::advance_refused:
            return take(store_->advance(refused()));
        case Step::link: {
            std::vector<LinkRecord> links{{"A10001", "9990000018", "one"}, {"A10002", "9990000018", "two"}};
            return take(store_->save_patient_links(links));
        }
        case Step::task:
            return take(store_->create_task(referral()));
        }
        return false;
    }
    bool intent_as(bool done)
    {
        if (step_ == Step::link)
            return must(store_->patient_link("A10001", "9990000018")).has_value() == done &&
                   must(store_->patient_link("A10002", "9990000018")).has_value() == done;
        if (step_ == Step::task)
            return task_as(done);
        const auto intent = must(store_->intent("intent"));
        if (step_ == Step::begin)
            return intent.has_value() == done;
        const auto end = step_ == Step::advance_done ? IntentState::done : IntentState::refused;
        return intent && (intent->state == end) == done;
    }
    bool task_as(bool done)
    {
        TaskFilter filter;
        filter.identifiers = {{"system", "value", false}};
        return must(store_->task("task")).has_value() == done &&
               must(store_->task_version("task", 1)).has_value() == done &&
               must(store_->find_tasks(filter)).empty() != done &&
               must(store_->task_messages("task")).empty() != done;
    }
    bool claims_as(bool done)
    {
        const bool claimed = must(store_->held_slot("A10001", {"s1"})).has_value();
        const bool both = claimed == must(store_->held_slot("A10001", {"s2"})).has_value();
        switch (step_) {
        case Step::begin:
            return both && claimed == done;
        case Step::advance_done:
            return both && claimed;
        case Step::advance_refused:
            return both && claimed != done;
        case Step::task:
        case Step::link:
            return true;
        }
        return false;
    }
    bool ticket_as(bool done)
    {
        const auto ticket = must(store_->ticket({"client", "create", "key", "hash"}));
        switch (step_) {
        case Step::begin:
        case Step::task:
            return ticket.has_value() == done;
        case Step::advance_done:
            return ticket && ticket->outcome.has_value() == done;
        case Step::advance_refused:
            return ticket.has_value() != done;
        case Step::link:
            return true;
        }
        return false;
    }
    bool version_as(bool done)
    {
        const bool visible = must(store_->appointment("a")).has_value();
        const bool written = must(store_->appointment_any("a")).has_value();
        const bool named = !must(store_->identified("HUB01", {"system", "value", true})).empty();
        switch (step_) {
        case Step::begin:
            return !visible && written == done && named == done;
        case Step::advance_done:
            return visible == done && written && named;
        case Step::advance_refused:
            return !visible && written != done && named != done;
        case Step::task:
        case Step::link:
            return true;
        }
        return false;
    }

    const Step step_;
    tests::SqliteFixture database_;
    boost::asio::io_context context_{1};
    std::unique_ptr<Store> store_ = database_.open();
};

struct Case
{
    Step step;
    SqliteNeed need;
    bool and_after;
};

class NthFailure : public testing::TestWithParam<Case>
{};

/// True when something failed.
bool survives(const Case& what, std::uint64_t n)
{
    Trial trial(what.step);
    tests::fail_sqlite(what.need, n, what.and_after);
    const bool told = trial.take();
    const bool failed = tests::stop_failing_sqlite();
    EXPECT_TRUE(told || failed) << "nothing failed, and still the step was refused";
    // What has been promised is there; what has been refused has left nothing behind.
    EXPECT_TRUE(told ? trial.done() : trial.undone()) << (told ? "promised" : "refused") << ", but half done";
    trial.reopen();
    const bool undone = trial.undone();
    // What a disk did not confirm may be on it all the same, and is found at the next start: wholly, or not.
    const bool turned_up = !told && what.need == SqliteNeed::sync && trial.done();
    EXPECT_TRUE(told ? trial.done() : undone || turned_up) << "after a restart";
    if (!told && undone) {
        EXPECT_TRUE(trial.take()) << "the store goes on";
        EXPECT_TRUE(trial.done());
    }
    return failed;
}

TEST_P(NthFailure, LeavesAllOfAStepOrNothing)
{
    std::uint64_t n = 1;
    for (; n < enough; ++n) {
        SCOPED_TRACE("failure " + std::to_string(n));
        if (!survives(GetParam(), n))
            break;
        if (HasFailure())
            break;
    }
    EXPECT_GT(n, 1U) << "nothing has failed at all";
    EXPECT_LT(n, enough);
}

std::vector<Case> cases()
{
    std::vector<Case> all;
    for (const Step step : {Step::begin, Step::advance_done, Step::advance_refused, Step::link, Step::task})
        for (const SqliteNeed need :
             {SqliteNeed::write, SqliteNeed::full_disk, SqliteNeed::sync, SqliteNeed::memory})
            for (const bool and_after : {false, true})
                if (need != SqliteNeed::memory || !and_after)
                    all.push_back({step, need, and_after});
    return all;
}

void PrintTo(const Case& what, std::ostream* out)
{
    *out << static_cast<int>(what.step) << " " << static_cast<int>(what.need);
}

std::string name_of(const testing::TestParamInfo<Case>& info)
{
    constexpr std::array steps{"begin", "advance_done", "advance_refused", "link", "task"};
    constexpr std::array needs{"write", "full_disk", "sync", "memory"};
    return std::string(steps[static_cast<std::size_t>(info.param.step)]) + "_" +
           needs[static_cast<std::size_t>(info.param.need)] + (info.param.and_after ? "_and_all_after" : "");
}

INSTANTIATE_TEST_SUITE_P(Sqlite, NthFailure, testing::ValuesIn(cases()), name_of);

} // namespace nth_failure
