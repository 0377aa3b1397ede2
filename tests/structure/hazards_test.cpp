// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

// tests/HAZARDS.md promises tests by name; a promise that nothing keeps is worse than none.

namespace hazard_page
{
namespace
{

namespace files = std::filesystem;

const files::path repository(APPTGW_SOURCE_DIR);

std::string text_of(const files::path& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> matches(const std::string& text, const std::string& pattern)
{
    const std::regex expression(pattern);
    std::vector<std::string> found;
    for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
        found.push_back((*at)[1]);
    return found;
}

const std::string& page()
{
    static const std::string text = text_of(repository / "tests/HAZARDS.md");
    return text;
}

/// `Suite.Name` of every C++ test.
std::set<std::string> every_test()
{
    static const std::regex declared(R"(\bTEST(?:_F|_P)?\((\w+),\s*(\w+)\))");
    std::set<std::string> names;
    for (const auto& entry : files::recursive_directory_iterator(repository / "tests")) {
        if (entry.path().extension() != ".cpp")
            continue;
        const std::string text = text_of(entry.path());
        for (std::sregex_iterator at(text.begin(), text.end(), declared), end; at != end; ++at)
            names.insert((*at)[1].str() + "." + (*at)[2].str());
    }
    return names;
}

/// What stands from one heading of a hazard to the next.
std::vector<std::string> hazards()
{
    std::vector<std::string> found;
    for (auto at = page().find("\n## "); at != std::string::npos;) {
        const auto next = page().find("\n## ", at + 1);
        found.push_back(page().substr(at + 1, next == std::string::npos ? next : next - at));
        at = next;
    }
    return found;
}

TEST(Hazards, EveryNamedTestExists)
{
    const auto known = every_test();
    const auto named = matches(page(), "`([A-Z][A-Za-z]*\\.[A-Z][A-Za-z0-9]*)`");
    EXPECT_GE(named.size(), 60U);
    for (const auto& name : named)
        EXPECT_TRUE(known.contains(name)) << name;
}

TEST(Hazards, EveryNamedFileExists)
{
    const auto named = matches(page(), "`((?:tests|gateway|adapters|fhir)/[^`]+)`");
    EXPECT_GE(named.size(), 30U);
    for (const auto& name : named)
        EXPECT_TRUE(files::exists(repository / name)) << name;
}

TEST(Hazards, EachHasItsCauseAndTestsOrSaysPlainlyThatThereAreNone)
{
    const auto all = hazards();
    EXPECT_GE(all.size(), 14U);
    for (const auto& hazard : all) {
        EXPECT_NE(hazard.find("* Cause: "), std::string::npos) << hazard;
        const bool controlled =
            hazard.find("* Control: ") != std::string::npos && hazard.find("* Tests: `") != std::string::npos;
        EXPECT_TRUE(controlled || hazard.find("* Not yet: ") != std::string::npos) << hazard;
    }
}

} // namespace
} // namespace hazard_page
