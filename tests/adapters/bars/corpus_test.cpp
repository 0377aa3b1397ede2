// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/bars/world.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

// Whole answers to a search for slots, as receivers send them and as they should not. The same files are
// seeds of the fuzz target.

using namespace tests::bars;
using fhir::ErrorKind;

namespace
{

std::vector<std::filesystem::path> files_in(const std::string& folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(APPTGW_SOURCE_DIR) /
                                                                 "tests/adapters/bars/data" / folder))
        files.push_back(entry.path());
    EXPECT_GT(files.size(), 4U);
    return files;
}

fhir::Result<adapters::FoundSlots> found_in(const std::filesystem::path& path)
{
    std::stringstream body;
    body << std::ifstream(path).rdbuf();
    World world;
    world.between.spoil = [&](const Request& request, Response& response) {
        if (!request.target.starts_with("Slot"))
            return;
        response.body.clear();
        response.body.append(body.str());
    };
    return world.find();
}

} // namespace

TEST(BarsCorpus, GoodAnswersGiveTheirSlotAtItsTimeAndPlace)
{
    for (const auto& path : files_in("good")) {
        const auto found = found_in(path);
        ASSERT_TRUE(found) << path << ": " << found.error().sentence();
        ASSERT_EQ(found->slots.size(), 1U) << path;
        EXPECT_EQ(found->slots[0]->start(), tests::at("2026-11-24T09:00:00Z")) << path;
        EXPECT_EQ(found->locations.size(), 1U) << path;
        EXPECT_EQ(found->practitioners.size(), 1U) << path;
    }
}

TEST(BarsCorpus, BadAnswersAreMalformed)
{
    for (const auto& path : files_in("bad"))
        EXPECT_EQ(kind(found_in(path)), ErrorKind::supplier_malformed) << path;
}
