// SPDX-License-Identifier: Apache-2.0
// Task on the FHIR R4 face: an inbox read, searched and worked through.
#include "fhir/codec/format.hpp"
#include "tests/gateway/faces/face_fixture.hpp"

namespace
{

using tests::Fields;
using tests::outcome_of;
using tests::text_at;

/// The caller, ZZ901, holds what HUB01 asked for.
class TaskFace : public tests::FaceTest
{
protected:
    std::string add(fhir::RequestPriority priority = fhir::RequestPriority::routine,
                    const std::string& owner = "ZZ901", const std::string& requester = "HUB01")
    {
        gateway::workflow::NewTask wanted;
        wanted.owner = owner;
        wanted.team = "Reception";
        wanted.said.priority = priority;
        wanted.said.focus = fhir::reference_to("ServiceRequest/r1");
        wanted.said.for_.emplace().identifier =
            fhir::Box(fhir::identifier_of("https://fhir.nhs.uk/Id/nhs-number", "9990000018"));
        wanted.patient = fhir::NhsNumber::parse("9990000018");
        gateway::workflow::TaskWrite write{
            tests::caller_with("system/*.cruds", requester),
            {},
            {},
            gateway::workflow::Received{"application/fhir+xml", "<Bundle/>", {}}};
        clock_.advance(std::chrono::seconds(1));
        auto made = tests::run(tasks_->create(std::move(write), std::move(wanted)));
        return made ? made->task.resource.id.value_or("") : std::string();
    }
    fhir::rest::Response patch(const std::string& id, const std::string& status,
                               std::string match = "W/\"1\"", Fields more = {})
    {
        Fields fields{{"Content-Type", "application/json-patch+json"}, {"If-Match", std::move(match)}};
        fields.insert(fields.end(), more.begin(), more.end());
        return send("PATCH", "/fhir/R4/Task/" + id, std::move(fields),
                    R"([{"op":"replace","path":"/status","value":")" + status +
                        R"("},{"op":"add","path":"/statusReason","value":{"text":"because"}}])");
    }
    /// To a team of the caller's own organisation, which needs no agreement.
    static std::string message(const std::string& text = "Please call back")
    {
        const std::string ods = R"({"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code",)";
        return R"({"resourceType":"Task","status":"requested","intent":"order","code":{"coding":[{"system":)"
               R"("https://gateway.example.net/fhir/CodeSystem/task-type","code":"practice-message"}]},)"
               R"("for":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}},)"
               R"("performerType":[{"text":"Reception"}],"owner":)" +
               ods + R"("value":"ZZ901"}},"input":[{"type":{"text":"message"},"valueString":")" + text +
               R"("}]})";
    }
    std::string found(const std::string& query)
    {
        const auto response = get("Task?" + query);
        return response.status == 200 ? text_at(response, "total") : outcome_of(response);
    }
};

TEST_F(TaskFace, IsReadWithItsVersion)
{
    const std::string id = add();
    const auto response = get("Task/" + id);
    EXPECT_EQ(response.headers.get("ETag"), "W/\"1\"");
    EXPECT_EQ(text_at(response, "status"), "requested");
    EXPECT_EQ(text_at(response, "owner/identifier/value"), "ZZ901");
    EXPECT_EQ(text_at(response, "performerType/0/text"), "Reception");
    EXPECT_EQ(text_at(response, "restriction/period/end"), "2026-11-24T08:00:01+00:00");
    EXPECT_EQ(get("Task/" + id, {{"If-None-Match", "W/\"1\""}}).status, 304u);
    EXPECT_EQ(outcome_of(get("Task/none")), "404 not-found");
}

TEST_F(TaskFace, IsReadInXml)
{
    const auto response = get("Task/" + add(), {{"Accept", "application/fhir+xml"}});
    const auto task = fhir::codec::read<fhir::Task>(response.body.view(), fhir::codec::r4_xml);
    ASSERT_TRUE(task) << response.body.view();
    EXPECT_EQ(task->status, fhir::TaskStatus::requested);
}

TEST_F(TaskFace, OfOthersIsNotThere)
{
    const std::string id = add(fhir::RequestPriority::routine, "A10001", "HUB01");
    EXPECT_EQ(outcome_of(get("Task/" + id)), "404 not-found");
    EXPECT_EQ(outcome_of(get("Task/" + id + "/_history")), "404 not-found");
    EXPECT_EQ(outcome_of(get("Task/" + id + "/messages/1")), "404 not-found");
    EXPECT_EQ(outcome_of(patch(id, "accepted")), "404 not-found");
    EXPECT_EQ(found("_total=accurate"), "0");
}

TEST_F(TaskFace, IsWorkedThroughByItsOwner)
{
    const std::string id = add();
    const auto accepted = patch(id, "accepted");
    EXPECT_EQ(accepted.status, 200u) << accepted.body.view();
    EXPECT_EQ(accepted.headers.get("ETag"), "W/\"2\"");
    EXPECT_EQ(patch(id, "in-progress", "W/\"2\"").status, 200u);
    EXPECT_EQ(patch(id, "completed", "W/\"3\"").status, 200u);
    EXPECT_EQ(outcome_of(patch(id, "accepted", "W/\"4\"")), "409 business-rule Task.status");
    EXPECT_EQ(text_at(get("Task/" + id + "/_history"), "total"), "4");
    EXPECT_EQ(text_at(get("Task/" + id + "/_history/2"), "status"), "accepted");
}

TEST_F(TaskFace, IsUpdatedWithPut)
{
    const std::string id = add();
    auto body = tests::json_of(get("Task/" + id));
    body.set("status", "rejected");
    const auto put = [&] {
        return send("PUT", "/fhir/R4/Task/" + id,
                    {{"Content-Type", "application/fhir+json"}, {"If-Match", "W/\"1\""}}, to_json(body));
    };
    EXPECT_EQ(outcome_of(put()), "400 required Task.statusReason");
    body.set("statusReason", fhir::codec::JsonValue::object({{"text", "Not our patient"}}));
    EXPECT_EQ(text_at(put(), "statusReason/text"), "Not our patient");
    body.set("focus", fhir::codec::JsonValue::object({{"reference", "ServiceRequest/r2"}}));
    EXPECT_EQ(outcome_of(put()), "412 conflict http.If-Match");
}

TEST_F(TaskFace, ChangesNeedTheVersionTheyChange)
{
    const std::string id = add();
    EXPECT_EQ(outcome_of(patch(id, "accepted", "")), "400 required http.If-Match");
    patch(id, "accepted");
    EXPECT_EQ(outcome_of(patch(id, "received")), "412 conflict http.If-Match");
    EXPECT_EQ(outcome_of(patch("none", "accepted")), "404 not-found");
}

TEST_F(TaskFace, AKeyGetsTheFirstAnswerAgain)
{
    const std::string id = add();
    const Fields key{{"Idempotency-Key", "k1"}};
    EXPECT_EQ(patch(id, "accepted", "W/\"1\"", key).headers.get("ETag"), "W/\"2\"");
    const auto again = patch(id, "accepted", "W/\"1\"", key);
    EXPECT_EQ(again.status, 200u);
    EXPECT_EQ(again.headers.get("ETag"), "W/\"2\"");
    EXPECT_EQ(again.headers.get("Idempotency-Replayed"), "true");
    EXPECT_EQ(outcome_of(patch(id, "received", "W/\"1\"", key)), "422 business-rule http.Idempotency-Key");
}

TEST_F(TaskFace, WhoeverHandedItOnSeesItNoMoreAndGetsTheFirstAnswerAgain)
{
    const std::string id = add();
    const auto hand_on = [&] {
        return send("PATCH", "/fhir/R4/Task/" + id,
                    {{"Content-Type", "application/json-patch+json"},
                     {"If-Match", "W/\"1\""},
                     {"Idempotency-Key", "k1"}},
                    R"([{"op":"replace","path":"/owner","value":{"identifier":{"system":)"
                    R"("https://fhir.nhs.uk/Id/ods-organization-code","value":"HUB02"}}},)"
                    R"({"op":"add","path":"/statusReason","value":{"text":"Not ours"}}])");
    };
    const auto first = hand_on();
    EXPECT_EQ(first.status, 200u) << first.body.view();
    EXPECT_EQ(get("Task/" + id).status, 404u);
    const auto again = hand_on();
    EXPECT_EQ(again.status, 200u) << again.body.view();
    EXPECT_EQ(again.body.view(), first.body.view());
    EXPECT_EQ(again.headers.get("Idempotency-Replayed"), "true");
}

TEST_F(TaskFace, IsCreatedForATeam)
{
    const auto made = post("Task", message());
    EXPECT_EQ(made.status, 201u) << made.body.view();
    EXPECT_EQ(made.headers.get("ETag"), "W/\"1\"");
    const std::string id = text_at(made, "id");
    EXPECT_EQ(made.headers.get("Location"), std::string(tests::test_base) + "/Task/" + id + "/_history/1");
    EXPECT_EQ(text_at(made, "performerType/0/text"), "Reception");
    EXPECT_EQ(text_at(made, "requester/identifier/value"), "ZZ901");
    EXPECT_EQ(text_at(get("Task/" + id), "input/0/valueString"), "Please call back");
    EXPECT_EQ(recorded_.notes.front().record.action, "POST [base]/Task");
    EXPECT_EQ(recorded_.notes.front().record.id, id);
}

TEST_F(TaskFace, IsCreatedOnceUnderOneKey)
{
    const Fields key{{"Idempotency-Key", "k1"}};
    const auto first = post("Task", message(), key), again = post("Task", message(), key);
    EXPECT_EQ(first.status, 201u);
    EXPECT_EQ(again.status, 201u);
    EXPECT_EQ(text_at(first, "id"), text_at(again, "id"));
    EXPECT_EQ(again.headers.get("Idempotency-Replayed"), "true");
    EXPECT_EQ(outcome_of(post("Task", message("other"), key)), "422 business-rule http.Idempotency-Key");
    EXPECT_EQ(outcome_of(post("Task", message(), {{"If-None-Exist", "identifier=a|b"}})),
              "400 value http.If-None-Exist");
}

TEST_F(TaskFace, IsRefusedWithThePathOfWhatIsWrong)
{
    const std::string good = message();
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        return outcome_of(post("Task", text.replace(text.find(from), from.size(), to)));
    };
    EXPECT_EQ(with("practice-message", "rebook-required"), "403 forbidden Task.code");
    EXPECT_EQ(with("practice-message", "chat"), "400 value Task.code");
    EXPECT_EQ(with("\"text\":\"message\"", "\"text\":\"diagnosis\""), "400 value Task.input[0].type");
    EXPECT_EQ(with("9990000018", "9990000019"), "400 value Task.for.identifier.value");
    EXPECT_EQ(with("\"value\":\"ZZ901\"", "\"value\":\"A11111\""), "403 forbidden Task.owner");
    EXPECT_EQ(with("\"performerType\":[{\"text\":\"Reception\"}],", ""), "400 required Task.performerType");
    EXPECT_EQ(with("\"status\":\"requested\"", "\"status\":\"accepted\""), "400 value Task.status");
    EXPECT_EQ(outcome_of(post("Task", "{}")), "400 required Task.resourceType");
}

TEST_F(TaskFace, IsForWhomASearchFound)
{
    std::string body = message();
    const std::string named =
        R"("identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"})";
    body.replace(body.find(named), named.size(), R"("reference":"Patient/A11111.p1")");
    EXPECT_EQ(outcome_of(post("Task", body)), "400 value Task.for.reference");
}

TEST_F(TaskFace, IsNeverDeleted)
{
    EXPECT_EQ(outcome_of(send("DELETE", "/fhir/R4/Task/" + add())), "405 not-supported");
}

TEST_F(TaskFace, IsFoundByTheParametersOfTheInbox)
{
    add();
    const std::vector<std::pair<std::string, std::string>> rows{
        {"owner:identifier=https://fhir.nhs.uk/Id/ods-organization-code%7CZZ901&status=requested,accepted",
         "1"},
        {"owner:identifier=A10001", "0"},
        {"requester:identifier=HUB01", "1"},
        {"patient:identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000018", "1"},
        {"patient.identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000026", "0"},
        {"focus=ServiceRequest/r1&code=referral", "1"},
        {"due=lt2026-11-24", "0"},
        {"status=nonsense", "400 value http.status"},
        {"colour=red", "400 not-supported http.colour"},
    };
    for (const auto& [query, expected] : rows)
        EXPECT_EQ(found("_total=accurate&" + query), expected) << query;
}

TEST_F(TaskFace, IsSortedByPriorityAsPeopleMeanIt)
{
    const std::string routine = add(), stat = add(fhir::RequestPriority::stat),
                      urgent = add(fhir::RequestPriority::urgent), later = add();
    const auto response = get("Task?_sort=-priority,authored-on&_count=2");
    EXPECT_EQ(text_at(response, "entry/0/resource/id"), stat);
    EXPECT_EQ(text_at(response, "entry/1/resource/id"), urgent);
    std::string next = text_at(response, "link/1/url");
    ASSERT_TRUE(next.starts_with(tests::test_base)) << response.body.view();
    const auto second = get(next.substr(tests::test_base.size() + 1));
    EXPECT_EQ(text_at(second, "entry/0/resource/id"), routine);
    EXPECT_EQ(text_at(second, "entry/1/resource/id"), later);
}

TEST_F(TaskFace, GivesTheMessageAsItCame)
{
    const std::string id = add();
    const std::string path = text_at(get("Task/" + id), "input/0/valueString");
    EXPECT_EQ(path, "Task/" + id + "/messages/1");
    const auto response = get(path);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/fhir+xml");
    EXPECT_EQ(response.body.view(), "<Bundle/>");
    EXPECT_EQ(outcome_of(get("Task/" + id + "/messages/2")), "404 not-found");
}

TEST_F(TaskFace, IsNamedInTheAuditTrailWheneverItIsReadFoundOrChanged)
{
    const std::string id = add();
    for (const auto& path : {"Task/" + id, "Task/" + id + "/_history/1", "Task/" + id + "/_history",
                             "Task/" + id + "/messages/1", std::string("Task?code=referral")})
        EXPECT_EQ(get(path).status, 200u) << path;
    EXPECT_EQ(patch(id, "accepted").status, 200u);
    ASSERT_EQ(recorded_.notes.size(), 6u);
    for (const auto& note : recorded_.notes) {
        EXPECT_EQ(note.record.type, "Task") << note.record.action;
        EXPECT_EQ(note.record.id, id) << note.record.action;
        EXPECT_EQ(note.record.practice, "ZZ901") << note.record.action;
        EXPECT_EQ(note.patient, "9990000018") << note.record.action;
    }
    EXPECT_EQ(recorded_.notes.back().record.version, "2");
}

TEST_F(TaskFace, StandsInTheCapabilityStatement)
{
    const auto statement = tests::json_of(get("metadata"));
    std::string interactions;
    for (const auto& resource : statement.find("rest")->items().front().find("resource")->items())
        if (resource.find("type")->text() == "Task")
            for (const auto& each : resource.find("interaction")->items())
                interactions += each.find("code")->text() + " ";
    EXPECT_EQ(interactions, "search-type create read update patch history-instance vread ");
}

} // namespace
