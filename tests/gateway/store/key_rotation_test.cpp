// SPDX-License-Identifier: Apache-2.0
// A new key for everything that identifies patients.
#include "gateway/store/key_rotation.hpp"
#include "gateway/store/sqlite_database.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <unistd.h>

using namespace gateway::store;

namespace
{

constexpr fhir::Instant now = tests::FakeClock::default_start;

class KeyRotationTest : public testing::Test
{
protected:
    KeyRotationTest()
    {
        const auto store = fixture.open();
        write(*store);
    }

    template <class T>
    static T must(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = tests::run(std::move(work));
        if (!result)
            throw std::runtime_error(result.error().sentence());
        if constexpr (!std::is_void_v<T>)
            return std::move(*result);
    }

    static AppointmentRecord appointment()
    {
        AppointmentRecord record;
        record.id = "a";
        record.updated = record.start = record.end = now;
        record.practice = "A10001";
        record.booked_by = "HUB01";
        record.patient = "9990000018";
        record.status = "booked";
        record.resource = R"({"resourceType":"Appointment"})";
        record.supplier = "{}";
        return record;
    }

    /// Something in every sealed column.
    static void write(Store& store)
    {
        NewIntent wanted;
        wanted.intent.id = "i";
        wanted.intent.appointment = "a";
        wanted.intent.practice = "A10001";
        wanted.intent.payload = "payload";
        wanted.intent.created = now;
        wanted.intent.lease = {"node", "token", now + std::chrono::minutes(1)};
        wanted.slots = {"s1"};
        wanted.appointment = appointment();
        wanted.identifiers = {{"system", "value", false}};
        must(store.begin(wanted));
        IntentChange done;
        done.intent = "i";
        done.token = "token";
        done.to = IntentState::done;
        done.now = now;
        done.appointment = appointment();
        done.resolution = "by hand";
        must(store.advance(done));
        must(store.save_patient_links({{"A10001", "9990000018", "credential"}}));
        JobRecord job;
        job.id = "j";
        job.owner = "A10001";
        job.payload = "work";
        job.created = job.updated = now;
        must(store.begin_job(job));
        must(store.create_task(task()));
        must(store.write_consent({"c", 0, "9990000018", "decision", now}));
        SubscriptionWrite subscribed;
        subscribed.record.id = "s";
        subscribed.record.updated = now;
        subscribed.record.status = "active";
        subscribed.record.body = "endpoint";
        must(store.write_subscription(subscribed));
        must(store.append_audit("node", [](const AuditHead& head) { return audited(head); }));
    }
    static NewTask task()
    {
        TaskRecord record;
        record.id = "t";
        record.updated = record.authored = now;
        record.kind = "referral";
        record.status = "requested";
        record.owner = "A10001";
        record.team = "Reception";
        record.requester = "HUB01";
        record.patient = "9990000018";
        record.due = now;
        record.resource = R"({"resourceType":"Task"})";
        return {record, {{"system", "thread", false}}, TaskMessage{now, "text/plain", "message"}, {}};
    }
    static AuditAppend audited(const AuditHead& head)
    {
        AuditRow row;
        row.chain = "node";
        row.sequence = head.sequence + 1;
        row.hash = std::string(32, 'h');
        row.bytes = "record";
        row.at = now;
        row.agent = "HUB01";
        row.patient_hash = std::string(64, 'a');
        row.patient = "9990000018";
        AuditAppend more;
        more.rows.push_back(std::move(row));
        return more;
    }

    fhir::Result<std::size_t> rotate(std::function<void(std::size_t, std::size_t)> progress = {})
    {
        return rotate_key({fixture.path(), fixture.key_file(), new_key, std::move(progress)});
    }
    std::unique_ptr<Store> open_with(const std::string& key_file)
    {
        auto store = open_sqlite_store({fixture.path(), key_file, 64, {}});
        return store ? std::move(*store) : nullptr;
    }

    /// `table.column` of all that are BLOBs, and what stands in them.
    std::map<std::string, std::string> blobs()
    {
        std::map<std::string, std::string> found;
        Database database(fixture.path(), Database::Mode::read);
        auto columns =
            database.query("SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
                           "WHERE m.type = 'table' AND c.type = 'BLOB'");
        while (columns.next()) {
            const std::string table = columns.text(0), column = columns.text(1);
            auto rows = database.query("SELECT " + column + " FROM " + table);
            auto& text = found[table + "." + column];
            while (rows.next())
                text += rows.text(0);
        }
        return found;
    }

    const tests::SqliteFixture fixture;
    const std::string new_key = fixture.folder().file("new.key");
};

TEST_F(KeyRotationTest, AllIsReadWithTheNewKeyAsItWasWritten)
{
    ASSERT_TRUE(rotate());
    const auto store = open_with(new_key);
    ASSERT_TRUE(store);
    EXPECT_EQ(must(store->appointment("a"))->patient, "9990000018");
    EXPECT_EQ(must(store->appointment("a"))->resource, appointment().resource);
    EXPECT_EQ(must(store->history("a")).size(), 1U);
    EXPECT_EQ(must(store->intent("i"))->payload, "payload");
    EXPECT_EQ(must(store->job("j"))->payload, "work");
    EXPECT_EQ(must(store->patient_link("A10001", "9990000018")), "credential");
    EXPECT_EQ(must(store->task("t"))->patient, "9990000018");
    EXPECT_EQ(must(store->task_messages("t")).front().body, "message");
    EXPECT_EQ(must(store->consents_of("9990000018")).front().body, "decision");
    EXPECT_EQ(must(store->subscription("s"))->body, "endpoint");
    AuditFilter by_patient;
    by_patient.limit = 10;
    EXPECT_EQ(must(store->find_audit(by_patient)).front().patient, "9990000018");
}

TEST_F(KeyRotationTest, WhatIsLookedUpByPatientOrIdentifierIsFoundAsBefore)
{
    ASSERT_TRUE(rotate());
    const auto store = open_with(new_key);
    ASSERT_TRUE(store);
    AppointmentFilter filter;
    filter.patients = {"9990000018"};
    EXPECT_EQ(must(store->find(filter)).size(), 1U);
    EXPECT_EQ(must(store->identified("HUB01", {"system", "value", false})).size(), 1U);
}

TEST_F(KeyRotationTest, TheOldKeyOpensNothingAnyMore)
{
    ASSERT_TRUE(rotate());
    EXPECT_FALSE(open_with(fixture.key_file()));
}

TEST_F(KeyRotationTest, EverySealedColumnIsSealedAnew)
{
    const std::set<std::string> hashes{
        "appointment.patient_hash",   "appointment_identifier.hash",  "patient_link.patient_hash",
        "task.patient_hash",          "consent_version.patient_hash", "task_identifier.hash",
        "audit_record.hash",          "audit_record.patient_hash",    "audit_checkpoint.hash",
        "audit_checkpoint.signature", "calendar_feed.secret_hash"};
    const auto before = blobs();
    ASSERT_TRUE(rotate());
    for (const auto& [column, bytes] : blobs()) {
        if (hashes.contains(column)) {
            EXPECT_EQ(bytes, before.at(column)) << column;
            continue;
        }
        EXPECT_FALSE(bytes.empty()) << column << ": nothing was written there";
        EXPECT_NE(bytes, before.at(column)) << column;
    }
}

TEST_F(KeyRotationTest, NothingThatTheOldKeyOpensStaysInTheFiles)
{
    const auto before = blobs();
    ASSERT_TRUE(rotate());
    for (const std::string suffix : {"", "-wal"}) {
        std::ifstream file(fixture.path() + suffix, std::ios::binary);
        std::stringstream content;
        content << file.rdbuf();
        for (const std::string column :
             {"appointment.patient", "patient_link.credential", "task_message.body"})
            EXPECT_EQ(content.str().find(before.at(column)), std::string::npos) << column << " in " << suffix;
    }
}

TEST_F(KeyRotationTest, CountsToTheEnd)
{
    std::size_t last = 0, expected = 0;
    const auto done = rotate([&](std::size_t at, std::size_t all) {
        EXPECT_EQ(at, last + 1);
        last = at;
        expected = all;
    });
    ASSERT_TRUE(done);
    EXPECT_GT(last, 10U);
    EXPECT_EQ(last, expected);
    EXPECT_EQ(*done, expected);
}

TEST_F(KeyRotationTest, OneThatIsCutOffChangesNothingAndIsBegunAgain)
{
    const auto dies = [](std::size_t at, std::size_t) {
        if (at == 7)
            _exit(9);
    };
    EXPECT_EXIT((void)rotate(dies), testing::ExitedWithCode(9), "");
    ASSERT_TRUE(open_with(fixture.key_file()));
    ASSERT_TRUE(rotate());
    EXPECT_TRUE(open_with(new_key));
}

TEST_F(KeyRotationTest, IsRefusedWhileAGatewayUsesTheDatabase)
{
    const auto store = fixture.open();
    const auto refused = rotate();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().sentence().find("stop that first"), std::string::npos);
}

TEST_F(KeyRotationTest, IsRefusedWithTheKeyOfAnotherDatabase)
{
    const std::string other = fixture.folder().file("other.key");
    ASSERT_TRUE(create_key_file(other));
    EXPECT_FALSE(rotate_key({fixture.path(), other, new_key}));
    EXPECT_FALSE(rotate_key({fixture.path(), fixture.key_file(), other})) << "not made for this database";
    EXPECT_TRUE(open_with(fixture.key_file()));
}

} // namespace
