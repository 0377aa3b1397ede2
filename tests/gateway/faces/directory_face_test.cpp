// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/face_fixture.hpp"

namespace
{

using tests::text_at;
using DirectoryFace = tests::FaceTest;

TEST_F(DirectoryFace, ResourcesOfABookAreRead)
{
    add_book();
    for (const auto* path : {"Schedule/A11111.s1", "Practitioner/A11111.n1", "Location/A11111.main",
                             "Organization/A11111.org"}) {
        const auto response = get(path);
        EXPECT_EQ(response.status, 200u) << path;
        EXPECT_TRUE(std::string(path).ends_with("/" + text_at(response, "id")));
        EXPECT_FALSE(response.headers.get("ETag").empty());
    }
    EXPECT_EQ(get("HealthcareService/A11111.none").status, 404u);
}

TEST_F(DirectoryFace, SearchFindsWhatMatches)
{
    add_book();
    EXPECT_EQ(text_at(get("Practitioner?name=oko"), "total"), "1");
    EXPECT_EQ(text_at(get("Practitioner?name=smith"), "total"), "0");
    EXPECT_EQ(text_at(get("Organization?identifier=https://fhir.nhs.uk/Id/ods-organization-code%7CA11111"),
                      "total"),
              "1");
    EXPECT_EQ(text_at(get("Location?name=lark"), "entry/0/resource/id"), "A11111.main");
}

TEST_F(DirectoryFace, SearchIsSortedAsAsked)
{
    adapters::FoundSlots found;
    for (const char* name : {"Émile Road", "Apple Lane", "Zinnia Way"}) {
        fhir::Location place;
        place.id = "A11111.l" + std::to_string(found.locations.size());
        place.name = name;
        found.locations.push_back(place);
    }
    search_.held.push_back(std::make_shared<const gateway::search::Book>(
        *fhir::OdsCode::parse("A11111"), fhir::Interval{}, clock_.now(), std::move(found), tests::test_base));
    EXPECT_EQ(text_at(get("Location?_sort=name"), "entry/1/resource/name"), "Émile Road");
    EXPECT_EQ(text_at(get("Location?_sort=-name"), "entry/0/resource/name"), "Zinnia Way");
    EXPECT_EQ(text_at(get("Location?_sort=name&_count=2"), "entry/0/resource/name"), "Apple Lane");
    EXPECT_EQ(get("Location?_sort=postcode").status, 400u);
}

TEST_F(DirectoryFace, ACountHasNoFurtherPages)
{
    add_book();
    const auto response = get("Location?_summary=count&_total=none");
    EXPECT_EQ(text_at(response, "total"), "1");
    EXPECT_EQ(text_at(response, "link/1"), "");
    EXPECT_EQ(text_at(get("Location?_total=none"), "total"), "");
}

TEST_F(DirectoryFace, AnswersVaryByWhatWasNegotiated)
{
    add_book();
    EXPECT_EQ(get("Location/A11111.main").headers.get("Vary"), "Accept, Accept-Encoding");
    EXPECT_EQ(get("Location").headers.get("Vary"), "Accept, Accept-Encoding");
}

TEST_F(DirectoryFace, IncludesBringWhatMatchesReferTo)
{
    add_book();
    const auto response = get("Schedule?active=true&_include=Schedule:actor");
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(text_at(response, "total"), "1");
    EXPECT_EQ(text_at(response, "entry/1/search/mode"), "include");
    EXPECT_EQ(text_at(response, "entry/2/search/mode"), "include");
}

TEST_F(DirectoryFace, PracticesThatDidNotAnswerAreNamed)
{
    search_.absent.push_back(
        {*fhir::OdsCode::parse("B22222"), "Moorview", fhir::Error(fhir::ErrorKind::supplier_timeout)});
    const auto response = get("Location?name=lark");
    EXPECT_EQ(text_at(response, "entry/0/search/mode"), "outcome");
    EXPECT_NE(response.body.view().find("Moorview (B22222)"), std::string_view::npos);
}

fhir::Patient imogen()
{
    fhir::Patient patient;
    patient.id = "A11111.p7";
    patient.identifier.push_back(fhir::identifier_of(fhir::nhs_number_system, "9990000018"));
    patient.name.emplace_back();
    patient.name.back().family = "Fairlamb";
    return patient;
}

TEST_F(DirectoryFace, PatientIsFoundByNhsNumberAtEachPracticeThatKnowsThem)
{
    patients_.known.emplace_back("9990000018", imogen());
    const auto response = get("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000018");
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(text_at(response, "entry/0/resource/id"), "A11111.p7");
    EXPECT_EQ(text_at(response, "link/0/url"), "https://gateway.example.net/fhir/R4/Patient");
    EXPECT_EQ(get("Patient/A11111.p7").status, 200u);
}

TEST_F(DirectoryFace, UnknownPatientIsAnEmptyAnswer)
{
    const auto response = get("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000026");
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(text_at(response, "total"), "0");
    EXPECT_EQ(get("Patient/A11111.unknown").status, 404u);
}

TEST_F(DirectoryFace, PatientsAreNotSearchedWithoutAnNhsNumber)
{
    EXPECT_EQ(text_at(get("Patient?family=Fairlamb&birthdate=1980-01-01"), "issue/0/code"), "too-costly");
    EXPECT_EQ(text_at(get("Patient?identifier=https://example.org/id%7C1"), "issue/0/code"), "too-costly");
}

} // namespace
