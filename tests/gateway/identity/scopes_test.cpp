// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/scopes.hpp"

#include <gtest/gtest.h>

using namespace gateway::identity;

TEST(Scopes, VersionOneIsFoldedIntoVersionTwo)
{
    EXPECT_EQ(to_text(parse_scopes("system/Slot.read system/Appointment.write system/Task.*")),
              "system/Slot.rs system/Appointment.cud system/Task.cruds");
}

TEST(Scopes, OfOneResourceAreMerged)
{
    EXPECT_EQ(to_text(parse_scopes("system/Slot.r system/Slot.s")), "system/Slot.rs");
}

TEST(Scopes, WhatIsNotASystemScopeGrantsNothing)
{
    for (const char* bad :
         {"", " ", "openid", "user/Slot.rs", "Patient/*.rs", "system/Slot", "system/.rs", "system/Slot.",
          "system/Slot.sr", "system/Slot.rrs", "system/Slot.x", "system/Slot.rs?status=free",
          "system/Sl ot.rs", "SYSTEM/Slot.rs", "system/**.rs", "system/Slot.RS"})
        EXPECT_TRUE(parse_scopes(bad).empty()) << bad;
}

TEST(Scopes, AreNeverWidened)
{
    const auto allowed = parse_scopes("system/Slot.rs system/Appointment.crus");
    const struct
    {
        const char* wanted;
        const char* granted;
    } rows[] = {{"system/Slot.rs", "system/Slot.rs"},
                {"system/Slot.cruds", "system/Slot.rs"},
                {"system/*.rs", "system/Slot.rs system/Appointment.rs"},
                {"system/*.cruds", "system/Slot.rs system/Appointment.crus"},
                {"system/Patient.rs", ""},
                {"system/Slot.d", ""}};
    for (const auto& row : rows)
        EXPECT_EQ(to_text(narrowed(parse_scopes(row.wanted), allowed)), row.granted) << row.wanted;
    EXPECT_EQ(to_text(narrowed(parse_scopes("system/Slot.rs"), parse_scopes("system/*.r"))), "system/Slot.r");
}

TEST(Scopes, OfPatientsAndOfSystemsAreNotEachOther)
{
    const auto both = parse_scopes("patient/Slot.rs system/Slot.c");
    EXPECT_EQ(to_text(both), "patient/Slot.rs system/Slot.c");
    EXPECT_EQ(to_text(of_systems(both)), "system/Slot.c");
    EXPECT_TRUE(narrowed(parse_scopes("patient/Slot.rs"), parse_scopes("system/*.cruds")).empty());
    EXPECT_TRUE(narrowed(parse_scopes("system/Slot.rs"), parse_scopes("patient/*.cruds")).empty());
}

TEST(Scopes, ACallerMayWhatItsScopesSay)
{
    Caller caller{"hub", *fhir::OdsCode::parse("Y90001"),
                  {},    {},
                  {},    parse_scopes("system/Slot.rs system/Appointment.c"),
                  {}};
    EXPECT_TRUE(caller.may(Permission::search, "Slot"));
    EXPECT_TRUE(caller.may(Permission::create, "Appointment"));
    EXPECT_FALSE(caller.may(Permission::read, "Appointment"));
    EXPECT_FALSE(caller.may(Permission::read, "Slo"));
    EXPECT_FALSE(caller.may(Permission::search, "Patient"));
}
