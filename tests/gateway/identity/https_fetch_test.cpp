// SPDX-License-Identifier: Apache-2.0
// Key sets over real TLS.
#include "adapters/transport/certificates.hpp"
#include "gateway/identity/key_source.hpp"
#include "tests/gateway/identity/identity_fixture.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace gateway::identity;
using adapters::transport::issue;
using adapters::transport::make_authority;
using adapters::transport::Purpose;
using tests::keys;
using tests::ScriptedConnection;
using tests::ScriptedServer;

namespace
{

std::string answer(std::string_view status, std::string_view body)
{
    return "HTTP/1.1 " + std::string(status) +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}

class HttpsFetchTest : public testing::Test
{
protected:
    ScriptedServer& serve(std::string bytes, const std::string& name = "localhost")
    {
        const auto script = [this, bytes = std::move(bytes)](ScriptedConnection& connection) {
            for (std::string asked = connection.read_request(); !asked.empty();
                 asked = connection.read_request()) {
                last_request_ = asked;
                connection.send(bytes);
            }
        };
        server_ = std::make_unique<ScriptedServer>(issue(authority_, {name}, Purpose::server),
                                                   std::vector<ScriptedServer::Script>{script});
        return *server_;
    }

    std::string url(std::string_view path = "/jwks?v=1") const
    {
        return "https://localhost:" + std::to_string(server_->port()) + std::string(path);
    }

    fhir::Result<std::string> fetch(const std::string& from)
    {
        return tests::run(https_fetch(directory_.write("ca.pem", authority_.certificate))(from));
    }

    tests::TemporaryFolder directory_;
    adapters::transport::Authority authority_ = make_authority("Key set CA");
    std::string last_request_;
    std::unique_ptr<ScriptedServer> server_;
};

} // namespace

TEST_F(HttpsFetchTest, AKeySetIsFetchedFromItsUrl)
{
    const std::string set = to_key_set_json({keys().hub.public_key()});
    serve(answer("200 OK", set));
    const auto text = fetch(url());
    ASSERT_TRUE(text) << text.error().sentence();
    EXPECT_EQ(*text, set);
    server_.reset();
    EXPECT_TRUE(last_request_.starts_with("GET /jwks?v=1 HTTP/1.1\r\n")) << last_request_;
    EXPECT_NE(last_request_.find("application/json"), std::string::npos);
}

TEST_F(HttpsFetchTest, AKeySourceFindsItsKeyOverTls)
{
    serve(answer("200 OK", to_key_set_json({keys().hub.public_key()})));
    tests::FakeClock clock;
    KeySource source(url(), clock, https_fetch(directory_.write("ca.pem", authority_.certificate)));
    const std::string kid = keys().hub.public_key().id();
    EXPECT_EQ(source.known()->find(kid), nullptr);
    const auto found = tests::run(source.with_key(kid));
    EXPECT_NE(found->find(kid), nullptr);
    EXPECT_NE(source.known()->find(kid), nullptr);
}

TEST_F(HttpsFetchTest, AnAnswerThatIsNotOkIsNoKeySet)
{
    for (const auto* status : {"404 Not Found", "302 Found", "500 Internal Server Error"}) {
        serve(answer(status, "{}"));
        EXPECT_FALSE(fetch(url())) << status;
    }
}

TEST_F(HttpsFetchTest, AnEndlessKeySetIsCutOff)
{
    serve(answer("200 OK", std::string(300 << 10, ' ')));
    EXPECT_FALSE(fetch(url()));
}

TEST_F(HttpsFetchTest, ACertificateOfAStrangerOrForAnotherNameIsNotTrusted)
{
    const std::string set = to_key_set_json({keys().hub.public_key()});
    serve(answer("200 OK", set), "elsewhere.example.org");
    EXPECT_FALSE(fetch(url()));
    const auto stranger = make_authority("Stranger CA");
    serve(answer("200 OK", set));
    EXPECT_FALSE(tests::run(https_fetch(directory_.write("stranger.pem", stranger.certificate))(url())));
    EXPECT_TRUE(last_request_.empty()) << "a request was sent to a server that is not trusted";
}

TEST_F(HttpsFetchTest, NobodyAtThePortIsAnErrorNotAnException)
{
    serve(answer("200 OK", "{}"));
    const std::string gone = url();
    server_.reset();
    EXPECT_FALSE(fetch(gone));
}

TEST_F(HttpsFetchTest, OnlyHttpsUrlsAreFetched)
{
    for (const auto* bad : {"http://localhost/jwks", "https://", "https:///jwks", "file:///etc/passwd", "",
                            "https://localhost"})
        EXPECT_FALSE(fetch(bad)) << bad;
}
