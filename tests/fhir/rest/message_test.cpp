// SPDX-License-Identifier: Apache-2.0
#include "fhir/rest/message.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir::rest;

TEST(HeadersLookup, NamesCompareWithoutCase)
{
    Headers headers;
    headers.add("Content-Type", "text/plain");
    headers.add("accept", "a");
    headers.add("Accept", "b");
    EXPECT_EQ(headers.get("content-type"), "text/plain");
    EXPECT_EQ(headers.get("ACCEPT"), "a");
    EXPECT_EQ(headers.all("Accept"), "a, b");
    EXPECT_EQ(headers.count("accept"), 2u);
    EXPECT_FALSE(headers.has("Host"));
}

TEST(HeadersSet, ReplacesAllOfThatName)
{
    Headers headers;
    headers.add("accept", "a");
    headers.add("Accept", "b");
    headers.set("Accept", "c");
    EXPECT_EQ(headers.all("accept"), "c");
}

TEST(RequestTarget, SplitsAtTheFirstQuestionMark)
{
    Request request;
    request.target = "/Slot?a=1?2";
    EXPECT_EQ(request.path(), "/Slot");
    EXPECT_EQ(request.query(), "a=1?2");
    request.target = "/Slot";
    EXPECT_EQ(request.path(), "/Slot");
    EXPECT_EQ(request.query(), "");
}

TEST(PercentDecode, ReadsEscapesAndPlusOnlyWhenAsked)
{
    EXPECT_EQ(percent_decode("a%20b%C3%A9", false), "a bé");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
    EXPECT_EQ(percent_decode("a+b", false), "a+b");
}

TEST(PercentDecode, BadEscapesNulAndBrokenUtf8AreRefused)
{
    for (auto text :
         {"%", "%4", "%zz", "%4z", "%00", "a%00b", "%ff", "%C3", "%C0%80", "%ED%A0%80", "%F4%90%80%80"})
        EXPECT_FALSE(percent_decode(text, false)) << text;
}

TEST(PercentEncode, IsUndoneByDecode)
{
    const std::string text = "a/b?c=d&e|f é~-._";
    EXPECT_EQ(percent_encode(text), "a%2Fb%3Fc%3Dd%26e%7Cf%20%C3%A9~-._");
    EXPECT_EQ(percent_encode(text, "/|").substr(0, 3), "a/b");
    EXPECT_EQ(percent_decode(percent_encode(text), true), text);
}

TEST(ParseQuery, KeepsOrderRepeatsAndEmptyValues)
{
    const auto pairs = parse_query("start=ge2026-06-15&start=lt2026%2D06-16&&flag&x=");
    ASSERT_TRUE(pairs);
    using Pair = std::pair<std::string, std::string>;
    const std::vector<Pair> expected{
        {"start", "ge2026-06-15"}, {"start", "lt2026-06-16"}, {"flag", ""}, {"x", ""}};
    EXPECT_EQ(*pairs, expected);
}

TEST(ParseQuery, ABadEscapeAnywhereRefusesTheWhole)
{
    EXPECT_FALSE(parse_query("a=1&b=%zz"));
    EXPECT_FALSE(parse_query("%00=1"));
}

TEST(OutBuffer, NothingCanBeAppendedBeforeAnythingElse)
{
    OutBuffer out("");
    out.append({});
    EXPECT_TRUE(out.empty());
    EXPECT_EQ(out.with_head("head"), "head");
    EXPECT_EQ(OutBuffer(out).view(), "");
}

TEST(OutBufferHead, IsPutInFrontOfTheBody)
{
    OutBuffer out;
    out.append("body");
    out.push_back('!');
    EXPECT_EQ(out.view(), "body!");
    EXPECT_EQ(out.with_head("head "), "head body!");
    EXPECT_EQ(out.with_head(std::string(2000, 'h')).size(), 2005u);
}

} // namespace
