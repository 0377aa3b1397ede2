// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/consent_desk.hpp"

#include "fhir/codec/json_value.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/memory_consents.hpp"

#include <gtest/gtest.h>

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;
using tests::run;

class AtTheConsentDesk : public testing::Test
{
protected:
    AtTheConsentDesk()
    {
        const auto ods = *fhir::OdsCode::parse("A10001");
        directory_ = std::make_shared<const gateway::policy::Directory>(
            std::vector<std::shared_ptr<const gateway::policy::Practice>>{
                std::make_shared<const gateway::policy::Practice>(
                    gateway::policy::Practice{ods, "Surgery", "emis", {}, {}, nullptr, nullptr})},
            std::vector<gateway::policy::Federation>());
    }
    Response ask(const std::string& target, std::string body, const std::string& proof = "Bearer proof",
                 const std::string& method = "POST")
    {
        Request request;
        request.method = method;
        request.target = target;
        request.body = std::move(body);
        request.headers.set("Authorization", proof);
        return run(gateway::faces::at_consent_desk(desk_, std::move(request)));
    }
    static std::string text(const Response& response) { return std::string(response.body.view()); }
    static std::string member(const Response& response, std::string_view name)
    {
        const auto body = fhir::codec::parse_json(response.body.view());
        const auto* value = body ? body->find(name) : nullptr;
        return value ? value->text() : std::string();
    }
    std::string add()
    {
        const auto made = ask("/consents", R"({"nhs_number":"9990000018","kind":"dissent","at":"A10001",)"
                                           R"("from_whom":"HUB01","reason":"patient-request"})");
        EXPECT_EQ(made.status, 201U) << text(made);
        return member(made, "id");
    }
    bool hidden()
    {
        return consents_.hides({*fhir::NhsNumber::parse("9990000018"), *fhir::OdsCode::parse("A10001"),
                                *fhir::OdsCode::parse("HUB01")});
    }

    tests::FakeClock clock_;
    tests::FakeRandom random_;
    tests::FakeRecorder recorder_;
    tests::MemoryConsents memory_;
    std::shared_ptr<const gateway::policy::Directory> directory_;
    gateway::policy::Consents consents_{
        {memory_, [this] { return directory_; }, clock_, random_, &recorder_}};
    gateway::faces::ConsentDesk desk_{&consents_,
                                      [](const Request& request) -> fhir::Result<std::string> {
                                          if (request.headers.get("Authorization") != "Bearer proof")
                                              return fhir::fail(fhir::ErrorKind::login_required);
                                          return "A. Jones";
                                      },
                                      &recorder_, "https://gateway.example.net/fhir/CodeSystem/outcome"};
};

TEST_F(AtTheConsentDesk, AConsentIsAddedFoundAndEndedAndEveryStepIsOnRecord)
{
    const auto id = add();
    EXPECT_TRUE(hidden());
    const auto found = ask("/consents/_search", R"({"nhs_number":"999 000 0018"})");
    EXPECT_EQ(found.status, 200U);
    EXPECT_NE(text(found).find(id), std::string::npos) << text(found);
    EXPECT_EQ(text(found).find("9990000018"), std::string::npos) << "no number leaves";
    const auto ended = ask("/consents/" + id + "/end", R"({"reason":"no-longer-wanted"})");
    EXPECT_EQ(ended.status, 200U) << text(ended);
    EXPECT_EQ(member(ended, "status"), "inactive");
    EXPECT_FALSE(hidden());
    ASSERT_EQ(recorder_.notes.size(), 3U);
    for (const auto& note : recorder_.notes) {
        EXPECT_EQ(note.record.user, "A. Jones");
        EXPECT_EQ(note.patient, "9990000018");
        EXPECT_TRUE(note.record.agent.empty()) << "an operator is no organisation";
    }
}

TEST_F(AtTheConsentDesk, WithoutProofNothingIsReadOrChanged)
{
    const auto id = add();
    const std::size_t before = recorder_.notes.size();
    for (const std::string target : {"/consents", "/consents/_search", "/consents/x/end"})
        EXPECT_EQ(ask(target, R"({"nhs_number":"9990000018"})", "Bearer x").status, 401U) << target;
    EXPECT_EQ(ask("/consents/" + id, {}, "Bearer proof", "GET").status, 405U);
    EXPECT_TRUE(hidden());
    EXPECT_EQ(recorder_.notes.size(), before);
}

TEST_F(AtTheConsentDesk, RefusalsSayWhatIsWrong)
{
    const struct
    {
        const char *target, *body;
        unsigned status;
    } rows[] = {
        {"/consents", "not json", 400},
        {"/consents", R"({"nhs_number":"9990000019","kind":"dissent","reason":"patient-request"})", 400},
        {"/consents", R"({"nhs_number":"9990000018","kind":"x","reason":"patient-request"})", 400},
        {"/consents", R"({"nhs_number":"9990000018","kind":"dissent","reason":"because"})", 400},
        {"/consents", R"({"nhs_number":"9990000018","kind":"dissent","at":"?","reason":"patient-request"})",
         400},
        {"/consents",
         R"({"nhs_number":"9990000018","kind":"dissent","until":"soon","reason":"patient-request"})", 400},
        {"/consents/_search", "{}", 400},
        {"/consents/unknown/end", R"({"reason":"correction"})", 404},
        {"/consents/x", "{}", 404},
        {"/consents/a/b/end", "{}", 404},
    };
    for (const auto& row : rows) {
        const auto refused = ask(row.target, row.body);
        EXPECT_EQ(refused.status, row.status) << row.target << row.body << text(refused);
        EXPECT_NE(text(refused).find("OperationOutcome"), std::string::npos);
        EXPECT_EQ(text(refused).find("9990000018"), std::string::npos);
    }
    EXPECT_FALSE(hidden());
}

} // namespace
