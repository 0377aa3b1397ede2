// SPDX-License-Identifier: Apache-2.0
#include "fhir/outcome/edit_distance.hpp"

#include <gtest/gtest.h>

TEST(EditDistance, CountsLettersPutInTakenOutAndChanged)
{
    const struct
    {
        const char* a;
        const char* b;
        std::size_t distance;
    } rows[] = {{"", "", 0},
                {"", "abc", 3},
                {"status", "status", 0},
                {"statsu", "status", 2},
                {"practise", "practice", 1},
                {"start", "strat", 2},
                {"slot", "slots", 1}};
    for (const auto& row : rows) {
        EXPECT_EQ(fhir::edit_distance(row.a, row.b), row.distance) << row.a << " " << row.b;
        EXPECT_EQ(fhir::edit_distance(row.b, row.a), row.distance) << row.b << " " << row.a;
    }
}

TEST(EditDistance, CapitalsAreSmallLetters)
{
    EXPECT_EQ(fhir::edit_distance("minutesduration", "minutesDuration"), 0U);
}
