// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/settings/settings_fixture.hpp"

#include "gateway/settings/key_table.hpp"

#include <fstream>
#include <iterator>

using namespace std::chrono_literals;
using SettingsFile = tests::SettingsTest;

TEST_F(SettingsFile, TheSamplesLoadWithoutProblems)
{
    const auto loaded = load(sample("apptgw.toml"));
    EXPECT_EQ(problems(loaded), "");
    const auto& settings = loaded.settings;
    EXPECT_EQ(settings.server.port, 8443);
    EXPECT_EQ(settings.server.tls.certificate_file, (directory_ / "tls/server.pem").string());
    EXPECT_EQ(settings.management.tls.key_file, (directory_ / "tls/server.key").string());
    EXPECT_EQ(settings.store.path, (directory_ / "apptgw.db").string());
    EXPECT_EQ(settings.search.max_window, std::chrono::days(28));
    EXPECT_EQ(settings.identity.token_url, "https://gateway.example.net/oauth2/token");
    ASSERT_FALSE(settings.practices.empty());
    EXPECT_EQ(settings.practices[0].config.identifier_base, "https://gateway.example.net");
    EXPECT_EQ(settings.identity.base_url, "https://gateway.example.net/fhir/R4");
    EXPECT_EQ(settings.identity.issuer, "https://gateway.example.net");
    ASSERT_EQ(settings.practices.size(), 6U);
    EXPECT_EQ(settings.practices[0].config.read_limit, 2500ms);
    EXPECT_EQ(settings.practices[1].endpoint.max_in_flight, 4U);
    ASSERT_EQ(settings.federations.size(), 1U);
    EXPECT_EQ(settings.federations[0].consumers.size(), 3U);
    ASSERT_EQ(settings.identity.clients.size(), 1U);
    EXPECT_EQ(settings.identity.clients[0].ods.text(), "Y90001");
}

TEST_F(SettingsFile, AProblemNamesFileLineColumnAndWhatIsExpected)
{
    EXPECT_EQ(problems(with("port = 8443", "port = \"8443\"")),
              "apptgw.toml:7:1: `port` of [server]: `\"8443\"` is not a whole number from 0 to 65535.\n");
}

TEST_F(SettingsFile, AnUnknownKeyComesWithASuggestion)
{
    EXPECT_EQ(problems(with("deadline =", "dedline =")),
              "apptgw.toml:29:1: There is no setting `dedline` in [search]. Did you mean `deadline`?\n");
}

TEST_F(SettingsFile, AnUnknownSectionComesWithASuggestion)
{
    const std::string text = problems(with("[booking]", "[bookings]"));
    EXPECT_NE(text.find("There is no section [bookings] in this file. Did you mean [booking]?"),
              std::string::npos)
        << text;
}

TEST_F(SettingsFile, EveryKindOfWrongValueIsRefused)
{
    const struct
    {
        const char* old_text;
        const char* new_text;
        const char* expected;
    } rows[] = {
        {"port = 8443", "port = 70000", "`70000` is not a whole number from 0 to 65535."},
        {"port = 8443", "port = -1", "is not a whole number"},
        {"port = 8443", "port = 84.43", "a fraction is not a whole number"},
        {"port = 8443", "port = 2026-01-01", "a date or time is not a whole number"},
        {"address = \"0.0.0.0\"", "address = 0", "`0` is not a text in quotes."},
        {"deadline = \"3s\"", "deadline = 3", "`3` is not a duration in quotes such as \"3s\""},
        {"deadline = \"3s\"", "deadline = \"3\"", "is not a duration"},
        {"deadline = \"3s\"", "deadline = \"3 fortnights\"", "is not a duration"},
        {"deadline = \"3s\"", "deadline = \"-3s\"", "is not a duration"},
        {"deadline = \"3s\"", "deadline = \"3h\"", ", from 100ms to "},
        {"deadline = \"3s\"", "deadline = \"99999999999999999h\"", "is not a duration"},
        {"token_lifetime = \"5min\"", "token_lifetime = \"1h\"", ", from 30s to 5min."},
        {"port = 8443", "port = 8443\nmax_body_size = 1048576", "is not a size in quotes"},
        {"port = 8443", "port = 8443\nmax_body_size = \"1 MB\"", "is not a size in quotes"},
        {"level = \"info\"", "level = \"loud\"", "`\"loud\"` is not one of debug|info|warning|error."},
        {"level = \"info\"", "level = \"info|debug\"", "is not one of"},
        {"host_names = [\"gateway.example.net\"]", "host_names = \"gateway.example.net\"",
         "is not a list of texts"},
        {"host_names = [\"gateway.example.net\"]", "host_names = [1]",
         "an array that does not hold texts only"},
        {"https://gateway.example.net/fhir/R4", "http://gateway.example.net/fhir/R4", "is not an https URL"},
        {"https://gateway.example.net/fhir/R4", "https://", "is not an https URL"},
        {"https://gateway.example.net/fhir/R4", "https://user@gateway.example.net/", "is not an https URL"},
        {"tls/server.pem", "tls/other.pem", "tls/other.pem does not exist"},
        {"tls/server.pem", "tls", "is not a regular file"},
        {"key_file = \"store.key\"", "", "`key_file` of [store] is missing"},
        {"# tls_client_certificates", "tls_client_certificates",
         "`tls_client_ca_file` of [server] is missing"},
        {"[server]", "stray = 1\n[server]", "`stray` stands outside any section"},
        {"[log]", "[[log]]", "There is no section [log] in this file"},
        {"[log]", "[server]\n[log]", "server"},
        {"[log", "[log\n", "apptgw.toml:43:5: Error while parsing"},
    };
    for (const auto& row : rows) {
        const std::string text = problems(with(row.old_text, row.new_text));
        EXPECT_NE(text.find(row.expected), std::string::npos) << row.new_text << "\n" << text;
    }
}

TEST_F(SettingsFile, TheListenerOfGpConnectTakesWhatItDoesNotSayFromTheServer)
{
    const auto loaded =
        with("[management]", "[gpconnect]\nport = 8445\ntls_client_ca_file = \"tls/provider-ca.pem\"\n"
                             "[management]");
    EXPECT_EQ(problems(loaded), "");
    const auto& own = loaded.settings.gpconnect;
    EXPECT_TRUE(own.offered);
    EXPECT_EQ(own.public_origin, "https://gateway.example.net:8445");
    EXPECT_EQ(own.listener.tls.certificate_file, loaded.settings.server.tls.certificate_file);
    EXPECT_EQ(own.listener.tls.client_certificates, gateway::http::ClientCertificates::required);
    EXPECT_FALSE(load(sample("apptgw.toml")).settings.gpconnect.offered);
}

TEST_F(SettingsFile, AListenerOfGpConnectNeedsTheAuthoritiesOfItsConsumers)
{
    const auto text = problems(with("[management]", "[gpconnect]\nport = 8445\n[management]"));
    EXPECT_NE(text.find("`tls_client_ca_file` of [gpconnect] is missing"), std::string::npos) << text;
}

TEST_F(SettingsFile, AllProblemsAreReportedAtOnce)
{
    const auto loaded = load("[server]\nport = \"x\"\nadress = \"y\"\n");
    EXPECT_GE(loaded.problems.size(), 6U) << problems(loaded);
}

TEST_F(SettingsFile, ASecretThatOthersMayReadIsRefused)
{
    std::filesystem::permissions(directory_ / "store.key", std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    const std::string text = problems(load(sample("apptgw.toml")));
    EXPECT_NE(text.find("store.key holds a secret but other accounts may use it"), std::string::npos) << text;
}

TEST_F(SettingsFile, TheEnvironmentWinsOverTheFile)
{
    const auto loaded =
        load(sample("apptgw.toml"), {"APPTGW_SERVER_PORT=9000", "APPTGW_SEARCH_DEADLINE=1500ms", "PATH=/bin",
                                     "APPTGW_SERVER_HOST_NAMES=a.example,b.example", "APPTGW_SANDBOX=x"});
    EXPECT_EQ(problems(loaded), "");
    EXPECT_EQ(loaded.settings.server.port, 9000);
    EXPECT_EQ(loaded.settings.search.deadline, 1500ms);
    EXPECT_EQ(loaded.settings.server.host_names, (std::vector<std::string>{"a.example", "b.example"}));
}

TEST_F(SettingsFile, AWrongVariableIsNamed)
{
    EXPECT_EQ(problems(load(sample("apptgw.toml"), {"APPTGW_SERVER_PORT=many"})),
              "APPTGW_SERVER_PORT: `port` of [server]: `\"many\"` is not a whole number from 0 to 65535.\n");
    const std::string text = problems(load(sample("apptgw.toml"), {"APPTGW_SERVER_PROT=1"}));
    EXPECT_NE(text.find("APPTGW_SERVER_PROT: There is no setting `prot` in [server]. Did you mean `port`?"),
              std::string::npos);
}

TEST_F(SettingsFile, AMissingPracticesFileIsNamed)
{
    EXPECT_NE(problems(with("practices.toml", "elsewhere.toml")).find("elsewhere.toml does not exist"),
              std::string::npos);
}

TEST_F(SettingsFile, DefaultsAreThoseOfTheTable)
{
    const auto loaded = load(sample("apptgw.toml"));
    const gateway::http::Limits limits;
    EXPECT_EQ(loaded.settings.server.limits.max_body_bytes, limits.max_body_bytes);
    EXPECT_EQ(loaded.settings.server.limits.idle_limit, limits.idle_limit);
    const gateway::search::SearchSettings search;
    EXPECT_EQ(loaded.settings.search.max_count, search.max_count);
    EXPECT_EQ(loaded.settings.search.cursor_lifetime, search.cursor_lifetime);
}

TEST(SettingsDocumentation, ReadmeHoldsEveryKeyAsTheTableHasIt)
{
    std::ifstream in(std::string(APPTGW_SOURCE_DIR) + "/config/README.md");
    const std::string readme{std::istreambuf_iterator<char>(in), {}};
    const std::string expected = gateway::settings::documentation();
    EXPECT_NE(readme.find(expected), std::string::npos) << "config/README.md must hold exactly this:\n"
                                                        << expected;
}
