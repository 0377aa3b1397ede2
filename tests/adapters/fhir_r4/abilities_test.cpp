// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/abilities.hpp"

#include "tests/adapters/fhir_r4/world.hpp"

using namespace tests::fhir_r4;
using fhir::ErrorKind;

TEST(FhirR4Abilities, AreReadFromTheServersStatement)
{
    Server server;
    const auto can = r4::read_abilities(server.get("metadata").body.view());
    ASSERT_TRUE(can);
    EXPECT_TRUE(can->searches());
    EXPECT_TRUE(can->books());
    EXPECT_TRUE(can->patches());
    EXPECT_TRUE(can->appointment.conditional_create);
    EXPECT_TRUE(can->slot.follows("Slot:schedule"));
    EXPECT_EQ(can->further_includes.size(), 5U);
    EXPECT_FALSE(can->slot.knows("end"));
}

TEST(FhirR4Abilities, WhatIsNotListedIsNotOffered)
{
    const auto can = r4::read_abilities(R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1",
        "rest":[{"mode":"server","resource":[{"type":"Slot","interaction":[{"code":"read"}]}]}]})");
    ASSERT_TRUE(can);
    EXPECT_FALSE(can->searches());
    EXPECT_FALSE(can->books());
    EXPECT_FALSE(can->changes());
    EXPECT_FALSE(can->appointment.conditional_create);
}

TEST(FhirR4Abilities, AServerThatListsNoParametersKnowsThoseOfR4AndNoIncludes)
{
    const auto can = r4::read_abilities(R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1",
        "rest":[{"mode":"server","resource":[{"type":"Slot","interaction":[{"code":"search-type"}]}]}]})");
    ASSERT_TRUE(can);
    EXPECT_TRUE(can->slot.knows("start"));
    EXPECT_FALSE(can->slot.follows("Slot:schedule"));
}

TEST(FhirR4Abilities, AnyIncludeIsWrittenWithAStar)
{
    r4::TypeAbilities slot;
    for (const char* any : {"*", "Slot:*", "Slot:schedule"}) {
        slot.includes.emplace({std::string(any)});
        EXPECT_TRUE(slot.follows("Slot:schedule")) << any;
    }
    slot.includes.emplace({std::string("Schedule:*")});
    EXPECT_FALSE(slot.follows("Slot:schedule"));
}

TEST(FhirR4Abilities, PatchesInAnotherFormAreNotUsed)
{
    const std::string statement = R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1",
        "patchFormat":["FORMAT"],
        "rest":[{"mode":"server","resource":[{"type":"Appointment","interaction":[{"code":"patch"}]}]}]})";
    const auto with = [&](const std::string& format) {
        auto text = statement;
        return r4::read_abilities(text.replace(text.find("FORMAT"), 6, format))->patches();
    };
    EXPECT_TRUE(with("application/json-patch+json"));
    EXPECT_FALSE(with("application/fhir+json"));
}

TEST(FhirR4Abilities, AnotherVersionOfFhirIsRefusedPlainly)
{
    for (const char* version : {"3.0.2", "5.0.0", ""})
        EXPECT_EQ(kind(r4::read_abilities(R"({"resourceType":"CapabilityStatement","fhirVersion":")" +
                                          std::string(version) + R"("})")),
                  ErrorKind::not_supported_by_practice)
            << version;
}

TEST(FhirR4Abilities, AnythingElseIsMalformed)
{
    for (const char* body : {"", "{", "[]", "null", R"({"resourceType":"Bundle"})", "<html>"})
        EXPECT_EQ(kind(r4::read_abilities(body)), ErrorKind::supplier_malformed) << body;
}

TEST(FhirR4Abilities, AClientsStatementInTheSameDocumentIsPassedOver)
{
    const auto can = r4::read_abilities(R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1",
        "rest":[{"mode":"client","resource":[{"type":"Slot","interaction":[{"code":"search-type"}]}]}]})");
    ASSERT_TRUE(can);
    EXPECT_FALSE(can->searches());
}
