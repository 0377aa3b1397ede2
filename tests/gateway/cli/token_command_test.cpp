// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/token_command.hpp"

#include "gateway/identity/keys.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace
{

using adapters::transport::Purpose;
using gateway::cli::fetch_token;

class TokenCommand : public testing::Test
{
protected:
    TokenCommand()
    {
        options_.client_id = "hub";
        options_.scope = "system/Slot.rs system/Appointment.crus";
        options_.ca_file = directory_.write("ca.pem", authority_.certificate);
        options_.key_file = directory_.write(
            "hub.key", to_pem(gateway::identity::generate_private_key(gateway::identity::KeyType::ec_p256)));
        std::filesystem::permissions(options_.key_file, std::filesystem::perms::owner_read);
    }

    /// An endpoint that answers every request with this and keeps what it was asked.
    fhir::Result<std::string> ask(const std::string& status, const std::string& body)
    {
        const std::string answer = "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" +
                                   "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        tests::ScriptedServer server(issue(authority_, {"localhost", "127.0.0.1"}, Purpose::server),
                                     {[&](tests::ScriptedConnection& connection) {
                                         request_ = connection.read_request();
                                         connection.send(answer);
                                         connection.close();
                                     }});
        options_.token_url = "https://127.0.0.1:" + std::to_string(server.port()) + "/oauth2/token";
        return fetch_token(options_, clock_, random_);
    }

    adapters::transport::Authority authority_ = adapters::transport::make_authority("Gateway CA");
    tests::TemporaryFolder directory_;
    tests::FakeClock clock_;
    tests::FakeRandom random_;
    gateway::cli::TokenOptions options_;
    std::string request_;
};

TEST_F(TokenCommand, SendsASignedAssertionAndYieldsTheTokenAlone)
{
    const auto token = ask("200 OK", R"({"access_token":"abc.def","token_type":"bearer","expires_in":300})");
    ASSERT_TRUE(token) << token.error().sentence();
    EXPECT_EQ(*token, "abc.def");
    EXPECT_TRUE(request_.starts_with("POST /oauth2/token HTTP/1.1\r\n")) << request_;
    EXPECT_NE(request_.find("grant_type=client_credentials"), std::string::npos);
    EXPECT_NE(request_.find("scope=system%2FSlot.rs%20system%2FAppointment.crus"), std::string::npos);
    EXPECT_NE(request_.find("client_assertion=eyJ"), std::string::npos);
}

TEST_F(TokenCommand, SaysWhatTheEndpointRefused)
{
    const auto token =
        ask("400 Bad Request",
            R"({"error":"invalid_scope","error_description":"system/Task.r is not allowed."})");
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().sentence(), "No token was issued (invalid_scope). system/Task.r is not allowed.");
}

TEST_F(TokenCommand, RecognisesWhatIsNoTokenEndpoint)
{
    EXPECT_NE(ask("404 Not Found", "{}").error().sentence().find("no token endpoint"), std::string::npos);
    EXPECT_NE(ask("200 OK", "<html>").error().sentence().find("no token endpoint"), std::string::npos);
    EXPECT_NE(ask("200 OK", R"({"access_token":7})").error().sentence().find("no token endpoint"),
              std::string::npos);
}

TEST_F(TokenCommand, SaysThatAGatewayIsNotTrusted)
{
    options_.ca_file =
        directory_.write("other.pem", adapters::transport::make_authority("Another").certificate);
    const auto token = ask("200 OK", R"({"access_token":"abc"})");
    ASSERT_FALSE(token);
    EXPECT_NE(token.error().sentence().find("--ca-file"), std::string::npos) << token.error().sentence();
}

TEST_F(TokenCommand, NamesTheKeyFileThatCannotBeUsed)
{
    options_.key_file = "/nonexistent/hub.key";
    const auto token = ask("200 OK", R"({"access_token":"abc"})");
    ASSERT_FALSE(token);
    EXPECT_NE(token.error().sentence().find("/nonexistent/hub.key"), std::string::npos);
    EXPECT_TRUE(request_.empty());
}

TEST_F(TokenCommand, TakesNothingButAnHttpsAddress)
{
    for (const char* url :
         {"", "gateway", "http://localhost/oauth2/token", "https://localhost", "https:///x"}) {
        options_.token_url = url;
        EXPECT_FALSE(fetch_token(options_, clock_, random_)) << url;
    }
}

} // namespace
