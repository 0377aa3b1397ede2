// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/calendar_command.hpp"

#include "gateway/identity/keys.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace tests::calendar_command_cases
{
namespace
{

using adapters::transport::Purpose;
using namespace gateway::cli;

constexpr const char* feed =
    R"({"id":"f1","client":"hub","organisation":"ZZ901","schedule":"","made":"2026-11-23T08:00:00Z")";

class CalendarCommands : public testing::Test
{
protected:
    CalendarCommands()
    {
        options_.listener.ca_file = directory_.write("ca.pem", authority_.certificate);
        const auto file = directory_.write("token.key", to_pem(key_));
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
        settings_.identity.token_signing_key_file = file;
        settings_.identity.issuer = "https://gateway.example.net";
        options_.by = "A. Jones";
        options_.reason = "address was in an e-mail";
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
        return call(CalendarCommand(options_, settings_, clock_, random_));
    }
    bool asked(const std::string& text) const { return request_.find(text) != std::string::npos; }

    adapters::transport::Authority authority_ = adapters::transport::make_authority("Gateway CA");
    tests::TemporaryFolder directory_;
    gateway::identity::PrivateKey key_ =
        gateway::identity::generate_private_key(gateway::identity::KeyType::ec_p256);
    CalendarOptions options_;
    gateway::settings::Settings settings_;
    tests::FakeClock clock_;
    tests::FakeRandom random_;
    std::string request_;
};

TEST_F(CalendarCommands, ListPrintsEachFeed)
{
    const std::string body = std::string(R"({"feeds":[)") + feed +
                             R"(},{"id":"f2","client":"desk","organisation":"A10001","schedule":"A10001.s1",)"
                             R"("made":"2026-11-22T08:00:00Z","revoked":"2026-11-23T09:00:00Z",)"
                             R"("revoked_by":"A. Jones"}]})";
    const auto printed =
        against("200 OK", body, [](const CalendarCommand& command) { return command.list(); });
    ASSERT_TRUE(printed) << printed.error().sentence();
    EXPECT_EQ(*printed, "f1  hub  ZZ901  all it booked  made 2026-11-23T08:00:00Z\n"
                        "f2  desk  A10001  A10001.s1  made 2026-11-22T08:00:00Z  revoked "
                        "2026-11-23T09:00:00Z by A. Jones\n");
    EXPECT_TRUE(asked("GET /calendars "));
}

TEST_F(CalendarCommands, ListSaysWhereThereIsNone)
{
    const auto printed =
        against("200 OK", R"({"feeds":[]})", [](const CalendarCommand& command) { return command.list(); });
    ASSERT_TRUE(printed) << printed.error().sentence();
    EXPECT_EQ(*printed, "There are no calendar feeds.\n");
}

TEST_F(CalendarCommands, RevokeCarriesAProofAndItsReason)
{
    options_.feed = "f1";
    const auto printed =
        against("200 OK", std::string(feed) + R"(,"revoked":"2026-11-23T09:00:00Z","revoked_by":"A. Jones"})",
                [](const CalendarCommand& command) { return command.revoke(); });
    ASSERT_TRUE(printed) << printed.error().sentence();
    EXPECT_NE(printed->find("revoked 2026-11-23T09:00:00Z by A. Jones"), std::string::npos);
    EXPECT_TRUE(asked("POST /calendars/f1 "));
    EXPECT_TRUE(asked("Authorization: "));
    EXPECT_TRUE(asked(R"({"order":"revoke","reason":"address was in an e-mail"})"));
}

TEST_F(CalendarCommands, ARefusalIsPrintedAsTheGatewaySaidIt)
{
    options_.feed = "f1";
    const auto printed =
        against("404 Not Found",
                R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found",)"
                R"("details":{"text":"There is no such calendar feed."}}]})",
                [](const CalendarCommand& command) { return command.revoke(); });
    ASSERT_FALSE(printed);
    EXPECT_EQ(printed.error().sentence(), "There is no such calendar feed.");
}

} // namespace
} // namespace tests::calendar_command_cases
