// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/uk_time.hpp"
#include "fhir/search/values.hpp"

#include <gtest/gtest.h>

using namespace fhir;
using namespace fhir::search;

namespace
{

Instant at(std::string_view text)
{
    return parse_instant(text).value();
}

struct RangeCase
{
    std::string_view text, start, end;
};

void PrintTo(const RangeCase& row, std::ostream* out)
{
    *out << row.text;
}

class DateRange : public testing::TestWithParam<RangeCase>
{};

TEST_P(DateRange, CoversTheStretchThatWasWritten)
{
    const auto value = parse_date_value(GetParam().text, "start");
    ASSERT_TRUE(value) << value.error().sentence();
    EXPECT_EQ(to_utc_text(value->range.start), GetParam().start);
    EXPECT_EQ(to_utc_text(value->range.end), GetParam().end);
}

INSTANTIATE_TEST_SUITE_P(
    Values, DateRange,
    testing::Values(
        RangeCase{"2026-03-10", "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z"},
        RangeCase{"2026-06-15", "2026-06-14T23:00:00Z", "2026-06-15T23:00:00Z"},
        RangeCase{"2026-03-29", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"},
        RangeCase{"2026-10-25", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"},
        RangeCase{"2026-10", "2026-09-30T23:00:00Z", "2026-11-01T00:00:00Z"},
        RangeCase{"2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
        RangeCase{"2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
        RangeCase{"2028-02-29", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z"},
        RangeCase{"2026-06-15T09:20:00Z", "2026-06-15T09:20:00Z", "2026-06-15T09:20:01Z"},
        RangeCase{"2026-06-15T09:20Z", "2026-06-15T09:20:00Z", "2026-06-15T09:21:00Z"},
        RangeCase{"2026-06-15T09:20:00+01:00", "2026-06-15T08:20:00Z", "2026-06-15T08:20:01Z"},
        RangeCase{"2026-06-15T09:20:00 01:00", "2026-06-15T08:20:00Z", "2026-06-15T08:20:01Z"},
        RangeCase{"2026-06-15T09:20:00.250Z", "2026-06-15T09:20:00.250Z", "2026-06-15T09:20:00.251Z"},
        RangeCase{"2026-06-15T09:20:00", "2026-06-15T08:20:00Z", "2026-06-15T08:20:01Z"},
        RangeCase{"2026-01-15T09:20", "2026-01-15T09:20:00Z", "2026-01-15T09:21:00Z"},
        // The hour that comes twice stands for both readings, the one that never comes for the change.
        RangeCase{"2026-10-25T01:30:00", "2026-10-25T00:30:00Z", "2026-10-25T01:30:01Z"},
        RangeCase{"2026-03-29T01:30:00", "2026-03-29T01:00:00Z", "2026-03-29T01:00:01Z"}));

class BadDate : public testing::TestWithParam<std::string_view>
{};

TEST_P(BadDate, IsRefusedWithTheParameterItCameFrom)
{
    const auto value = parse_date_value(GetParam(), "start");
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().kind(), ErrorKind::value_invalid);
    EXPECT_EQ(value.error().path(), "http.start");
}

INSTANTIATE_TEST_SUITE_P(Values, BadDate,
                         testing::Values("", "ge", "2026-02-29", "2026-13", "2026-00-10", "2026-04-31",
                                         "26-04-01", "xx2026-03-10", "2026/03/10", "2026-03-10T25:00:00Z",
                                         "2026-03-10T09", "2026-03-10T09:61:00Z", "2026-03-10T", "today",
                                         "ge2026-03-10T09:00:00+1:00", "20260310", "0000",
                                         "2026-03-10 09:00:00Z"));

TEST(DateValue, ApproximatelyIsNotOffered)
{
    const auto value = parse_date_value("ap2026-03-10", "start");
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().kind(), ErrorKind::unknown_parameter);
}

TEST(DateValue, KeepsItsTextWithARepairedPlusForTheSelfLink)
{
    EXPECT_EQ(parse_date_value("ge2026-06-15T09:20:00 01:00", "start")->text, "ge2026-06-15T09:20:00+01:00");
}

struct MatchCase
{
    std::string_view text;
    bool before, first, last, after; ///< the day's eve, first moment, last second, and the next midnight
};

void PrintTo(const MatchCase& row, std::ostream* out)
{
    *out << row.text;
}

class PrefixOnADay : public testing::TestWithParam<MatchCase>
{};

TEST_P(PrefixOnADay, MatchesAsR4Says)
{
    const auto value = parse_date_value(GetParam().text, "start").value();
    EXPECT_EQ(value.matches(at("2026-03-09T23:59:59Z")), GetParam().before);
    EXPECT_EQ(value.matches(at("2026-03-10T00:00:00Z")), GetParam().first);
    EXPECT_EQ(value.matches(at("2026-03-10T23:59:59Z")), GetParam().last);
    EXPECT_EQ(value.matches(at("2026-03-11T00:00:00Z")), GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(Values, PrefixOnADay,
                         testing::Values(MatchCase{"2026-03-10", false, true, true, false},
                                         MatchCase{"eq2026-03-10", false, true, true, false},
                                         MatchCase{"ne2026-03-10", true, false, false, true},
                                         MatchCase{"gt2026-03-10", false, false, false, true},
                                         MatchCase{"ge2026-03-10", false, true, true, true},
                                         MatchCase{"lt2026-03-10", true, false, false, false},
                                         MatchCase{"le2026-03-10", true, true, true, false},
                                         MatchCase{"sa2026-03-10", false, false, false, true},
                                         MatchCase{"eb2026-03-10", true, false, false, false}));

TEST(Token, ReadsEveryForm)
{
    const auto plain = parse_token("free", "status").value();
    EXPECT_FALSE(plain.system);
    EXPECT_EQ(plain.code, "free");
    const auto both = parse_token("http://snomed.info/sct|788007007", "service-type").value();
    EXPECT_EQ(both.system, "http://snomed.info/sct");
    EXPECT_EQ(both.code, "788007007");
    const auto no_system = parse_token("|x", "identifier").value();
    EXPECT_EQ(no_system.system, "");
    const auto any_code = parse_token("urn:s|", "identifier").value();
    EXPECT_FALSE(any_code.code);
    EXPECT_EQ(parse_token("a\\|b", "identifier")->code, "a|b");
    EXPECT_FALSE(parse_token("", "identifier"));
    EXPECT_FALSE(parse_token("|", "identifier"));
}

TEST(Token, SystemsOfTheNhsCompareLoosely)
{
    const auto token = parse_token("http://fhir.nhs.uk/id/ods-organization-code|A11111", "x").value();
    EXPECT_TRUE(token.matches("https://fhir.nhs.uk/Id/ods-organization-code", "A11111"));
    EXPECT_FALSE(token.matches("https://fhir.nhs.uk/Id/ods-site-code", "A11111"));
}

TEST(Token, AnEmptySystemMeansThatThereIsNone)
{
    const auto token = parse_token("|x", "identifier").value();
    EXPECT_TRUE(token.matches("", "x"));
    EXPECT_FALSE(token.matches("urn:s", "x"));
}

TEST(Reference, ReadsIdTypeAndIdAndAbsoluteUrls)
{
    EXPECT_EQ(parse_reference("A11111.7", "schedule")->id, "A11111.7");
    EXPECT_EQ(parse_reference("Location/A11111.7", "schedule")->type, "Location");
    const auto url = parse_reference("https://elsewhere.example/fhir/Location/A11111.7", "schedule").value();
    EXPECT_EQ(url.type, "Location");
    EXPECT_EQ(url.id, "A11111.7");
    EXPECT_FALSE(parse_reference("Location/", "schedule"));
    EXPECT_FALSE(parse_reference("a b", "schedule"));
    EXPECT_FALSE(parse_reference("location/7", "schedule"));
}

TEST(Reference, WithoutATypeMatchesAnyType)
{
    const auto value = parse_reference("A11111.7", "actor").value();
    EXPECT_TRUE(value.matches("Location/A11111.7"));
    EXPECT_TRUE(value.matches("Practitioner/A11111.7"));
    EXPECT_FALSE(value.matches("Location/A11111.70"));
    EXPECT_FALSE(parse_reference("Location/A11111.7", "actor")->matches("Practitioner/A11111.7"));
}

TEST(String, MatchesThePrefixWithoutCaseOrAccents)
{
    const StringValue zoe{StringValue::Mode::prefix, "zoe"};
    EXPECT_TRUE(zoe.matches("Zoë"));
    EXPECT_TRUE(zoe.matches("ZOËLLA"));
    EXPECT_TRUE(zoe.matches("Zoe\xCC\x88"));
    EXPECT_FALSE(zoe.matches("Anne Zoe"));
    EXPECT_TRUE((StringValue{StringValue::Mode::contains, "zoe"}.matches("Anne Zoë")));
    EXPECT_FALSE((StringValue{StringValue::Mode::exact, "zoe"}.matches("Zoe")));
    EXPECT_TRUE((StringValue{StringValue::Mode::prefix, "lukasz strasse"}.matches("Łukasz Straße")));
}

TEST(Or, SplitsAtCommasThatAreNotEscaped)
{
    EXPECT_EQ(split_or("a,b"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(split_or("a\\,b,c"), (std::vector<std::string>{"a,b", "c"}));
    EXPECT_EQ(split_or("a\\\\,b"), (std::vector<std::string>{"a\\", "b"}));
    EXPECT_EQ(split_or("a\\|b"), (std::vector<std::string>{"a\\|b"}));
    EXPECT_EQ(split_or(""), (std::vector<std::string>{""}));
}

TEST(SelfLink, EscapesWhatAUrlCannotCarry)
{
    EXPECT_EQ(to_query(std::vector<RawParameter>{{"start", "ge2026-06-15T09:20:00+01:00"},
                                                 {"service-type", "urn:s|a b"}}),
              "start=ge2026-06-15T09:20:00%2B01:00&service-type=urn:s%7Ca%20b");
}

} // namespace
