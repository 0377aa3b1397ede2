// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/settings/settings_fixture.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tests
{

using gateway::settings::Loaded;

namespace
{

const adapters::SettingKey fake_keys[] = {{"application_key", "Given by the supplier.", true, false},
                                          {"provider_id", "Another.", false, false},
                                          {"pass_phrase", "A third.", false, true},
                                          {"trusted_file", "A file without a secret.", false, false}};

/// Systems that no supplier has, so that these tests depend on none; the samples hold real ones.
const adapters::SupplierSystem* find_fake_system(std::string_view name)
{
    static const adapters::SupplierSystem plain = [] {
        adapters::SupplierSystem system{};
        system.name = "plain";
        return system;
    }();
    static const adapters::SupplierSystem demanding = [] {
        adapters::SupplierSystem system{};
        system.name = "demanding";
        system.settings = fake_keys;
        system.capabilities.needs_search_identity = true;
        return system;
    }();
    if (name == "demanding")
        return &demanding;
    return name == "plain" ? &plain : adapters::find_supplier_system(name);
}

} // namespace

SettingsTest::SettingsTest()
{
    for (const char* name : {"tls/server.pem", "tls/server.key", "store.key", "token-signing.key",
                             "audit.key", "tls/provider-ca.pem", "tls/gateway-client.pem",
                             "tls/gateway-client.key", "clients/harbour-hub.jwks.json"})
        write(name, "no certificate and no key");
    write("search.secret", "link-credential\n");
    write("microtest-search.secret", "9990312079\n");
    write("vision-search.secret", "310227|kx7Qm2vT9dLs\n");
    write("practices.toml", sample("practices.toml"));
}

void SettingsTest::write(const std::string& name, const std::string& text) const
{
    folder_.write(name, text);
}

std::string SettingsTest::sample(const std::string& name)
{
    std::ifstream in(std::filesystem::path(APPTGW_SOURCE_DIR) / "config" / "samples" / name);
    return {std::istreambuf_iterator<char>(in), {}};
}

Loaded SettingsTest::with(const std::string& old_text, const std::string& new_text) const
{
    std::string text = sample("apptgw.toml");
    const auto at = text.find(old_text);
    if (at == std::string::npos)
        throw std::logic_error("the sample does not hold: " + old_text);
    return load(text.replace(at, old_text.size(), new_text));
}

Loaded SettingsTest::with_practices(const std::string& text) const
{
    write("practices.toml", text);
    return load(sample("apptgw.toml"));
}

Loaded SettingsTest::load(const std::string& text, const std::vector<std::string>& environment) const
{
    return gateway::settings::load_text(text, "apptgw.toml", directory_.string(), environment,
                                        find_fake_system);
}

std::string SettingsTest::problems(const Loaded& loaded)
{
    std::string text;
    for (const auto& problem : loaded.problems)
        text += problem.where + ": " + problem.sentence + "\n";
    return text;
}

} // namespace tests
