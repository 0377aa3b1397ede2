// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/outbox_command.hpp"

#include "gateway/identity/keys.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace tests::outbox_command_cases
{
namespace
{

using adapters::transport::Purpose;
using namespace gateway::cli;

constexpr const char* channel =
    R"("subscription":"s1","client":"hub","topic":"appointment-status","endpoint":"https://hub.example.org/h",)"
    R"("status":"active","held":true,"events":7,"failures":3,"failure":"http_503")";
constexpr const char* channel_line =
    "s1  active (held)  hub  appointment-status  https://hub.example.org/h  7 events"
    "  failed 3 times: http_503\n";

class OutboxCommands : public testing::Test
{
protected:
    OutboxCommands()
    {
        options_.listener.ca_file = directory_.write("ca.pem", authority_.certificate);
        const auto file = directory_.write("token.key", to_pem(key_));
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
        settings_.identity.token_signing_key_file = file;
        settings_.identity.issuer = "https://gateway.example.net";
        options_.by = "A. Jones";
        options_.reason = "receiver repaired";
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
        return call(OutboxCommand(options_, settings_, clock_, random_));
    }
    bool asked(const std::string& text) const { return request_.find(text) != std::string::npos; }

    adapters::transport::Authority authority_ = adapters::transport::make_authority("Gateway CA");
    tests::TemporaryFolder directory_;
    gateway::identity::PrivateKey key_ =
        gateway::identity::generate_private_key(gateway::identity::KeyType::ec_p256);
    OutboxOptions options_;
    gateway::settings::Settings settings_;
    tests::FakeClock clock_;
    tests::FakeRandom random_;
    std::string request_;
};

TEST_F(OutboxCommands, ListSaysWhatWaitsAndHowEachSubscriptionGoes)
{
    const auto body =
        std::string(R"({"due":2,"held":1,"dead":0,"oldest":"2026-11-23T08:00:00Z","subscriptions":[{)") +
        channel + "}]}";
    const auto printed = against("200 OK", body, [](const OutboxCommand& command) { return command.list(); });
    ASSERT_TRUE(printed) << printed.error().sentence();
    EXPECT_EQ(*printed,
              "2 due, 1 held, 0 dead; the oldest from 2026-11-23T08:00:00Z\n" + std::string(channel_line));
    EXPECT_TRUE(asked("GET /outbox "));
}

TEST_F(OutboxCommands, ShowPrintsTheDeliveriesOfOne)
{
    options_.target = "s1";
    options_.state = "dead";
    const auto body =
        std::string("{") + channel +
        R"(,"deliveries":[{"number":5,"state":"dead","subject":"Appointment/a","changed":"status",)"
        R"("at":"2026-11-23T08:00:00Z","attempts":5,"failure":"http_422"}]})";
    const auto printed = against("200 OK", body, [](const OutboxCommand& command) { return command.show(); });
    ASSERT_TRUE(printed) << printed.error().sentence();
    EXPECT_EQ(*printed,
              std::string(channel_line) +
                  "5  dead  Appointment/a  status  2026-11-23T08:00:00Z  5 attempts, last http_422\n");
    EXPECT_TRUE(asked("GET /outbox/s1?state=dead "));
}

TEST_F(OutboxCommands, AnOrderCarriesAProofAndItsReason)
{
    options_.target = "s1/5";
    const auto printed = against("200 OK", R"({"changed":1})",
                                 [](const OutboxCommand& command) { return command.order("replay"); });
    ASSERT_TRUE(printed) << printed.error().sentence();
    EXPECT_EQ(*printed, "Done: 1 deliveries changed.\n");
    EXPECT_TRUE(asked("POST /outbox/s1/5 "));
    EXPECT_TRUE(asked("Authorization: "));
    EXPECT_TRUE(asked(R"({"order":"replay","reason":"receiver repaired"})"));
}

TEST_F(OutboxCommands, ARefusalIsPrintedAsTheGatewaySaidIt)
{
    options_.target = "s1";
    const auto printed =
        against("422 Unprocessable Entity",
                R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invariant",)"
                R"("details":{"text":"There is no such delivery."}}]})",
                [](const OutboxCommand& command) { return command.order("hold"); });
    ASSERT_FALSE(printed);
    EXPECT_EQ(printed.error().sentence(), "There is no such delivery.");
}

} // namespace
} // namespace tests::outbox_command_cases
