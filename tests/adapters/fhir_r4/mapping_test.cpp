// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/mapping.hpp"

#include "tests/adapters/fhir_r4/world.hpp"

#include <algorithm>
#include <set>

using namespace tests::fhir_r4;
using tests::at;

namespace
{

const r4::Ids& mapping_ids()
{
    static const r4::Ids made(*fhir::OdsCode::parse("Z90001"), "https://apptgw.example", root);
    return made;
}

adapters::FoundSlots mapped(std::string bundle, adapters::SlotMemo& memo)
{
    auto page = r4::wire::read_page(bundle);
    EXPECT_TRUE(page);
    r4::wire::Collected all;
    all.add(std::move(*page));
    return r4::to_found_slots(r4::wire::slot_bundle(std::move(all)),
                              {at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z")}, mapping_ids(),
                              "Brackenfold Surgery", memo);
}

adapters::FoundSlots mapped(std::string bundle)
{
    adapters::SlotMemo memo;
    return mapped(std::move(bundle), memo);
}

std::string replaced(std::string where, std::string_view from, std::string_view to)
{
    const auto found = where.find(from);
    EXPECT_NE(found, std::string::npos) << from;
    return found == std::string::npos ? where : where.replace(found, from.size(), to);
}

} // namespace

TEST(FhirR4Mapping, ASlotKeepsWhatR4Gives)
{
    const auto found = mapped(data_text("good/slots.json"));
    ASSERT_EQ(found.slots.size(), 2U);
    const auto& slot = found.slots[0]->slot();
    EXPECT_EQ(slot.id, "Z90001.s-1");
    EXPECT_EQ(slot.schedule.reference, "Schedule/Z90001.sch-1");
    EXPECT_EQ(fhir::identifier_value(slot.identifier, "https://supplier.example/slot"), "777");
    EXPECT_EQ(fhir::identifier_value(slot.identifier, "https://apptgw.example/id/provider-slot/Z90001"),
              "s-1");
    EXPECT_EQ(slot.service_type.at(0).text, "Routine");
    EXPECT_EQ(slot.comment, "Ground floor");
    EXPECT_EQ(slot.start, at("2026-11-24T09:00:00Z"));
    EXPECT_FALSE(slot.text);
    const auto* room = fhir::find_extension(slot.extension, "https://supplier.example/room");
    ASSERT_NE(room, nullptr);
    EXPECT_EQ(std::get<fhir::Reference>(room->value).reference, "Location/Z90001.l-1");
}

TEST(FhirR4Mapping, ASlotWithoutTermsOfItsOwnHasItsSchedules)
{
    const auto found = mapped(data_text("good/slots.json"));
    ASSERT_EQ(found.slots.size(), 2U);
    EXPECT_EQ(found.slots[1]->slot().service_type.at(0).text, "GP clinic");
    EXPECT_EQ(found.slots[1]->slot().service_category.at(0).text, "Doctors");
    EXPECT_NE(
        fhir::find_extension(found.slots[1]->slot().extension,
                             "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel"),
        nullptr);
}

TEST(FhirR4Mapping, ASlotThatIsNotFreeIsNoFreeSlot)
{
    for (const auto& each : mapped(data_text("good/slots.json")).slots)
        EXPECT_NE(each->id(), "Z90001.s-3");
}

TEST(FhirR4Mapping, ActorsThatAreNotFoundAreLeftOutAndSaid)
{
    const auto found = mapped(data_text("good/slots.json"));
    ASSERT_EQ(found.schedules.size(), 1U);
    std::set<std::string> actors;
    for (const auto& actor : found.schedules[0]->actor)
        actors.insert(actor.reference.value_or(""));
    const std::set<std::string> expected{"Practitioner/Z90001.p-1", "Location/Z90001.l-1",
                                         "HealthcareService/Z90001.gp"};
    EXPECT_EQ(actors, expected);
    EXPECT_EQ(found.warnings.size(), 1U);
}

TEST(FhirR4Mapping, WhatNamesNoOrganisationIsThePractices)
{
    const auto found = mapped(data_text("good/slots.json"));
    ASSERT_EQ(found.organizations.size(), 1U);
    EXPECT_EQ(found.organizations[0]->name, "Brackenfold Surgery");
    ASSERT_EQ(found.locations.size(), 1U);
    EXPECT_EQ(found.locations[0]->managing_organization->reference,
              "Organization/" + *found.organizations[0]->id);
    ASSERT_EQ(found.healthcare_services.size(), 1U);
    EXPECT_EQ(found.healthcare_services[0]->id, "Z90001.gp");
}

TEST(FhirR4Mapping, UnusableSlotsAreLeftOutAndSaid)
{
    const auto good = data_text("good/slots.json");
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {R"("id":"s-2",)", R"("id":"a b",)"},
             {R"("id":"s-2",)", ""},
             {R"("id":"s-2","schedule":{"reference":"Schedule/sch-1"})",
              R"("id":"s-2","schedule":{"reference":"Schedule/none"})"},
             {R"("end":"2026-11-24T09:20:00Z")", R"("end":"2026-11-24T09:10:00Z")"},
             {R"("start":"2026-11-24T09:10:00Z")", R"("start":"2026-11-24T09:10")"},
             {R"("id":"s-2",)",
              R"("id":"s-2","modifierExtension":[{"url":"https://x.example/not","valueBoolean":true}],)"},
         }) {
        const auto found = mapped(replaced(good, from, to));
        EXPECT_EQ(found.slots.size(), 1U) << to;
        EXPECT_EQ(found.warnings.size(), 2U) << to;
    }
}

TEST(FhirR4Mapping, SlotsOfAScheduleThatIsNotInUseAreLeftOut)
{
    const auto found =
        mapped(replaced(data_text("good/slots.json"), R"("active":true)", R"("active":false)"));
    EXPECT_TRUE(found.slots.empty());
    EXPECT_FALSE(found.warnings.empty());
}

TEST(FhirR4Mapping, AnUnchangedSlotIsTheSameObjectInTheNextAnswer)
{
    adapters::SlotMemo memo;
    const auto first = mapped(data_text("good/slots.json"), memo);
    const auto second = mapped(data_text("good/slots.json"), memo);
    EXPECT_EQ(first.slots[0], second.slots[0]);
    const auto changed = mapped(replaced(data_text("good/slots.json"), "Ground floor", "First floor"), memo);
    EXPECT_NE(changed.slots[0], first.slots[0]);
    EXPECT_EQ(changed.slots[1], first.slots[1]);
}

TEST(FhirR4Mapping, ASlotIsTranslatedAgainWhenItsScheduleChanges)
{
    adapters::SlotMemo memo;
    const auto first = mapped(data_text("good/slots.json"), memo);
    const auto second = mapped(replaced(data_text("good/slots.json"), "GP clinic", "Nurse clinic"), memo);
    ASSERT_EQ(second.slots.size(), 2U);
    EXPECT_EQ(second.slots[1]->slot().service_type.at(0).text, "Nurse clinic");
}

TEST(FhirR4Mapping, WhatIsReferredToAndNotThereIsNamedOnce)
{
    auto page = r4::wire::read_page(data_text("good/slots.json"));
    ASSERT_TRUE(page);
    std::erase_if(page->resources, [](const auto* each) {
        return adapters::is_resource(*each, "Schedule") || adapters::is_resource(*each, "Practitioner");
    });
    r4::wire::Collected all;
    all.add(std::move(*page));
    const auto missing = r4::missing_from(r4::wire::slot_bundle(std::move(all)), mapping_ids());
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0].text(), "Schedule/sch-1");
}

TEST(FhirR4Mapping, AKeyComesBackAsItWasWritten)
{
    const r4::SlotKey key{"s-1",   "2026-11-24T09:00:00+00:00",         "2026-11-24T09:10:00+00:00", "sch-1",
                          "a\"/b", {"Practitioner/p-1", "Location/l-1"}};
    const auto read = r4::read_slot_key(r4::write_slot_key(key));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->slot, key.slot);
    EXPECT_EQ(read->start, key.start);
    EXPECT_EQ(read->kind, key.kind);
    EXPECT_EQ(read->actors, key.actors);
    for (const char* bad : {"", "7", "{}", "[]", R"({"slot":"s-1"})",
                            R"({"slot":"a/b","start":"2026-11-24T09:00:00Z","end":"2026-11-24T09:10:00Z"})"})
        EXPECT_EQ(kind(r4::read_slot_key(bad)), fhir::ErrorKind::slot_unknown) << bad;
}

TEST(FhirR4Mapping, AnAppointmentKeepsItsElementsUnderOurReferences)
{
    const auto tree = fhir::codec::Document::parse(R"({"resourceType":"Appointment","id":"ap-1",
        "meta":{"versionId":"5","lastUpdated":"2026-11-23T08:00:00Z"},"status":"cancelled",
        "cancelationReason":{"text":"Recovered"},"description":"Review","priority":5,
        "slot":[{"reference":"Slot/s-1"}],"start":"2026-11-24T09:00:00Z","end":"2026-11-24T09:10:00Z",
        "participant":[{"actor":{"reference":"Patient/pt-1"},"status":"accepted"}]})");
    const auto held = r4::to_appointment(tree->root(), mapping_ids());
    ASSERT_TRUE(held);
    EXPECT_EQ(held->key, "ap-1");
    EXPECT_FALSE(held->appointment.id);
    EXPECT_EQ(held->appointment.meta->version_id, "5");
    EXPECT_EQ(held->appointment.slot.at(0).reference, "Slot/Z90001.s-1");
    EXPECT_EQ(held->appointment.participant.at(0).actor->reference, "Patient/Z90001.pt-1");
    EXPECT_EQ(held->appointment.cancelation_reason->text, "Recovered");
    EXPECT_EQ(held->appointment.priority->value, 5);
}

TEST(FhirR4Mapping, AReasonOnABookedAppointmentIsNotPassedOn)
{
    const auto tree = fhir::codec::Document::parse(R"({"resourceType":"Appointment","id":"ap-1",
        "status":"booked","cancelationReason":{"text":"Left over"},
        "participant":[{"actor":{"reference":"Patient/pt-1"},"status":"accepted"}]})");
    const auto held = r4::to_appointment(tree->root(), mapping_ids());
    ASSERT_TRUE(held);
    EXPECT_FALSE(held->appointment.cancelation_reason);
}

TEST(FhirR4Mapping, WhatIsNoAppointmentOfR4IsNone)
{
    for (
        const char* body :
        {R"({"resourceType":"Appointment","status":"booked","participant":[{"status":"accepted"}]})",
         R"({"resourceType":"Appointment","id":"ap-1","participant":[{"status":"accepted"}]})",
         R"({"resourceType":"Appointment","id":"ap-1","status":"perhaps","participant":[{"status":"accepted"}]})",
         R"({"resourceType":"Appointment","id":"ap/1","status":"booked"})",
         R"({"resourceType":"Appointment","id":"ap-1","status":["booked"]})"}) {
        const auto tree = fhir::codec::Document::parse(body);
        ASSERT_TRUE(tree);
        EXPECT_FALSE(r4::to_appointment(tree->root(), mapping_ids())) << body;
    }
}

namespace
{

std::string slot_json(const std::string& id, const std::string& own, const std::string& rest)
{
    return R"({"resource":{"resourceType":"Slot","id":")" + id + R"(",)" + own +
           R"("schedule":{"reference":"Schedule/sch-1"},"status":"free")" + rest + "}}";
}

std::string times(const std::string& start, const std::string& end)
{
    return R"("start":"2026-11-24T)" + start + R"(:00Z","end":"2026-11-24T)" + end + R"(:00Z",)";
}

std::string bundle_of(const std::vector<std::string>& slots)
{
    std::string text = R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":)"
                       R"("Schedule","id":"sch-1","actor":[{"reference":"Location/l-1"}]}})";
    for (const auto& slot : slots)
        text += "," + slot;
    return text + "]}";
}

} // namespace

TEST(FhirR4Mapping, SlotsThatAreAlikeHaveTheirOwnIdsTimesAndKeys)
{
    const auto found =
        mapped(bundle_of({slot_json("1", times("09:00", "09:10") + R"("meta":{"versionId":"1"},)",
                                    R"(,"comment":"Ground floor")"),
                          slot_json("2", times("09:10", "09:20") + R"("meta":{"versionId":"7"},)",
                                    R"(,"comment":"Ground floor")"),
                          slot_json("3", times("09:20", "09:30"), R"(,"comment":"First floor")")}));
    ASSERT_EQ(found.slots.size(), 3U);
    EXPECT_EQ(found.slots[1]->id(), "Z90001.2");
    EXPECT_EQ(found.slots[1]->slot().id, "Z90001.2");
    EXPECT_EQ(found.slots[1]->slot().identifier.back().value, "2");
    EXPECT_EQ(found.slots[1]->slot().start, at("2026-11-24T09:10:00Z"));
    EXPECT_EQ(found.slots[1]->slot().comment, "Ground floor");
    EXPECT_EQ(found.slots[2]->slot().comment, "First floor");
    const auto key = r4::read_slot_key(found.slots[1]->supplier_key());
    ASSERT_TRUE(key);
    EXPECT_EQ(key->slot, "2");
    EXPECT_EQ(key->start, "2026-11-24T09:10:00Z");
    EXPECT_EQ(key->schedule, "sch-1");
}

TEST(FhirR4Mapping, ASlotLikeAGoodOneIsLeftOutForAFaultOfItsOwn)
{
    const auto good = slot_json("1", times("09:00", "09:10"), "");
    const std::vector<std::string> bad{
        slot_json("a b", times("09:10", "09:20"), ""),
        slot_json("2", times("09:20", "09:10"), ""),
        slot_json("2", R"("start":"2026-11-24T09:10:00Z",)", ""),
        slot_json("2", R"("start":"tomorrow","end":"2026-11-24T09:20:00Z",)", ""),
        slot_json("2", R"("start":"2026-11-24T09:10:00Z","end":7,)", ""),
        slot_json("2", times("09:10", "09:20") + R"("meta":"1",)", ""),
        slot_json("2", times("09:10", "09:20") + R"("meta":{"lastUpdated":"today"},)", ""),
        slot_json("2", times("09:10", "09:20") + R"("text":{},)", "")};
    for (const auto& each : bad) {
        const auto found = mapped(bundle_of({good, each}));
        EXPECT_EQ(found.slots.size(), 1U) << each;
        EXPECT_EQ(std::ranges::count(found.warnings,
                                     "A slot without a usable id, status, start or end was left out."),
                  1)
            << each;
    }
}

TEST(FhirR4Mapping, SlotsWithIdentifiersOfTheirOwnKeepThem)
{
    const auto numbered = [](const std::string& id, const std::string& own) {
        return slot_json(id, own,
                         R"(,"identifier":[{"system":"https://s.example","value":"n)" + id + R"("}])");
    };
    const auto found =
        mapped(bundle_of({numbered("1", times("09:00", "09:10")), numbered("2", times("09:10", "09:20"))}));
    ASSERT_EQ(found.slots.size(), 2U);
    EXPECT_EQ(fhir::identifier_value(found.slots[1]->slot().identifier, "https://s.example"), "n2");
}
