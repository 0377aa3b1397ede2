// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/consent_command.hpp"

#include "gateway/identity/keys.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

namespace tests::consent_command_cases
{
namespace
{

using adapters::transport::Purpose;
using namespace gateway::cli;

constexpr const char* consent =
    R"({"id":"c1","version":2,"kind":"dissent","status":"active","at":"A10001","from_whom":"HUB01",)"
    R"("reason":"patient-request","author":"A. Jones","until":"2027-01-01T00:00:00+00:00"})";
constexpr const char* line = "c1  active  dissent at A10001 from HUB01  until 2027-01-01T00:00:00+00:00  "
                             "(patient-request; version 2 by A. Jones)\n";

class ConsentCommands : public testing::Test
{
protected:
    ConsentCommands()
    {
        options_.listener.ca_file = directory_.write("ca.pem", authority_.certificate);
        const auto file = directory_.write("token.key", to_pem(key_));
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
        settings_.identity.token_signing_key_file = file;
        settings_.identity.issuer = "https://gateway.example.net";
        options_.by = "A. Jones";
        options_.reason = "patient-request";
        options_.kind = "dissent";
        options_.from_whom = "HUB01";
    }
    template <class Call>
    fhir::Result<std::string> against(const std::string& status, const std::string& body, Call call)
    {
        const std::string reply = "HTTP/1.1 " + status +
                                  "\r\nContent-Type: application/json\r\nConnection: close\r\n"
                                  "Content-Length: " +
                                  std::to_string(body.size()) + "\r\n\r\n" + body;
        tests::ScriptedServer server(issue(authority_, {"localhost", "127.0.0.1"}, Purpose::server),
                                     {[this, reply](tests::ScriptedConnection& connection) {
                                         request_ = connection.read_request();
                                         connection.send(reply);
                                         connection.close();
                                     }});
        options_.listener.url = "https://127.0.0.1:" + std::to_string(server.port());
        return call(ConsentCommand(options_, settings_, clock_, random_));
    }

    adapters::transport::Authority authority_ = adapters::transport::make_authority("Gateway CA");
    tests::TemporaryFolder directory_;
    tests::FakeClock clock_;
    tests::FakeRandom random_;
    gateway::identity::PrivateKey key_ =
        gateway::identity::generate_private_key(gateway::identity::KeyType::ec_p256);
    gateway::settings::Settings settings_;
    ConsentOptions options_;
    std::istringstream number_{"999 000 0018\r\n"};
    std::string request_;
};

TEST_F(ConsentCommands, TheNumberGoesInTheBodyOfAProvedRequestAndComesBackNowhere)
{
    const auto done =
        against("201 Created", consent, [&](const ConsentCommand& command) { return command.add(number_); });
    ASSERT_TRUE(done) << done.error().sentence();
    EXPECT_EQ(*done, line);
    EXPECT_TRUE(request_.starts_with("POST /consents HTTP/1.1\r\n")) << request_;
    EXPECT_NE(request_.find("Authorization: Bearer "), std::string::npos);
    EXPECT_NE(request_.find(R"("nhs_number":"9990000018")"), std::string::npos) << request_;
    EXPECT_NE(request_.find(R"("from_whom":"HUB01")"), std::string::npos) << request_;
    EXPECT_EQ(request_.find(R"("until")"), std::string::npos) << request_;
}

TEST_F(ConsentCommands, AListIsALineForEach)
{
    const auto done = against("200 OK", std::string(R"({"consents":[)") + consent + "]}",
                              [&](const ConsentCommand& command) { return command.list(number_); });
    ASSERT_TRUE(done) << done.error().sentence();
    EXPECT_EQ(*done, line);
    number_ = std::istringstream("9990000018\n");
    EXPECT_EQ(against("200 OK", R"({"consents":[]})",
                      [&](const ConsentCommand& command) { return command.list(number_); }),
              "Nothing is recorded for this patient.\n");
}

TEST_F(ConsentCommands, AnEndNamesTheConsentAndWhy)
{
    options_.id = "c/1";
    options_.in_error = true;
    const auto done = against("200 OK", consent, [](const ConsentCommand& command) { return command.end(); });
    ASSERT_TRUE(done) << done.error().sentence();
    EXPECT_TRUE(request_.starts_with("POST /consents/c%2F1/end HTTP/1.1\r\n")) << request_;
    EXPECT_NE(request_.find(R"({"reason":"patient-request","in_error":true})"), std::string::npos)
        << request_;
}

TEST_F(ConsentCommands, WhatIsNoNumberIsNotSentAndNotRepeated)
{
    for (const char* input : {"", "12345\n", "9990000019\n"}) {
        std::istringstream wrong(input);
        const auto refused =
            ConsentCommand(options_, settings_, clock_, random_).add(wrong); // nobody listens
        ASSERT_FALSE(refused) << input;
        EXPECT_EQ(refused.error().sentence(), "Standard input must be one NHS number on a line.");
    }
}

TEST_F(ConsentCommands, ARefusalIsToldAsTheGatewaySaysIt)
{
    const auto refused =
        against("422 Unprocessable Entity",
                R"({"resourceType":"OperationOutcome","issue":[{"details":{"text":"No such area."}}]})",
                [&](const ConsentCommand& command) { return command.add(number_); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().sentence(), "No such area.");
}

} // namespace
} // namespace tests::consent_command_cases
