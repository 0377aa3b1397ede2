// SPDX-License-Identifier: Apache-2.0
/// Who is let in when authorities publish revocation lists (RFC 5280), with real handshakes.
#include "tests/gateway/http/server_fixture.hpp"

#include <thread>

namespace
{

using adapters::transport::Identity;
using adapters::transport::issue;
using adapters::transport::make_authority;
using adapters::transport::Purpose;
using adapters::transport::revocation_list;

class Revocation : public tests::ServerFixture
{
protected:
    Revocation()
    {
        settings_.tls.client_certificates = gateway::http::ClientCertificates::required;
        settings_.tls.client_crl_file = directory_.file("clients.crl");
    }

    void publish(const std::string& lists) { directory_.write("clients.crl", lists); }

    /// TLS 1.3 lets the client finish before the server has looked: only an answer proves that it was let in.
    bool served(const Identity& identity)
    {
        try {
            auto client = connect(identity);
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return tests::status_of(client.receive_answer()) == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    std::string refusal_to_start()
    {
        gateway::http::Server server(1);
        const auto port = server.listen(settings_, handler_, stats_);
        return port ? "it started" : port.error().sentence();
    }

    Identity good_ = issue(authority_, {"A82000"}, Purpose::client);
    Identity lost_ = issue(authority_, {"A82001"}, Purpose::client);
};

TEST_F(Revocation, LetsInWhoIsNotOnTheListAndNobodyWhoIs)
{
    publish(revocation_list(authority_, {lost_.certificate}));
    start();
    EXPECT_TRUE(served(good_));
    EXPECT_FALSE(served(lost_));
    while (stats_.handshake_failures == 0) // the server may hear of it after the client
        std::this_thread::yield();
    EXPECT_EQ(stats_.handshake_failures, 1U);
}

TEST_F(Revocation, AListReadAgainRevokesWithoutARestartAndWithoutDroppingAnybody)
{
    publish(revocation_list(authority_, {}));
    start();
    auto open = connect(good_);
    EXPECT_TRUE(served(lost_));
    publish(revocation_list(authority_, {lost_.certificate}));
    ASSERT_TRUE(server_->reload_certificates());
    EXPECT_FALSE(served(lost_));
    EXPECT_TRUE(served(good_));
    open.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(tests::status_of(open.receive_answer()), 200U);
}

TEST_F(Revocation, AListThatIsOutOfDateIsRefusedAtStart)
{
    publish(revocation_list(authority_, {}, std::chrono::hours(-1)));
    const auto why = refusal_to_start();
    EXPECT_NE(why.find("the list of authority 'Test CA' is out of date"), std::string::npos) << why;
}

TEST_F(Revocation, AListThatRunsOutWhileServingRefusesEverybody)
{
    publish(revocation_list(authority_, {}, std::chrono::seconds(2)));
    start();
    EXPECT_TRUE(served(good_));
    const auto enough = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    bool still = true;
    while (still && std::chrono::steady_clock::now() < enough)
        still = served(good_);
    EXPECT_FALSE(still);
}

TEST_F(Revocation, AListOfAnotherAuthorityIsNoList)
{
    const auto other = make_authority("Other CA");
    publish(revocation_list(other, {}));
    const auto why = refusal_to_start();
    EXPECT_NE(why.find("no list signed by authority 'Test CA'"), std::string::npos) << why;
}

TEST_F(Revocation, AListThatOnlyBearsTheAuthoritysNameIsNoList)
{
    const auto impostor = make_authority("Test CA");
    publish(revocation_list(impostor, {}));
    const auto why = refusal_to_start();
    EXPECT_NE(why.find("no list signed by authority 'Test CA'"), std::string::npos) << why;
}

TEST_F(Revocation, EveryAuthorityNeedsItsList)
{
    const auto second = make_authority("Second CA");
    directory_.write("ca.pem", authority_.certificate + second.certificate);
    publish(revocation_list(authority_, {}));
    const auto why = refusal_to_start();
    EXPECT_NE(why.find("no list signed by authority 'Second CA'"), std::string::npos) << why;

    const auto guest = issue(second, {"A82002"}, Purpose::client);
    const auto gone = issue(second, {"A82003"}, Purpose::client);
    publish(revocation_list(authority_, {}) + revocation_list(second, {gone.certificate}));
    start();
    EXPECT_TRUE(served(good_));
    EXPECT_TRUE(served(guest));
    EXPECT_FALSE(served(gone));
}

TEST_F(Revocation, AFileThatIsMissingDamagedOrEmptyIsRefusedAndTheOldListStays)
{
    publish(revocation_list(authority_, {lost_.certificate}));
    start();
    const std::string whole = revocation_list(authority_, {});
    for (const std::string& bad :
         {std::string(), std::string("no list"), whole.substr(0, whole.size() / 2),
          whole + "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", authority_.certificate}) {
        publish(bad);
        const auto reloaded = server_->reload_certificates();
        ASSERT_FALSE(reloaded) << bad;
        EXPECT_NE(reloaded.error().sentence().find("clients.crl"), std::string::npos);
        EXPECT_TRUE(served(good_));
        EXPECT_FALSE(served(lost_));
    }
    settings_.tls.client_crl_file = directory_.file("nowhere.crl");
    EXPECT_NE(refusal_to_start().find("nowhere.crl"), std::string::npos);
}

} // namespace
