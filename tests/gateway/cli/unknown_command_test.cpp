// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/unknown_command.hpp"

#include "gateway/identity/operator_proof.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace
{

using adapters::transport::Purpose;
using namespace gateway::cli;

constexpr std::string_view worklist =
    R"({"needs_person":1,"settling":1,"intents":[)"
    R"({"id":"0199-a","kind":"book","state":"needs-person","practice":"A10001","appointment":"0199-b",)"
    R"("since":"2026-11-23T08:00:00Z","age_seconds":60,"attempts":20,"last_failure":"supplier-timeout",)"
    R"("next_step":"Ask practice A10001."},)"
    R"({"id":"0199-c","kind":"cancel","state":"settling","practice":"A10002","appointment":"0199-d",)"
    R"("since":"2026-11-23T08:05:00Z","age_seconds":1,"attempts":1,"last_failure":"","next_step":"Nothing yet."}]})";

TEST(UnknownTable, ShowsWhatWaitsForAPersonAndWhatToDo)
{
    const auto table = unknown_table(worklist, false);
    ASSERT_TRUE(table);
    EXPECT_EQ(*table,
              "INTENT  KIND  PRACTICE  APPOINTMENT  SINCE                 ATTEMPTS  LAST FAILURE\n"
              "0199-a  book  A10001    0199-b       2026-11-23T08:00:00Z  20        supplier-timeout\n"
              "    Ask practice A10001.\n"
              "1 more the gateway settles by itself; --all lists them.\n");
}

TEST(UnknownTable, ShowsTheOthersWhenAsked)
{
    const auto table = unknown_table(worklist, true);
    ASSERT_TRUE(table);
    EXPECT_NE(table->find("0199-c  cancel  A10002"), std::string::npos);
    EXPECT_EQ(table->find("--all"), std::string::npos);
}

TEST(UnknownTable, SaysWhenThereIsNothing)
{
    EXPECT_EQ(unknown_table(R"({"intents":[]})", false), "Nothing waits for a person.\n");
    EXPECT_FALSE(unknown_table("<html>", false));
    EXPECT_FALSE(unknown_table("{}", false));
}

class UnknownCommand : public testing::Test
{
protected:
    UnknownCommand()
    {
        options_.ca_file = directory_.write("ca.pem", authority_.certificate);
        const auto file = directory_.write("token.key", to_pem(key_));
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
        settings_.identity.token_signing_key_file = file;
        settings_.identity.issuer = "https://gateway.example.net";
        settings_.management.address = "127.0.0.1";
        options_.intent = "0199-a";
        options_.as = "booked";
        options_.reason = "Seen";
        options_.by = "A. Jones";
    }

    template <class Call>
    fhir::Result<std::string> against(const std::string& status, const std::string& body, Call call)
    {
        const std::string answer = "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" +
                                   "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        tests::ScriptedServer server(issue(authority_, {"localhost", "127.0.0.1"}, Purpose::server),
                                     {[&](tests::ScriptedConnection& connection) {
                                         request_ = connection.read_request();
                                         connection.send(answer);
                                         connection.close();
                                     }});
        options_.url = "https://127.0.0.1:" + std::to_string(server.port());
        return call();
    }
    fhir::Result<std::string> resolve(const std::string& status, const std::string& body)
    {
        return against(status, body, [&] { return resolve_unknown(options_, settings_, clock_, random_); });
    }

    adapters::transport::Authority authority_ = adapters::transport::make_authority("Gateway CA");
    tests::TemporaryFolder directory_;
    tests::FakeClock clock_;
    tests::FakeRandom random_;
    gateway::identity::PrivateKey key_ =
        gateway::identity::generate_private_key(gateway::identity::KeyType::ec_p256);
    gateway::settings::Settings settings_;
    UnknownOptions options_;
    std::string request_;
};

TEST_F(UnknownCommand, ListPrintsTheTableOrTheAnswerItself)
{
    const auto list = [&] { return list_unknown(options_, settings_); };
    const auto table = against("200 OK", std::string(worklist), list);
    ASSERT_TRUE(table) << table.error().sentence();
    EXPECT_TRUE(table->starts_with("INTENT")) << *table;
    EXPECT_TRUE(request_.starts_with("GET /unknown HTTP/1.1\r\n")) << request_;
    options_.json = true;
    EXPECT_EQ(against("200 OK", std::string(worklist), list), std::string(worklist));
}

TEST_F(UnknownCommand, ResolveSendsTheWordWithAnOperatorsProof)
{
    options_.override_read_back = true;
    const auto told =
        resolve("200 OK",
                R"({"id":"0199-a","state":"done","resolution":{"practice_showed":"It could not be read."}})");
    ASSERT_TRUE(told) << told.error().sentence();
    EXPECT_EQ(*told, "Intent 0199-a is done. It could not be read.\n");
    EXPECT_TRUE(request_.starts_with("POST /unknown/0199-a HTTP/1.1\r\n")) << request_;
    EXPECT_NE(request_.find(R"("as":"booked")"), std::string::npos);
    EXPECT_NE(request_.find(R"("override":true)"), std::string::npos);

    const auto field = request_.find("Authorization: ");
    ASSERT_NE(field, std::string::npos) << request_;
    fhir::rest::Request seen;
    seen.headers.set("Authorization", request_.substr(field + 15, request_.find("\r\n", field) - field - 15));
    const gateway::identity::OperatorCheck check(key_.public_key(), settings_.identity.issuer, clock_);
    EXPECT_EQ(check.operator_of(seen), "A. Jones");
}

TEST_F(UnknownCommand, ARefusalIsPrintedAsItWasSaid)
{
    const auto refused = resolve("409 Conflict", "This intent is settled already.\n");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().sentence(), "This intent is settled already.");
    const auto unclear = resolve("502 Bad Gateway", "");
    ASSERT_FALSE(unclear);
    EXPECT_NE(unclear.error().sentence().find("status 502"), std::string::npos);
}

TEST_F(UnknownCommand, AListenerThatIsNotThereIsNamed)
{
    options_.url = "https://127.0.0.1:1";
    const auto list = list_unknown(options_, settings_);
    ASSERT_FALSE(list);
    EXPECT_NE(list.error().sentence().find("https://127.0.0.1:1/ cannot be reached"), std::string::npos)
        << list.error().sentence();
}

} // namespace
