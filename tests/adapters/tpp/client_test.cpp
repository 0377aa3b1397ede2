// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/tpp/client.hpp"

namespace tests
{

TEST_F(TppClient, ASearchWithoutAServiceAccountSaysSo)
{
    start();
    settings_.erase("search_identity");
    make_adapter();
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::link_invalid);
    auto given = query();
    given.search_identity = adapters::PatientLink{host_->simulator().client_settings().at("search_identity")};
    EXPECT_TRUE(run(adapter_->find_slots(given)));
}

TEST_F(TppClient, ASearchWorksWithoutTheGuidanceAndSaysThatItIsMissing)
{
    start({{"guidance", "fails"}});
    const auto found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slots.size(), 42U);
    EXPECT_EQ(found->warnings.size(), 1U);
}

TEST_F(TppClient, TheGuidanceIsPartOfTheSettings)
{
    start({{"guidance", "Come early."}});
    const auto settings = run(adapter_->practice_settings(hub_provenance()));
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->guidance, "Come early.");
    EXPECT_TRUE(settings->appointments_enabled);
    start({{"appointments", "off"}});
    const auto off = run(adapter_->practice_settings(hub_provenance()));
    ASSERT_TRUE(off);
    EXPECT_FALSE(off->appointments_enabled);
}

TEST_F(TppClient, OddSlotsAreLeftOutWithAWarningAndOddSessionsHarmNothing)
{
    start({{"bad_end", "880011"}, {"blank_type", "880012,880013"}, {"without_staff", "5503"}});
    const auto found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slots.size(), 39U);
    EXPECT_EQ(found->warnings.size(), 3U);
    EXPECT_EQ(found->practitioners.size(), 2U);
}

TEST_F(TppClient, LinkingMayBeRepeatedAndItsRefusalsAreTold)
{
    start({{"cannot_link", practice_seed().patients[3].nhs_number}});
    const auto link = [&](std::size_t n, const std::function<void(adapters::PatientContext&)>& change) {
        auto context = patient_context(seed_.patients[n]);
        change(context);
        const auto linked = run(adapter_->link_patient({hub_provenance(), context}));
        return linked ? ErrorKind::not_implemented : linked.error().kind();
    };
    const auto as_is = [](adapters::PatientContext&) {};
    EXPECT_EQ(link(2, as_is), ErrorKind::not_implemented);
    EXPECT_EQ(link(2, as_is), ErrorKind::not_implemented);
    EXPECT_EQ(link(3, as_is), ErrorKind::link_invalid);
    EXPECT_EQ(link(1, [](auto& context) { context.demographics->name[0].family = "Else"; }),
              ErrorKind::link_invalid);
    EXPECT_EQ(link(1, [](auto& context) { context.demographics.reset(); }), ErrorKind::demographics_required);
    EXPECT_EQ(link(1, [](auto& context) { context.demographics->birth_date.reset(); }),
              ErrorKind::demographics_required);
    settings_["provider_id"] = "wrong";
    make_adapter();
    EXPECT_EQ(link(1, as_is), ErrorKind::supplier_error);
}

} // namespace tests
