// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/patient_ids.hpp"
#include "tests/gateway/faces/gpconnect/surgery.hpp"

namespace
{

using namespace tests::gpc;

constexpr std::string_view id_base = "https://fhir.nhs.uk/Id/";

struct Kind
{
    std::string type, interaction, system, value;
};

TEST(GpConnectSearches, ByIdentifierKeepTheSameRules)
{
    Surgery surgery;
    const Kind kinds[] = {
        {"Patient", "rest:search:patient-1", "nhs-number", surgery.seed.patients[0].nhs_number},
        {"Practitioner", "rest:search:practitioner-1", "sds-user-id", "555010001001"},
        {"Organization", "rest:search:organization-1", "ods-organization-code", "Z90001"}};
    for (const auto& [type, interaction, system, value] : kinds) {
        const std::string base(id_base);
        const auto outcome = [&](const std::string& query) {
            return surgery.get(type + "?" + query, interaction).outcome();
        };
        const std::string good = "identifier=" + base + system + "%7C" + value;
        EXPECT_EQ(surgery.get(type + "?" + good, interaction).entries(type).size(), 1u) << type;
        EXPECT_EQ(outcome(""), "400 BAD_REQUEST") << type;
        EXPECT_EQ(outcome("Identifier=" + base + system + "%7C" + value), "400 BAD_REQUEST") << type;
        EXPECT_EQ(outcome(good + "&" + good), "400 BAD_REQUEST") << type;
        EXPECT_EQ(outcome("identifier=" + value), "422 INVALID_PARAMETER") << type;
        EXPECT_EQ(outcome("identifier=%7C" + value), "422 INVALID_PARAMETER") << type;
        EXPECT_EQ(outcome("identifier=" + base + system), "422 INVALID_PARAMETER") << type;
        EXPECT_EQ(outcome("identifier=" + base + system + "%7C"), "422 INVALID_PARAMETER") << type;
        EXPECT_EQ(outcome("identifier=https://example.org/id%7C" + value), "400 INVALID_IDENTIFIER_SYSTEM")
            << type;
        EXPECT_EQ(surgery.get(type + "?%69dentifier=" + base + system + "|" + value, interaction).status,
                  200u)
            << type;
    }
}

TEST(GpConnectSearches, WhatIsNotThereIsAnEmptyBundle)
{
    Surgery surgery;
    const std::string base(id_base);
    for (const auto& reply :
         {surgery.get("Patient?identifier=" + base + "nhs-number%7C9990000018", "rest:search:patient-1"),
          surgery.get("Practitioner?identifier=" + base + "sds-user-id%7C1", "rest:search:practitioner-1"),
          surgery.get("Organization?identifier=" + base + "ods-organization-code%7CZ9",
                      "rest:search:organization-1")}) {
        EXPECT_EQ(reply.outcome(), "200");
        EXPECT_EQ(reply.at("resourceType"), "Bundle");
        EXPECT_EQ(reply.body.find("entry"), nullptr);
        EXPECT_EQ(reply.body.find("total"), nullptr);
    }
}

TEST(GpConnectSearches, AnNhsNumberWithAWrongCheckDigitIsSaidToBeOne)
{
    Surgery surgery;
    for (const std::string number : {"9990000019", "999000001", "99900000180", "ABCDEFGHIJ"})
        EXPECT_EQ(surgery
                      .get("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C" + number,
                           "rest:search:patient-1")
                      .outcome(),
                  "400 INVALID_NHS_NUMBER")
            << number;
}

class GpConnectFoundations : public testing::TestWithParam<Conversation>
{
protected:
    Surgery surgery{GetParam().system, GetParam().format};
};
INSTANTIATE_TEST_SUITE_P(Systems, GpConnectFoundations,
                         testing::Values(Conversation{"gpconnect"}, Conversation{"gpconnect", Format::xml},
                                         Conversation{"tpp"}, Conversation{"tpp", Format::xml},
                                         Conversation{"vision"}, Conversation{"microtest"},
                                         Conversation{"fhir_r4", Format::xml}, Conversation{"emis"}),
                         name_of);

TEST_P(GpConnectFoundations, APatientIsFoundAndReadAsTheProfileWants)
{
    const auto id = surgery.patient();
    ASSERT_FALSE(id.empty());
    const auto reply = surgery.get("Patient/" + id, "rest:read:patient-1");
    ASSERT_EQ(reply.outcome(), "200") << reply.text;
    EXPECT_EQ(reply.at("id"), id);
    EXPECT_EQ(reply.at("identifier/0/value"), surgery.seed.patients[0].nhs_number);
    EXPECT_EQ(reply.at("active"), "true");
    EXPECT_EQ(reply.at("name/0/use"), "official");
    // Vision writes family names in capitals.
    EXPECT_TRUE(fhir::rest::equal_ignoring_case(reply.at("name/0/family"), surgery.seed.patients[0].family));
    EXPECT_EQ(reply.at("name/1"), "");
    EXPECT_EQ(reply.at("gender"), surgery.seed.patients[0].gender);
    EXPECT_EQ(reply.at("birthDate"), fhir::to_text(surgery.seed.patients[0].birth_date));
    EXPECT_EQ(reply.headers.get("ETag"), "W/\"" + reply.at("meta/versionId") + "\"");
    const auto organisation = reply.at("managingOrganization/reference");
    EXPECT_EQ(surgery.get(organisation, "rest:read:organization-1").at("identifier/0/value"), "Z90001");
    for (const auto never : {"photo", "communication", "maritalStatus", "multipleBirthBoolean"})
        EXPECT_EQ(reply.at(never), "") << never;
}

TEST_P(GpConnectFoundations, WhatASearchIncludesCanBeReadById)
{
    const auto found = surgery.slots("ge2026-11-24", "le2026-11-27",
                                     "&_include:recurse=Schedule:actor:Practitioner&_include:recurse="
                                     "Schedule:actor:Location");
    for (const auto& [type, suffix] : {std::pair("Practitioner", "rest:read:practitioner-1"),
                                       std::pair("Location", "rest:read:location-1"),
                                       std::pair("Organization", "rest:read:organization-1")})
        for (const auto& resource : found.entries(type)) {
            const auto read = surgery.get(std::string(type) + "/" + text_at(resource, "id"), suffix);
            EXPECT_EQ(read.body, resource) << read.text;
            EXPECT_EQ(read.headers.get("ETag"), "W/\"" + text_at(resource, "meta/versionId") + "\"");
        }
}

TEST_P(GpConnectFoundations, UnknownIdsAreNotFoundUnderTheirOwnCodes)
{
    EXPECT_EQ(surgery.get("Patient/x", "rest:read:patient-1").outcome(), "404 PATIENT_NOT_FOUND");
    EXPECT_EQ(surgery.get("Practitioner/Z90001.x", "rest:read:practitioner-1").outcome(),
              "404 PRACTITIONER_NOT_FOUND");
    EXPECT_EQ(surgery.get("Organization/Z90001.x", "rest:read:organization-1").outcome(),
              "404 ORGANISATION_NOT_FOUND");
    EXPECT_EQ(surgery.get("Location/Z90001.x", "rest:read:location-1").outcome(), "404 NO_RECORD_FOUND");
    EXPECT_EQ(surgery.get("Location/Z90002.main-site", "rest:read:location-1").outcome(),
              "404 NO_RECORD_FOUND");
}

TEST(GpConnectPatients, WhoIsNotActiveOrAliveOrIsSensitiveIsNotShown)
{
    for (const std::string state : {"inactive", "deceased", "sensitive", "unverified"}) {
        Surgery surgery("gpconnect", Format::json, {{state, tests::practice_seed().patients[0].nhs_number}});
        EXPECT_EQ(surgery.patient(), "") << state;
        const gateway::faces::gpconnect::PatientIds ids(surgery.settings.patient_secret);
        const auto id = ids.id_of("Z90001", *fhir::NhsNumber::parse(surgery.seed.patients[0].nhs_number));
        EXPECT_EQ(surgery.get("Patient/" + id, "rest:read:patient-1").outcome(), "404 PATIENT_NOT_FOUND")
            << state;
    }
}

TEST(GpConnectPractitioners, HaveAnSdsUserIdTheirRoleProfilesAndANameOnly)
{
    Surgery surgery("gpconnect", Format::json, {{"clinician.1.role_profiles", "555010009001,555010009002"}});
    const auto reply =
        surgery.get("Practitioner?identifier=https://fhir.nhs.uk/Id/sds-user-id%7C555010001001",
                    "rest:search:practitioner-1");
    const auto found = reply.entries("Practitioner");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].find("identifier")->items().size(), 3u);
    EXPECT_EQ(text_at(found[0], "name/0/family"), "Hallow");
    for (const auto never : {"telecom", "address", "birthDate", "photo", "qualification", "communication"})
        EXPECT_EQ(text_at(found[0], never), "") << never;
}

TEST(GpConnectMetadata, SaysWhatIsOffered)
{
    Surgery surgery;
    const auto reply = surgery.get("metadata", "rest:read:metadata-1");
    ASSERT_EQ(reply.outcome(), "200") << reply.text;
    EXPECT_EQ(reply.at("version"), "1.2.7");
    EXPECT_EQ(reply.at("fhirVersion"), "3.0.1");
    EXPECT_EQ(reply.at("acceptUnknown"), "both");
    EXPECT_EQ(reply.at("format"), R"(["application/fhir+json","application/fhir+xml"])");
    for (const auto filled : {"software/name", "software/version", "software/releaseDate", "date"})
        EXPECT_FALSE(reply.at(filled).empty()) << filled;
    EXPECT_EQ(reply.body.find("profile")->items().size(), 9u);
    EXPECT_EQ(reply.at("profile/6/reference"),
              "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-Appointment-1");
    EXPECT_EQ(reply.at("rest/0/operation/0/name"), "gpc.registerpatient");
    EXPECT_EQ(reply.at("rest/0/operation/0/definition/reference"),
              "https://fhir.nhs.uk/STU3/OperationDefinition/GPConnect-RegisterPatient-Operation-1");
    EXPECT_EQ(reply.at("rest/0/resource/4/type"), "Appointment");
    EXPECT_EQ(reply.at("rest/0/resource/4/updateCreate"), "false");
    EXPECT_EQ(reply.at("rest/0/resource/5/searchInclude/3"), "Location:managingOrganization");
    EXPECT_FALSE(reply.headers.get("ETag").empty());
}

// ---- ids of patients

TEST(GpConnectPatientIds, AreReadBackOnlyWithTheSameSecretForTheSamePractice)
{
    const gateway::faces::gpconnect::PatientIds ids("one"), others("two");
    for (const std::string digits : {"9990000018", "9990001014", "9990001022"}) {
        const auto number = *fhir::NhsNumber::parse(digits);
        const auto id = ids.id_of("Z90001", number);
        EXPECT_EQ(id.size(), 29u);
        EXPECT_EQ(id.find(digits), std::string::npos);
        EXPECT_EQ(ids.read("Z90001", id), number);
        EXPECT_FALSE(ids.read("Z90002", id));
        EXPECT_FALSE(others.read("Z90001", id));
        EXPECT_NE(id, ids.id_of("Z90002", number));
    }
}

TEST(GpConnectPatientIds, OneChangedCharacterMakesThemUnknown)
{
    const gateway::faces::gpconnect::PatientIds ids("one");
    const auto id = ids.id_of("Z90001", *fhir::NhsNumber::parse("9990000018"));
    for (std::size_t i = 3; i < id.size(); ++i) {
        auto changed = id;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_FALSE(ids.read("Z90001", changed)) << changed;
    }
}

// ---- registration

JsonValue registration(const std::string& number)
{
    return parsed(R"({"resourceType":"Parameters","parameter":[{"name":"registerPatient","resource":{
        "resourceType":"Patient",
        "meta":{"profile":["https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Patient-1"]},
        "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":")" +
                  number + R"("}],
        "name":[{"use":"official","family":"Newcome","given":["Wilf"]}],
        "telecom":[{"system":"phone","value":"07700900123","use":"mobile"}],
        "gender":"male","birthDate":"1990-04-05",
        "address":[{"use":"home","line":["1 Beck Lane"],"postalCode":"ZZ99 3AB"}]}}]})");
}

Reply send_registration(Surgery& surgery, const JsonValue& body)
{
    return surgery.send("POST", "Patient/$gpc.registerpatient", "operation:gpc.registerpatient-1", &body);
}

TEST(GpConnectRegistration, MakesAPatientWhoCanThenBeBookedFor)
{
    Surgery surgery;
    const auto reply = send_registration(surgery, registration("9990000018"));
    ASSERT_EQ(reply.outcome(), "200") << reply.text;
    ASSERT_EQ(reply.entries("Patient").size(), 1u);
    const auto id = text_at(reply.entries("Patient").front(), "id");
    EXPECT_EQ(surgery.get("Patient/" + id, "rest:read:patient-1").outcome(), "200");
    EXPECT_EQ(send_registration(surgery, registration("9990000018")).outcome(), "409 DUPLICATE_REJECTED");
}

TEST(GpConnectRegistration, ASystemThatRegistersNobodySaysSo)
{
    for (const auto system : {"microtest", "bars"}) {
        Surgery surgery(system);
        EXPECT_EQ(send_registration(surgery, registration("9990000018")).outcome(), "501 NOT_IMPLEMENTED")
            << system;
        EXPECT_EQ(surgery.get("metadata", "rest:read:metadata-1").at("rest/0/operation"), "") << system;
    }
}

JsonValue registration_of(const adapters::simulation::SeedPatient& person)
{
    auto body = registration(person.nhs_number);
    const std::string patient = "parameter/0/resource/";
    member(body, patient + "name/0/family") = person.family;
    member(body, patient + "name/0/given/0") = person.given;
    member(body, patient + "gender") = person.gender;
    member(body, patient + "birthDate") = fhir::to_text(person.birth_date);
    return body;
}

/// Systems that let a patient in by a link of their own.
class GpConnectLinkingRegistration : public testing::TestWithParam<Conversation>
{
protected:
    const adapters::simulation::SeedPatient newcomer = tests::practice_seed().patients[2];
    Surgery surgery{GetParam().system, GetParam().format, {{"unlinked", newcomer.nhs_number}}};
};

TEST_P(GpConnectLinkingRegistration, LetsInWhomThePracticeKnows)
{
    const auto reply = send_registration(surgery, registration_of(newcomer));
    ASSERT_EQ(reply.outcome(), "200") << reply.text;
    ASSERT_EQ(reply.entries("Patient").size(), 1u);
    EXPECT_EQ(text_at(reply.entries("Patient").front(), "identifier/0/value"), newcomer.nhs_number);
    EXPECT_EQ(surgery.post(surgery.wanted({0}, 2)).outcome(), "201");
    EXPECT_EQ(send_registration(surgery, registration_of(newcomer)).outcome(), "409 DUPLICATE_REJECTED");
}

TEST_P(GpConnectLinkingRegistration, RefusesWhomThePracticeDoesNotKnow)
{
    const auto nobody = registration(tests::synthetic_nhs_number(500));
    EXPECT_EQ(send_registration(surgery, nobody).outcome(), "400 INVALID_PATIENT_DEMOGRAPHICS");
}

TEST_P(GpConnectLinkingRegistration, RefusesOtherDetailsThanThePracticeHolds)
{
    auto other = registration_of(newcomer);
    member(other, "parameter/0/resource/birthDate") = "1901-01-01";
    EXPECT_EQ(send_registration(surgery, other).outcome(), "400 INVALID_PATIENT_DEMOGRAPHICS");
}

INSTANTIATE_TEST_SUITE_P(Systems, GpConnectLinkingRegistration,
                         testing::Values(Conversation{"emis"}, Conversation{"tpp"}, Conversation{"vision"},
                                         Conversation{"emis", Format::xml}),
                         name_of);

TEST(GpConnectRegistration, AFhirServerThatTakesNewcomersOnGetsARecordOfThem)
{
    Surgery surgery("fhir_r4");
    const auto reply = send_registration(surgery, registration("9990000018"));
    ASSERT_EQ(reply.outcome(), "200") << reply.text;
    const auto id = text_at(reply.entries("Patient").front(), "id");
    EXPECT_EQ(surgery.get("Patient/" + id, "rest:read:patient-1").outcome(), "200");
    EXPECT_EQ(send_registration(surgery, registration("9990000018")).outcome(), "409 DUPLICATE_REJECTED");
}

TEST(GpConnectRegistration, AFhirServerThatTakesNobodyOnSaysSo)
{
    Surgery surgery("fhir_r4", Format::json, {{"newcomers", "no"}});
    EXPECT_EQ(send_registration(surgery, registration("9990000018")).outcome(), "501 NOT_IMPLEMENTED");
}

TEST(GpConnectRegistration, MoreOrLessThanItTakesIsRefused)
{
    Surgery surgery;
    const auto good = registration("9990000018");
    const std::string patient = "parameter/0/resource/";
    for (const auto element :
         {"meta", "identifier", "name", "birthDate", "name/0/family", "name/0/given", "name/0/use"}) {
        auto spoiled = good;
        drop(spoiled, patient + element);
        EXPECT_EQ(send_registration(surgery, spoiled).outcome(), "422 INVALID_RESOURCE") << element;
    }
    const std::pair<std::string, JsonValue> rows[] = {
        {"active", JsonValue(true)},
        {"maritalStatus", parsed(R"({"text":"Married"})")},
        {"managingOrganization", parsed(R"({"reference":"Organization/1"})")},
        {"contact", parsed(R"([{"name":{"family":"Newcome"}}])")},
        {"deceasedBoolean", JsonValue(false)},
        {"name/0/use", "usual"},
        {"name/1", parsed(R"({"use":"official","family":"Newcome","given":["W"]})")},
        {"telecom/1", parsed(R"({"system":"phone","value":"07700900124","use":"mobile"})")},
        {"address/0/use", "work"},
        {"invalidField", "x"},
    };
    for (const auto& [path, value] : rows) {
        auto spoiled = good;
        member(spoiled, patient + path) = value;
        EXPECT_EQ(send_registration(surgery, spoiled).outcome(), "422 INVALID_RESOURCE") << path;
    }
    auto other = good;
    member(other, "parameter/0/name") = "registerSomebody";
    EXPECT_EQ(send_registration(surgery, other).outcome(), "422 INVALID_RESOURCE");
    EXPECT_EQ(send_registration(surgery, registration("9990000019")).outcome(), "400 INVALID_NHS_NUMBER");
}

} // namespace
