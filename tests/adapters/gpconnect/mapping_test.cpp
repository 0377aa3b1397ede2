// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/compose.hpp"
#include "adapters/gpconnect/mapping.hpp"
#include "tests/adapters/gpconnect/practice.hpp"

using namespace tests::gpconnect;
namespace wire = adapters::gpconnect::wire;

namespace
{

const gpc::Ids ids(fhir::OdsCode::parse("Z98101").value());

std::string bundle(const std::string& slot_members,
                   const std::string& schedule_members = R"("actor":[{"reference":"Location/l"}])")
{
    return R"({"resourceType":"Bundle","type":"searchset","total":2,"entry":[)"
           R"({"fullUrl":"urn:x","resource":{"resourceType":"Slot","id":"s","schedule":{"reference":"Schedule/c"},"status":"free",)" +
           slot_members + R"(}},{"resource":{"resourceType":"Schedule","id":"c",)" + schedule_members +
           "}}]}";
}

std::string times(const char* start, const char* end)
{
    return std::string(R"("start":")") + start + R"(","end":")" + end + "\"";
}

const std::string ordinary = times("2027-03-29T18:30:00+01:00", "2027-03-29T18:40:00+01:00");
const fhir::Interval always{at("2020-01-01T00:00:00Z"), at("2040-01-01T00:00:00Z")};

adapters::FoundSlots mapped(const std::string& json_text)
{
    auto read = wire::read_slot_bundle(json_text);
    EXPECT_TRUE(read);
    adapters::SlotMemo memo;
    return read ? gpc::to_found_slots(*read, always, ids, "Tarnbeck Surgery", memo) : adapters::FoundSlots{};
}

const fhir::Extension* channel(const std::vector<fhir::Extension>& extensions)
{
    return fhir::find_extension(extensions, gpc::names::ukcore_delivery_channel);
}

std::string coded(const fhir::Extension& extension)
{
    return std::get<fhir::CodeableConcept>(extension.value).coding.at(0).code->text;
}

} // namespace

TEST(GpConnectMapping, TimesOfBothClockChangesKeepTheirMoment)
{
    struct Row
    {
        const char* start;
        const char* end;
        const char* utc;
    };
    for (const auto& row :
         {Row{"2027-03-28T00:50:00+00:00", "2027-03-28T02:00:00+01:00", "2027-03-28T00:50:00Z"},
          Row{"2027-03-28T02:00:00+01:00", "2027-03-28T02:10:00+01:00", "2027-03-28T01:00:00Z"},
          Row{"2026-10-25T01:30:00+01:00", "2026-10-25T01:40:00+01:00", "2026-10-25T00:30:00Z"},
          Row{"2026-10-25T01:30:00+00:00", "2026-10-25T01:40:00+00:00", "2026-10-25T01:30:00Z"}}) {
        const auto found = mapped(bundle(times(row.start, row.end)));
        ASSERT_EQ(found.slots.size(), 1U);
        EXPECT_EQ(found.slots[0]->start(), at(row.utc));
        EXPECT_EQ(gpc::read_slot_key(found.slots[0]->supplier_key())->start, row.start)
            << "sent back as it came";
    }
}

TEST(GpConnectMapping, SlotKeyRoundTrips)
{
    const gpc::SlotKey key{"s\"1",  "2027-03-29T18:30:00+01:00", "2027-03-29T18:40:00+01:00", "c", "l", "p",
                           "Video", "Extended \xC3\xA9"};
    auto read = gpc::read_slot_key(gpc::write_slot_key(key));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->slot, key.slot);
    EXPECT_EQ(read->service_type, key.service_type);
    EXPECT_FALSE(gpc::read_slot_key("{}"));
}

TEST(GpConnectMapping, DeliveryChannelBecomesTheUkCoreExtension)
{
    const auto found = mapped(bundle(
        ordinary +
        R"(,"extension":[{"url":"https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-DeliveryChannel-2","valueCode":"Video"}])"));
    ASSERT_NE(channel(found.slots.at(0)->slot().extension), nullptr);
    EXPECT_EQ(coded(*channel(found.slots[0]->slot().extension)), "Video");
}

TEST(GpConnectMapping, OldDeliveryChannelOfTheScheduleIsRead)
{
    const auto found = mapped(bundle(ordinary, R"("actor":[{"reference":"Location/l"}],"extension":[{"url":
        "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-DeliveryChannel-1",
        "valueCodeableConcept":{"coding":[{"code":"Telephone"}]}}])"));
    ASSERT_NE(channel(found.slots.at(0)->slot().extension), nullptr);
    EXPECT_EQ(coded(*channel(found.slots[0]->slot().extension)), "Telephone");
}

TEST(GpConnectMapping, MissingExtensionsAreNoReasonToDropASlot)
{
    const auto found = mapped(bundle(ordinary));
    ASSERT_EQ(found.slots.size(), 1U);
    EXPECT_EQ(channel(found.slots[0]->slot().extension), nullptr);
    EXPECT_TRUE(found.practitioner_roles.empty());
    EXPECT_TRUE(found.warnings.empty());
}

TEST(GpConnectMapping, RoleIsReadByItsCodeWhateverTheSystem)
{
    for (const auto* system : {"https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1",
                               "https://fhir.nhs.uk/STU3/ValueSet/GPConnect-PractitionerRole-1",
                               "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1"}) {
        const auto found = mapped(bundle(
            ordinary,
            std::string(
                R"("actor":[{"reference":"Location/l"},{"reference":"Practitioner/p"}],"extension":[{"url":
            "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-PractitionerRole-1",
            "valueCodeableConcept":{"coding":[{"system":")") +
                system + R"(","code":"R6300","display":"Sessional GP"}]}}])"));
        ASSERT_EQ(found.practitioner_roles.size(), 1U) << system;
        EXPECT_EQ(found.practitioner_roles[0]->id, "Z98101.p-R6300");
        EXPECT_EQ(found.practitioner_roles[0]->code.at(0).coding.at(0).code->text, "R6300");
    }
}

TEST(GpConnectMapping, ScheduleActorsNameTheHealthcareService)
{
    const auto found = mapped(bundle(ordinary));
    ASSERT_EQ(found.schedules.size(), 1U);
    std::vector<std::string> actors;
    for (const auto& actor : found.schedules[0]->actor)
        actors.push_back(*actor.reference);
    EXPECT_EQ(actors, (std::vector<std::string>{"Location/Z98101.l", "HealthcareService/Z98101.gp"}));
}

TEST(GpConnectMapping, ServiceTypeKeepsItsTextBesideTheSnomedCode)
{
    const auto found = mapped(bundle(ordinary + R"(,"serviceType":[{"text":"Extended access GP"}])"));
    const auto& type = found.slots.at(0)->slot().service_type.at(0);
    EXPECT_EQ(type.text, "Extended access GP");
    EXPECT_EQ(type.coding.at(0).code->text, "788007007");
}

TEST(GpConnectMapping, UnusableRowsAreLeftOutWithAWarning)
{
    for (const auto& members :
         {std::string(R"("start":"tomorrow")"),
          times("2027-03-29T18:30:00+01:00", "2027-03-29T18:30:00+01:00"),
          times("2027-03-29T18:30:00", "2027-03-29T18:40:00"), ordinary + R"(,"status":"busy")"}) {
        auto json_text = bundle(members);
        if (members.find("busy") != std::string::npos) {
            json_text = bundle(ordinary);
            json_text.replace(json_text.find("\"free\""), 6, "\"busy\"");
        }
        const auto found = mapped(json_text);
        EXPECT_TRUE(found.slots.empty()) << members;
        EXPECT_EQ(found.warnings.size(), 1U) << members;
    }
    const auto orphan = mapped(bundle(ordinary, R"("actor":[])"));
    EXPECT_TRUE(orphan.slots.empty());
    EXPECT_EQ(orphan.warnings.size(), 2U);
}

TEST(GpConnectMapping, OrganisationIsMadeWhereTheProviderSendsNone)
{
    const auto found = mapped(bundle(ordinary));
    ASSERT_EQ(found.organizations.size(), 1U);
    EXPECT_EQ(found.organizations[0]->name, "Tarnbeck Surgery");
    EXPECT_EQ(found.healthcare_services.at(0)->provided_by->reference,
              "Organization/" + *found.organizations[0]->id);
}

TEST(GpConnectMapping, SingleObjectTelecomAndAddressAreRead)
{
    const auto tree = wire::read_tree(R"({"resourceType":"Organization","id":"o","name":"X",
        "telecom":{"system":"phone","value":"01632960110"},"address":{"city":"Tarnbeck","line":["1 Beck Street"]}})");
    const auto organization = wire::read_organization(tree->root());
    ASSERT_TRUE(organization);
    EXPECT_EQ(organization->telecom.at(0).value, "01632960110");
    EXPECT_EQ(organization->address.at(0).city, "Tarnbeck");
}

TEST(GpConnectMapping, AppointmentCarriesChannelRoleAndBookingOrganisation)
{
    Provider provider;
    const auto made = provider.send(Interaction::create_appointment, "Appointment", text(booking()));
    const auto tree = wire::read_tree(made.body.view());
    const auto read = wire::read_appointment(tree->root());
    ASSERT_TRUE(read);
    const auto mapped_appointment = gpc::to_appointment(*read, ids).appointment;
    ASSERT_NE(channel(mapped_appointment.extension), nullptr);
    EXPECT_EQ(mapped_appointment.participant.size(), 4U);
    EXPECT_EQ(mapped_appointment.participant.back().actor->reference, "PractitionerRole/Z98101.pr-33-R6300");
    ASSERT_EQ(mapped_appointment.contained.size(), 1U);
    EXPECT_EQ(mapped_appointment.contained[0].as<fhir::Organization>()->name, "Lowmoor Federation Hub");
    EXPECT_EQ(mapped_appointment.service_type.at(0).text, "Type 512");
    EXPECT_EQ(mapped_appointment.minutes_duration->value, 10);
}

TEST(GpConnectMapping, EachStatusIsKept)
{
    for (const auto& [code, status] : {std::pair{"booked", fhir::AppointmentStatus::booked},
                                       std::pair{"cancelled", fhir::AppointmentStatus::cancelled},
                                       std::pair{"pending", fhir::AppointmentStatus::pending},
                                       std::pair{"arrived", fhir::AppointmentStatus::arrived},
                                       std::pair{"fulfilled", fhir::AppointmentStatus::fulfilled},
                                       std::pair{"noshow", fhir::AppointmentStatus::noshow}}) {
        wire::Appointment appointment;
        appointment.id = "a";
        appointment.status = code;
        EXPECT_EQ(gpc::to_appointment(appointment, ids).appointment.status, status) << code;
    }
}

TEST(GpConnectMapping, PatientKeepsVerificationLanguageAndBranch)
{
    const auto found = wire::read_patients(
        R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"pt-1",
      "extension":[
        {"url":"https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-RegistrationDetails-1",
         "extension":[{"url":"preferredBranchSurgery","valueReference":{"reference":"Location/loc-2"}}]},
        {"url":"https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-NHSCommunication-1","extension":[
          {"url":"language","valueCodeableConcept":{"coding":[{"code":"pl","display":"Polish"}]}},{"url":"interpreterRequired","valueBoolean":true}]}],
      "identifier":[{"extension":[{"url":"https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-NHSNumberVerificationStatus-1",
        "valueCodeableConcept":{"coding":[{"code":"01"}]}}],"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990001014"}],
      "name":[{"use":"official","family":"Fennimore","given":["Orla"]}],"birthDate":"1979-02-11"}}]})");
    ASSERT_TRUE(found);
    const auto patient = gpc::to_patient(found->at(0), ids);
    EXPECT_EQ(patient.id, "Z98101.pt-1");
    EXPECT_EQ(patient.communication.at(0).language.coding.at(0).code->text, "pl");
    EXPECT_NE(fhir::find_extension(patient.extension, gpc::names::interpreter_required), nullptr);
    EXPECT_NE(fhir::find_extension(patient.extension, gpc::names::registration_details), nullptr);
    EXPECT_NE(fhir::find_extension(patient.identifier.at(0).extension, gpc::names::ukcore_verification),
              nullptr);
}

TEST(GpConnectMapping, AnswersThatAreNoBundleAreMalformed)
{
    for (const auto* body : {"", "<html/>", "[]", "{}", R"({"resourceType":"OperationOutcome"})"})
        EXPECT_EQ(wire::read_slot_bundle(body).error().kind(), fhir::ErrorKind::supplier_malformed) << body;
}

TEST(GpConnectMapping, ReferencesAreReadByTypeAndId)
{
    EXPECT_EQ(gpc::reference_id("Slot/1", "Slot"), "1");
    EXPECT_EQ(gpc::reference_id("https://x/STU3/1/gpconnect/Slot/1/_history/2", "Slot"), "1");
    EXPECT_EQ(gpc::reference_id("NotSlot/1", "Slot"), "");
    EXPECT_EQ(gpc::reference_id("Slot/", "Slot"), "");
    EXPECT_EQ(gpc::reference_id("1", "Slot"), "");
}
