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

/// Plain JSON is read in a way of its own; whatever is not plain must be read, or refused, as by the guard.
TEST(Document, AgreesWithTheTreeOnEveryTextAndOnEveryFault)
{
    const std::string long_text(100, 'x');
    const std::vector<std::string> texts{"0",
                                         "-0",
                                         "01",
                                         "-",
                                         "1.",
                                         ".5",
                                         "1.50",
                                         "1e3",
                                         "-1E-3",
                                         "12345678901234567890",
                                         "1.2.3",
                                         "0x1",
                                         "+1",
                                         "true",
                                         "True",
                                         "truefalse",
                                         "nul",
                                         "null",
                                         "\"\"",
                                         "\"a",
                                         "\"" + long_text + "\"",
                                         "\"a\tb\"",
                                         R"("\" \\ \/ \n\r\t")",
                                         R"("\b")",
                                         R"("\u0041")",
                                         R"("\u00")",
                                         R"("\x")",
                                         R"("\)",
                                         R"("é\"é")",
                                         "\"\xc3\"",
                                         "\"\xff" + long_text + "\"",
                                         "\"\x7f\"",
                                         std::string("\"\0\"", 3),
                                         std::string("{}\0", 3),
                                         "",
                                         " ",
                                         "[]",
                                         " [ ] ",
                                         "[1,]",
                                         "[,1]",
                                         "[1 2]",
                                         "[1",
                                         "]",
                                         "[}",
                                         "{",
                                         "{}",
                                         "{]",
                                         R"({"a":1})",
                                         R"({"a":1,})",
                                         R"({"a" :1 , "b":[ ]})",
                                         R"({"a"})",
                                         R"({"a":})",
                                         R"({a:1})",
                                         R"({"a":1,"a":2})",
                                         R"({"a":1 "b":2})",
                                         R"({"":0})",
                                         "[]]",
                                         "[][]",
                                         "{}x",
                                         std::string(32, '[') + std::string(32, ']'),
                                         std::string(33, '[') + std::string(33, ']'),
                                         R"({"a":[{"b":{"c":[[],{},"d",-1.25,true,false,null]}}],"e":"f"})"};
    for (const std::string& text : texts) {
        const auto document = Document::parse(text);
        const auto tree = parse_json(text);
        ASSERT_EQ(document.has_value(), tree.has_value()) << text;
        if (tree)
            EXPECT_EQ(to_json(document->root()), to_json(*tree)) << text;
        else
            EXPECT_EQ(document.error().sentence(), tree.error().sentence()) << text;
    }
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
