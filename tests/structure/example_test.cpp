// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

// What adapters/README.md shows of adding a supplier system stands in the example word for word.

namespace
{

namespace files = std::filesystem;

const files::path repository(APPTGW_SOURCE_DIR);
const files::path example = repository / "tests/example/adapters/acme";

std::string text_of(const files::path& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string section()
{
    const auto readme = text_of(repository / "adapters/README.md");
    const auto start = readme.find("## Add a supplier system");
    return start == std::string::npos ? std::string() : readme.substr(start);
}

/// What stands between "```cpp" and "```".
std::vector<std::string> excerpts(const std::string& text)
{
    const std::string open = "```cpp\n", close = "```";
    std::vector<std::string> found;
    for (auto at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
        at += open.size();
        found.push_back(text.substr(at, text.find(close, at) - at));
    }
    return found;
}

std::vector<std::string> matches(const std::string& text, const std::string& pattern)
{
    const std::regex expression(pattern);
    std::vector<std::string> found;
    for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
        found.push_back((*at)[1]);
    return found;
}

TEST(Example, EveryQuotedExcerptStandsInItsFiles)
{
    std::string all;
    for (const auto& entry : files::directory_iterator(example))
        all += text_of(entry.path());
    const auto quoted = excerpts(section());
    EXPECT_GE(quoted.size(), 3U);
    for (const auto& excerpt : quoted)
        EXPECT_NE(all.find(excerpt), std::string::npos) << excerpt;
}

TEST(Example, EveryFileThatTheSectionNamesIsThere)
{
    const auto names = matches(section(), "`([A-Za-z_/]+\\.(?:hpp|cpp|md|txt|toml))`");
    EXPECT_GE(names.size(), 12U);
    for (const auto& name : names)
        EXPECT_TRUE(files::exists(example / name) || files::exists(repository / name)) << name;
}

TEST(Example, HasTheEightFilesAndNoOther)
{
    const std::vector<std::string> promised{"acme.hpp",    "client.cpp",  "wire.hpp",      "wire.cpp",
                                            "mapping.hpp", "mapping.cpp", "simulator.cpp", "README.md"};
    for (const auto& name : promised)
        EXPECT_TRUE(files::exists(example / name)) << name;
    const auto there = std::distance(files::directory_iterator(example), files::directory_iterator());
    EXPECT_EQ(static_cast<std::size_t>(there), promised.size());
}

} // namespace
