// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/policy_command.hpp"
#include "gateway/cli/policy_print.hpp"

#include "gateway/identity/keys.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tests::policy_command_cases
{
namespace
{

using adapters::transport::Purpose;
using fhir::codec::parse_json;
using namespace gateway::cli;

TEST(PolicyPrint, TheRegisterIsCsvThatASpreadsheetTakesForText)
{
    const auto answer = parse_json(
        R"({"agreements":[{"name":"harbour","version":2,"source":"operator","changed_by":"A. Jones",)"
        R"("changed_at":"2026-11-23T08:00:00Z","reason":"=1+1",)"
        R"("agreement":{"id":"harbour","title":"Harbour, \"all\"","practices":["A10001","A10002"],)"
        R"("consumers":["HUB01"],"slots_per_day":6}}]})");
    ASSERT_TRUE(answer);
    const auto csv = agreements_csv(*answer);
    EXPECT_TRUE(csv.starts_with("id,title,purpose,practices,consumers,types,allows,")) << csv;
    EXPECT_NE(csv.find("harbour,\"Harbour, \"\"all\"\"\",,A10001 A10002,HUB01,,search book,"),
              std::string::npos)
        << csv;
    EXPECT_TRUE(csv.ends_with("operator,2,A. Jones,2026-11-23T08:00:00Z,'=1+1\r\n")) << csv;
    EXPECT_EQ(std::ranges::count(csv.substr(0, csv.find('\r')), ','), 27);
}

TEST(PolicyPrint, FormulaCharactersAreGuarded)
{
    for (const char* text : {"=1", "+1", "-1", "@a", "\ta"})
        EXPECT_TRUE(csv_cell(text).starts_with("'")) << text;
    EXPECT_EQ(csv_cell("plain"), "plain");
    EXPECT_EQ(csv_cell("two\nlines"), "\"two\nlines\"");
}

TEST(PolicyPrint, APracticeIsShownWithItsValveAndItsAgreements)
{
    const auto answer = parse_json(
        R"({"practices":[{"practice":"A10001","name":"Oak","system":"emis","valve":{"state":"limited",)"
        R"("per_hour":4,"reason":"flood"},"agreements":[{"id":"harbour"}]},)"
        R"({"practice":"A10002","name":"Elm","system":"tpp","valve":{"state":"open"},"agreements":[]}]})");
    EXPECT_EQ(practices_table(*answer), "PRACTICE  NAME  SYSTEM  VALVE                         AGREEMENTS\n"
                                        "A10001    Oak   emis    limited to 4 an hour (flood)  harbour\n"
                                        "A10002    Elm   tpp     open                          none\n");
}

TEST(PolicyPrint, AnAgreementForSomeTypesOfOrganisationSaysForWhich)
{
    const auto answer =
        parse_json(R"({"practice":"A10001","name":"Oak","system":"emis","valve":{"state":"open"},)"
                   R"("agreements":[{"id":"u","title":"T","purpose":"direct-care","consumers":["HUB01"],)"
                   R"("types":["urgent-care"],"refuses":false,"in_force":true}]})");
    EXPECT_NE(practice_text(*answer).find("HUB01 (urgent-care)"), std::string::npos)
        << practice_text(*answer);
}

TEST(PolicyPrint, ARefusalIsPrintedInWords)
{
    EXPECT_EQ(sentences_of_outcome(R"({"resourceType":"OperationOutcome","issue":[)"
                                   R"({"details":{"text":"No such practice."}}]})"),
              "No such practice.");
    EXPECT_EQ(sentences_of_outcome("Bad gateway\n"), "Bad gateway");
}

class PolicyCommands : public testing::Test
{
protected:
    PolicyCommands()
    {
        options_.listener.ca_file = directory_.write("ca.pem", authority_.certificate);
        const auto file = directory_.write("token.key", to_pem(key_));
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
        settings_.identity.token_signing_key_file = file;
        settings_.identity.issuer = "https://gateway.example.net";
        settings_.management.address = "127.0.0.1";
        options_.name = "a10001";
        options_.reason = "Größe, two doctors ill";
        options_.by = "A. Jones";
    }

    static std::string reply(const std::string& status, const std::string& body, const std::string& more = {})
    {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + more +
               "Connection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    /// Each call is a connection of its own.
    template <class Call>
    fhir::Result<std::string> against(const std::vector<std::string>& replies, Call call)
    {
        std::vector<tests::ScriptedServer::Script> scripts;
        for (const auto& text : replies)
            scripts.push_back([this, text](tests::ScriptedConnection& connection) {
                requests_.push_back(connection.read_request());
                connection.send(text);
                connection.close();
            });
        tests::ScriptedServer server(issue(authority_, {"localhost", "127.0.0.1"}, Purpose::server), scripts);
        options_.listener.url = "https://127.0.0.1:" + std::to_string(server.port());
        return call(PolicyCommand(options_, settings_, clock_, random_));
    }

    adapters::transport::Authority authority_ = adapters::transport::make_authority("Gateway CA");
    tests::TemporaryFolder directory_;
    tests::FakeClock clock_;
    tests::FakeRandom random_;
    gateway::identity::PrivateKey key_ =
        gateway::identity::generate_private_key(gateway::identity::KeyType::ec_p256);
    gateway::settings::Settings settings_;
    PolicyOptions options_;
    std::vector<std::string> requests_;
};

TEST_F(PolicyCommands, APauseReplacesTheVersionThatStands)
{
    options_.until = "2026-11-23T18:00:00Z";
    const auto done = against(
        {reply("200 OK", "{}", "ETag: W/\"3\"\r\n"), reply("200 OK", "{}", "ETag: W/\"4\"\r\n"),
         reply("200 OK", R"({"practice":"A10001","name":"Oak","system":"emis","valve":{"state":"paused"}})")},
        [](const PolicyCommand& command) { return command.set_valve("paused"); });
    ASSERT_TRUE(done) << done.error().sentence();
    EXPECT_NE(done->find("Valve: paused"), std::string::npos) << *done;
    ASSERT_EQ(requests_.size(), 3U);
    EXPECT_TRUE(requests_[1].starts_with("PUT /policy/valves/A10001 HTTP/1.1\r\n")) << requests_[1];
    EXPECT_NE(requests_[1].find("If-Match: W/\"3\"\r\n"), std::string::npos) << requests_[1];
    EXPECT_NE(requests_[1].find("Authorization: Bearer "), std::string::npos);
    EXPECT_NE(requests_[1].find("X-Change-Reason: Gr%C3%B6%C3%9Fe%2C two doctors ill\r\n"), std::string::npos)
        << requests_[1];
    EXPECT_NE(requests_[1].find(R"("until":"2026-11-23T18:00:00Z")"), std::string::npos);
}

TEST_F(PolicyCommands, AFirstValveReplacesNothing)
{
    const auto done = against({reply("404 Not Found", "{}"), reply("201 Created", "{}"),
                               reply("200 OK", R"({"practice":"A10001","valve":{"state":"open"}})")},
                              [](const PolicyCommand& command) { return command.set_valve("open"); });
    ASSERT_TRUE(done) << done.error().sentence();
    EXPECT_NE(requests_[1].find("If-None-Match: *\r\n"), std::string::npos) << requests_[1];
}

TEST_F(PolicyCommands, AFileIsSentTableByTableAsItIsWritten)
{
    options_.file = directory_.write("harbour.toml", "[[agreement]]\nid = \"harbour\"\ntitle = \"H\"\n"
                                                     "practices = [\"A10001\"]\nconsumers = [\"HUB01\"]\n"
                                                     "slots_per_day = 6\n");
    const auto done = against({reply("404 Not Found", "{}"), reply("201 Created", "{}")},
                              [](const PolicyCommand& command) { return command.put_file(); });
    ASSERT_TRUE(done) << done.error().sentence();
    EXPECT_EQ(*done, "agreement harbour stands.\n");
    for (const char* member : {R"("practices":["A10001"])", R"("slots_per_day":6)", R"("title":"H")"})
        EXPECT_NE(requests_[1].find(member), std::string::npos) << requests_[1];
}

TEST_F(PolicyCommands, ARefusalSaysThatNothingWasChanged)
{
    options_.file = directory_.write("harbour.toml", "[[agreement]]\nid = \"harbour\"\n");
    const auto refused =
        against({reply("404 Not Found", "{}"),
                 reply("422 Unprocessable Entity",
                       R"({"resourceType":"OperationOutcome","issue":[{"details":{"text":"No title."}}]})")},
                [](const PolicyCommand& command) { return command.put_file(); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().sentence(), "No title. Nothing was changed.");
}

TEST_F(PolicyCommands, AFileOfSomethingElseIsNotSent)
{
    options_.file = directory_.write("client.toml", "[[client]]\nclient_id = \"x\"\n");
    const auto refused = against({}, [](const PolicyCommand& command) { return command.put_file(); });
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().sentence().find("[[agreement]]"), std::string::npos);
}

} // namespace
} // namespace tests::policy_command_cases
