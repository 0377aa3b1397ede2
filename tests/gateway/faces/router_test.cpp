// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/context.hpp"
#include "gateway/faces/operations.hpp"
#include "gateway/faces/routes.hpp"

#include <gtest/gtest.h>

#include <set>

using gateway::faces::Router;

namespace
{

Router router()
{
    return Router(gateway::faces::r4_routes(), "/fhir/R4");
}

std::string label(std::string_view method, std::string_view path)
{
    const auto found = router().find(method, path);
    if (!found)
        return found.error().kind() == fhir::ErrorKind::resource_type_unknown ? "unknown type" : "not found";
    return found->route ? std::string(found->route->path) : "refused, allow " + found->allow;
}

TEST(Router, FindsTheRowOfMethodAndPath)
{
    EXPECT_EQ(label("GET", "/fhir/R4/Slot"), "[base]/Slot");
    EXPECT_EQ(label("HEAD", "/fhir/R4/Slot/A11111.1"), "[base]/Slot/{id}");
    EXPECT_EQ(label("POST", "/fhir/R4/Slot/_search"), "[base]/Slot/_search");
    EXPECT_EQ(label("GET", "/fhir/R4/Appointment/a/_history/3"), "[base]/Appointment/{id}/_history/{vid}");
    EXPECT_EQ(label("GET", "/fhir/R4/metadata"), "[base]/metadata");
    EXPECT_EQ(label("POST", "/oauth2/token"), "/oauth2/token");
    EXPECT_EQ(label("GET", "/_ping"), "/_ping");
}

TEST(Router, CapturesIdAndVersionDecoded)
{
    const auto found = router().find("GET", "/fhir/R4/Appointment/ab%2Dcd/_history/12");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "ab-cd");
    EXPECT_EQ(found->version, "12");
}

TEST(Router, KnownPathWithAnotherVerbNamesThoseAllowed)
{
    EXPECT_EQ(label("DELETE", "/fhir/R4/Appointment/a"), "refused, allow GET, HEAD, PUT, PATCH, OPTIONS");
    EXPECT_EQ(label("PUT", "/fhir/R4/Slot/a"), "refused, allow GET, HEAD, OPTIONS");
    EXPECT_EQ(label("GET", "/oauth2/token"), "refused, allow POST, OPTIONS");
    EXPECT_EQ(label("GET", "/fhir/R4/Slot/_search"), "refused, allow POST, OPTIONS");
}

TEST(Router, DeletingAnAppointmentAdvisesToCancel)
{
    const auto found = router().find("DELETE", "/fhir/R4/Appointment/a");
    ASSERT_TRUE(found);
    EXPECT_NE(found->advice.find("Cancel"), std::string_view::npos);
}

TEST(Router, UnknownTypesAndPathsAreToldApart)
{
    EXPECT_EQ(label("GET", "/fhir/R4/Spaceship/1"), "unknown type");
    EXPECT_EQ(label("GET", "/fhir/R4/slot"), "not found") << "paths are case-sensitive";
    EXPECT_EQ(label("GET", "/fhir/R4/Slot/a/b/c/d"), "not found");
    EXPECT_EQ(label("GET", "/fhir/R4"), "not found");
    EXPECT_EQ(label("GET", "/"), "not found");
    EXPECT_EQ(label("GET", "/fhir/R5/Slot"), "not found");
}

TEST(Router, WhatCannotBeAnIdIsNotFound)
{
    EXPECT_EQ(label("GET", "/fhir/R4/Slot/a_b"), "not found");
    EXPECT_EQ(label("GET", "/fhir/R4/Slot/" + std::string(65, 'a')), "not found");
    EXPECT_EQ(label("GET", "/fhir/R4/Slot/a%2Fb"), "not found");
    EXPECT_EQ(label("GET", "/fhir/R4/Slot/%zz"), "not found");
}

TEST(Routes, EveryResourceRowAsksForAPermissionButWhatDescribesTheService)
{
    for (const auto& route : gateway::faces::r4_routes())
        EXPECT_EQ(route.permission.has_value(), !route.type.empty() && route.type != "OperationDefinition")
            << route.method << " " << route.path;
}

TEST(Routes, EveryOperationHasARowInTheTableOfOperations)
{
    for (const auto& route : gateway::faces::r4_routes())
        EXPECT_EQ(gateway::faces::operation_of(route) != nullptr,
                  route.path.find("/$") != std::string_view::npos)
            << route.path;
}

TEST(Routes, NoRowStandsTwice)
{
    std::set<std::string> seen;
    for (const auto& route : gateway::faces::r4_routes())
        EXPECT_TRUE(seen.insert(std::string(route.method) + " " + std::string(route.path)).second)
            << route.path;
}

} // namespace
