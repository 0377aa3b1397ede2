// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/signing.hpp"
#include "gateway/cli/config_check.hpp"

#include "adapters/transport/certificates.hpp"
#include "gateway/identity/keys.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace
{

using adapters::transport::Purpose;
using gateway::cli::check_files;

/// Settings whose every file is good.
class ConfigCheck : public testing::Test
{
protected:
    ConfigCheck()
    {
        const auto server = issue(authority_, {"gateway.example.net"}, Purpose::server);
        const auto client = issue(authority_, {"gateway"}, Purpose::client);
        settings_.public_base_url = "https://gateway.example.net/fhir/R4";
        settings_.server.name = "fhir";
        settings_.server.tls.certificate_file = write("server.pem", server.certificate);
        settings_.server.tls.key_file = write("server.key", server.key);
        settings_.management = settings_.server;
        settings_.management.name = "management";
        settings_.store.key_file = write("store.key", std::string(64, 'a'));
        settings_.identity.base_url = settings_.public_base_url;
        settings_.identity.token_url = "https://gateway.example.net/oauth2/token";
        settings_.identity.token_signing_key_file =
            write("token.key",
                  to_pem(gateway::identity::generate_private_key(gateway::identity::KeyType::ec_p256)));
        settings_.audit.signing_key_file =
            write("audit.key", gateway::audit::generate_signing_key().to_pem());
        settings_.practices.push_back(
            {{*fhir::OdsCode::parse("A11111"), "Larkhill Surgery", {}}, "emis", {}, {}, {}});
        auto& endpoint = settings_.practices.back().endpoint;
        endpoint.name = "A11111";
        endpoint.base_url = "https://provider.example.net/A11111/";
        endpoint.ca_file = write("ca.pem", authority_.certificate);
        endpoint.certificate_file = write("client.pem", client.certificate);
        endpoint.key_file = write("client.key", client.key);
        settings_.federations.push_back({"Harbour PCN", {*fhir::OdsCode::parse("A11111")}, {}});
    }

    std::string write(const std::string& name, const std::string& text)
    {
        const std::string file = directory_.write(name, text);
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
        return file;
    }

    /// The one problem there is.
    std::string problem() const
    {
        const auto problems = check_files(settings_);
        return problems.size() == 1 ? problems.front() : std::to_string(problems.size()) + " problems";
    }

    adapters::transport::Authority authority_ = adapters::transport::make_authority("Test CA");
    tests::TemporaryFolder directory_;
    gateway::settings::Settings settings_;
};

TEST_F(ConfigCheck, FindsNothingWrongWithGoodFiles)
{
    EXPECT_EQ(check_files(settings_), std::vector<std::string>());
}

TEST_F(ConfigCheck, NamesAKeyThatDoesNotFitItsCertificate)
{
    settings_.server.tls.key_file =
        write("other.key", issue(authority_, {"gateway.example.net"}, Purpose::server).key);
    EXPECT_NE(problem().find("other.key"), std::string::npos) << problem();
    EXPECT_TRUE(problem().starts_with("listener fhir: ")) << problem();
}

TEST_F(ConfigCheck, NamesEveryFileThatCannotBeUsed)
{
    settings_.management.tls.certificate_file = write("management.pem", "no certificate and no key");
    settings_.store.key_file = write("short.key", "too short");
    settings_.identity.token_signing_key_file = write("no-token.key", "no certificate and no key");
    settings_.audit.signing_key_file = write("no-audit.key", "no certificate and no key");
    settings_.practices.front().endpoint.key_file = write("no-client.key", "no certificate and no key");
    std::string all;
    for (const auto& problem : check_files(settings_))
        all += problem + "\n";
    for (const char* file :
         {"management.pem", "short.key", "no-token.key", "no-audit.key", "practice A11111: "})
        EXPECT_NE(all.find(file), std::string::npos) << file << "\n" << all;
}

TEST_F(ConfigCheck, ARevocationListOutOfDateIsAProblemWithASentence)
{
    settings_.server.tls.client_certificates = gateway::http::ClientCertificates::required;
    settings_.server.tls.client_ca_file = write("clients-ca.pem", authority_.certificate);
    settings_.server.tls.client_crl_file =
        write("clients.crl", revocation_list(authority_, {}, std::chrono::hours(-1)));
    const std::string said = problem();
    EXPECT_NE(said.find("listener fhir: The revocation list file"), std::string::npos) << said;
    EXPECT_NE(said.find("is out of date; fetch the current one"), std::string::npos) << said;
}

TEST_F(ConfigCheck, DescribesWhatWouldBeServed)
{
    settings_.server.port = 8443;
    const std::string text = gateway::cli::describe(settings_);
    for (const char* part : {"https://gateway.example.net/fhir/R4", "127.0.0.1:8443", "1 (1 emis)",
                             "Harbour PCN: 1 practices, 0 consumers"})
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

} // namespace
