// SPDX-License-Identifier: Apache-2.0
#include "adapters/slot_memo.hpp"
#include "adapters/xml.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tests
{

namespace xml = adapters::xml;

namespace
{

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

} // namespace

TEST(Xml, EveryBrokenDocumentIsMalformed)
{
    std::size_t seen = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/xml/bad")) {
        const auto read = xml::read(content_of(file.path()));
        ASSERT_FALSE(read) << file.path();
        EXPECT_EQ(read.error().kind(), fhir::ErrorKind::supplier_malformed) << file.path();
        ++seen;
    }
    EXPECT_EQ(seen, 22U);
}

TEST(Xml, ABracketTooManyAtTheVeryEndIsMalformed)
{
    for (const std::string text : {"<r>a</r>>", "<r>a\rb</r>>", "<r><!-- not plain -->a</r>>"})
        EXPECT_FALSE(xml::read(text)) << text;
}

TEST(Xml, ADocumentOverTheSizeLimitIsMalformed)
{
    EXPECT_FALSE(xml::read("<a b=\"" + std::string(xml::max_bytes, 'x') + "\"/>"));
}

TEST(Xml, NestingUpToTheLimitIsRead)
{
    const auto nested = [](int depth) {
        std::string body;
        for (int i = 0; i < depth; ++i)
            body += "<a>";
        for (int i = 0; i < depth; ++i)
            body += "</a>";
        return body;
    };
    EXPECT_TRUE(xml::read(nested(xml::max_depth)));
    EXPECT_FALSE(xml::read(nested(xml::max_depth + 1)));
}

TEST(Xml, ADeclarationAByteOrderMarkAndCommentsAreNoMatter)
{
    const auto read = xml::read("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- x -->"
                                "<a b='1'><!-- between elements --><c /></a>\n");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->root().attribute("b"), "1");
    EXPECT_TRUE(read->root().child("c"));
}

TEST(Xml, WhatIsWrittenIsReadBackTheSame)
{
    const std::string text = "a<b>&\"c'\t\n\xC3\xA9 d";
    const auto written = xml::NewElement("a", {{"b", text}}).add("c", "<&>").str();
    const auto read = xml::read(written);
    ASSERT_TRUE(read) << written;
    EXPECT_EQ(read->root().attribute("b"), text);
    EXPECT_EQ(read->root().child("c").text(), "<&>");
}

TEST(Xml, ControlCharactersThatXmlCannotCarryAreWrittenAsBlanks)
{
    const auto read = xml::read(xml::NewElement("a", {{"b", std::string("x\0y\x1bz", 5)}}).str());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->root().attribute("b"), "x y z");
}

TEST(Xml, APrefixIsNoPartOfAName)
{
    for (const auto* body : {"<v:a xmlns:v='urn:v'><v:b>x</v:b></v:a>", "<a xmlns='urn:v'><b>x</b></a>",
                             "<v:a xmlns:v='urn:v'><b xmlns='urn:v'>x</b></v:a>",
                             "<v:a xmlns:v='urn:v' xmlns:w='urn:v'><w:b>x</w:b></v:a>"}) {
        const auto read = xml::read(body);
        ASSERT_TRUE(read) << body;
        EXPECT_TRUE(read->root().is("urn:v", "a")) << body;
        EXPECT_EQ(read->root().child("urn:v", "b").text(), "x") << body;
        EXPECT_EQ(read->root().children("urn:v", "b").size(), 1U) << body;
    }
}

TEST(Xml, TheNearestDeclarationOfAPrefixCounts)
{
    const auto read = xml::read("<v:a xmlns:v='urn:v'><v:b xmlns:v='urn:other'/><v:b/><b/></v:a>").value();
    EXPECT_EQ(read.root().children("urn:v", "b").size(), 1U);
    EXPECT_EQ(read.root().children("", "b").size(), 1U);
    EXPECT_EQ(read.root().child("urn:other", "b").space(), "urn:other");
}

TEST(Xml, ADeclarationEndsWithItsElement)
{
    const auto document =
        xml::read(R"(<a xmlns="urn:one" xmlns:p="urn:p"><b xmlns="" xmlns:p="urn:q"><p:c/></b><p:c/></a>)");
    ASSERT_TRUE(document);
    const auto root = document->root();
    EXPECT_TRUE(root.child("", "b"));
    EXPECT_TRUE(root.child("", "b").child("urn:q", "c"));
    EXPECT_TRUE(root.child("urn:p", "c"));
    EXPECT_EQ(root.children().size(), 2U);
    EXPECT_FALSE(xml::read(R"(<a><b xmlns:p="urn:q"/><p:c/></a>)"));
}

TEST(Xml, AnAttributeWithoutAPrefixIsInNoNamespace)
{
    const auto read = xml::read("<a xmlns='urn:v' xmlns:v='urn:v' id='plain' v:id='qualified'/>").value();
    EXPECT_EQ(read.root().attribute("id"), "plain");
    EXPECT_EQ(read.root().attribute("", "id"), "plain");
    EXPECT_EQ(read.root().attribute("urn:v", "id"), "qualified");
    EXPECT_EQ(read.root().local_name(), "a");
}

namespace
{

/// All that is read of it; `refused` when nothing is.
std::string told(const std::string& body)
{
    const auto read = xml::read(body);
    if (!read)
        return "refused";
    std::string text;
    const xml::Node* const root = read->root().node();
    for (const xml::Node* each = root; each != root + root->size; ++each)
        text.append(each->name)
            .append("|")
            .append(each->space)
            .append("|")
            .append(each->text)
            .append("|")
            .append(std::to_string(each->size) + " " + std::to_string(each->attributes) + "\n");
    return text;
}

} // namespace

/// A comment behind a document makes it one that only the parser reads.
TEST(Xml, PlainDocumentsAreReadAsTheParserReadsThem)
{
    const std::vector<std::string> bodies{"<a/>",
                                          "<a />",
                                          "<a></a>",
                                          "<a></a >",
                                          " <a> </a>\n",
                                          "<a>x</a>",
                                          "<a> x </a>",
                                          "<a>x\n</a>",
                                          "<a>x\r\ny</a>",
                                          "<a>&lt;&amp;lt;&gt;&quot;&apos;</a>",
                                          "<a>&#65;</a>",
                                          "<a>1 > 0 \"'</a>",
                                          "<a b='1' c=\"2\"/>",
                                          "<a b = '1'/>",
                                          "<a b='say \"&quot;\"'/>",
                                          "<a b='1\n2'/>",
                                          "<a b='1\t2'/>",
                                          "<a b=''/>",
                                          "<a b='1'c='2'/>",
                                          "<a b='1' b='2'/>",
                                          "<a b=1/>",
                                          "<a b/>",
                                          "<a b='<'/>",
                                          "<a b='1/>",
                                          "<a><b/>x</a>",
                                          "<a>x<b/></a>",
                                          "<a>x<b/>y</a>",
                                          "<a>x<!-- -->y</a>",
                                          "<a><![CDATA[x]]></a>",
                                          "<a><?x y?></a>",
                                          "<a><b></a></b>",
                                          "<a><b></b>",
                                          "<a></b>",
                                          "</a>",
                                          "<a/><b/>",
                                          "x<a/>",
                                          "<a/>x",
                                          "<",
                                          "<a",
                                          "<a>",
                                          "<a><",
                                          "<1/>",
                                          "<a.b-c_d1/>",
                                          "<\xC3\xA9/>",
                                          "<a>\xC3\xA9</a>",
                                          "<p:a xmlns:p='u'><p:b p:c='1' c='1'/></p:a>",
                                          "<p:a/>",
                                          "<a xmlns='u'><b xmlns=''/><c/></a>",
                                          "<a xmlns:p='u' p:b='1' p:b='2'/>",
                                          "<?xml version='1.0'?><a/>",
                                          "<?xml version='1.0'?>\n<a/>",
                                          "<?xml version='1.0'?",
                                          "<?xml-stylesheet?><a/>",
                                          "<a>&lt",
                                          "<a>&amp</a>"};
    for (const auto& body : bodies)
        EXPECT_EQ(told(body), told(body + "<!---->")) << body;
}

TEST(Xml, PlainDocumentsKnowTheirElementsAsTheyCame)
{
    adapters::SlotMemo memo;
    const auto read = xml::read("<r>\n<s t='&amp;&amp;' ><u/> </s ><s/></r>", &memo);
    ASSERT_TRUE(read);
    const auto rows = read->root().children();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(read->source_of(rows[0]), "<s t='&amp;&amp;' ><u/> </s >");
    EXPECT_EQ(read->source_of(rows[1]), "<s/>");
}

} // namespace tests
