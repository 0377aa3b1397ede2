// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

// deploy/SECURITY.md says what stands against each attack and which file shows it.

namespace security_page
{
namespace
{

namespace files = std::filesystem;

const files::path repository(APPTGW_SOURCE_DIR);

const std::string& page()
{
    static const std::string text = [] {
        std::ifstream file(repository / "deploy/SECURITY.md");
        return std::string(std::istreambuf_iterator<char>(file), {});
    }();
    return text;
}

/// Rows of the table that begins with this head, without the line below it.
std::vector<std::string> rows_below(const std::string& head)
{
    std::vector<std::string> rows;
    auto at = page().find(head);
    for (at = page().find('\n', at); at != std::string::npos && page()[at + 1] == '|';) {
        const auto end = page().find('\n', at + 1);
        rows.push_back(page().substr(at + 1, end - at - 1));
        at = end;
    }
    if (!rows.empty())
        rows.erase(rows.begin());
    return rows;
}

std::vector<std::string> named_in(const std::string& text)
{
    static const std::regex name("`((?:tests|gateway|deploy)/[^`]+)`");
    std::vector<std::string> found;
    for (std::sregex_iterator match(text.begin(), text.end(), name), end; match != end; ++match)
        found.push_back((*match)[1]);
    return found;
}

TEST(SecurityPage, EveryNamedFileExists)
{
    const auto named = named_in(page());
    EXPECT_GE(named.size(), 40U);
    for (const auto& name : named)
        EXPECT_TRUE(files::exists(repository / name)) << name;
}

TEST(SecurityPage, EveryAttackHasATestFile)
{
    const auto rows = rows_below("| attack | what stands against it | shown by |");
    EXPECT_GE(rows.size(), 15U);
    for (const auto& row : rows)
        EXPECT_NE(row.find("`tests/"), std::string::npos) << row;
}

TEST(SecurityPage, EveryItemOfTheOwaspApiTopTenHasATestFile)
{
    const auto rows = rows_below("| item | shown by |");
    ASSERT_EQ(rows.size(), 10U);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_TRUE(rows[i].starts_with("| API" + std::to_string(i + 1) + " ")) << rows[i];
        EXPECT_NE(rows[i].find("`tests/"), std::string::npos) << rows[i];
    }
}

} // namespace
} // namespace security_page
