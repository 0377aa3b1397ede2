// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/model/operation_outcome.hpp"
#include "fhir/model/organization.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/slot.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir;
using Summary = codec::WriteOptions::Summary;

Slot some_slot()
{
    Slot slot;
    slot.id = "A99001.1";
    slot.service_type.push_back(concept_text("GP"));
    slot.schedule = reference_to("Schedule/A99001.2");
    slot.start = *parse_instant("2026-06-15T09:20:00Z");
    slot.end = *parse_instant("2026-06-15T09:30:00Z");
    slot.comment = "Upstairs";
    return slot;
}

constexpr std::string_view mandatory =
    R"("schedule":{"reference":"Schedule/A99001.2"},"status":"free",)"
    R"("start":"2026-06-15T10:20:00+01:00","end":"2026-06-15T10:30:00+01:00")";
constexpr std::string_view tag =
    R"("meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}]})";

std::string head(std::string_view middle)
{
    return R"({"resourceType":"Slot","id":"A99001.1",)" + std::string(middle);
}

TEST(FhirJsonElements, OnlyThoseAskedForAndMandatoryOnesAreSentAndMarked)
{
    EXPECT_EQ(codec::to_json(some_slot(), {.elements = {"comment"}}),
              head(std::string(tag) + "," + std::string(mandatory) + R"(,"comment":"Upstairs"})"));
}

TEST(FhirJsonSummary, TrueLeavesOutWhatIsNotInTheSummary)
{
    EXPECT_EQ(codec::to_json(some_slot(), {.summary = Summary::summary, .elements = {}}),
              head(std::string(tag) + R"(,"serviceType":[{"text":"GP"}],)" + std::string(mandatory) + "}"));
}

TEST(FhirJsonSummary, TextKeepsMandatoryElementsAndDataLeavesTheTextOut)
{
    Slot slot = some_slot();
    slot.text = Narrative{};
    slot.text->div = "<div>x</div>";
    EXPECT_EQ(codec::to_json(slot, {.summary = Summary::text, .elements = {}}),
              head(std::string(tag) + R"(,"text":{"status":"generated","div":"<div>x</div>"},)" +
                   std::string(mandatory) + "}"));
    EXPECT_EQ(codec::to_json(slot, {.summary = Summary::data, .elements = {}}).find("div"),
              std::string::npos);
}

TEST(FhirJsonSummary, TheTagIsAddedOnceToMetaThatIsThere)
{
    Slot slot = some_slot();
    slot.meta.emplace().version_id = "3";
    Coding mark;
    mark.code = Code("SUBSETTED");
    slot.meta->tag.push_back(mark);
    const auto json = codec::to_json(slot, {.elements = {"id"}});
    EXPECT_NE(json.find(R"("meta":{"versionId":"3","tag":[{"code":"SUBSETTED"}]})"), std::string::npos)
        << json;
}

/// app-3 wants start and end of a booked appointment; the contained patient is referred to by what stays
/// (ref-1), the contained organisation is not (dom-3).
TEST(FhirJsonSummary, APartOfAnAppointmentKeepsItsInvariants)
{
    Appointment appointment;
    appointment.start = parse_instant("2026-11-24T09:00:00Z");
    appointment.end = parse_instant("2026-11-24T09:10:00Z");
    appointment.comment = "Side door";
    Patient patient;
    patient.id = "p";
    Organization organization;
    organization.id = "o";
    organization.name = "Invented Hub";
    appointment.contained = {AnyResource(patient), AnyResource(organization)};
    appointment.extension.resize(1);
    appointment.extension[0].url = "u";
    appointment.extension[0].value = reference_to("#o");
    appointment.participant.resize(1);
    appointment.participant[0].actor = reference_to("#p");
    const std::string part =
        R"("contained":[{"resourceType":"Patient","id":"p"}],"status":"booked","start":"2026-11-24T09:00:00+00:00",)"
        R"("end":"2026-11-24T09:10:00+00:00","participant":[{"actor":{"reference":"#p"},"status":"accepted"}]})";
    for (const codec::WriteOptions& options :
         {codec::WriteOptions{.elements = {"status"}}, codec::WriteOptions{.elements = {"contained"}},
          codec::WriteOptions{.summary = Summary::text, .elements = {}},
          codec::WriteOptions{.summary = Summary::text, .elements = {}}}) {
        const auto json = codec::to_json(appointment, options);
        EXPECT_NE(json.find(R"("SUBSETTED"}]},)" + part), std::string::npos) << json;
    }
    const auto with_extension = codec::to_json(appointment, {.elements = {"extension"}});
    EXPECT_NE(with_extension.find(R"({"resourceType":"Organization","id":"o","name":"Invented Hub"})"),
              std::string::npos)
        << with_extension;
}

TEST(FhirJsonSummary, APartOfAnOrganizationKeepsNameOrIdentifier)
{
    Organization organization;
    organization.name = "Invented Surgery";
    organization.active = true;
    EXPECT_NE(codec::to_json(organization, {.elements = {"active"}}).find("Invented Surgery"),
              std::string::npos);
}

TEST(FhirJsonSummary, InABundleTheEntriesAreCutAndOutcomesAreWhole)
{
    Bundle bundle;
    bundle.entry.resize(2);
    bundle.entry[0].resource = AnyResource(some_slot());
    OperationOutcome outcome;
    outcome.issue.resize(1);
    outcome.issue[0].code = Code("timeout");
    outcome.issue[0].diagnostics = "late";
    bundle.entry[1].resource = AnyResource(outcome);
    EXPECT_EQ(
        codec::to_json(bundle, {.elements = {"start"}}),
        R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":)" +
            head(std::string(tag) + "," + std::string(mandatory) + "}},") +
            R"({"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"timeout","diagnostics":"late"}]}}]})");
}

TEST(FhirJsonEmpty, NothingEmptyIsEverWritten)
{
    Patient patient;
    patient.id = "";
    patient.name.emplace_back();
    patient.name.emplace_back().given = {"", "Avery", ""};
    patient.marital_status.emplace();
    patient.extension.emplace_back();
    patient.contact.emplace_back().name.emplace();
    patient.contained.emplace_back();
    patient.active = true;
    EXPECT_EQ(codec::to_json(patient),
              R"({"resourceType":"Patient","active":true,"name":[{"given":["Avery"]}]})");
}

TEST(FhirJsonEmpty, AnEmptyAnyResourceWritesNothing)
{
    rest::OutBuffer out;
    codec::write(AnyResource{}, out);
    EXPECT_TRUE(out.empty());
}

TEST(FhirJsonStrings, AreEscaped)
{
    Slot slot = some_slot();
    slot.comment = "a\"b\\c\n</script>\x7f";
    EXPECT_NE(codec::to_json(slot).find(R"("comment":"a\"b\\c\n</script>\u007f")"), std::string::npos);
}

TEST(FhirJsonChoice, AnOddNoteOfTheNameFallsBackToTheFirst)
{
    Patient patient;
    patient.extension.resize(1);
    patient.extension[0].url = "u";
    patient.extension[0].value = Uri("urn:a");
    patient.extension[0].value_name = "valueString";
    EXPECT_EQ(codec::to_json(patient),
              R"({"resourceType":"Patient","extension":[{"url":"u","valueUri":"urn:a"}]})");
    patient.extension[0].value_name = "valueUrl";
    EXPECT_EQ(codec::to_json(patient),
              R"({"resourceType":"Patient","extension":[{"url":"u","valueUrl":"urn:a"}]})");
}

} // namespace
