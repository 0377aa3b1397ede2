// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/document.hpp"
#include "fhir/codec/json_value.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir::codec;

TEST(Document, ReadsWhatTheTreeReads)
{
    const std::string text =
        R"({"b":[1.50,-0,1e3,null,true,false],"a":{"x":"\u00e9\"\\\n","y":"plain"},"z":[],"é":{}})";
    const auto document = Document::parse(text);
    ASSERT_TRUE(document) << document.error().sentence();
    EXPECT_EQ(to_json(document->root()), to_json(*parse_json(text)));
}

TEST(Document, ChildrenAreWalkedOverTheirOwnChildren)
{
    const auto document = *Document::parse(R"([{"a":[1,2,{"b":3}]},"x",[[]],7])");
    std::vector<std::string> items;
    for (const Node& item : document.root().items())
        items.push_back(to_json(item));
    EXPECT_EQ(items, (std::vector<std::string>{R"({"a":[1,2,{"b":3}]})", "\"x\"", "[[]]", "7"}));
}

TEST(Document, SourceIsTheJsonByteForByteAsItCame)
{
    const auto document = *Document::parse(R"( { "row" : { "t":"a\/b\u0041" , "n":[ 1,  2 ] }, "s":"x" } )");
    const Node& row = *document.root().find("row");
    EXPECT_EQ(row.source(), R"({ "t":"a\/b\u0041" , "n":[ 1,  2 ] })");
    EXPECT_EQ(row.find("n")->source(), "[ 1,  2 ]");
    EXPECT_EQ(row.find("t")->text(), "a/bA");
    EXPECT_EQ(document.root().find("s")->source(), "");
}

TEST(Document, StaysReadableAfterItHasMoved)
{
    auto made = std::make_unique<fhir::Result<Document>>(Document::parse(R"({"a":"b"})"));
    const Document moved = std::move(**made);
    made.reset();
    EXPECT_EQ(moved.root().find("a")->text(), "b");
}

TEST(Document, FindIsNothingOutsideObjectsAndCanIgnoreCase)
{
    const auto document = *Document::parse(R"({"SessionId":1,"list":["SessionId"]})");
    EXPECT_EQ(document.root().find("sessionId"), nullptr);
    ASSERT_NE(document.root().find("sessionId", true), nullptr);
    EXPECT_EQ(document.root().find("sessionId", true)->integer(), 1);
    EXPECT_EQ(document.root().find("list")->find("SessionId"), nullptr);
}

} // namespace
