// SPDX-License-Identifier: Apache-2.0
// Referral messages: what is taken, what is refused, and what becomes of them.
#include "tests/gateway/faces/bars/bars_fixture.hpp"

#include "fhir/codec/format.hpp"

namespace
{

using tests::Edits;
using tests::refusal_in;
using tests::text_at;

const std::string header = "entry/0/resource";
const std::string request = "entry/1/resource";
const std::string patient = "entry/2/resource";
const std::string plan = "entry/5/resource";
const std::string encounter = "entry/6/resource";
const std::string other_ids = "11111111-1111-4111-8111-11111111111";

struct ReferralRow
{
    const char* rule;
    Edits edits;
    const char* expected; ///< empty: 200
};

void PrintTo(const ReferralRow& row, std::ostream* out)
{
    *out << row.rule;
}

class BarsReferralFace : public tests::BarsFaceTest
{
protected:
    tests::Fields to(std::string_view service = "9999000104", const std::string& last = "1")
    {
        return {{"NHSD-Target-Identifier", tests::target(service)}, {"X-Request-Id", other_ids + last}};
    }
    fhir::rest::Response refer(const Edits& edits = {}, const std::string& last = "1")
    {
        return post(referral(edits), to("9999000104", last));
    }
    std::vector<gateway::workflow::StoredTask> inbox(const std::string& ods = "A11111")
    {
        const auto query = fhir::search::parse_task_query({}, fhir::search::Handling::strict, nullptr);
        return *tests::run(tasks_->search(tests::caller_with("system/*.cruds", ods), *query, 100));
    }
    gateway::workflow::StoredTask task() { return inbox().at(0); }
    void become(fhir::TaskStatus status)
    {
        auto held = task();
        held.resource.status = status;
        held.resource.status_reason = fhir::concept_text("because");
        ASSERT_TRUE(tests::run(tasks_->update({tests::caller_with("system/*.cruds", "A11111"), {}, {}, {}},
                                              *held.resource.id, held.version, held.resource)));
    }
};

class BarsReferral : public BarsReferralFace, public testing::WithParamInterface<ReferralRow>
{};

TEST_P(BarsReferral, IsHeldToTheRule)
{
    const auto response = refer(GetParam().edits);
    if (*GetParam().expected)
        EXPECT_EQ(refusal_in(response), GetParam().expected) << response.body.view();
    else
        EXPECT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(inbox().size(), *GetParam().expected ? 0u : 1u);
}

const std::string categories = request + "/category";

INSTANTIATE_TEST_SUITE_P(
    Rules, BarsReferral,
    testing::Values(
        ReferralRow{"everything as it should be", {}, ""},
        ReferralRow{"a referral that is no longer wanted",
                    {{request + "/status", "\"revoked\""}},
                    "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"another reason",
                    {{header + "/reason/coding/0/code", "\"update\""}},
                    "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"a validation",
                    {{categories + "/0/coding/0/code", "\"validation\""}},
                    "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"no category", {{categories, ""}}, "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"a use case that is not taken",
                    {{categories + "/1/coding/0/code", "\"a1t1\""}},
                    "422 REC_UNPROCESSABLE_ENTITY not-supported"},
        ReferralRow{"a plan that is not complete",
                    {{plan + "/status", "\"draft\""}},
                    "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"no plan", {{"entry/5", ""}}, "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"an encounter that goes on",
                    {{encounter + "/status", "\"in-progress\""}},
                    "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"a finished encounter", {{encounter + "/status", "\"finished\""}}, ""},
        ReferralRow{"no encounter", {{"entry/6", ""}}, "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"no patient", {{"entry/2", ""}}, "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"a subject that leads nowhere",
                    {{request + "/subject/reference", "\"urn:uuid:x\""}},
                    "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"a patient without an NHS number", {{patient + "/identifier", ""}}, ""},
        ReferralRow{"a number in a state in which it must not be sent",
                    {{patient + "/identifier/0/extension/0/valueCodeableConcept/coding/0/code",
                      "\"number-present-but-failed-trace\""}},
                    "400 REC_BAD_REQUEST invariant"},
        ReferralRow{"a number that is none",
                    {{patient + "/identifier/0/value", "\"9990000019\""}},
                    "400 REC_BAD_REQUEST value"},
        ReferralRow{
            "two of them",
            {{"entry/-",
              R"({"resource":{"resourceType":"ServiceRequest","status":"active","intent":"plan","subject":{"display":"x"}}})"}},
            "400 REC_BAD_REQUEST invariant"},
        ReferralRow{
            "a validation's definition",
            {{header + "/definition",
              R"("https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-validation")"}},
            "400 REC_BAD_REQUEST invariant"},
        ReferralRow{
            "a resource that no message lists",
            {{"entry/-", R"({"resource":{"resourceType":"QuestionnaireResponse","status":"completed"}})"}},
            ""}));

TEST_F(BarsReferralFace, BecomesATaskOfTheServicesTeam)
{
    const auto response = refer();
    const std::string id = text_at(response, request + "/id");
    EXPECT_EQ(text_at(response, request + "/status"), "active");
    EXPECT_EQ(text_at(response, header + "/response/code"), "ok");
    const auto held = task().resource;
    EXPECT_EQ(held.focus->reference, "ServiceRequest/" + id);
    EXPECT_EQ(held.performer_type.front().text, "Reception");
    EXPECT_EQ((*held.owner->identifier)->value, "A11111");
    EXPECT_EQ(held.owner->display, "Larkhill Surgery");
    EXPECT_EQ(held.requester->display, "Northmoor Integrated Urgent Care");
    EXPECT_EQ(held.description, "Same-day GP review");
    EXPECT_EQ((*held.for_->identifier)->value, "9990000018");
    EXPECT_EQ(held.restriction->period->end->at, clock_.now() + std::chrono::hours(2))
        << "sooner than the service level: the triage says so";
}

TEST_F(BarsReferralFace, KeepsEveryByteOfTheMessage)
{
    const auto sent =
        referral({{"entry/-", R"({"resource":{"resourceType":"Observation","valueString":"x"}})"}});
    ASSERT_EQ(post(sent, to()).status, 200u);
    const auto kept =
        *tests::run(tasks_->received(tests::caller_with("system/*.cruds", "A11111"), *task().resource.id));
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(kept[0].body, sent);
}

TEST_F(BarsReferralFace, IsNotTakenWhereTheServiceDoesNot)
{
    const auto response = post(referral({{header + "/destination/0/endpoint",
                                          R"("https://fhir.nhs.uk/Id/dos-service-id|9999000101")"}}),
                               to("9999000101"));
    EXPECT_EQ(refusal_in(response), "422 REC_UNPROCESSABLE_ENTITY not-supported");
}

TEST_F(BarsReferralFace, IsTakenInXml)
{
    // What has no model is put in as a sender would write it.
    const auto modelled = fhir::codec::read_any(referral({{"entry/6", ""}, {"entry/5", ""}}));
    ASSERT_TRUE(modelled);
    const auto xml = fhir::codec::to_text(*modelled, fhir::codec::r4_xml);
    const std::string more =
        R"(<entry><resource><CarePlan xmlns="http://hl7.org/fhir"><status value="completed"/></CarePlan></resource></entry>)"
        R"(<entry><resource><Encounter xmlns="http://hl7.org/fhir"><status value="triaged"/></Encounter></resource></entry></Bundle>)";
    auto fields = to();
    fields.emplace_back("Content-Type", "application/fhir+xml");
    const auto response = post(xml.substr(0, xml.rfind("</Bundle>")) + more, fields);
    EXPECT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(inbox().size(), 1u);
}

TEST_F(BarsReferralFace, OfAnOrganisationThatNobodySharesWithIsRefused)
{
    auto fields = to();
    fields.emplace_back("Authorization", "");
    fields.emplace_back("certificate", "ab12");
    fields.emplace_back("NHSD-End-User-Organisation", tests::organisation("ZZ999"));
    const auto response = post(referral({{"entry/4/resource/identifier/0/value", "\"ZZ999\""}}), fields);
    EXPECT_EQ(refusal_in(response), "401 REC_UNAUTHORIZED forbidden") << response.body.view();
}

TEST_F(BarsReferralFace, SentAgainIsADuplicateAndOneTask)
{
    ASSERT_EQ(refer().status, 200u);
    EXPECT_EQ(refusal_in(refer()), "409 REC_CONFLICT duplicate");
    EXPECT_EQ(refusal_in(refer({{request + "/code/text", "\"Other\""}})), "400 REC_BAD_REQUEST invariant");
    EXPECT_EQ(inbox().size(), 1u);
}

TEST_F(BarsReferralFace, ThatWasRefusedMayBeSentAgainMended)
{
    EXPECT_EQ(refer({{plan + "/status", "\"draft\""}}).status, 400u);
    EXPECT_EQ(refer().status, 200u);
}

TEST_F(BarsReferralFace, IsReadAndFoundByItsSender)
{
    const std::string id = text_at(refer(), request + "/id");
    const auto read = get("ServiceRequest/" + id, to());
    EXPECT_EQ(text_at(read, "id"), id) << read.body.view();
    EXPECT_EQ(text_at(read, "status"), "active");
    EXPECT_EQ(text_at(read, "subject/identifier/value"), "9990000018");
    EXPECT_EQ(text_at(read, "code/text"), "Same-day GP review");
    for (const char* query :
         {"patient:identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000018",
          "patient:name=fairlamb&patient:birthdate=1988-06-17&patient:address-postalcode=ZZ99ZY"})
        EXPECT_EQ(text_at(get(std::string("ServiceRequest?") + query, to()), "entry/0/resource/id"), id)
            << query;
    const auto nobody =
        get("ServiceRequest?patient:identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000026", to());
    EXPECT_EQ(text_at(nobody, "total"), "0");
    EXPECT_EQ(refusal_in(get("ServiceRequest?_id=" + id, to())), "400 REC_BAD_REQUEST required");
}

TEST_F(BarsReferralFace, IsNamedInTheAuditTrailWheneverItIsSentReadFoundOrTakenBack)
{
    const std::string id = text_at(refer(), request + "/id");
    get("ServiceRequest/" + id, to());
    get("ServiceRequest?patient:identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000018", to());
    post(feedback(), to("9999000104", "2"));
    post(referral_cancellation(id), to("9999000104", "3"));
    std::string versions;
    for (const auto& note : recorded_.notes) {
        EXPECT_EQ(note.record.type, "Task") << note.record.action;
        EXPECT_EQ(note.record.practice, "A11111") << note.record.action;
        EXPECT_EQ(note.patient, "9990000018") << note.record.action;
        versions += note.record.version;
    }
    EXPECT_EQ(versions, "11123");
}

TEST_F(BarsReferralFace, IsNotShownToOthersNorThroughOtherServices)
{
    const std::string id = text_at(refer(), request + "/id");
    EXPECT_EQ(refusal_in(get("ServiceRequest/" + id, to("9999000101"))), "404 REC_NOT_FOUND not-found");
    auto fields = to();
    fields.emplace_back("Authorization", "");
    fields.emplace_back("certificate", "ab12");
    fields.emplace_back("NHSD-End-User-Organisation", tests::organisation("ZZ902"));
    EXPECT_EQ(refusal_in(get("ServiceRequest/" + id, fields)), "404 REC_NOT_FOUND not-found");
    EXPECT_EQ(refusal_in(get("ServiceRequest/x", to())), "400 REC_BAD_REQUEST value");
}

TEST_F(BarsReferralFace, TellsItsSenderWhatBecameOfIt)
{
    const std::string id = text_at(refer(), request + "/id");
    const auto status = [&] { return text_at(get("ServiceRequest/" + id, to()), "status"); };
    become(fhir::TaskStatus::accepted);
    EXPECT_EQ(status(), "active");
    become(fhir::TaskStatus::in_progress);
    become(fhir::TaskStatus::completed);
    EXPECT_EQ(status(), "completed");
}

TEST_F(BarsReferralFace, IsTakenBackByIdOrByThread)
{
    const std::string id = text_at(refer(), request + "/id");
    const auto back = post(referral_cancellation(id), to("9999000104", "2"));
    EXPECT_EQ(text_at(back, request + "/status"), "revoked") << back.body.view();
    EXPECT_EQ(task().resource.status, fhir::TaskStatus::cancelled);
    EXPECT_EQ(task().resource.status_reason->text, "Caller has gone to hospital");
    EXPECT_EQ(refusal_in(post(referral_cancellation(id), to("9999000104", "2"))),
              "409 REC_CONFLICT duplicate");
    EXPECT_EQ(refusal_in(post(referral_cancellation(id), to("9999000104", "3"))),
              "409 REC_CONFLICT conflict");
}

TEST_F(BarsReferralFace, IsTakenBackByItsThreadWhereNoIdIsSent)
{
    refer();
    const auto back = post(referral_cancellation("", {{request + "/status", "\"entered-in-error\""}}),
                           to("9999000104", "2"));
    EXPECT_EQ(back.status, 200u) << back.body.view();
    EXPECT_EQ(task().resource.status, fhir::TaskStatus::entered_in_error);
}

TEST_F(BarsReferralFace, IsNotTakenBackOnceThePracticeIsAtIt)
{
    const std::string id = text_at(refer(), request + "/id");
    become(fhir::TaskStatus::accepted);
    become(fhir::TaskStatus::in_progress);
    EXPECT_EQ(refusal_in(post(referral_cancellation(id), to("9999000104", "2"))),
              "409 REC_CONFLICT conflict");
}

TEST_F(BarsReferralFace, ThatIsNotKnownIsNotTakenBack)
{
    EXPECT_EQ(refusal_in(post(referral_cancellation("0199f3c0-0000-7000-8000-000000000009"), to())),
              "404 REC_NOT_FOUND not-found");
    EXPECT_EQ(refusal_in(post(referral_cancellation(""), to())), "404 REC_NOT_FOUND not-found");
    const std::string id = text_at(refer({}, "4"), request + "/id");
    EXPECT_EQ(
        refusal_in(post(referral_cancellation(id, {{patient + "/identifier/0/value", "\"9990000026\""}}),
                        to("9999000104", "5"))),
        "400 REC_BAD_REQUEST invariant");
}

TEST_F(BarsReferralFace, FeedbackIsANoteOnTheTask)
{
    refer();
    const auto response = post(feedback(), to("9999000104", "2"));
    EXPECT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(task().resource.note.back().text.text, "The patient did not come");
    EXPECT_EQ(task().resource.status, fhir::TaskStatus::requested);
    EXPECT_EQ(refusal_in(post(feedback(), to("9999000104", "2"))), "409 REC_CONFLICT duplicate");
}

TEST_F(BarsReferralFace, FeedbackSaysOnWhatAndItMustBeKnown)
{
    EXPECT_EQ(refusal_in(post(feedback({{header + "/response", ""}}), to())), "400 REC_BAD_REQUEST required");
    EXPECT_EQ(refusal_in(post(feedback(), to())), "404 REC_NOT_FOUND not-found");
    refer({}, "4");
    EXPECT_EQ(refusal_in(post(feedback({{request + "/status", "\"active\""}}), to("9999000104", "5"))),
              "400 REC_BAD_REQUEST invariant");
}

TEST_F(BarsReferralFace, ABookingMayRestOnAReferralOfTheSamePatient)
{
    const std::string id = text_at(refer(), request + "/id");
    const auto book = [&](const std::string& basis, const std::string& last, const Edits& more = {}) {
        Edits edits{
            {request + "/basedOn", R"([{"reference":"ServiceRequest/)" + basis + "\"}]"},
            {header + "/destination/0/endpoint", R"("https://fhir.nhs.uk/Id/dos-service-id|9999000104")"}};
        edits.insert(edits.end(), more.begin(), more.end());
        return post(booking(edits), to("9999000104", last));
    };
    EXPECT_EQ(refusal_in(book("0199f3c0-0000-7000-8000-000000000009", "2")), "404 REC_NOT_FOUND not-found");
    EXPECT_EQ(refusal_in(book(id, "3", {{patient + "/identifier/0/value", "\"9990000026\""}})),
              "400 REC_BAD_REQUEST invariant");
    const auto booked = book(id, "4");
    EXPECT_EQ(booked.status, 200u) << booked.body.view();
    EXPECT_EQ(booking_.written->based_on.front().reference, "ServiceRequest/" + id);
    become(fhir::TaskStatus::rejected);
    EXPECT_EQ(refusal_in(book(id, "5")), "409 REC_CONFLICT conflict");
}

TEST_F(BarsReferralFace, DefinitionsAndCapabilitiesSayWhatTheServiceTakes)
{
    EXPECT_EQ(text_at(get("MessageDefinition?context=a7t1", to()), "total"), "6");
    EXPECT_EQ(text_at(get("MessageDefinition?context=a7t1", to("9999000101")), "total"), "2");
    const auto statement = get("metadata", to());
    EXPECT_NE(statement.body.view().find("bars-message-servicerequest-request-referral"), std::string::npos);
    EXPECT_NE(statement.body.view().find("\"ServiceRequest\""), std::string::npos);
    const auto without = get("metadata", to("9999000101"));
    EXPECT_EQ(without.body.view().find("bars-message-servicerequest"), std::string::npos);
}

} // namespace
