// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/patient_finder.hpp"
#include "gateway/search/practice_patients.hpp"
#include "tests/support/fake_adapter.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/memory_consents.hpp"

#include <gtest/gtest.h>

// The work that is done for a patient who is hidden, against one whom nobody knows.
namespace
{

using fhir::ErrorKind;
using gateway::policy::ConsentKind;
using tests::run;

const fhir::NhsNumber hidden = *fhir::NhsNumber::parse("9990000018");
const fhir::NhsNumber unknown = *fhir::NhsNumber::parse("9990000026");

fhir::OdsCode code(std::string_view text)
{
    return *fhir::OdsCode::parse(text);
}

gateway::identity::Caller caller(std::string_view ods = "HUB01")
{
    return {"client", code(ods), "Hub", {}, {}, {}, {}};
}

/// Knows the hidden patient, and counts who asks about whom.
class Knowing : public tests::FakeAdapter
{
public:
    explicit Knowing(std::string ods) : id(std::move(ods) + ".p1") {}

    std::string id;
    int finds = 0, about_the_patient = 0;

    adapters::Awaitable<fhir::Result<fhir::Patient>> find_patient(adapters::FindPatient query) override
    {
        ++finds;
        about_the_patient += query.patient.nhs_number == hidden;
        if (query.patient.nhs_number != hidden)
            co_return fhir::fail(ErrorKind::patient_not_found);
        fhir::Patient patient;
        patient.id = id;
        co_return patient;
    }
};

class HiddenFromASearch : public testing::Test
{
protected:
    HiddenFromASearch()
    {
        std::vector<std::shared_ptr<const gateway::policy::Practice>> practices;
        for (const std::string ods : {"A10001", "B20002"}) {
            auto system = std::make_shared<Knowing>(ods);
            system->can.find_patient = true;
            systems.push_back(system);
            practices.push_back(std::make_shared<const gateway::policy::Practice>(
                gateway::policy::Practice{code(ods), "Surgery " + ods, "emis", {}, {}, nullptr, system}));
        }
        directory = std::make_shared<const gateway::policy::Directory>(
            practices,
            std::vector<gateway::policy::Federation>{
                {"north", {practices[0]->ods, practices[1]->ods}, {code("HUB01"), code("HUB02")}}});
    }
    void hide(std::string_view custodian = {}, std::string_view organisation = {})
    {
        ASSERT_TRUE(tests::finished(
            consents.write(tests::consent_of("9990000018", ConsentKind::dissent, custodian, organisation))));
    }
    gateway::search::FoundPatients find(const fhir::NhsNumber& number, std::string_view who = "HUB01")
    {
        return run(finder->find(caller(who), number, "request"));
    }
    fhir::Result<fhir::Patient> at_practice(const fhir::NhsNumber& number, std::string_view who = "HUB01")
    {
        return run(patients.find(caller(who), directory->practices()[0], number, "request"));
    }
    int calls() const { return systems[0]->finds + systems[1]->finds; }

    tests::FakeClock clock;
    tests::FakeRandom random;
    tests::FakeRecorder recorder;
    tests::MemoryConsents memory;
    std::vector<std::shared_ptr<Knowing>> systems;
    std::shared_ptr<const gateway::policy::Directory> directory;
    gateway::policy::Consents consents{{memory, [this] { return directory; }, clock, random, &recorder}};
    std::unique_ptr<gateway::search::PatientFinder> finder =
        gateway::search::make_patient_finder([this] { return directory; }, clock, {}, &consents);
    int look_ups = 0;
    std::optional<std::string> link;
    gateway::search::PracticePatients patients{
        {[this](std::string, std::string) -> gateway::Awaitable<fhir::Result<std::optional<std::string>>> {
             ++look_ups;
             co_return link;
         },
         [](std::string, std::string, std::string) -> gateway::Awaitable<fhir::Result<void>> {
             co_return fhir::Result<void>();
         }},
        std::chrono::seconds(3),
        &consents};
};

TEST_F(HiddenFromASearch, AsksAndAnswersAsForAnUnknownPatient)
{
    EXPECT_EQ(find(hidden).patients.size(), 2U);
    hide();
    const int before = calls(), asked = systems[0]->about_the_patient;
    const auto found = find(hidden);
    const int for_hidden = calls() - before;
    EXPECT_TRUE(found.patients.empty());
    EXPECT_TRUE(found.missing.empty());
    EXPECT_TRUE(find(unknown).patients.empty());
    EXPECT_EQ(calls() - before - for_hidden, for_hidden);
    EXPECT_EQ(systems[0]->about_the_patient, asked) << "nothing is asked about them";
}

TEST_F(HiddenFromASearch, IsFoundWhereTheConsentDoesNotHoldAndByOthers)
{
    hide("A10001", "HUB01");
    const auto found = find(hidden);
    ASSERT_EQ(found.patients.size(), 1U);
    EXPECT_EQ(found.patients[0].id, "B20002.p1");
    EXPECT_EQ(find(hidden, "HUB02").patients.size(), 2U);
    EXPECT_EQ(find(hidden, "A10001").patients.size(), 1U) << "the practice sees its own book";
}

TEST_F(HiddenFromASearch, AnIdThatWasFoundBeforeIsReadNoMore)
{
    ASSERT_EQ(find(hidden).patients.size(), 2U);
    ASSERT_TRUE(run(finder->read(caller(), "A10001.p1", "request")));
    hide();
    const int before = calls();
    const auto refused = run(finder->read(caller(), "A10001.p1", "request"));
    const auto never_found = run(finder->read(caller(), "A10001.p9", "request"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), never_found.error().kind());
    EXPECT_EQ(refused.error().sentence(), never_found.error().sentence());
    EXPECT_EQ(refused.error().advice(), never_found.error().advice());
    EXPECT_EQ(calls(), before) << "neither asks anybody";
}

TEST_F(HiddenFromASearch, OneRefusalIsOnRecordForEachPractice)
{
    hide();
    recorder.notes.clear();
    (void)find(hidden);
    ASSERT_EQ(recorder.notes.size(), 2U);
    EXPECT_EQ(recorder.notes[0].record.practice, "A10001");
    EXPECT_EQ(recorder.notes[1].record.practice, "B20002");
    (void)find(unknown);
    EXPECT_EQ(recorder.notes.size(), 2U);
}

TEST_F(HiddenFromASearch, AtOnePracticeTheSameWorkIsDoneWithAndWithoutLinks)
{
    hide();
    for (const bool links : {false, true}) {
        systems[0]->can.needs_patient_link = links;
        link = "kept";
        const int before = calls(), looked = look_ups;
        const auto refused = at_practice(hidden);
        const int asked = calls() - before, found = look_ups - looked;
        ASSERT_FALSE(refused);
        link.reset(); // of an unknown patient none is kept
        const auto nobody = at_practice(unknown);
        EXPECT_EQ(refused.error().kind(), nobody.error().kind());
        EXPECT_EQ(refused.error().sentence(), nobody.error().sentence());
        EXPECT_EQ(calls() - before - asked, asked) << links;
        EXPECT_EQ(look_ups - looked - found, found) << links;
    }
    EXPECT_EQ(systems[0]->about_the_patient, 0);
}

TEST_F(HiddenFromASearch, IsNeitherRegisteredNorLinkedByAnybodyElse)
{
    hide();
    systems[0]->can.register_patient = true;
    const auto refused =
        run(patients.add(caller(), directory->practices()[0], hidden, fhir::Patient{}, "request"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::patient_ineligible);
    EXPECT_EQ(systems[0]->registrations, 0);
}

} // namespace
