// SPDX-License-Identifier: Apache-2.0
// Tasks go into their owners' own systems once at most, whatever is lost on the way, and say what became of
// it.
#include "gateway/workflow/deliveries.hpp"

#include "gateway/workflow/task_letter.hpp"
#include "tests/gateway/workflow/workflow_fixture.hpp"
#include "tests/support/fake_adapter.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/sqlite_fixture.hpp"

namespace deliveries_test
{

using namespace gateway::workflow;
using namespace gateway::store;
using Fault = tests::FakeAdapter::Fault;
using State = TaskDelivery::State;
using std::chrono::seconds;

class Delivered : public testing::Test
{
protected:
    Delivered()
    {
        far->can.delivers_messages = far->can.delivers_prescription_requests = true;
        open();
    }

    void open()
    {
        service.reset();
        store.reset();
        store = database.open();
        links = world.links();
        links.delivers = [this](const fhir::OdsCode& owner, TaskKind) {
            return on && owner.text() == "A10001";
        };
        service = make_task_service({*store, clock, random, links}, {tests::task_base});
        deliveries.emplace(
            DeliveryParts{*store, clock, random,
                          [this](const fhir::OdsCode&) {
                              return on ? std::optional(DeliveryTarget{far, "EMIS Web", "Larkhill Surgery"})
                                        : std::nullopt;
                          },
                          links, &recorder},
            DeliverySettings{.public_base = tests::task_base});
    }
    std::string ask(fhir::Task wanted = tests::asked(), const std::string& by = "HUB01")
    {
        return tests::task_must(service->ask(tests::task_write_by(by), std::move(wanted)))
            .task.resource.id.value_or("");
    }
    static fhir::Task prescription(const std::string& medicine)
    {
        return tests::asked("prescription-request", {tests::parameter("medication", medicine)});
    }
    std::size_t round() { return tests::run(deliveries->run()); }
    std::size_t round_after(seconds delay)
    {
        clock.advance(delay);
        return round();
    }
    StoredTask task(const std::string& id, const std::string& by = "A10001")
    {
        return tests::task_must(service->read(tests::caller_with("", by), id));
    }
    std::vector<std::string> notes(const std::string& id, const std::string& by = "A10001")
    {
        std::vector<std::string> texts;
        for (const auto& note : task(id, by).resource.note)
            texts.push_back(note.text.text);
        return texts;
    }
    State state(const std::string& id) { return tests::task_must(store->deliveries_of(id)).at(0).state; }
    static bool says(const std::vector<std::string>& notes, const std::string& part)
    {
        return notes.size() == 1 && notes[0].find(part) != std::string::npos;
    }

    bool on = true;
    tests::FakeClock clock;
    tests::FakeRandom random;
    tests::FakeLinks world;
    TaskLinks links;
    std::shared_ptr<tests::FakeAdapter> far = std::make_shared<tests::FakeAdapter>();
    tests::SqliteFixture database;
    std::unique_ptr<Store> store;
    tests::FakeRecorder recorder;
    std::unique_ptr<TaskService> service;
    std::optional<Deliveries> deliveries;
};

TEST_F(Delivered, AMessageArrivesAndBothSidesSeeTheReceipt)
{
    const auto id = ask(tests::asked("practice-message", {tests::parameter("message", "Please call back"),
                                                          tests::parameter("subject", "Blood results")}));
    EXPECT_EQ(round(), 1u);
    ASSERT_EQ(far->delivered.size(), 1u);
    const adapters::Delivery& sent = far->delivered[0];
    EXPECT_EQ(sent.subject, "Blood results");
    EXPECT_NE(sent.text.find("Message: Please call back\n"), std::string::npos) << sent.text;
    EXPECT_NE(sent.text.find("Reference: " + id.substr(id.size() - 12)), std::string::npos) << sent.text;
    EXPECT_EQ(sent.team, "Reception");
    EXPECT_EQ(sent.provenance.organisation_ods, "HUB01");
    EXPECT_EQ(sent.patient.number().digits(), "9990000018");
    for (const std::string by : {"A10001", "HUB01"})
        EXPECT_TRUE(says(notes(id, by), "Received by EMIS Web of Larkhill Surgery as a message, number m1"))
            << notes(id, by).at(0);
    EXPECT_EQ(task(id).resource.status, fhir::TaskStatus::requested)
        << "a task never ends by being delivered";
    EXPECT_EQ(round(), 0u);
    EXPECT_EQ(recorder.notes.size(), 1u);
}

TEST_F(Delivered, OnlyWhatOthersAskAPracticeThatWantsItGoes)
{
    ask(tests::asked("e-consultation", {tests::parameter("message", "A rash")}));
    ask(tests::asked(), "A10001");
    fhir::Task elsewhere = tests::asked();
    elsewhere.owner = tests::organisation("B20002");
    ask(elsewhere);
    EXPECT_EQ(round(), 0u);
    on = false;
    ask();
    on = true;
    EXPECT_EQ(round(), 0u);
}

TEST_F(Delivered, ATaskThatIsHandedToAPracticeGoesThere)
{
    world.share.insert({"B20002", "A10001"});
    fhir::Task elsewhere = tests::asked();
    elsewhere.owner = tests::organisation("B20002");
    const auto id = ask(elsewhere);
    fhir::Task handed = task(id, "B20002").resource;
    handed.owner = tests::organisation("A10001");
    handed.status_reason = fhir::concept_text("Registered there");
    tests::task_must(service->update(tests::task_write_by("B20002"), id, 1, handed));
    EXPECT_EQ(round(), 1u);
    EXPECT_EQ(far->delivered.size(), 1u);
}

TEST_F(Delivered, ALostReplyIsLookedForAndNotSentAgain)
{
    const auto id = ask();
    far->write_faults = {Fault::cut_after};
    round();
    EXPECT_EQ(state(id), State::sent);
    EXPECT_TRUE(notes(id).empty());
    EXPECT_EQ(round_after(seconds(1)), 0u);
    EXPECT_EQ(round_after(seconds(1)), 1u);
    EXPECT_EQ(far->deliveries, 1);
    EXPECT_EQ(far->delivered.size(), 1u);
    EXPECT_TRUE(says(notes(id), "number m1"));
}

TEST_F(Delivered, WhatIsNotThereTwiceIsSentAgain)
{
    const auto id = ask();
    far->write_faults = {Fault::cut_before};
    round();
    round_after(seconds(2));
    EXPECT_EQ(far->deliveries, 1) << "one look may have come too early";
    round_after(seconds(10));
    EXPECT_EQ(state(id), State::waiting);
    round();
    EXPECT_EQ(far->deliveries, 2);
    EXPECT_EQ(far->delivered.size(), 1u);
    EXPECT_EQ(state(id), State::received);
}

TEST_F(Delivered, WhatNeverArrivesIsGivenUpWithANote)
{
    const auto id = ask();
    far->write_faults = {Fault::cut_before, Fault::cut_before, Fault::cut_before, Fault::cut_before};
    for (int i = 0; i < 20; ++i)
        round_after(seconds(60));
    EXPECT_EQ(far->deliveries, 3);
    EXPECT_EQ(state(id), State::refused);
    EXPECT_TRUE(says(notes(id), "sent 3 times"));
}

TEST_F(Delivered, WhatCannotBeLookedUpIsMarkedAndNeverSentAgain)
{
    const auto id = ask();
    far->write_faults = {Fault::cut_after};
    far->read_faults = {Fault::refuse};
    far->refusal = fhir::Error(fhir::ErrorKind::not_supported_by_practice);
    round();
    round_after(seconds(2));
    EXPECT_EQ(state(id), State::unknown);
    EXPECT_TRUE(says(notes(id), "It is not known whether"));
    EXPECT_EQ(task(id).resource.business_status->coding.front().code->text, "delivery-unknown");
    EXPECT_EQ(task(id).resource.status, fhir::TaskStatus::requested);
    EXPECT_EQ(round_after(std::chrono::hours(48)), 0u);
    EXPECT_EQ(far->deliveries, 1);
}

TEST_F(Delivered, ALookThatFailsForNowIsTriedAgain)
{
    const auto id = ask();
    far->write_faults = {Fault::cut_after};
    far->read_faults = {Fault::refuse};
    far->refusal = fhir::Error(fhir::ErrorKind::supplier_timeout);
    round();
    round_after(seconds(2));
    EXPECT_EQ(state(id), State::sent);
    round_after(seconds(10));
    EXPECT_EQ(state(id), State::received);
}

TEST_F(Delivered, AProcessThatDiesWhileItIsSendingLooksAfterwards)
{
    const auto id = ask();
    far->on_write = [] { throw std::runtime_error("killed"); };
    round();
    EXPECT_EQ(state(id), State::sent) << "written down before the first byte";
    far->on_write = {};
    open(); // starts again
    EXPECT_EQ(round_after(seconds(2)), 1u) << "the lease of the earlier run does not hold it up";
    EXPECT_EQ(far->delivery_looks, 1);
    EXPECT_EQ(far->deliveries, 1);
}

TEST_F(Delivered, ASystemThatIsAwayIsTriedAgainLater)
{
    const auto id = ask();
    far->write_faults = {Fault::refuse, Fault::refuse};
    far->refusal = fhir::Error(fhir::ErrorKind::supplier_unavailable);
    round();
    EXPECT_EQ(round_after(seconds(9)), 0u);
    EXPECT_EQ(round_after(seconds(1)), 1u);
    EXPECT_TRUE(notes(id).empty());
    EXPECT_EQ(round_after(seconds(60)), 1u);
    EXPECT_EQ(state(id), State::received);
}

TEST_F(Delivered, ASystemThatStaysAwayIsGivenUpAfterADay)
{
    const auto id = ask();
    far->write_faults.assign(100, Fault::refuse);
    far->refusal = fhir::Error(fhir::ErrorKind::supplier_unavailable);
    for (int i = 0; i < 60; ++i)
        round_after(std::chrono::minutes(30));
    EXPECT_EQ(state(id), State::refused);
    EXPECT_TRUE(says(notes(id), "Not put into EMIS Web of Larkhill Surgery"));
}

TEST_F(Delivered, ARefusalIsOneNoteInPlainWords)
{
    const auto id = ask();
    far->write_faults = {Fault::refuse};
    far->refusal = fhir::Error(fhir::ErrorKind::service_disabled, "The practice has messages switched off.");
    round();
    EXPECT_TRUE(says(notes(id), "The practice has messages switched off. The task stays in this inbox."));
    EXPECT_EQ(state(id), State::refused);
    EXPECT_EQ(round_after(std::chrono::hours(1)), 0u);
}

TEST_F(Delivered, AMedicineThatThePracticeNamesSoIsRequested)
{
    far->medicines = {"Amlodipine 5mg tablets"};
    const auto id = ask(prescription("Amlodipine 5mg tablets"));
    round();
    ASSERT_EQ(far->delivered.size(), 1u);
    EXPECT_EQ(far->delivered[0].form, adapters::DeliveryForm::prescription_request);
    EXPECT_EQ(far->delivered[0].medicines, std::vector<std::string>{"Amlodipine 5mg tablets"});
    EXPECT_EQ(far->delivered[0].text.find("Amlodipine"), std::string::npos) << "a comment names no medicine";
    EXPECT_TRUE(says(notes(id), "as a prescription request"));
}

TEST_F(Delivered, AMedicineThatThePracticeDoesNotNameSoGoesAsAMessage)
{
    const auto id = ask(prescription("Amlodipine"));
    round();
    round();
    ASSERT_EQ(far->delivered.size(), 1u);
    EXPECT_EQ(far->delivered[0].form, adapters::DeliveryForm::message);
    EXPECT_NE(far->delivered[0].text.find("Medication: Amlodipine\n"), std::string::npos);
    EXPECT_TRUE(says(notes(id), "as a message"));
}

TEST_F(Delivered, AMedicineThatNobodyTakesStaysInTheInbox)
{
    far->can.delivers_messages = false;
    const auto id = ask(prescription("Amlodipine"));
    round();
    EXPECT_EQ(state(id), State::refused);
    EXPECT_TRUE(says(notes(id), "No such medicine."));
}

TEST_F(Delivered, WithoutAPatientOrALinkItSaysSo)
{
    fhir::Task about_nobody = tests::asked();
    about_nobody.for_.reset();
    const auto nobody = ask(about_nobody);
    far->can.needs_patient_link = true;
    const auto unlinked = ask();
    round();
    EXPECT_TRUE(says(notes(nobody), "names no patient"));
    EXPECT_TRUE(says(notes(unlinked), "no online link"));
    std::vector<LinkRecord> kept{{"A10001", "9990000018", "secret"}};
    ASSERT_TRUE(tests::run(store->save_patient_links(kept)));
    const auto linked = ask();
    round();
    EXPECT_EQ(state(linked), State::received);
    EXPECT_EQ(far->delivered.at(0).patient.link->credential, "secret");
}

TEST_F(Delivered, WhatIsNoLongerAgreedIsNotSent)
{
    const auto id = ask();
    world.share.clear();
    round();
    EXPECT_EQ(far->deliveries, 0);
    EXPECT_TRUE(says(notes(id), "does not let it be sent"));
}

TEST_F(Delivered, WhatHasEndedOrGoneElsewhereBeforeItWasSentIsDropped)
{
    const auto id = ask();
    fhir::Task over = task(id).resource;
    over.status = fhir::TaskStatus::rejected;
    over.status_reason = fhir::concept_text("Not ours");
    tests::task_must(service->update(tests::task_write_by("A10001"), id, 1, over));
    round();
    EXPECT_EQ(far->deliveries, 0);
    EXPECT_EQ(state(id), State::dropped);
    EXPECT_TRUE(notes(id).empty());
}

TEST_F(Delivered, TheReceiptOfWhatEndedMeanwhileIsNotedAllTheSame)
{
    const auto id = ask();
    far->on_write = [&] {
        far->on_write = {};
        fhir::Task over = task(id).resource;
        over.status = fhir::TaskStatus::rejected;
        over.status_reason = fhir::concept_text("Not ours");
        tests::task_must(service->update(tests::task_write_by("A10001"), id, 1, over));
    };
    round();
    EXPECT_EQ(task(id).resource.status, fhir::TaskStatus::rejected);
    EXPECT_TRUE(says(notes(id), "Received by"));
}

TEST_F(Delivered, APracticeThatWantsItNoMoreGetsNothing)
{
    const auto id = ask();
    on = false;
    round();
    EXPECT_EQ(state(id), State::dropped);
    EXPECT_EQ(far->deliveries, 0);
}

TEST(TaskLetter, SaysAllThatWasAskedAndNothingOfTheGatewaysOwnNotes)
{
    fhir::Task task = tests::asked("follow-up", {tests::parameter("action", "Blood pressure in a week"),
                                                 tests::parameter("call-back", "0113 496 0000")});
    task.requester = tests::organisation("HUB01");
    task.priority = fhir::RequestPriority::urgent;
    task.description = "Seen on Monday";
    fhir::Annotation& ours = task.note.emplace_back();
    ours.author = "Gateway";
    ours.text.text = "Overdue by 3 h.";
    fhir::Annotation& theirs = task.note.emplace_back();
    theirs.author = "Hub";
    theirs.text.text = "Left arm";
    const auto letter = letter_of(task, TaskKind::follow_up, adapters::DeliveryForm::message, "abc123");
    EXPECT_EQ(letter.subject, "Follow-up action");
    EXPECT_EQ(letter.text, "Follow-up action: sent by HUB01 for Reception\n"
                           "Priority: urgent\n"
                           "Action: Blood pressure in a week\n"
                           "Call back: 0113 496 0000\n"
                           "Description: Seen on Monday\n"
                           "Note: Left arm\n"
                           "Reference: abc123\n");
}

} // namespace deliveries_test
