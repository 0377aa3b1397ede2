// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/ids.hpp"

#include "tests/adapters/fhir_r4/world.hpp"

using namespace tests::fhir_r4;

namespace
{

const r4::Ids& brackenfold_ids()
{
    static const r4::Ids made(*fhir::OdsCode::parse("Z90001"), "https://apptgw.example",
                              "https://fhir.example/Z90001/fhir/R4");
    return made;
}

} // namespace

TEST(FhirR4Ids, ReferencesToTheServerBecomeOurs)
{
    const auto& ids = brackenfold_ids();
    EXPECT_EQ(ids.translated("Slot/12"), "Slot/Z90001.12");
    EXPECT_EQ(ids.translated("https://fhir.example/Z90001/fhir/R4/Slot/12"), "Slot/Z90001.12");
    EXPECT_EQ(ids.translated("Slot/12/_history/3"), "Slot/Z90001.12");
}

TEST(FhirR4Ids, OtherReferencesStayAsTheyAre)
{
    for (const char* other : {"#org", "urn:uuid:0197a2b0-0000-7000-8000-000000000001",
                              "https://other.example/fhir/Slot/12", "Slot", "slot/12", "Slot/", "Slot/a b",
                              "https://fhir.example/Z90001/fhir/R4x/Slot/12", "Slot/12?x=1", ""})
        EXPECT_EQ(brackenfold_ids().translated(other), other);
}

TEST(FhirR4Ids, AnIdThatIsAnNhsNumberIsNotShown)
{
    const auto number = tests::synthetic_nhs_number(3);
    const auto ours = brackenfold_ids().id(number);
    EXPECT_EQ(ours.find(number), std::string::npos);
    EXPECT_TRUE(ours.starts_with("Z90001."));
    EXPECT_EQ(ours, brackenfold_ids().id(number));
    EXPECT_NE(ours, brackenfold_ids().id(tests::synthetic_nhs_number(4)));
}

TEST(FhirR4Ids, LinksBelowTheServersBaseAreFollowed)
{
    const auto& ids = brackenfold_ids();
    EXPECT_EQ(ids.target_of("https://fhir.example/Z90001/fhir/R4/Slot?_page=2"), "Slot?_page=2");
    EXPECT_EQ(ids.target_of("https://fhir.example/Z90001/fhir/R4?_getpages=a-b&_x=1"), "?_getpages=a-b&_x=1");
    EXPECT_EQ(ids.target_of("Slot?cursor=https://elsewhere.example/"),
              "Slot?cursor=https://elsewhere.example/");
    EXPECT_EQ(ids.target_of("?page=2"), "?page=2");
}

TEST(FhirR4Ids, LinksThatLeadAnywhereElseAreNot)
{
    for (const std::string_view link : {"https://other.example/fhir/R4/Slot?_page=2",
                                        "http://fhir.example/Z90001/fhir/R4/Slot?_page=2",
                                        "https://fhir.example/Z90001/fhir/R4evil/Slot",
                                        "https://fhir.example.evil.example/Z90001/fhir/R4/Slot",
                                        "https://fhir.example/Z90002/fhir/R4/Slot",
                                        "//other.example/Slot",
                                        "/admin",
                                        "../../Z90002/fhir/R4/Slot",
                                        "https://fhir.example/Z90001/fhir/R4/../R5/Slot",
                                        "%2e%2e/Slot",
                                        "..%2Fadmin",
                                        "a%2fb",
                                        "Slot//x",
                                        "Slot?a=1\r\nHost: x",
                                        "Slot?a b",
                                        "Slot#x",
                                        "Slot\\x",
                                        "javascript:alert(1)",
                                        "",
                                        "Sl\xc3\xb6t"})
        EXPECT_FALSE(brackenfold_ids().target_of(link)) << link;
    EXPECT_FALSE(brackenfold_ids().target_of("Slot?a=" + std::string(9000, 'x')));
}

TEST(FhirR4Ids, AResourceIsRewrittenInPlace)
{
    const auto tree = fhir::codec::Document::parse(
        R"({"resourceType":"Location","id":"7","meta":{"versionId":"3"},"text":{"status":"empty"},
            "extension":[{"url":"u","valueReference":{"reference":"Location/8"}}],
            "contained":[{"resourceType":"Organization","id":"c"}],
            "partOf":{"reference":"https://elsewhere.example/Location/9"},"n":[1.50,true,null,"\"x\""]})");
    ASSERT_TRUE(tree);
    EXPECT_EQ(
        adapters::r4::localised(tree->root(), brackenfold_ids()),
        R"({"resourceType":"Location","id":"Z90001.7",)"
        R"("extension":[{"url":"u","valueReference":{"reference":"Location/Z90001.8"}}],)"
        R"("contained":[{"resourceType":"Organization","id":"c"}],)"
        R"("partOf":{"reference":"https://elsewhere.example/Location/9"},"n":[1.50,true,null,"\"x\""]})");
}
