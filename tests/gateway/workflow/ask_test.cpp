// SPDX-License-Identifier: Apache-2.0
// Tasks that consumers ask for: what a kind must have, who may hold them, what they hang together with.
#include "tests/gateway/workflow/workflow_fixture.hpp"
#include "tests/support/memory_tasks.hpp"

namespace ask_test
{

using namespace gateway::workflow;
using fhir::ErrorKind;
using fhir::TaskStatus;
using std::chrono::hours;
using tests::asked;
using tests::organisation;
using tests::parameter;

class AskedTasks : public testing::Test
{
protected:
    fhir::Result<TaskOutcome> ask(fhir::Task task, const std::string& by = "HUB01",
                                  const std::string& key = {})
    {
        return tests::run(service->ask(tests::task_write_by(by, key), std::move(task)));
    }
    std::string refusal(const std::function<void(fhir::Task&)>& spoil, const std::string& kind = {})
    {
        fhir::Task task = kind.empty() ? asked() : asked(kind, {});
        spoil(task);
        const auto outcome = ask(std::move(task));
        return outcome ? "taken" : outcome.error().path() + ": " + outcome.error().sentence();
    }
    fhir::Result<TaskOutcome> update(const StoredTask& task, const std::string& by,
                                     const std::function<void(fhir::Task&)>& edit)
    {
        fhir::Task wanted = task.resource;
        edit(wanted);
        return tests::run(service->update(tests::task_write_by(by), *task.resource.id, task.version, wanted));
    }
    StoredTask become(const StoredTask& task, TaskStatus status, const std::string& by = "A10001")
    {
        auto changed = update(task, by, [&](fhir::Task& wanted) {
            wanted.status = status;
            wanted.status_reason = fhir::concept_text("because");
        });
        if (!changed)
            throw std::runtime_error(changed.error().sentence());
        return changed->task;
    }
    StoredTask working(fhir::Task task)
    {
        auto made = ask(std::move(task));
        if (!made)
            throw std::runtime_error(made.error().sentence());
        return become(become(made->task, TaskStatus::accepted), TaskStatus::in_progress);
    }
    void has_appointment(const std::string& ods, const std::string& id, const std::string& patient,
                         bool stands = true, std::vector<fhir::Identifier> identifiers = {})
    {
        world.appointments[{ods, id}] = {patient, stands, std::move(identifiers)};
    }

    tests::FakeClock clock;
    tests::FakeRandom random;
    tests::MemoryTasks store;
    tests::FakeLinks world;
    std::unique_ptr<TaskService> service =
        make_task_service({store, clock, random, world.links()}, {tests::task_base});
};

TEST_F(AskedTasks, AreHeldByTheTeamThatWasNamed)
{
    const auto made = ask(asked());
    ASSERT_TRUE(made) << made.error().sentence() << made.error().path();
    const fhir::Task& task = made->task.resource;
    EXPECT_EQ(task.status, TaskStatus::requested);
    EXPECT_EQ((*task.owner->identifier)->value, "A10001");
    EXPECT_EQ(task.owner->display, "Larkhill Surgery");
    EXPECT_EQ((*task.requester->identifier)->value, "HUB01");
    EXPECT_EQ(task.requester->display, "Northmoor Hub");
    EXPECT_EQ(task.performer_type.front().text, "Reception");
    EXPECT_EQ(task.code->coding.front().display, "Message to a practice");
    EXPECT_EQ(task.restriction->period->end->at, clock.now() + hours(48));
    EXPECT_EQ(task.group_identifier->system->text, "https://gateway.example.net/id/journey");
    EXPECT_EQ(task.group_identifier->value, task.id);
    EXPECT_EQ(made->task.resource.input.size(), 1u);
    EXPECT_TRUE(tests::task_must(service->read(tests::caller_with("", "A10001"), *task.id)).version);
}

TEST_F(AskedTasks, CarryWhereTheSenderIsReached)
{
    auto write = tests::task_write_by("HUB01");
    write.caller.organisation_phone = "01632960300";
    const auto made = tests::task_must(service->ask(write, asked()));
    ASSERT_EQ(made.task.resource.input.size(), 2u);
    EXPECT_EQ(std::get<std::string>(made.task.resource.input[1].value), "01632960300");
    auto own = asked();
    own.input.push_back(parameter("call-back", "extension 12"));
    EXPECT_EQ(tests::task_must(service->ask(write, own)).task.resource.input.size(), 2u);
}

TEST_F(AskedTasks, AreNeverAPersons)
{
    for (const char* person : {"Practitioner/p1", "PractitionerRole/p1"}) {
        const auto answer = refusal([&](fhir::Task& task) { task.owner = fhir::reference_to(person); });
        EXPECT_EQ(answer, "Task.owner: A task is held by a team of an organisation, never only by a person.");
    }
    EXPECT_TRUE(refusal([](fhir::Task& task) {
                    task.owner->identifier =
                        fhir::Box(fhir::identifier_of("https://fhir.nhs.uk/Id/sds-user-id", "999000222333"));
                }).starts_with("Task.owner: A task is held by a team"));
    EXPECT_TRUE(refusal([](fhir::Task& task) { task.owner.reset(); }).starts_with("Task.owner: "));
    EXPECT_TRUE(refusal([](fhir::Task& task) {
                    task.performer_type.clear();
                }).starts_with("Task.performerType: A task is always held by a team"));
    EXPECT_TRUE(refusal([](fhir::Task& task) {
                    task.owner = fhir::reference_to("Location/l1");
                }).starts_with("Task.owner: This names no organisation"));
}

TEST_F(AskedTasks, GoOnlyWhereAnAgreementLetsThem)
{
    for (const auto& [to, allowed] : {std::pair{"A10001", true},
                                      {"B20002", true},
                                      {"HUB01", true},
                                      {"C30003", false},
                                      {"HUB02", false}}) {
        auto task = asked();
        task.owner = organisation(to);
        const auto made = ask(task);
        EXPECT_EQ(made.has_value(), allowed) << to;
        if (!made)
            EXPECT_EQ(made.error().kind(), ErrorKind::organisation_not_allowed);
    }
    auto back = asked();
    back.owner = organisation("HUB01");
    EXPECT_TRUE(ask(back, "A10001")) << "an agreement lets work be sent and received";
    auto off = make_task_service({store, clock, random}, {tests::task_base});
    EXPECT_EQ(tests::run(off->ask(tests::task_write_by("HUB01"), asked())).error().kind(),
              ErrorKind::organisation_not_allowed)
        << "off by default";
}

TEST_F(AskedTasks, AreOfAKindThatConsumersRaise)
{
    std::size_t raised = 0;
    for (const KindRow& row : task_kinds()) {
        const std::string answer = refusal([](fhir::Task&) {}, std::string(row.code));
        const bool consumers = row.raised_by == RaisedBy::consumers || row.raised_by == RaisedBy::both;
        EXPECT_EQ(answer.starts_with("Task.code: "), !consumers) << row.code << " " << answer;
        raised += consumers;
    }
    EXPECT_EQ(raised, 7u);
    EXPECT_TRUE(refusal([](fhir::Task&) {}, "chat").starts_with("Task.code: There is no such kind of task."));
    EXPECT_TRUE(refusal([](fhir::Task& task) { task.code.reset(); }).starts_with("Task.code: "));
    fhir::Task other = asked("rebook-required", {});
    EXPECT_NE(ask(other).error().advice().find("practice-message, prescription-request"), std::string::npos);
}

TEST_F(AskedTasks, HaveTheInputsOfTheirKindAndNoOthers)
{
    const auto message = [](fhir::Task& task) { task.input = {parameter("message", "m")}; };
    const std::vector<std::pair<std::string, std::string>> rows{
        {refusal([](fhir::Task& task) { task.input.clear(); }),
         "Task.input: A task of kind practice-message needs the input message, as valueString."},
        {refusal([&](fhir::Task& task) {
             message(task);
             task.input.push_back(parameter("diagnosis", "d"));
         }),
         "Task.input[1].type: A task of kind practice-message has no such input. It has: message, subject, "
         "call-back."},
        {refusal([&](fhir::Task& task) {
             message(task);
             task.input.push_back(parameter("message", "again"));
         }),
         "Task.input[1].type: The input message is given once."},
        {refusal([](fhir::Task& task) {
             task.input = {parameter("message", fhir::reference_to("Appointment/a"))};
         }),
         "Task.input[0].value: The input message is given as valueString."},
        {refusal([](fhir::Task& task) { task.input = {parameter("message", std::string(4001, 'x'))}; }),
         "Task.input[0].value: The text is longer than 4000 bytes."},
        {refusal([](fhir::Task& task) { task.input = {parameter("medication", "Amoxicillin 250 mg")}; },
                 "prescription-request"),
         "taken"},
        {refusal(
             [](fhir::Task& task) {
                 task.input = {parameter("medication", "one"), parameter("medication", "two")};
             },
             "prescription-request"),
         "taken"},
        {refusal([](fhir::Task&) {}, "prescription-request"),
         "Task.input: A task of kind prescription-request needs the input medication, as valueString."},
    };
    for (const auto& [answer, expected] : rows)
        EXPECT_EQ(answer, expected);
    auto coded = asked();
    coded.input = {text_parameter(tests::task_origin, "message", "coded")};
    EXPECT_TRUE(ask(coded));
}

TEST_F(AskedTasks, ForAPrescriptionCarryNoDiagnosis)
{
    const auto prescription = [&](const std::function<void(fhir::Task&)>& spoil) {
        return refusal(
            [&](fhir::Task& task) {
                task.input = {parameter("medication", "Amoxicillin 250 mg")};
                spoil(task);
            },
            "prescription-request");
    };
    EXPECT_TRUE(prescription([](fhir::Task& task) {
                    task.description = "d";
                }).starts_with("Task.description: A task of kind prescription-request carries no free text"));
    EXPECT_TRUE(prescription([](fhir::Task& task) {
                    task.reason_code = fhir::concept_text("d");
                }).starts_with("Task.reasonCode: "));
    EXPECT_TRUE(prescription([](fhir::Task& task) {
                    task.note.emplace_back().text.text = "d";
                }).starts_with("Task.note: "));
    EXPECT_TRUE(prescription([](fhir::Task& task) { task.for_.reset(); }).starts_with("Task.for: "));
}

TEST_F(AskedTasks, AreRefusedWithThePathOfWhatIsWrong)
{
    const std::vector<std::pair<std::string, std::function<void(fhir::Task&)>>> rows{
        {"Task.status", [](fhir::Task& task) { task.status = TaskStatus::accepted; }},
        {"Task.intent", [](fhir::Task& task) { task.intent = fhir::TaskIntent::plan; }},
        {"Task.requester", [](fhir::Task& task) { task.requester = organisation("HUB02"); }},
        {"Task.for.identifier.value",
         [](fhir::Task& task) {
             task.for_->identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, "9990000019"));
         }},
        {"Task.for", [](fhir::Task& task) { task.for_ = fhir::reference_to("Patient/p"); }},
        {"Task.focus", [](fhir::Task& task) { task.focus = fhir::reference_to("ServiceRequest/r"); }},
        {"Task.focus", [](fhir::Task& task) { task.focus = fhir::reference_to("Appointment/of-others"); }},
        {"Task.partOf", [](fhir::Task& task) { task.part_of = {fhir::reference_to("Task/of-others")}; }},
        {"Task.restriction.period.end",
         [&](fhir::Task& task) {
             task.restriction.emplace().period.emplace().end = fhir::uk_date_time(clock.now() - hours(1));
         }},
        {"Task.groupIdentifier", [](fhir::Task& task) { task.group_identifier.emplace().value = "j"; }},
        {"Task.output", [](fhir::Task& task) { task.output = {parameter("reply", "r")}; }},
        {"Task.encounter", [](fhir::Task& task) { task.encounter = fhir::reference_to("Encounter/e"); }},
        {"Task.businessStatus", [](fhir::Task& task) { task.business_status = fhir::concept_text("b"); }},
    };
    for (const auto& [path, spoil] : rows)
        EXPECT_EQ(refusal(spoil).substr(0, path.size() + 1), path + ":");
}

TEST_F(AskedTasks, AreDueSoonerOrWhereTheKindSaysSoLater)
{
    const auto due = [&](const std::string& kind, fhir::TaskParameter input, hours after) {
        auto task = asked(kind, {std::move(input)});
        task.restriction.emplace().period.emplace().end = fhir::uk_date_time(clock.now() + after);
        return tests::task_must(service->ask(tests::task_write_by("HUB01"), task))
                   .task.resource.restriction->period->end->at -
               clock.now();
    };
    EXPECT_EQ(due("practice-message", parameter("message", "m"), hours(1)), hours(1));
    EXPECT_EQ(due("practice-message", parameter("message", "m"), hours(500)), hours(48));
    EXPECT_EQ(due("follow-up", parameter("action", "Blood test"), hours(24 * 42)), hours(24 * 42));
}

TEST_F(AskedTasks, AboutAnAppointmentAreForItsPatient)
{
    has_appointment("HUB01", "a1", "9990000018", true,
                    {fhir::identifier_of("https://gateway.example.net/id/journey", "j1")});
    auto task = asked("hub-outcome", {parameter("outcome", "Seen; inhaler changed")});
    task.focus = fhir::reference_to("Appointment/a1");
    task.for_.reset();
    const auto made = ask(task);
    ASSERT_TRUE(made) << made.error().sentence();
    EXPECT_EQ(patient_number(made->task), "9990000018");
    EXPECT_EQ(made->task.resource.group_identifier->value, "j1") << "the journey of the appointment";
    auto other = task;
    other.for_.emplace().identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, "9990000026"));
    EXPECT_EQ(ask(other).error().path(), "Task.for");
    EXPECT_EQ(ask(task, "A10001").error().path(), "Task.focus") << "not theirs to see";
}

TEST_F(AskedTasks, AKeyIsAnsweredOnceWhateverHasChangedSince)
{
    const auto first = ask(asked(), "HUB01", "k1");
    ASSERT_TRUE(first);
    world.share.clear();
    const auto again = ask(asked(), "HUB01", "k1");
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->task.resource.id, first->task.resource.id);
    auto other = tests::task_write_by("HUB01", "k1");
    other.request_hash = "another";
    EXPECT_EQ(tests::run(service->ask(other, asked())).error().kind(), ErrorKind::duplicate_key_other_body);
}

TEST_F(AskedTasks, AChildGoesOnWithJourneyAndPatientOfItsParent)
{
    const auto parent = become(tests::task_must(service->ask(tests::task_write_by("HUB01"), asked())).task,
                               TaskStatus::rejected);
    auto child = asked();
    child.owner = organisation("B20002");
    child.part_of = {fhir::reference_to("Task/" + *parent.resource.id)};
    child.for_.reset();
    const auto made = ask(child);
    ASSERT_TRUE(made) << made.error().sentence();
    EXPECT_EQ(made->task.resource.group_identifier->value, parent.resource.group_identifier->value);
    EXPECT_EQ(patient_number(made->task), "9990000018");
    const auto found = [&](const std::string& parameter, const std::string& value, const std::string& by) {
        const auto query =
            fhir::search::parse_task_query({{parameter, value}}, fhir::search::Handling::strict, nullptr);
        return tests::task_must(service->page(tests::caller_with("", by), *query, 0, 10, true)).total;
    };
    const std::string journey =
        "https://gateway.example.net/id/journey|" + *parent.resource.group_identifier->value;
    EXPECT_EQ(found("group-identifier", journey, "HUB01"), 2u);
    EXPECT_EQ(found("group-identifier", journey, "B20002"), 1u) << "each sees what is theirs";
    EXPECT_EQ(found("part-of", "Task/" + *parent.resource.id, "HUB01"), 1u);
    EXPECT_FALSE(tests::run(service->read(tests::caller_with("", "B20002"), *parent.resource.id)))
        << "whoever holds the child knows the parent's id, nothing else";
    auto astray = child;
    astray.group_identifier = fhir::identifier_of("https://hub.example.org/journey", "other");
    EXPECT_EQ(ask(astray).error().path(), "Task.groupIdentifier");
    auto of_other = child;
    of_other.for_.emplace().identifier =
        fhir::Box(fhir::identifier_of(fhir::nhs_number_system, "9990000026"));
    EXPECT_EQ(ask(of_other).error().path(), "Task.for");
}

TEST_F(AskedTasks, AreHandedOnWithAReasonAndAskedForAnew)
{
    world.share.insert({"A10001", "B20002"});
    const auto task = working(asked());
    const auto hand = [&](const std::string& to, const char* why) {
        return [=](fhir::Task& wanted) {
            wanted.owner = organisation(to);
            wanted.performer_type = {fhir::concept_text("Pharmacy team")};
            wanted.status_reason.reset();
            if (why)
                wanted.status_reason = fhir::concept_text(why);
        };
    };
    EXPECT_EQ(update(task, "A10001", hand("B20002", nullptr)).error().path(), "Task.statusReason");
    EXPECT_EQ(update(task, "A10001", hand("C30003", "w")).error().kind(),
              ErrorKind::organisation_not_allowed);
    EXPECT_EQ(update(task, "HUB01", hand("B20002", "w")).error().path(), "Task.owner");
    const auto handed = update(task, "A10001", hand("B20002", "Patient has moved"));
    ASSERT_TRUE(handed) << handed.error().sentence() << handed.error().path();
    const fhir::Task& now = handed->task.resource;
    EXPECT_EQ(now.status, TaskStatus::requested);
    EXPECT_EQ((*now.owner->identifier)->value, "B20002");
    EXPECT_EQ(now.performer_type.front().text, "Pharmacy team");
    EXPECT_EQ(now.note.back().text.text, "Handed on by A10001 to Pharmacy team of B20002: Patient has moved");
    EXPECT_FALSE(tests::run(service->read(tests::caller_with("", "A10001"), *now.id)))
        << "whoever handed it on does not see what becomes of it";
    EXPECT_TRUE(tests::run(service->read(tests::caller_with("", "B20002"), *now.id)));
    EXPECT_EQ(become(handed->task, TaskStatus::accepted, "B20002").resource.status, TaskStatus::accepted);
}

TEST_F(AskedTasks, AreNotHandedToWhomTheRequesterSharesNothingWith)
{
    world.share.insert({"A10001", "C30003"});
    const auto task = tests::task_must(service->ask(tests::task_write_by("HUB01"), asked())).task;
    const auto handed = update(task, "A10001", [](fhir::Task& wanted) {
        wanted.owner = organisation("C30003");
        wanted.status_reason = fhir::concept_text("w");
    });
    EXPECT_EQ(handed.error().kind(), ErrorKind::organisation_not_allowed);
}

TEST_F(AskedTasks, ThatHaveEndedAreNotHandedOn)
{
    const auto task = become(tests::task_must(service->ask(tests::task_write_by("HUB01"), asked())).task,
                             TaskStatus::rejected);
    const auto handed =
        update(task, "A10001", [](fhir::Task& wanted) { wanted.owner = organisation("HUB01"); });
    EXPECT_EQ(handed.error().kind(), ErrorKind::transition_not_allowed);
}

TEST_F(AskedTasks, BecomeAnAppointmentOfTheSamePatient)
{
    const auto consultation = [] { return asked("e-consultation", {parameter("message", "Rash")}); };
    const auto complete = [&](const StoredTask& task, const std::string& id) {
        return update(task, "A10001", [&](fhir::Task& wanted) {
            wanted.status = TaskStatus::completed;
            wanted.output = {parameter("appointment", fhir::reference_to("Appointment/" + id))};
        });
    };
    const auto task = working(consultation());
    has_appointment("A10001", "mine", "9990000018");
    has_appointment("A10001", "another-patients", "9990000026");
    has_appointment("A10001", "cancelled", "9990000018", false);
    has_appointment("HUB01", "of-the-hub", "9990000018");
    has_appointment("A10001", "other-journey", "9990000018", true,
                    {fhir::identifier_of("https://gateway.example.net/id/journey", "other")});
    for (const char* wrong : {"another-patients", "cancelled", "of-the-hub", "other-journey", "none"})
        EXPECT_EQ(complete(task, wrong).error().path(), "Task.output[0].value") << wrong;
    const auto done = complete(task, "mine");
    ASSERT_TRUE(done) << done.error().sentence();
    EXPECT_EQ(done->task.resource.status, TaskStatus::completed);
}

TEST_F(AskedTasks, AreCompletedWithWhatTheirKindNeeds)
{
    NewTask wanted;
    wanted.kind = TaskKind::rebook_required;
    wanted.owner = "HUB01";
    wanted.team = "Appointments";
    wanted.patient = fhir::NhsNumber::parse("9990000018");
    auto task = tests::task_must(service->create(tests::task_write_by("A10001"), wanted)).task;
    task = become(become(task, TaskStatus::accepted, "HUB01"), TaskStatus::in_progress, "HUB01");
    const auto complete = [&](std::vector<fhir::TaskParameter> output) {
        return update(task, "HUB01", [&](fhir::Task& next) {
            next.status = TaskStatus::completed;
            next.output = std::move(output);
        });
    };
    const auto bare = complete({});
    EXPECT_EQ(bare.error().kind(), ErrorKind::required);
    EXPECT_EQ(bare.error().path(), "Task.output");
    EXPECT_EQ(complete({parameter("medication", "m")}).error().path(), "Task.output[0].type");
    has_appointment("HUB01", "new", "9990000018");
    EXPECT_TRUE(complete({parameter("appointment", fhir::reference_to("Appointment/new"))}));

    wanted.kind = TaskKind::dna_followup;
    task = tests::task_must(service->create(tests::task_write_by("A10001"), wanted)).task;
    task = become(become(task, TaskStatus::accepted, "HUB01"), TaskStatus::in_progress, "HUB01");
    EXPECT_EQ(complete({}).error().path(), "Task.note");
    EXPECT_TRUE(update(task, "HUB01", [](fhir::Task& next) {
        next.status = TaskStatus::completed;
        next.note.emplace_back().text.text = "Called; will book again";
    }));
    EXPECT_TRUE(
        become(working(asked("hub-outcome", {parameter("outcome", "Seen")})), TaskStatus::completed).version)
        << "needs nothing";
}

TEST_F(AskedTasks, ArePagedInTheOrderAskedFor)
{
    for (int i = 0; i < 7; ++i) {
        clock.advance(std::chrono::minutes(1));
        auto task = asked();
        task.priority = i % 2 ? fhir::RequestPriority::urgent : fhir::RequestPriority::routine;
        ASSERT_TRUE(ask(task));
    }
    const auto page = [&](std::vector<fhir::search::RawParameter> raw, std::size_t offset) {
        const auto query = fhir::search::parse_task_query(raw, fhir::search::Handling::strict, nullptr);
        return tests::task_must(service->page(tests::caller_with("", "A10001"), *query, offset, 3, true));
    };
    const std::vector<std::vector<fhir::search::RawParameter>> queries{
        {{"owner:identifier", "A10001"}, {"_sort", "-priority,authored-on"}}, // by columns
        {{"intent", "order"}, {"_sort", "-priority,authored-on"}},            // by reading
    };
    std::string ids[2];
    for (std::size_t i = 0; i < 2; ++i)
        for (std::size_t offset = 0; offset < 9; offset += 3) {
            const auto found = page(queries[i], offset);
            EXPECT_EQ(found.total, 7u);
            EXPECT_EQ(found.more, offset < 6);
            for (const StoredTask& task : found.tasks)
                ids[i] += *task.resource.id + " ";
        }
    EXPECT_EQ(ids[0], ids[1]);
    EXPECT_EQ(page({{"due", "lt2026-11-24T20:00:00Z"}}, 0).total, 3u);
    EXPECT_EQ(page({{"due", "ge2026-11-24T20:00:00Z"}, {"status", "requested"}}, 0).total, 4u);
    EXPECT_EQ(page({{"priority", "urgent"}, {"code", "practice-message"}}, 0).total, 3u);
    EXPECT_EQ(page({{"status", "completed"}}, 0).total, 0u);
}

} // namespace ask_test
