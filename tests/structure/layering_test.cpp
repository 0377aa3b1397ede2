// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace
{

namespace fs = std::filesystem;

struct Include
{
    std::string file; ///< relative to the repository
    std::string target;
};

std::vector<Include> includes_below(const std::string& folder)
{
    static const std::regex line_with_include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
    const fs::path root(APPTGW_SOURCE_DIR);
    std::vector<Include> includes;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp")
            continue;
        std::ifstream file(entry.path());
        std::smatch match;
        for (std::string line; std::getline(file, line);)
            if (std::regex_search(line, match, line_with_include))
                includes.push_back({fs::relative(entry.path(), root).string(), match[1]});
    }
    return includes;
}

bool starts_with_any(const std::string& text, const std::vector<std::string>& prefixes)
{
    return std::ranges::any_of(prefixes, [&](const std::string& prefix) { return text.starts_with(prefix); });
}

struct Rule
{
    std::string folder;
    std::vector<std::string> forbidden; ///< prefixes of included files
    std::vector<std::string> except;    ///< files below `folder` that may
};

class Layering : public testing::TestWithParam<Rule>
{};

TEST_P(Layering, NoArrowTurnsBack)
{
    const Rule& rule = GetParam();
    for (const Include& include : includes_below(rule.folder))
        if (!starts_with_any(include.file, rule.except))
            EXPECT_FALSE(starts_with_any(include.target, rule.forbidden))
                << include.file << " must not include " << include.target;
}

/// The folders of the registered systems: `adapters/emis/`.
const std::vector<std::string>& suppliers()
{
    static const auto folders = [] {
        const std::regex own_header(R"(^(adapters/([^/]+)/)\2\.hpp$)");
        std::vector<std::string> found;
        std::smatch match;
        for (const Include& include : includes_below("adapters"))
            if (include.file == "adapters/registry.cpp" &&
                std::regex_match(include.target, match, own_header))
                found.push_back(match[1]);
        return found;
    }();
    return folders;
}

/// What is given, and the folder of every supplier but one: suppliers never see each other.
std::vector<std::string> suppliers_and(std::vector<std::string> forbidden, const std::string& own = {})
{
    for (const std::string& supplier : suppliers())
        if (supplier != own)
            forbidden.push_back(supplier);
    return forbidden;
}

TEST(Suppliers, NeverSeeEachOther)
{
    EXPECT_GE(suppliers().size(), 6U);
    for (const auto& own : suppliers()) {
        const auto others = suppliers_and({}, own);
        for (const Include& include : includes_below(own))
            EXPECT_FALSE(starts_with_any(include.target, others))
                << include.file << " must not include " << include.target;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Repository, Layering,
    testing::Values(
        Rule{"fhir", {"adapters/", "gateway/", "tests/", "boost/", "openssl/"}, {}},
        Rule{"adapters", {"gateway/", "tests/"}, {}},
        Rule{"tests/example", suppliers_and({"gateway/", "tests/"}), {}},
        Rule{"adapters/r4", suppliers_and({"adapters/registry"}), {}},
        Rule{"adapters/oauth", suppliers_and({"adapters/r4"}), {}},
        Rule{"adapters/simulation", suppliers_and({"adapters/registry"}), {}},
        Rule{"adapters/upstream",
             suppliers_and({"adapters/simulation", "adapters/adapter", "adapters/registry"}),
             {}},
        Rule{"adapters/transport",
             suppliers_and({"adapters/simulation", "adapters/upstream", "adapters/adapter",
                            "adapters/registry"}),
             {}},
        Rule{"gateway", {"tests/"}, {}},
        Rule{"gateway/http",
             {"gateway/faces", "gateway/search", "gateway/booking", "gateway/policy", "gateway/store",
              "gateway/identity", "gateway/settings"},
             {}},
        Rule{"gateway/faces",
             {"gateway/store", "adapters/upstream", "adapters/adapter.hpp", "adapters/registry"},
             {}},
        Rule{"gateway/limits",
             {"gateway/faces", "gateway/search", "gateway/policy", "gateway/store",
              "adapters/upstream/upstream", "adapters/adapter.hpp"},
             {}},
        Rule{"gateway/identity",
             {"gateway/limits", "gateway/faces", "gateway/search", "gateway/booking", "gateway/store",
              "gateway/http"},
             {}},
        Rule{"gateway/store",
             {"gateway/faces", "gateway/search", "gateway/booking", "gateway/http", "gateway/policy",
              "adapters/"},
             {}},
        Rule{"gateway/policy",
             {"gateway/faces", "gateway/search", "gateway/booking", "gateway/http", "gateway/identity"},
             {}},
        Rule{"gateway/slot_types",
             {"gateway/faces", "gateway/search", "gateway/booking", "gateway/store", "gateway/http",
              "gateway/identity"},
             {}},
        Rule{"gateway/search", {"gateway/faces", "gateway/booking", "gateway/store", "gateway/http"}, {}},
        Rule{"gateway/booking", {"gateway/faces", "gateway/http", "gateway/workflow"}, {}},
        Rule{"gateway/notify",
             {"gateway/faces", "gateway/http", "gateway/booking", "gateway/search", "gateway/workflow",
              "gateway/settings"},
             {}},
        Rule{"gateway/messages", {"gateway/faces", "gateway/http", "gateway/search", "gateway/settings"}, {}},
        Rule{"gateway/calendar",
             {"gateway/faces", "gateway/http", "gateway/search", "gateway/workflow", "gateway/settings"},
             {}},
        Rule{"gateway/workflow",
             {"gateway/faces", "gateway/http", "gateway/booking", "gateway/search", "gateway/policy"},
             {}},
        Rule{"gateway/observability",
             {"gateway/faces", "gateway/search", "gateway/booking", "gateway/store", "gateway/http",
              "gateway/policy", "gateway/identity"},
             {}},
        Rule{"gateway",
             {"gateway/app.hpp", "gateway/cli/", "gateway/settings/"},
             {"gateway/app", "gateway/main", "gateway/cli/", "gateway/settings/"}}));

/// A library that one place alone sees, so that it can be replaced there, and is never compiled twice.
struct Owner
{
    std::string library;             ///< prefix of included files
    std::vector<std::string> places; ///< folders or files; none of their headers may include it
};

class Ownership : public testing::TestWithParam<Owner>
{};

TEST_P(Ownership, OnlySourceFilesOfItsPlaceIncludeALibrary)
{
    const Owner& owner = GetParam();
    for (const char* part : {"fhir", "adapters", "gateway"})
        for (const Include& include : includes_below(part))
            if (include.target.starts_with(owner.library))
                EXPECT_TRUE(include.file.ends_with(".cpp") && starts_with_any(include.file, owner.places))
                    << include.file << " must not include " << include.target;
}

const std::vector<std::string> network = {"adapters/transport/", "adapters/upstream/", "gateway/http/"};

INSTANTIATE_TEST_SUITE_P(Repository, Ownership,
                         testing::Values(Owner{"rapidjson/", {"fhir/codec/"}}, Owner{"boost/beast", network},
                                         Owner{"boost/asio/ssl", network},
                                         Owner{"pugixml", {"fhir/codec/xml_document.cpp"}},
                                         Owner{"sqlite3", {"gateway/store/"}},
                                         Owner{"spdlog", {"gateway/observability/log.cpp"}},
                                         Owner{"prometheus", {"gateway/observability/metrics.cpp"}},
                                         Owner{"CLI/", {"gateway/cli/"}},
                                         Owner{"curl/", {"gateway/messages/smtp_sender.cpp"}},
                                         Owner{"toml++", {"gateway/settings/toml_reader.cpp"}}));

TEST(Gateway, KnowsSuppliersByTheirContractAlone)
{
    const std::vector<std::string> contract = {
        "adapters/adapter.hpp",   "adapters/registry.hpp",  "adapters/clock.hpp",
        "adapters/awaitable.hpp", "adapters/monotonic.hpp", "adapters/upstream/",
        "adapters/transport/",    "adapters/simulation/",   "adapters/slot_pattern.hpp"};
    for (const Include& include : includes_below("gateway"))
        if (include.target.starts_with("adapters/"))
            EXPECT_TRUE(starts_with_any(include.target, contract))
                << include.file << " must not include " << include.target;
}

TEST(Repository, HasIncludesToCheck)
{
    for (const char* part : {"fhir", "adapters", "gateway"})
        EXPECT_GT(includes_below(part).size(), 50U) << part;
}

} // namespace
