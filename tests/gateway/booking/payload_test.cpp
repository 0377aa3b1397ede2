// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/payload.hpp"

#include "fhir/codec/json_value.hpp"

#include <gtest/gtest.h>

namespace
{

using gateway::booking::Payload;

fhir::Appointment appointment()
{
    fhir::Appointment appointment;
    appointment.participant.emplace_back();
    appointment.participant.front().actor = fhir::reference_to("Location/A10001.l1");
    appointment.participant.front().status = fhir::ParticipationStatus::accepted;
    return appointment;
}

Payload payload()
{
    Payload payload;
    payload.client_id = "hub";
    payload.created = fhir::Instant(std::chrono::milliseconds(1'700'000'000'000));
    for (const std::string id : {"A10001.s1", "A10001.s2"}) {
        fhir::Slot slot;
        slot.id = id;
        slot.schedule = fhir::reference_to("Schedule/A10001.m1");
        slot.start = fhir::Instant(std::chrono::hours(500'000));
        slot.end = slot.start + std::chrono::minutes(10);
        slot.comment = "say \"hello\" \\ twice";
        payload.slots.push_back({slot, "key of " + id});
    }
    payload.wanted = appointment();
    payload.wanted->description = "a \"quoted\" reason";
    payload.waiting = appointment();
    payload.waiting->comment = "later";
    return payload;
}

TEST(Payload, IsReadAsItWasWritten)
{
    const std::string text = to_text(payload());
    const auto read = gateway::booking::read_payload(text);
    ASSERT_TRUE(read) << read.error().sentence();
    ASSERT_EQ(read->slots.size(), 2U);
    EXPECT_EQ(read->slots[1].supplier_key, "key of A10001.s2");
    EXPECT_EQ(read->slots[1].slot.comment, "say \"hello\" \\ twice");
    EXPECT_EQ(read->wanted->description, "a \"quoted\" reason");
    EXPECT_EQ(read->waiting->comment, "later");
    EXPECT_EQ(to_text(*read), text);
}

TEST(Payload, ResourcesThatWereWrittenAsTextsAreReadToo)
{
    const std::string text = to_text(payload());
    auto former = fhir::codec::parse_json(text);
    ASSERT_TRUE(former);
    const auto as_text = [](fhir::codec::JsonValue& owner, std::string_view name) {
        owner.set(name, fhir::codec::to_json(*owner.find(name)));
    };
    as_text(*former, "wanted");
    as_text(*former, "waiting");
    for (auto& slot : former->find("slots")->items())
        as_text(slot, "slot");
    const auto read = gateway::booking::read_payload(fhir::codec::to_json(*former));
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_EQ(to_text(*read), text);
}

TEST(Payload, OneWithoutSlotsIsRead)
{
    const auto read = gateway::booking::read_payload(to_text(Payload()));
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_TRUE(read->slots.empty());
    EXPECT_FALSE(read->wanted);
}

} // namespace
