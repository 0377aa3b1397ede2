// SPDX-License-Identifier: Apache-2.0
#include "gateway/slot_types/slot_type.hpp"

#include "gateway/slot_types/national_category.hpp"
#include "gateway/slot_types/seen_types.hpp"
#include "gateway/slot_types/suggestion.hpp"

#include <gtest/gtest.h>

namespace tests::slot_type_cases
{
namespace
{

using gateway::slot_types::SeenTypes;
using gateway::slot_types::SlotType;
using gateway::slot_types::SlotTypes;

fhir::OdsCode ods(std::string_view text)
{
    return *fhir::OdsCode::parse(text);
}

SlotType row(std::vector<std::string> names, std::string category, std::vector<fhir::OdsCode> practices = {})
{
    SlotType type{names, std::move(practices), std::move(category)};
    type.patterns = gateway::policy::SessionPatterns(names);
    return type;
}

std::string category_of(const SlotTypes& types, std::string_view practice,
                        std::vector<std::string_view> names)
{
    const auto* found = types.find(ods(practice), names);
    return found ? found->category : "none";
}

TEST(SlotTypeTable, ARowForThePracticeGoesBeforeOneForAll)
{
    const SlotTypes types(
        {row({"Tel*"}, "clinical-triage"), row({"tel gp"}, "general-consultation-acute", {ods("A10001")})});
    EXPECT_EQ(category_of(types, "A10001", {"Tel GP"}), "general-consultation-acute");
    EXPECT_EQ(category_of(types, "A10002", {"Tel GP"}), "clinical-triage");
    EXPECT_EQ(category_of(types, "A10002", {"Nurse"}), "none");
}

TEST(SlotTypeTable, TheSlotsOwnNameGoesBeforeItsSchedules)
{
    const SlotTypes types(
        {row({"Surgery"}, "general-consultation-routine"), row({"SMR"}, "structured-medication-review")});
    EXPECT_EQ(category_of(types, "A10001", {"SMR", "Surgery"}), "structured-medication-review");
}

TEST(SlotTypeTable, NamesComeFromTheSlotAndThenFromItsSchedule)
{
    fhir::Slot slot;
    slot.service_type.push_back(fhir::concept_text("GP F2F"));
    fhir::Schedule schedule;
    schedule.service_category.push_back(fhir::concept_text("Extended access"));
    schedule.comment = "GP F2F";
    EXPECT_EQ(gateway::slot_types::local_names(slot, &schedule),
              (std::vector<std::string_view>{"GP F2F", "Extended access"}));
    EXPECT_TRUE(gateway::slot_types::local_names({}, nullptr).empty());
}

struct Guess
{
    const char *name, *category, *channel, *role;
};

TEST(SlotTypeSuggestion, ReadsWhatPeopleWrite)
{
    const std::vector<Guess> rows{
        {"GP Telephone (urgent)", "general-consultation-acute", "Telephone", "R0260"},
        {"Nurse smears", "planned-clinical-procedure", "", "R0600"},
        {"SMR pharmacist tel", "structured-medication-review", "Telephone", "R1290"},
        {"111 direct booking F2F", "general-consultation-acute", "In-person", ""},
        {"Home visits", "home-visit", "", ""},
        {"Grouping", "", "", ""},
        {"Default", "", "", ""},
        {"", "", "", ""},
    };
    for (const Guess& expected : rows) {
        const auto guess = gateway::slot_types::suggest(expected.name);
        EXPECT_EQ(guess.category, expected.category) << expected.name;
        EXPECT_EQ(guess.channel, expected.channel) << expected.name;
        EXPECT_EQ(guess.role, expected.role) << expected.name;
    }
}

TEST(SlotTypeSuggestion, NeverSuggestsACategoryThatThereIsNot)
{
    for (const char* name :
         {"triage", "walk in", "group", "social prescriber", "minor ops", "asthma", "duty"}) {
        const auto guess = gateway::slot_types::suggest(name);
        EXPECT_NE(gateway::slot_types::find_category(guess.category), nullptr) << name;
    }
}

TEST(NationalCategories, AreFoundByCodeOrByTheirWords)
{
    ASSERT_NE(gateway::slot_types::find_category("general consultation ACUTE"), nullptr);
    EXPECT_EQ(gateway::slot_types::find_category("general consultation ACUTE")->code,
              "general-consultation-acute");
    EXPECT_NE(gateway::slot_types::find_category("smr"), gateway::slot_types::find_category("home-visit"));
    EXPECT_EQ(gateway::slot_types::find_category("coffee"), nullptr);
}

TEST(SeenSlotTypes, KeepsTheNewestOfEachNameAndForgetsTheLongestUnseen)
{
    SeenTypes seen;
    fhir::Instant at{};
    for (std::size_t i = 0; i <= SeenTypes::most_names; ++i) {
        at += std::chrono::seconds(1);
        seen.note({ods("A10001"), "name " + std::to_string(i), i, at});
    }
    seen.note({ods("A10002"), "GP", 3, at});
    seen.note({ods("A10002"), "GP", 5, at});
    const auto all = seen.all();
    EXPECT_EQ(all.size(), SeenTypes::most_names + 1);
    EXPECT_EQ(all.back().slots, 5U);
    for (const auto& each : all)
        EXPECT_NE(each.name, "name 0");
    EXPECT_EQ(seen.unmapped(), all.size());
}

} // namespace
} // namespace tests::slot_type_cases
