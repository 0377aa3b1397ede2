// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/gpconnect/practice.hpp"

using namespace tests::gpconnect;

namespace
{

struct Case
{
    Interaction interaction;
    std::string target;
    std::string verdict;
};

void expect_all(Provider& provider, const std::vector<Case>& cases)
{
    for (const auto& row : cases)
        EXPECT_EQ(verdict(provider.send(row.interaction, row.target)), row.verdict) << row.target;
}

const std::string nhs = "https://fhir.nhs.uk/Id/nhs-number%7C";
const std::string user = "https://fhir.nhs.uk/Id/sds-user-id%7C";
const std::string ods = "https://fhir.nhs.uk/Id/ods-organization-code%7C";

std::string registration(const std::string& nhs_number,
                         const std::string& name = R"({"use":"official","family":"New","given":["Ina"]})")
{
    return R"({"resourceType":"Parameters","parameter":[{"name":"registerPatient","resource":{"resourceType":"Patient",)"
           R"("meta":{"profile":["https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Patient-1"]},)"
           R"("identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":")" +
           nhs_number + R"("}],"name":[)" + name + R"(],"birthDate":"1990-01-02"}}]})";
}

} // namespace

TEST(GpConnectProvider, AnswersEveryInteraction)
{
    Provider provider;
    expect_all(provider,
               {{Interaction::read_metadata, "metadata", "200"},
                {Interaction::search_patient, "Patient?identifier=" + nhs + orla, "200"},
                {Interaction::read_patient, "Patient/pt-2001", "200"},
                {Interaction::search_practitioner, "Practitioner?identifier=" + user + "555900100201", "200"},
                {Interaction::read_practitioner, "Practitioner/pr-33", "200"},
                {Interaction::search_organization, "Organization?identifier=" + ods + "Z98101", "200"},
                {Interaction::read_organization, "Organization/org-1", "200"},
                {Interaction::read_location, "Location/loc-2", "200"},
                {Interaction::search_slot, slot_search("ge2026-11-24", "le2026-11-25"), "200"},
                {Interaction::read_appointment, "Appointment/ap-7001", "200"},
                {Interaction::search_patient_appointments,
                 "Patient/pt-2002/Appointment?start=ge2026-11-23&start=le2026-11-30", "200"}});
}

TEST(GpConnectProvider, EveryAnswerForbidsStoring)
{
    Provider provider;
    for (const auto& target : {"metadata", "metadatas", "Patient/nobody"})
        EXPECT_EQ(provider.send(Interaction::read_metadata, target).headers.get("Cache-Control"), "no-store")
            << target;
}

TEST(GpConnectProvider, SingleResourcesCarryTheirVersionAsETag)
{
    Provider provider;
    EXPECT_EQ(provider.send(Interaction::read_appointment, "Appointment/ap-7001").headers.get("ETag"),
              "W/\"1\"");
    EXPECT_EQ(provider.send(Interaction::read_location, "Location/loc-1").headers.get("ETag"), "W/\"1\"");
}

TEST(GpConnectProvider, SpineHeadersAreNeeded)
{
    for (const auto* header : {"Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID", "Authorization"}) {
        Provider provider;
        auto request = provider.request(Interaction::read_metadata, "metadata");
        request.headers.set(header, " ");
        EXPECT_EQ(verdict(provider.send(request)), "400 BAD_REQUEST") << header;
        request.headers.remove(header);
        EXPECT_EQ(verdict(provider.send(request)), "400 BAD_REQUEST") << header;
    }
}

TEST(GpConnectProvider, RefusesRequestsForAnotherSystem)
{
    Provider provider;
    auto request = provider.request(Interaction::read_metadata, "metadata");
    request.headers.set("Ssp-To", "900000000999");
    EXPECT_EQ(verdict(provider.send(request)), "400 BAD_REQUEST");
}

TEST(GpConnectProvider, InteractionIdMustFitVerbAndPath)
{
    Provider provider;
    auto request = provider.request(Interaction::read_metadata, "metadata");
    for (const auto interaction :
         {Interaction::search_slot, Interaction::create_appointment, Interaction::read_patient}) {
        request.headers.set("Ssp-InteractionID", gpc::interaction_id(interaction));
        EXPECT_EQ(verdict(provider.send(request)), "400 BAD_REQUEST");
    }
    request.headers.set("Ssp-InteractionID", "urn:nhs:names:services:gpconnect:fhir:rest:read:everything-1");
    EXPECT_EQ(verdict(provider.send(request)), "400 BAD_REQUEST");
    for (const auto* method : {"PATCH", "DELETE", "OPTIONS"}) {
        auto other = provider.request(Interaction::read_appointment, "Appointment/ap-7001");
        other.method = method;
        EXPECT_EQ(verdict(provider.send(other)), "400 BAD_REQUEST") << method;
    }
}

TEST(GpConnectProvider, HeaderNamesHaveNoCase)
{
    Provider provider;
    auto request = provider.request(Interaction::read_metadata, "metadata");
    request.headers.remove("Ssp-InteractionID");
    request.headers.set("ssp-interactionid", gpc::interaction_id(Interaction::read_metadata));
    EXPECT_EQ(provider.send(request).status, 200U);
}

TEST(GpConnectProvider, AddressesThatAreNotServed)
{
    Provider provider;
    expect_all(provider, {{Interaction::read_metadata, "metadatas", "404 BAD_REQUEST"},
                          {Interaction::read_metadata, "Metadata", "404 BAD_REQUEST"},
                          {Interaction::read_patient, "Patient/", "400 BAD_REQUEST"},
                          {Interaction::read_practitioner, "Practitioner/", "400 BAD_REQUEST"},
                          {Interaction::read_appointment, "Appointment/", "404 NO_RECORD_FOUND"}});
    auto elsewhere = provider.request(Interaction::read_metadata, "metadata");
    elsewhere.target = "/Z98102/STU3/1/gpconnect/metadata";
    EXPECT_EQ(verdict(provider.send(elsewhere)), "404 ORGANISATION_NOT_FOUND");
}

TEST(GpConnectProvider, SwitchedOffPracticeDeniesAccess)
{
    Provider provider({{"appointments", "disabled"}});
    EXPECT_EQ(verdict(provider.send(Interaction::search_slot, slot_search("ge2026-11-24", "le2026-11-25"))),
              "403 ACCESS_DENIED");
    EXPECT_EQ(provider.send(Interaction::read_metadata, "metadata").status, 200U);
}

TEST(GpConnectProvider, FormatIsJsonAndFormatParameterWins)
{
    struct Row
    {
        const char* accept;
        const char* format;
        unsigned status;
    };
    for (const auto& row :
         {Row{"application/fhir+json", "", 200}, Row{"application/fhir+json;charset=utf-8", "", 200},
          Row{"*/*", "", 200}, Row{"application/fhir+xml", "", 415}, Row{"text/html", "", 415},
          Row{"application/fhir+xml, application/fhir+json", "", 200},
          Row{"application/fhir+xml", "?_format=application/fhir%2Bjson", 200},
          Row{"application/fhir+xml", "?_format=application/fhir+json", 200},
          Row{"application/fhir+json", "?_format=application/fhir%2Bxml", 415},
          Row{"", "?_format=json", 200}}) {
        Provider provider;
        auto request = provider.request(Interaction::read_metadata, std::string("metadata") + row.format);
        if (*row.accept != '\0')
            request.headers.set("Accept", row.accept);
        EXPECT_EQ(provider.send(request).status, row.status) << row.accept << row.format;
    }
}

TEST(GpConnectProvider, BodiesNeedTheFhirMediaType)
{
    Provider provider;
    auto request = provider.request(Interaction::create_appointment, "Appointment", text(booking()));
    for (const auto* type : {"application/fhir+xml", "application/json", "text/plain"}) {
        request.headers.set("Content-Type", type);
        EXPECT_EQ(verdict(provider.send(request)), "415 UNSUPPORTED_MEDIA_TYPE") << type;
    }
    request.headers.remove("Content-Type");
    EXPECT_EQ(verdict(provider.send(request)), "415 UNSUPPORTED_MEDIA_TYPE");
}

TEST(GpConnectProvider, SearchesByIdentifier)
{
    Provider provider;
    for (const auto& [interaction, type, good] :
         {std::tuple{Interaction::search_patient, std::string("Patient"), nhs + orla},
          std::tuple{Interaction::search_practitioner, std::string("Practitioner"), user + "555900100201"},
          std::tuple{Interaction::search_organization, std::string("Organization"), ods + "Z98101"}}) {
        expect_all(provider,
                   {{interaction, type, "400 BAD_REQUEST"},
                    {interaction, type + "?Identifier=" + good, "400 BAD_REQUEST"},
                    {interaction, type + "?identifier=" + good + "&identifier=" + good, "400 BAD_REQUEST"},
                    {interaction, type + "?identifier=123", "422 INVALID_PARAMETER"},
                    {interaction, type + "?identifier=%7C123", "422 INVALID_PARAMETER"},
                    {interaction, type + "?identifier=https://x%7C", "422 INVALID_PARAMETER"},
                    {interaction, type + "?identifier=https://x%7C1", "400 INVALID_IDENTIFIER_SYSTEM"}});
        EXPECT_EQ(entries(provider.send(interaction, type + "?identifier=" + good), type), 1U);
    }
}

TEST(GpConnectProvider, PatientsThatAreNotFound)
{
    Provider provider;
    expect_all(provider, {{Interaction::search_patient, "Patient?identifier=" + nhs + "9990001015",
                           "400 INVALID_NHS_NUMBER"},
                          {Interaction::read_patient, "Patient/pt-2003", "404 PATIENT_NOT_FOUND"},
                          {Interaction::read_patient, "Patient/nobody", "404 PATIENT_NOT_FOUND"}});
    for (const auto* number : {absent, late})
        EXPECT_EQ(entries(provider.send(Interaction::search_patient, "Patient?identifier=" + nhs + number),
                          "Patient"),
                  0U);
}

TEST(GpConnectProvider, UnknownResourcesByType)
{
    Provider provider;
    expect_all(provider, {{Interaction::read_practitioner, "Practitioner/x", "404 PRACTITIONER_NOT_FOUND"},
                          {Interaction::read_organization, "Organization/x", "404 ORGANISATION_NOT_FOUND"},
                          {Interaction::read_location, "Location/x", "404 NO_RECORD_FOUND"}});
}

TEST(GpConnectProvider, RegistersAPatientTemporarilyOnce)
{
    Provider provider;
    const std::string target = "Patient/$gpc.registerpatient";
    auto first = provider.send(Interaction::register_patient, target, registration(absent));
    ASSERT_EQ(first.status, 200U);
    EXPECT_EQ(entries(first, "Patient"), 1U);
    EXPECT_NE(text(json(first)).find("\"code\":\"T\""), std::string::npos);
    EXPECT_EQ(verdict(provider.send(Interaction::register_patient, target, registration(absent))),
              "409 DUPLICATE_REJECTED");
}

TEST(GpConnectProvider, RefusesIncompleteRegistrations)
{
    Provider provider;
    const std::string target = "Patient/$gpc.registerpatient";
    for (const auto& [body, expected] :
         {std::pair{std::string("{}"), "422 INVALID_RESOURCE"},
          std::pair{std::string("nonsense"), "400 BAD_REQUEST"},
          std::pair{registration("9990001015"), "400 INVALID_NHS_NUMBER"},
          std::pair{registration(""), "422 INVALID_RESOURCE"},
          std::pair{registration(absent, R"({"use":"usual","family":"New","given":["Ina"]})"),
                    "422 INVALID_RESOURCE"},
          std::pair{registration(absent, R"({"use":"official","given":["Ina"]})"), "422 INVALID_RESOURCE"},
          std::pair{registration(late), "400 INVALID_PATIENT_DEMOGRAPHICS"}})
        EXPECT_EQ(verdict(provider.send(Interaction::register_patient, target, body)), expected) << body;
}

TEST(GpConnectProvider, CapabilityStatementListsWhatIsServed)
{
    Provider provider;
    const auto statement = json(provider.send(Interaction::read_metadata, "metadata"));
    EXPECT_EQ(adapters::text_of(statement, "version"), "1.2.7");
    EXPECT_EQ(adapters::text_of(statement, "fhirVersion"), "3.0.1");
    std::vector<std::string> types;
    for (const auto* resource : gpc::items_of(*gpc::items_of(statement, "rest").front(), "resource"))
        types.push_back(adapters::text_of(*resource, "type"));
    EXPECT_EQ(types, (std::vector<std::string>{"Patient", "Organization", "Practitioner", "Location",
                                               "Appointment", "Slot"}));
    EXPECT_EQ(adapters::text_at(statement, {"rest", "operation", "name"}), "gpc.registerpatient");
}

TEST(GpConnectProvider, ResetBringsBackTheSeed)
{
    Provider provider;
    ASSERT_EQ(provider.send(Interaction::create_appointment, "Appointment", text(booking())).status, 201U);
    provider.simulator->reset();
    EXPECT_EQ(provider.row("90411").status, "free");
    EXPECT_EQ(provider.row("90411").times_booked, 0U);
}

TEST(GpConnectProvider, ReceptionTakesAndCancelsBehindTheConsumersBack)
{
    Provider provider;
    EXPECT_TRUE(provider.simulator->reception_takes("90411"));
    EXPECT_FALSE(provider.simulator->reception_takes("90411"));
    EXPECT_EQ(provider.row("90411").status, "reception");
    EXPECT_TRUE(provider.simulator->reception_cancels("90422"));
    EXPECT_EQ(provider.row("90422").status, "free");
    EXPECT_FALSE(provider.simulator->reception_cancels("no such slot"));
}
