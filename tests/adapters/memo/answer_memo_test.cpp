// SPDX-License-Identifier: Apache-2.0
#include "adapters/answer_memo.hpp"

#include <gtest/gtest.h>

namespace
{

using adapters::AnswerMemo;
using adapters::FoundSlots;

FoundSlots answer(const std::string& slot_id)
{
    adapters::OfferedSlot offered;
    offered.slot.id = slot_id;
    FoundSlots found;
    found.slots.push_back(adapters::share(std::move(offered)));
    found.warnings.push_back("One row was left out.");
    return found;
}

class AnswerMemoTest : public testing::Test
{
protected:
    bool knows(std::string_view question, std::initializer_list<std::string_view> parts)
    {
        return memo_.find(question, {parts.begin(), parts.end()}).has_value();
    }
    void keep(const std::string& question, std::initializer_list<std::string_view> parts)
    {
        memo_.keep(question, {parts.begin(), parts.end()}, answer("a"));
    }

    AnswerMemo memo_;
};

TEST_F(AnswerMemoTest, TheSameAnswerHasTheSameSlotsAndWarnings)
{
    const std::vector<std::string_view> parts{"body"};
    const auto found = answer("a");
    memo_.keep("week", parts, found);
    const auto again = memo_.find("week", parts);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->slots, found.slots);
    EXPECT_EQ(again->warnings, found.warnings);
}

TEST_F(AnswerMemoTest, OneByteMoreIsAnotherAnswer)
{
    keep("week", {"body"});
    EXPECT_FALSE(knows("week", {"body "}));
    EXPECT_FALSE(knows("week", {"bod", "y"}));
    EXPECT_FALSE(knows("week", {"body", ""}));
}

TEST_F(AnswerMemoTest, AnotherQuestionIsAnotherAnswer)
{
    keep("week", {"body"});
    EXPECT_FALSE(knows("day", {"body"}));
}

TEST_F(AnswerMemoTest, OnlyTheLastAnswerToAQuestionIsKnown)
{
    keep("week", {"before"});
    keep("week", {"after"});
    EXPECT_FALSE(knows("week", {"before"}));
    EXPECT_TRUE(knows("week", {"after"}));
}

TEST_F(AnswerMemoTest, QuestionsLongNotAskedAreForgotten)
{
    keep("old", {"body"});
    keep("asked", {"body"});
    for (int i = 0; i < 20; ++i) {
        keep("week " + std::to_string(i), {"body"});
        EXPECT_TRUE(knows("asked", {"body"}));
    }
    EXPECT_FALSE(knows("old", {"body"}));
}

} // namespace
