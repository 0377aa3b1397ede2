// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/json_line.hpp"

#include "fhir/codec/json_value.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

using namespace gateway::observability;
using tests::FakeClock;

namespace
{

std::string line(std::string_view event, const std::vector<Field>& fields)
{
    return json_line(FakeClock::default_start + std::chrono::milliseconds(7), Level::info, event, fields);
}

} // namespace

TEST(JsonLine, StartsWithTimeLevelAndEvent)
{
    EXPECT_EQ(line("started", {}), R"({"time":"2026-11-23T08:00:00.007Z","level":"info","event":"started"})");
}

TEST(JsonLine, WritesEveryKindOfValue)
{
    EXPECT_EQ(
        line("e", {{"text", "a"}, {"count", 3}, {"ratio", 0.5}, {"yes", true}}),
        R"({"time":"2026-11-23T08:00:00.007Z","level":"info","event":"e","text":"a","count":3,"ratio":0.5,"yes":true})");
}

TEST(JsonLine, StaysOneLineWhateverTheTextHolds)
{
    const std::string text = line("e", {{"text", std::string("a\"b\\c\nd\re\0f\x1b[31m", 15)}});
    EXPECT_NE(text.find("\"a\\\"b\\\\c\\nd\\re\uFFFDf\uFFFD[31\""), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(JsonLine, BytesThatAreNotUtf8BecomeTheReplacementCharacter)
{
    for (const char* bad :
         {"\xFF", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\xE2\x82"}) {
        const auto parsed = fhir::codec::parse_json(line("e", {{"text", bad}}));
        ASSERT_TRUE(parsed) << bad;
        EXPECT_TRUE(parsed->find("text")->text().starts_with("\xEF\xBF\xBD"));
    }
}

TEST(JsonLine, NumbersThatJsonCannotHoldBecomeNull)
{
    for (const double number :
         {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
        EXPECT_TRUE(line("e", {{"n", number}}).ends_with(R"("n":null})"));
}

TEST(JsonLine, LongTextIsCut)
{
    const std::string text = line("e", {{"text", std::string(100'000, 'x')}});
    EXPECT_LT(text.size(), max_field_bytes + 200);
    EXPECT_TRUE(text.ends_with("…\"}"));
}

TEST(JsonLine, AnyBytesMakeValidJson)
{
    tests::FakeRandom random(7);
    for (int round = 0; round < 500; ++round) {
        std::string bytes;
        for (int i = 0; i < 40; ++i)
            bytes.push_back(static_cast<char>(random.next()));
        const std::string text = line(bytes, {{"value", bytes}});
        const auto parsed = fhir::codec::parse_json(text);
        EXPECT_TRUE(parsed) << parsed.error().sentence();
    }
}
