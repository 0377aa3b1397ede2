// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/format.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir;

constexpr std::string_view gpc = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-";
constexpr std::string_view ukcore = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-";

struct Difference
{
    std::string_view type;
    std::string stu3; ///< members of the resource, but for those that are mandatory
    std::string r4;
};

std::string gpc_url(std::string_view name)
{
    return "\"url\":\"" + std::string(gpc) + std::string(name) + '"';
}
std::string ukcore_url(std::string_view name)
{
    return "\"url\":\"" + std::string(ukcore) + std::string(name) + '"';
}

/// How the two releases say the same; read in one, written in the other, both ways (GP Connect 1.2.7, UK
/// Core).
const std::vector<Difference>& differences()
{
    static const std::vector<Difference> rows{
        {"Patient",
         R"("maritalStatus":{"coding":[{"system":"http://hl7.org/fhir/v3/MaritalStatus","code":"M"}]})",
         R"("maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]})"},
        {"Patient",
         R"("contact":[{"relationship":[{"coding":[{"system":"http://hl7.org/fhir/v2/0131","code":"N"}]}]}])",
         R"("contact":[{"relationship":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0131","code":"N"}]}]}])"},
        {"Patient",
         R"("identifier":[{"extension":[{)" + gpc_url("CareConnect-GPC-NHSNumberVerificationStatus-1") +
             R"(,"valueCodeableConcept":{"coding":[{"system":"https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-NHSNumberVerificationStatus-1","code":"01"}]}}],"value":"1"}])",
         R"("identifier":[{"extension":[{)" + ukcore_url("NHSNumberVerificationStatus") +
             R"(,"valueCodeableConcept":{"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland","code":"01"}]}}],"value":"1"}])"},
        {"Patient",
         R"("extension":[{)" + gpc_url("CareConnect-GPC-DeathNotificationStatus-1") + R"(,"valueCode":"1"}])",
         R"("extension":[{)" + ukcore_url("DeathNotificationStatus") + R"(,"valueCode":"1"}])"},
        {"Patient",
         R"("extension":[{)" + gpc_url("CareConnect-GPC-RegistrationDetails-1") +
             R"(,"valueString":"kept"}])",
         R"("extension":[{)" + gpc_url("CareConnect-GPC-RegistrationDetails-1") +
             R"(,"valueString":"kept"}])"},
        {"Patient",
         R"("extension":[{"extension":[{"url":"language","valueCodeableConcept":{"coding":[{"system":"https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-HumanLanguage-1","code":"cy"}]}},{"url":"preferred","valueBoolean":true}],)" +
             gpc_url("CareConnect-GPC-NHSCommunication-1") + "}]",
         R"("communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"cy"}]},"preferred":true}])"},
        {"Patient",
         R"("extension":[{"extension":[{"url":"language","valueCodeableConcept":{"text":"Welsh"}},{"url":"interpreterRequired","valueBoolean":true}],)" +
             gpc_url("CareConnect-GPC-NHSCommunication-1") + "}]",
         R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired","valueBoolean":true}],"communication":[{"language":{"text":"Welsh"}}])"},
        {"Patient",
         R"("extension":[{"extension":[{"url":"language","valueCodeableConcept":{"text":"Welsh"}},{"url":"communicationProficiency","valueCodeableConcept":{"coding":[{"code":"G"}]}},{"url":"modeOfCommunication","valueCodeableConcept":{"coding":[{"code":"ESP"}]}}],)" +
             gpc_url("CareConnect-GPC-NHSCommunication-1") + "}]",
         R"("communication":[{"extension":[{"extension":[{"url":"level","valueCoding":{"code":"G"}},{"url":"type","valueCoding":{"code":"ESP"}}],"url":"http://hl7.org/fhir/StructureDefinition/patient-proficiency"}],"language":{"text":"Welsh"}}])"},
        {"Organization",
         R"("extension":[{)" + gpc_url("CareConnect-GPC-MainLocation-1") +
             R"(,"valueReference":{"reference":"Location/1"}}],"name":"A")",
         R"("extension":[{)" + ukcore_url("MainLocation") +
             R"(,"valueReference":{"reference":"Location/1"}}],"name":"A")"},
        {"Organization",
         R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/organization-period","valuePeriod":{"start":"2020"}}],"name":"A")",
         R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/organization-period","valuePeriod":{"start":"2020"}}],"name":"A")"},
        {"Organization",
         R"("type":[{"coding":[{"system":"https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-OrganisationType-1","code":"gp-practice"}]}])",
         R"("type":[{"coding":[{"system":"https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-OrganisationType-1","code":"gp-practice"}]}])"},
        {"Location", R"("type":{"coding":[{"system":"http://hl7.org/fhir/v3/RoleCode","code":"GACH"}]})",
         R"("type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"GACH"}]}])"},
        {"Appointment",
         R"("extension":[{)" + gpc_url("GPConnect-AppointmentCancellationReason-1") +
             R"(,"valueString":"Well again"}],"status":"cancelled")",
         R"("status":"cancelled","cancelationReason":{"text":"Well again"})"},
        {"Appointment",
         R"("contained":[{"resourceType":"Organization","id":"1","name":"Hub"}],"extension":[{)" +
             gpc_url("GPConnect-BookingOrganisation-1") +
             R"(,"valueReference":{"reference":"#1"}}],"status":"cancelled")",
         R"("contained":[{"resourceType":"Organization","id":"1","name":"Hub"}],"extension":[{)" +
             ukcore_url("BookingOrganization") +
             R"(,"valueReference":{"reference":"#1"}}],"status":"cancelled")"},
        {"Appointment",
         R"("extension":[{)" + gpc_url("GPConnect-DeliveryChannel-2") +
             R"(,"valueCode":"Video"}],"status":"cancelled")",
         R"("extension":[{)" + ukcore_url("DeliveryChannel") +
             R"(,"valueCodeableConcept":{"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel","code":"Video","display":"Video"}]}}],"status":"cancelled")"},
        {"Appointment", R"("status":"cancelled","serviceCategory":{"text":"Evenings"})",
         R"("status":"cancelled","serviceCategory":[{"text":"Evenings"}])"},
        {"Appointment",
         R"("status":"cancelled","appointmentType":{"coding":[{"system":"http://hl7.org/fhir/v2/0276","code":"ROUTINE"}]})",
         R"("status":"cancelled","appointmentType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0276","code":"ROUTINE"}]})"},
        {"Appointment",
         R"("status":"cancelled","reason":[{"text":"Rash"}],"indication":[{"reference":"Condition/1"}])",
         R"("status":"cancelled","reasonCode":[{"text":"Rash"}],"reasonReference":[{"reference":"Condition/1"}])"},
        {"Appointment", R"("status":"cancelled","incomingReferral":[{"reference":"ReferralRequest/1"}])",
         R"("status":"cancelled","basedOn":[{"reference":"ReferralRequest/1"}])"},
        {"Schedule", R"("serviceCategory":{"text":"Evenings"})",
         R"("serviceCategory":[{"text":"Evenings"}])"},
        {"Schedule",
         R"("extension":[{)" + gpc_url("GPConnect-PractitionerRole-1") +
             R"(,"valueCodeableConcept":{"coding":[{"system":"https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1","code":"R0260","display":"GP"}]}}])",
         R"("contained":[{"resourceType":"PractitionerRole","id":"role","practitioner":{"reference":"Practitioner/1"},"code":[{"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName","code":"R0260","display":"GP"}]}]}])"},
        {"Slot", R"("serviceCategory":{"text":"Evenings"})", R"("serviceCategory":[{"text":"Evenings"}])"},
        {"Slot",
         R"("extension":[{)" + gpc_url("GPConnect-DeliveryChannel-2") + R"(,"valueCode":"In-person"}])",
         R"("extension":[{)" + ukcore_url("DeliveryChannel") +
             R"(,"valueCodeableConcept":{"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel","code":"In-person","display":"In-person"}]}}])"},
        {"CapabilityStatement",
         R"("rest":[{"mode":"server","resource":[{"type":"Slot","profile":{"reference":"urn:p"},"interaction":[{"code":"read"}]}],"operation":[{"name":"o","definition":{"reference":"urn:d"}}]}])",
         R"("rest":[{"mode":"server","resource":[{"type":"Slot","profile":"urn:p","interaction":[{"code":"read"}]}],"operation":[{"name":"o","definition":"urn:d"}]}])"},
    };
    return rows;
}

/// What stands behind the members in question, so that the whole is valid.
std::string mandatory(std::string_view type, Release release)
{
    if (type == "Appointment")
        return R"("participant":[{"actor":{"reference":"Patient/1"},"status":"accepted"}])";
    if (type == "Schedule")
        return R"("actor":[{"reference":"Practitioner/1"}])";
    if (type == "Slot")
        return R"("schedule":{"reference":"Schedule/1"},"status":"free","start":"2027-06-12T09:20:00+01:00","end":"2027-06-12T09:30:00+01:00")";
    if (type == "CapabilityStatement")
        return release == Release::stu3
                   ? R"("status":"active","date":"2027-01-01","kind":"instance","fhirVersion":"3.0.1","acceptUnknown":"both","format":["json"])"
                   : R"("status":"active","date":"2027-01-01","kind":"instance","fhirVersion":"3.0.1","format":["json"])";
    return R"("implicitRules":"urn:x")";
}

std::string whole(std::string_view type, const std::string& members, Release release)
{
    return R"({"resourceType":")" + std::string(type) + R"(",)" + members + ',' + mandatory(type, release) +
           '}';
}

/// Compared as the codec writes it: elements in their order.
std::string ordered(const std::string& json, codec::Encoding encoding)
{
    const auto read = codec::read_resource(json, encoding);
    EXPECT_TRUE(read) << read.error().path() << ' ' << read.error().sentence() << json;
    return read ? codec::to_text(*read, encoding) : std::string();
}

TEST(Stu3Differences, EachIsReadIntoTheModel)
{
    for (const auto& row : differences()) {
        const auto stu3 = codec::read_resource(whole(row.type, row.stu3, Release::stu3), codec::stu3_json);
        ASSERT_TRUE(stu3) << stu3.error().path() << ' ' << stu3.error().sentence() << row.stu3;
        auto expected = whole(row.type, row.r4, Release::r4);
        if (row.type == "Schedule" && row.r4.find("role") != std::string::npos)
            expected.replace(expected.rfind("]}"), 2, R"(,{"reference":"#role","display":"GP"}]})");
        EXPECT_EQ(codec::to_text(*stu3, codec::r4_json), ordered(expected, codec::r4_json)) << row.stu3;
    }
}

TEST(Stu3Differences, EachIsWrittenFromTheModel)
{
    for (const auto& row : differences()) {
        auto json = whole(row.type, row.r4, Release::r4);
        if (row.type == "Schedule" && row.r4.find("role") != std::string::npos)
            json.replace(json.rfind("]}"), 2, R"(,{"reference":"#role","display":"GP"}]})");
        auto r4 = codec::read_resource(json, codec::r4_json);
        ASSERT_TRUE(r4) << r4.error().path() << ' ' << r4.error().sentence() << row.r4;
        const auto written = codec::to_text(*r4, codec::stu3_json);
        const auto members = whole(row.type, row.stu3, Release::stu3);
        if (row.type == "CapabilityStatement") // R4 has no acceptUnknown to say
            EXPECT_NE(written.find(row.stu3), std::string::npos) << written;
        else
            EXPECT_EQ(written, ordered(members, codec::stu3_json)) << row.r4;
    }
}

} // namespace
