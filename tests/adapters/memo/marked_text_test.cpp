// SPDX-License-Identifier: Apache-2.0
#include "adapters/json_fields.hpp"
#include "adapters/slot_memo.hpp"
#include "adapters/xml.hpp"

#include <gtest/gtest.h>

namespace
{

using adapters::AnswerRow;
using adapters::MarkedText;
using adapters::SlotMemo;

const std::string one = R"({"id":"1","at":"09:00"})", two = R"({"id":"2","at":"09:10"})",
                  three = R"({"id":"3","at":"09:20"})";

class MarkedTextTest : public testing::Test
{
protected:
    /// As if an answer had held those rows.
    void learn(std::initializer_list<std::string> rows)
    {
        SlotMemo::Reading reading(memo_);
        for (const auto& row : rows)
            reading.row("clinic", row, [&] {
                adapters::OfferedSlot offered;
                offered.slot.id = row;
                return std::optional(std::move(offered));
            });
    }
    std::string json(std::string_view answer)
    {
        return std::string(memo_.marked(answer, adapters::json_rows).text());
    }
    std::string xml(std::string_view answer)
    {
        return std::string(memo_.marked(answer, adapters::xml_rows).text());
    }

    SlotMemo memo_;
};

TEST_F(MarkedTextTest, AnAnswerToAnEmptyMemoStaysAsItCame)
{
    EXPECT_EQ(json("[" + one + "]"), "[" + one + "]");
}

TEST_F(MarkedTextTest, ARunOfKnownRowsIsOneMarkThatStandsForAllInOrder)
{
    learn({one, two, three});
    const auto answer = R"({"slots":[)" + one + " ,\n" + two + "," + three + "]}";
    const auto marked = memo_.marked(answer, adapters::json_rows);
    EXPECT_EQ(marked.text(), R"({"slots":[{"*":0}]})");
    ASSERT_EQ(marked.rows(0).size(), 3U);
    EXPECT_EQ(marked.rows(0)[1]->source, two);
    EXPECT_TRUE(marked.rows(1).empty());
}

TEST_F(MarkedTextTest, WhatIsUnknownOrChangedStaysAndEndsTheRun)
{
    learn({one, three});
    EXPECT_EQ(json("[" + one + "," + two + "," + three + "]"), R"([{"*":0},)" + two + R"(,{"*":1}])");
}

TEST_F(MarkedTextTest, RowsOfSeveralListsAreSeveralRuns)
{
    learn({one, two});
    EXPECT_EQ(json(R"([{"rows":[)" + one + R"(]},{"rows":[)" + two + "]}]"),
              R"([{"rows":[{"*":0}]},{"rows":[{"*":1}]}])");
}

TEST_F(MarkedTextTest, GoneRowsAreNotMissedAndOtherOrdersAreFound)
{
    learn({one, two, three});
    EXPECT_EQ(json("[" + three + "," + one + "]"), R"([{"*":0}])");
}

TEST_F(MarkedTextTest, AnAnswerWithATextLikeAMarkStaysAsItCame)
{
    learn({one});
    const auto answer = R"([{"*":0},)" + one + "]";
    EXPECT_EQ(json(answer), answer);
}

TEST_F(MarkedTextTest, ARowWithoutMembersLeavesAnswersAsTheyCame)
{
    learn({"{}"});
    EXPECT_EQ(json("[{}]"), "[{}]");
}

TEST_F(MarkedTextTest, ARunThatWouldHideAFaultStaysAFault)
{
    learn({one, two});
    const auto answer = R"({"slots":)" + one + "," + two + "}";
    const auto read = adapters::read_marked(answer, &memo_, [](MarkedText& text) {
        struct Wire
        {
            std::vector<MarkedText> known;
        };
        const auto object = adapters::read_object(text.text());
        return object ? fhir::Result<Wire>(Wire()) : std::unexpected(object.error());
    });
    EXPECT_FALSE(read);
}

TEST_F(MarkedTextTest, RowsStayKnownForAsLongAsTheyAreMarked)
{
    learn({one});
    const auto marked = memo_.marked("[" + one + "]", adapters::json_rows);
    for (int i = 0; i < 100; ++i)
        learn({two});
    EXPECT_EQ(marked.rows(0)[0]->source, one);
}

TEST_F(MarkedTextTest, ElementsAreMarkedByOneOfTheirName)
{
    learn({R"(<Slot a="1>2" />)", R"(<Slot a="3"><b/></Slot>)"});
    EXPECT_EQ(xml(R"(<R><Slot a="1>2" /> <Slot a="3"><b/></Slot><Slot a="4"/></R>)"),
              R"(<R><Slot known-rows="0"/><Slot a="4"/></R>)");
}

TEST_F(MarkedTextTest, AMarkInsideACommentIsNotTakenForRows)
{
    learn({R"(<Slot a="1"/>)"});
    const auto read = adapters::xml::read(R"(<R><!--<Slot a="1"/>--></R>)", &memo_);
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->root().children().empty());
}

TEST_F(MarkedTextTest, OnlyElementsThatDeclareNothingOfTheirOwnAreKnownAgain)
{
    const auto read = adapters::xml::read(
        R"(<v:R xmlns:v="v" xmlns:w="w"><v:a><v:b c="1"/></v:a><v:a><w:b/></v:a><v:a xmlns="x"/></v:R>)",
        &memo_);
    ASSERT_TRUE(read);
    const auto rows = read->root().children();
    EXPECT_EQ(read->source_of(rows[0]), R"(<v:a><v:b c="1"/></v:a>)");
    EXPECT_EQ(read->source_of(rows[1]), "");
    EXPECT_EQ(read->source_of(rows[2]), "");
}

} // namespace
