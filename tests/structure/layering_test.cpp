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
{
};

TEST_P(Layering, NoArrowTurnsBack)
{
    const Rule& rule = GetParam();
    for (const Include& include : includes_below(rule.folder))
        if (!starts_with_any(include.file, rule.except))
            EXPECT_FALSE(starts_with_any(include.target, rule.forbidden))
                << include.file << " must not include " << include.target;
}

const std::vector<std::string> composition = {"gateway/app", "gateway/main", "gateway/cli/"};

INSTANTIATE_TEST_SUITE_P(
    Repository, Layering,
    testing::Values(
        Rule{"fhir", {"adapters/", "gateway/", "tests/", "boost/", "openssl/", "sqlite3", "spdlog", "prometheus"}, {}},
        Rule{"fhir", {"rapidjson/"}, {"fhir/codec/"}},
        Rule{"adapters", {"gateway/", "tests/", "sqlite3", "spdlog", "prometheus"}, {}},
        Rule{"adapters", {"boost/beast", "boost/asio/ssl"}, {"adapters/transport/", "adapters/upstream/"}},
        Rule{"adapters/emis", {"adapters/gpconnect"}, {}}, Rule{"adapters/gpconnect", {"adapters/emis"}, {}},
        Rule{"adapters/upstream", {"adapters/emis", "adapters/gpconnect", "adapters/simulation"}, {}},
        Rule{"gateway", {"adapters/emis", "adapters/gpconnect", "tests/"}, {}},
        Rule{"gateway", {"boost/beast", "boost/asio/ssl"}, {"gateway/http/"}},
        Rule{"gateway", {"sqlite3"}, {"gateway/store/"}},
        Rule{"gateway/http", {"gateway/faces", "gateway/search", "gateway/booking", "gateway/store", "gateway/identity"}, {}},
        Rule{"gateway/faces", {"gateway/store", "adapters/upstream"}, {}},
        Rule{"gateway/store", {"gateway/faces", "gateway/search", "gateway/booking", "gateway/http"}, {}},
        Rule{"gateway/search", {"gateway/faces", "gateway/booking", "gateway/store", "gateway/http"}, {}},
        Rule{"gateway/booking", {"gateway/faces", "gateway/http"}, {}},
        Rule{"gateway", {"gateway/app.hpp"}, composition}));

} // namespace
