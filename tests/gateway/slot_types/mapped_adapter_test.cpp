// SPDX-License-Identifier: Apache-2.0
#include "gateway/slot_types/mapped_adapter.hpp"

#include "adapters/slot_pattern.hpp"
#include "gateway/policy/slot_kind.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_adapter.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace tests::mapped_adapter_cases
{
namespace
{

using gateway::slot_types::CurrentSlotTypes;
using gateway::slot_types::SeenTypes;
using gateway::slot_types::SlotType;
using gateway::slot_types::SlotTypes;

/// Gives the same rows again and again.
class SteadyAdapter : public FakeAdapter
{
public:
    adapters::Awaitable<fhir::Result<adapters::FoundSlots>> find_slots(adapters::FindSlots) override
    {
        co_return found;
    }
    adapters::FoundSlots found;
};

fhir::Slot slot(const std::string& id, const std::string& type)
{
    fhir::Slot made;
    made.id = id;
    made.schedule = fhir::reference_to("Schedule/A10001.s");
    made.service_type.push_back(fhir::concept_text(type));
    made.start = FakeClock::default_start;
    made.end = FakeClock::default_start + std::chrono::minutes(10);
    return made;
}

SlotType telephone()
{
    SlotType type{{"Tel*"}, {}, "clinical-triage", "Telephone", "R0600"};
    type.patterns = gateway::policy::SessionPatterns(type.names);
    return type;
}

class Mapped : public testing::Test
{
protected:
    Mapped()
    {
        auto steady = std::make_unique<SteadyAdapter>();
        inner = steady.get();
        adapter =
            gateway::slot_types::make_mapped_adapter(std::move(steady), *fhir::OdsCode::parse("A10001"),
                                                     {types, seen, clock, "https://gateway.example.net"});
    }
    void offer(fhir::Slot one) { inner->found.slots.push_back(adapters::share({std::move(one), "key"})); }
    /// Two of one pattern.
    void offer_alike(const std::string& type)
    {
        auto common = slot({}, type);
        common.identifier.push_back(fhir::identifier_of("https://supplier.example/slot", "0"));
        const auto pattern = std::make_shared<const adapters::SlotPattern>(common, "|end");
        for (const std::string id : {"A10001.1", "A10001.2"})
            inner->found.slots.push_back(adapters::share(
                pattern, {id,
                          id,
                          {FakeClock::default_start, FakeClock::default_start + std::chrono::minutes(5)},
                          id}));
    }
    adapters::FoundSlots find()
    {
        auto found = run(adapter->find_slots({}));
        return found ? std::move(*found) : adapters::FoundSlots();
    }

    FakeClock clock;
    CurrentSlotTypes types{SlotTypes({telephone()})};
    SeenTypes seen;
    SteadyAdapter* inner = nullptr;
    std::unique_ptr<adapters::Adapter> adapter;
};

TEST_F(Mapped, ASlotShowsItsNationalCategoryBesideThePracticesWords)
{
    offer(slot("A10001.1", "Tel GP"));
    const auto shown = find().slots.front()->slot();
    EXPECT_EQ(shown.service_type.front().text, "Tel GP");
    ASSERT_EQ(shown.service_category.size(), 1U);
    const auto& coding = shown.service_category.front().coding.front();
    EXPECT_EQ(coding.system->text, "https://gateway.example.net/fhir/CodeSystem/national-slot-category");
    EXPECT_EQ(coding.code->text, "clinical-triage");
    EXPECT_EQ(coding.display, "Clinical Triage");
    EXPECT_TRUE(gateway::policy::has_national_category(shown));
    EXPECT_EQ(gateway::policy::delivery_channel(shown)->coding.front().code->text, "Telephone");
    EXPECT_EQ(gateway::policy::slot_role(shown)->coding.front().code->text, "R0600");
}

TEST_F(Mapped, TheChannelThatThePracticesSystemNamesStays)
{
    auto named = slot("A10001.1", "Telephone list");
    fhir::Extension channel;
    channel.url = gateway::policy::uk_core_channel;
    channel.value = fhir::concept_text("Video");
    named.extension.push_back(channel);
    offer(named);
    EXPECT_EQ(gateway::policy::delivery_channel(find().slots.front()->slot())->text, "Video");
}

TEST_F(Mapped, SlotsThatAreAlikeStayAlikeAndKeepWhatIsTheirOwn)
{
    offer_alike("Tel nurse");
    const auto found = find();
    ASSERT_EQ(found.slots.size(), 2U);
    EXPECT_EQ(found.slots[0]->pattern(), found.slots[1]->pattern());
    EXPECT_EQ(found.slots[1]->id(), "A10001.2");
    EXPECT_EQ(found.slots[1]->supplier_key(), "A10001.2|end");
    EXPECT_EQ(found.slots[1]->slot().identifier.front().value, "A10001.2");
    EXPECT_NE(found.slots[1]->json().tail().find("clinical-triage"), std::string::npos);
}

TEST_F(Mapped, WhatComesAgainUnchangedIsTheSameObject)
{
    offer_alike("Tel nurse");
    const auto first = find();
    EXPECT_EQ(find().slots.front(), first.slots.front());
    types.replace(SlotTypes({}));
    EXPECT_EQ(find().slots.front(), inner->found.slots.front()) << "another table maps anew";
}

TEST_F(Mapped, EveryNameIsListedWithHowManySlotsHaveIt)
{
    offer(slot("A10001.1", "Tel GP"));
    offer_alike("Default");
    find();
    const auto all = seen.all();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].name, "Default");
    EXPECT_EQ(all[0].slots, 2U);
    EXPECT_FALSE(all[0].is_mapped());
    EXPECT_EQ(all[1].mapped.category, "clinical-triage");
    EXPECT_EQ(seen.unmapped(), 1U);
}

} // namespace
} // namespace tests::mapped_adapter_cases
