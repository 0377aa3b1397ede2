// SPDX-License-Identifier: Apache-2.0
// After a crash: what was written and has nobody on record for it.
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

namespace tests::own_records
{
namespace
{

using gateway::audit::Entry;
using gateway::store::AuditHead;
using Writes = std::vector<std::string>;

class OwnRecords : public testing::Test
{
protected:
    std::string book(int slot = 1)
    {
        const auto outcome = clinic.book(Clinic::wanted(slot));
        EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().sentence());
        return outcome ? *outcome->appointment.resource.id : "";
    }
    void put_on_record(const std::string& id, std::string version)
    {
        Entry entry{"node", 1, {}};
        entry.record.event = gateway::audit::Event::write;
        entry.record.type = "Appointment";
        entry.record.id = id;
        entry.record.version = std::move(version);
        gateway::store::AuditRow row;
        row.chain = entry.chain;
        row.sequence = 1;
        row.hash = std::string(32, 'h');
        row.bytes = canonical(entry);
        row.entity = "Appointment/" + id;
        const auto done =
            tests::run(*clinic.context, clinic.store->append_audit("node", [row](const AuditHead&) {
                return gateway::store::AuditAppend{{row}, {}};
            }));
        ASSERT_TRUE(done);
    }
    void restart_later()
    {
        clinic.clock.advance(std::chrono::minutes(1));
        clinic.restart();
    }

    Clinic clinic;
};

TEST_F(OwnRecords, ABookingWhoseAskerDiedWithTheGatewayIsOnRecordAfterTheNextStart)
{
    const auto id = book();
    restart_later();
    EXPECT_EQ(clinic.recorded.writes(), Writes{"recovery: became booked, Appointment/" + id + "/1"});
    const auto& [record, patient] = clinic.recorded.notes.front();
    EXPECT_EQ(record.agent, "HUB01");
    EXPECT_EQ(record.practice, "A10001");
    EXPECT_EQ(patient, "9990000018");
}

TEST_F(OwnRecords, WhatIsOnRecordIsNotRecordedAgain)
{
    put_on_record(book(), "1");
    restart_later();
    EXPECT_EQ(clinic.recorded.writes(), Writes{});
}

TEST_F(OwnRecords, ALaterVersionIsNotCoveredByTheRecordOfTheFirst)
{
    const auto id = book();
    put_on_record(id, "1");
    ASSERT_TRUE(clinic.cancel(*clinic.read(id)));
    restart_later();
    EXPECT_EQ(clinic.recorded.writes(), Writes{"recovery: became cancelled, Appointment/" + id + "/2"});
}

TEST_F(OwnRecords, WhatWasWrittenLongBeforeTheEndIsLeftAlone)
{
    book(1);
    clinic.clock.advance(std::chrono::minutes(11));
    const auto id = book(2);
    restart_later();
    EXPECT_EQ(clinic.recorded.writes(), Writes{"recovery: became booked, Appointment/" + id + "/1"});
}

} // namespace
} // namespace tests::own_records
