// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/lead.hpp"

#include <gtest/gtest.h>

namespace tests::lead_cases
{

namespace
{

using gateway::policy::Lead;

std::string before(std::string_view lead, std::string_view start)
{
    return fhir::to_utc_text(Lead::parse(lead).value().before(fhir::parse_instant(start).value()));
}

TEST(Lead, IsCountedBackFromTheSlot)
{
    const struct
    {
        const char *lead, *start, *expected;
    } rows[] = {
        {"90min", "2026-06-15T10:00:00+01:00", "2026-06-15T07:30:00Z"},
        {"48h", "2026-06-15T10:00:00+01:00", "2026-06-13T09:00:00Z"},
        {"0min", "2026-06-15T10:00:00+01:00", "2026-06-15T09:00:00Z"},
        {"14d", "2026-06-15T10:00:00+01:00", "2026-05-31T23:00:00Z"},
        {"0d", "2026-06-15T10:00:00+01:00", "2026-06-14T23:00:00Z"},
        {"1d 08:00", "2026-06-15T10:00:00+01:00", "2026-06-14T07:00:00Z"},
        // Shortly after midnight UK time the day is the UK's, not that of UTC.
        {"1d 08:00", "2026-06-15T00:30:00+01:00", "2026-06-14T07:00:00Z"},
        // The clocks go forward on 29 March 2026 and back on 25 October 2026.
        {"1d 08:00", "2026-03-29T10:00:00+01:00", "2026-03-28T08:00:00Z"},
        {"24h", "2026-03-29T10:00:00+01:00", "2026-03-28T09:00:00Z"},
        {"0d 01:30", "2026-03-29T10:00:00+01:00", "2026-03-29T01:00:00Z"},
        {"0d 01:30", "2026-10-25T10:00:00+00:00", "2026-10-25T00:30:00Z"},
        {"1d 08:00", "2026-10-26T10:00:00+00:00", "2026-10-25T08:00:00Z"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(before(row.lead, row.start), row.expected) << row.lead << " before " << row.start;
}

TEST(Lead, IsOverForWhatBeginsSoonerAndNotForWhatBeginsLater)
{
    constexpr auto moment = fhir::Instant::duration(1);
    for (const char* text : {"90min", "48h", "0min", "0d", "14d", "1d 08:00", "0d 01:30", "1d 23:59"})
        for (const char* from : {"2026-03-28T00:00:00Z", "2026-06-15T00:00:00Z", "2026-10-24T00:00:00Z"})
            for (int step = 0; step < 96; ++step) {
                const auto now = fhir::parse_instant(from).value() + step * std::chrono::minutes(30);
                const Lead lead = Lead::parse(text).value();
                const auto first = lead.first_start_behind(now);
                EXPECT_GT(lead.before(first), now) << text << ' ' << fhir::to_utc_text(now);
                EXPECT_LE(lead.before(first - moment), now) << text << ' ' << fhir::to_utc_text(now);
            }
}

TEST(Lead, IsRefusedWhenItIsWrittenOtherwise)
{
    for (const char* text : {"", "d", "-1d", "2", "2 d", "1d 8:00", "1d 24:00", "1d 08:60", "1d08:00", "1w",
                             "401d", "9601h", "1d 08:00 ", "99999999999999999999h"})
        EXPECT_FALSE(Lead::parse(text)) << text;
}

} // namespace

} // namespace tests::lead_cases
