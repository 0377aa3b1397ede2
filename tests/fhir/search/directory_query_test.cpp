// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/appointment_query.hpp"
#include "fhir/search/directory_query.hpp"

#include <gtest/gtest.h>

using namespace fhir;
using namespace fhir::search;

namespace
{

DirectoryQuery query_of(std::string_view type, const std::vector<RawParameter>& raw)
{
    auto query = parse_directory_query(type, raw, Handling::strict, nullptr);
    EXPECT_TRUE(query) << (query ? "" : query.error().sentence());
    return query ? *query : DirectoryQuery{};
}

const IdentifiersOf nobody = [](std::string_view) { return std::vector<Identifier>{}; };

Identifier identifier(std::string system, std::string value)
{
    Identifier made;
    made.system = Uri(std::move(system));
    made.value = std::move(value);
    return made;
}

Practitioner doctor()
{
    Practitioner practitioner;
    practitioner.id = "A11111.3";
    HumanName name;
    name.family = "Müller";
    name.given = {"Asha", "Rose"};
    practitioner.name = {name};
    practitioner.gender = Gender::female;
    practitioner.identifier = {identifier("https://fhir.nhs.uk/Id/sds-user-id", "999000222333")};
    return practitioner;
}

struct FindCase
{
    std::string name, value;
    bool found;
};

void PrintTo(const FindCase& row, std::ostream* out)
{
    *out << row.name << '=' << row.value;
}

class FindDoctor : public testing::TestWithParam<FindCase>
{};

TEST_P(FindDoctor, MatchesAsTheParameterSays)
{
    EXPECT_EQ(matches(query_of("Practitioner", {{GetParam().name, GetParam().value}}), doctor()),
              GetParam().found);
}

INSTANTIATE_TEST_SUITE_P(
    Directory, FindDoctor,
    testing::Values(FindCase{"name", "mull", true}, FindCase{"name", "rose", true},
                    FindCase{"family", "asha", false}, FindCase{"given:exact", "Asha", true},
                    FindCase{"gender", "female", true}, FindCase{"gender:not", "female", false},
                    FindCase{"identifier", "https://fhir.nhs.uk/Id/sds-user-id|999000222333", true},
                    FindCase{"identifier", "urn:other|999000222333", false}, FindCase{"active", "true", true},
                    FindCase{"_id", "A11111.3,A11111.4", true}, FindCase{"_id", "A11111.4", false}));

TEST(Directory, AllCriteriaMustHold)
{
    EXPECT_FALSE(matches(query_of("Practitioner", {{"family", "mull"}, {"gender", "male"}}), doctor()));
}

TEST(Directory, ASchedulesActorIsFoundByReferenceAndByItsIdentifier)
{
    Schedule schedule;
    schedule.id = "A11111.s1";
    Reference actor;
    actor.reference = "Practitioner/A11111.3";
    schedule.actor = {actor};
    const IdentifiersOf known = [](std::string_view reference) {
        return reference == "Practitioner/A11111.3" ? doctor().identifier : std::vector<Identifier>{};
    };
    EXPECT_TRUE(matches(query_of("Schedule", {{"actor", "Practitioner/A11111.3"}}), schedule, nobody));
    EXPECT_TRUE(matches(query_of("Schedule", {{"actor.identifier", "999000222333"}}), schedule, known));
    EXPECT_TRUE(matches(query_of("Schedule", {{"actor:identifier", "999000222333"}}), schedule, known));
    EXPECT_FALSE(matches(query_of("Schedule", {{"actor.identifier", "999000222333"}}), schedule, nobody));
}

TEST(Directory, AScheduleIsFoundByItsPlanningHorizon)
{
    Schedule schedule;
    Period period;
    period.start = parse_date_time("2026-03-10T09:00:00Z");
    period.end = parse_date_time("2026-03-10T12:00:00Z");
    schedule.planning_horizon = period;
    EXPECT_TRUE(matches(query_of("Schedule", {{"date", "2026-03-10"}}), schedule, nobody));
    EXPECT_TRUE(matches(query_of("Schedule", {{"date", "ge2026-03-10T11:00:00Z"}}), schedule, nobody));
    EXPECT_FALSE(matches(query_of("Schedule", {{"date", "ge2026-03-11"}}), schedule, nobody));
}

TEST(Directory, AServiceIsFoundByTheOdsCodeOfItsOrganisation)
{
    HealthcareService service;
    Reference provider;
    provider.reference = "Organization/A11111.org";
    service.provided_by = provider;
    const IdentifiersOf known = [](std::string_view) {
        return std::vector{identifier("https://fhir.nhs.uk/Id/ods-organization-code", "A11111")};
    };
    const auto query =
        query_of("HealthcareService",
                 {{"organization.identifier", "https://fhir.nhs.uk/Id/ods-organization-code|A11111"}});
    EXPECT_TRUE(matches(query, service, known));
    EXPECT_FALSE(matches(query, service, nobody));
}

TEST(Directory, ALocationIsFoundByPostcodeAndAlias)
{
    Location location;
    location.name = "Main site";
    location.alias = {"The Surgery"};
    Address address;
    address.postal_code = "ZZ1 1ZZ";
    location.address = address;
    EXPECT_TRUE(matches(query_of("Location", {{"name", "the surg"}, {"address-postalcode", "zz1"}}), location,
                        nobody));
    EXPECT_FALSE(matches(query_of("Location", {{"status", "active"}}), location, nobody));
}

TEST(Directory, PatientsAreNotListedWithoutAnIdentifierOrNameAndBirthDate)
{
    const auto wide = parse_directory_query("Patient", {{"family", "test"}}, Handling::strict, nullptr);
    ASSERT_FALSE(wide);
    EXPECT_EQ(wide.error().kind(), ErrorKind::too_costly);
    EXPECT_TRUE(parse_directory_query("Patient", {{"family", "test"}, {"birthdate", "1980-04-06"}},
                                      Handling::strict, nullptr));
    EXPECT_TRUE(parse_directory_query("Patient",
                                      {{"identifier", "https://fhir.nhs.uk/Id/nhs-number|9990000018"}},
                                      Handling::strict, nullptr));
}

TEST(Directory, ABirthDateOnADayOfTheClockChangeMatchesThatDay)
{
    Patient patient;
    patient.birth_date = parse_date_time("2026-03-29");
    HumanName name;
    name.family = "Test";
    patient.name = {name};
    EXPECT_TRUE(matches(query_of("Patient", {{"family", "test"}, {"birthdate", "2026-03-29"}}), patient));
    EXPECT_FALSE(matches(query_of("Patient", {{"family", "test"}, {"birthdate", "2026-03-28"}}), patient));
}

TEST(Directory, EveryTypeUnderstandsEveryRowOfItsTable)
{
    for (const std::string_view type : directory_types())
        for (const ParameterInfo& row : directory_parameters(type)) {
            std::vector<RawParameter> raw{
                {std::string(row.name), row.type == SearchParamType::date ? "2026-03-11" : "A11111.1"}};
            if (type == "Patient")
                raw.push_back({"identifier", "x"});
            EXPECT_TRUE(parse_directory_query(type, raw, Handling::strict, nullptr))
                << type << ' ' << row.name;
        }
}

TEST(AppointmentQuery, FindsAPatientByReferenceModifierAndChain)
{
    const std::string number = "https://fhir.nhs.uk/Id/nhs-number|9990000018";
    const auto query = parse_appointment_query(
        {{"patient", "A11111.p1"}, {"patient:identifier", number}, {"patient.identifier", number}},
        Handling::strict, nullptr);
    ASSERT_TRUE(query);
    ASSERT_EQ(query->patient.size(), 3u);
    EXPECT_EQ(query->patient[0][0].id, "A11111.p1");
    EXPECT_EQ(query->patient[1][0].identifier->code, "9990000018");
    EXPECT_EQ(query->patient[2][0].identifier->code, "9990000018");
}

TEST(AppointmentQuery, R4HasNoStartParameterHere)
{
    const auto query = parse_appointment_query({{"start", "ge2026-03-10"}}, Handling::strict, nullptr);
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().kind(), ErrorKind::unknown_parameter);
}

TEST(AppointmentQuery, DatesThatExcludeEachOtherAreAnInvariant)
{
    const auto query = parse_appointment_query({{"date", "ge2026-03-11"}, {"date", "lt2026-03-10"}},
                                               Handling::strict, nullptr);
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().kind(), ErrorKind::invariant);
}

TEST(AppointmentQuery, EveryParameterOfTheTableIsUnderstood)
{
    for (const ParameterInfo& row : appointment_parameters()) {
        std::string value = row.type == SearchParamType::date ? "2026-03-11" : "A11111.1";
        if (row.name == "status")
            value = "booked";
        EXPECT_TRUE(parse_appointment_query({{std::string(row.name), value}}, Handling::strict, nullptr))
            << row.name;
    }
}

} // namespace
