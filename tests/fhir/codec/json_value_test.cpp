// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json_value.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir;
using namespace fhir::codec;

TEST(ParseJson, KeepsOrderAndTheTextOfNumbers)
{
    const std::string text = R"({"b":[1.50,-0,1e3,null,true,false],"a":{"x":"é\"\\\n"},"z":[],"y":{}})";
    const auto value = parse_json(text);
    ASSERT_TRUE(value) << value.error().sentence();
    EXPECT_EQ(to_json(*value), text);
    EXPECT_EQ(value->find("b")->items()[0].text(), "1.50");
}

TEST(ParseJson, ScalarsAndSurroundingWhiteSpaceAreAccepted)
{
    EXPECT_EQ(parse_json(" \r\n\t12 ")->integer(), 12);
    EXPECT_EQ(parse_json("\"a\"")->text(), "a");
    EXPECT_TRUE(parse_json("null")->is_null());
}

struct RefusedText
{
    std::string text;
    ErrorKind kind;
};

TEST(ParseJson, HostileTextIsRefused)
{
    using enum ErrorKind;
    const std::vector<RefusedText> table = {
        {"", malformed},
        {" ", malformed},
        {"{", malformed},
        {"[1,]", malformed},
        {"{\"a\":1,}", malformed},
        {"{a:1}", malformed},
        {"{'a':1}", malformed},
        {"[1] x", malformed},
        {"[1][2]", malformed},
        {"NaN", malformed},
        {"-", malformed},
        {"01", malformed},
        {"1.", malformed},
        {".5", malformed},
        {"+1", malformed},
        {"0x10", malformed},
        {"Infinity", malformed},
        {"\"\\ud800\"", malformed},
        {"\"\\udc00\"", malformed},
        {"\"\\x41\"", malformed},
        {"\"abc", malformed},
        {"\"\xff\"", malformed},
        {"\"\xc0\x80\"", malformed},
        {"\"\xed\xa0\x80\"", malformed},
        {"\"\\u0000\"", malformed},
        {"\"\\u001f\"", malformed},
        {"\"\\u007f\"", malformed},
        {"\"a\nb\x01\"", malformed},
        {"{\"a\\u0000\":1}", malformed},
        {"{\"a\":1,\"a\":2}", malformed},
        {"{\"a\":1,\"\\u0061\":2}", malformed},
        {"[{\"x\":{\"a\":1,\"b\":2,\"a\":3}}]", malformed},
        {std::string("[1]\0", 4), malformed},
        {std::string("[1]\0[2]", 7), malformed},
        {std::string("\"a\0b\"", 5), malformed},
        {"\xef\xbb\xbf[1]", malformed},
        {"/* c */ [1]", malformed},
        {"[1] // c", malformed},
        {std::string(33, '[') + std::string(33, ']'), too_deep},
        {std::string(1'000'000, '['), too_deep},
    };
    for (const auto& row : table) {
        const auto value = parse_json(row.text);
        ASSERT_FALSE(value) << row.text.substr(0, 60);
        EXPECT_EQ(value.error().kind(), row.kind) << row.text.substr(0, 60);
    }
}

TEST(ParseJson, AControlCharacterIsRefusedWhereverItStandsInAText)
{
    for (int control = 0; control < 0x20; ++control)
        for (std::size_t place = 0; place < 40; ++place) {
            std::string text(40, 'a');
            text[place] = static_cast<char>(control);
            EXPECT_FALSE(parse_json("\"" + text + "\"")) << control << " at " << place;
        }
}

TEST(ParseJson, TheSentenceSaysWhere)
{
    EXPECT_EQ(parse_json("[1 2]").error().sentence(),
              "The JSON lacks a comma or closing bracket, at byte 3.");
    EXPECT_EQ(parse_json("{\"a\":1,\"a\":2}").error().sentence(),
              "The JSON names a member of one object twice, at byte 12.");
}

TEST(ParseJson, DepthAtTheLimitIsAccepted)
{
    EXPECT_TRUE(parse_json(std::string(32, '[') + std::string(32, ']')));
    EXPECT_TRUE(parse_json("[[1]]", {.max_depth = 2, .max_bytes = 5}));
    EXPECT_FALSE(parse_json("[[1]]", {.max_depth = 1, .max_bytes = 5}));
    EXPECT_EQ(parse_json("[[1]]", {.max_depth = 2, .max_bytes = 4}).error().kind(),
              ErrorKind::body_too_large);
}

TEST(ParseJson, ManyMembersAreCheckedForDuplicatesWithoutQuadraticCost)
{
    std::string text = "{";
    for (int i = 0; i < 200'000; ++i)
        text += "\"k" + std::to_string(i) + "\":0,";
    EXPECT_TRUE(parse_json(text + "\"last\":0}"));
    EXPECT_FALSE(parse_json(text + "\"k7\":0}"));
}

TEST(JsonValueFind, CanIgnoreCase)
{
    const auto value = *parse_json(R"({"SessionId":1,"sessionName":"a"})");
    EXPECT_EQ(value.find("sessionId"), nullptr);
    ASSERT_NE(value.find("sessionId", true), nullptr);
    EXPECT_EQ(value.find("SESSIONNAME", true)->text(), "a");
}

TEST(JsonValueInteger, IsNothingForOtherNumbersAndTypes)
{
    EXPECT_EQ(parse_json("-42")->integer(), -42);
    for (auto text : {"1.0", "1e2", "99999999999999999999", "\"1\"", "true"})
        EXPECT_FALSE(parse_json(text)->integer()) << text;
}

TEST(JsonValueSet, ReplacesOrAppends)
{
    JsonValue value = JsonValue::object({{"a", 1}});
    value.set("b", "x");
    value.set("a", true);
    EXPECT_EQ(to_json(value), R"({"a":true,"b":"x"})");
    value.remove("a");
    EXPECT_EQ(to_json(value), R"({"b":"x"})");
}

TEST(ToJson, PrettyIndentsByTwo)
{
    const auto value = *parse_json(R"({"a":[1,{"b":2}],"c":[],"d":{}})");
    EXPECT_EQ(to_json(value, true),
              "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}");
}

TEST(AppendJsonString, EscapesWhereverItIsNeededInTextsOfAnyLength)
{
    for (std::size_t length = 1; length < 28; ++length)
        for (std::size_t place = 0; place < length; ++place)
            for (const std::string special : {"\"", "\\", "\n", "\t", "\r"}) {
                std::string text(length, 'a');
                text.replace(place, 1, special);
                text.replace((place * 7) % length, 0, special + "\xc3\xa9");
                std::string quoted;
                append_json_string(quoted, text);
                const auto read = parse_json(quoted);
                ASSERT_TRUE(read) << quoted;
                ASSERT_EQ(read->text(), text);
            }
    for (int byte = 0; byte < 0x20; ++byte) {
        std::string quoted;
        append_json_string(quoted, std::string(9, 'a') + static_cast<char>(byte));
        EXPECT_EQ(quoted[10], '\\') << byte;
    }
}

TEST(AppendJsonString, EscapesWhatJsonAsksFor)
{
    std::string out;
    append_json_string(out, "a\"\\/\b\f\n\r\t\x01\x7fé");
    EXPECT_EQ(out, "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007fé\"");
}

} // namespace
