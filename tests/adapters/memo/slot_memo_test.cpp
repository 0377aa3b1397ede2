// SPDX-License-Identifier: Apache-2.0
#include "adapters/slot_memo.hpp"

#include <gtest/gtest.h>

namespace
{

using adapters::OfferedSlot;
using adapters::SharedSlot;
using adapters::SlotMemo;

OfferedSlot offered(const std::string& id)
{
    OfferedSlot made;
    made.slot.id = id;
    return made;
}

class SlotMemoTest : public testing::Test
{
protected:
    /// One answer with that row alone.
    SharedSlot answer(const std::string& context, const std::string& source)
    {
        SlotMemo::Reading reading(memo_);
        return reading.row(context, source, [&] {
            ++translations_;
            return adapters::share(offered(source));
        });
    }

    SlotMemo memo_;
    int translations_ = 0;
};

TEST_F(SlotMemoTest, AnUnchangedRowIsTheSameObjectAndTranslatedOnce)
{
    const auto first = answer("clinic", "row");
    EXPECT_EQ(answer("clinic", "row"), first);
    EXPECT_EQ(translations_, 1);
}

TEST_F(SlotMemoTest, ARowThatChangedIsTranslatedAnew)
{
    answer("clinic", "row");
    EXPECT_EQ(answer("clinic", "row changed")->id(), "row changed");
}

TEST_F(SlotMemoTest, ARowInAnotherContextIsTranslatedAnew)
{
    answer("clinic of Dr Okonjo", "row");
    answer("clinic of Dr Ferris", "row");
    EXPECT_EQ(translations_, 2);
}

TEST_F(SlotMemoTest, ARowThatCannotBeUsedIsNotKept)
{
    SlotMemo::Reading reading(memo_);
    EXPECT_EQ(reading.row("clinic", "row", [] { return std::optional<OfferedSlot>(); }), nullptr);
    EXPECT_EQ(reading.row("clinic", "row", [] { return SharedSlot(); }), nullptr);
    EXPECT_NE(reading.row("clinic", "row", [] { return adapters::share(offered("row")); }), nullptr);
}

TEST_F(SlotMemoTest, ARowLongUnseenIsForgottenAndOneStillSeenIsKept)
{
    const std::weak_ptr<const adapters::SlotRow> gone = answer("clinic", "gone");
    const std::weak_ptr<const adapters::SlotRow> stays = answer("clinic", "stays");
    for (int i = 0; i < 100; ++i)
        answer("clinic", "stays");
    EXPECT_TRUE(gone.expired());
    EXPECT_FALSE(stays.expired());
}

TEST(SlotRow, HasNoMeta)
{
    OfferedSlot made = offered("a");
    made.slot.meta.emplace().version_id = "7";
    EXPECT_FALSE(adapters::share(made)->slot().meta);
}

} // namespace
