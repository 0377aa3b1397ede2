// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/fhir_r4/world.hpp"

#include <filesystem>

// Whole answers to a search for slots, as servers send them and as they should not. The same files are seeds
// of the fuzz target.

using namespace tests::fhir_r4;
using fhir::ErrorKind;

namespace
{

std::vector<std::string> files_in(const std::string& folder)
{
    std::vector<std::string> names;
    const std::filesystem::path path =
        std::filesystem::path(APPTGW_SOURCE_DIR) / "tests/adapters/fhir_r4/data" / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path))
        names.push_back(folder + "/" + entry.path().filename().string());
    EXPECT_GT(names.size(), 2U);
    return names;
}

fhir::Result<adapters::FoundSlots> found_in(const std::string& body)
{
    World world;
    world.between.spoil = [&](const Request& request, Response& response) {
        if (request.target.starts_with("Slot"))
            response = answer(200, body);
    };
    return world.find();
}

} // namespace

TEST(FhirR4Corpus, GoodAnswersGiveTheirSlotAtItsTime)
{
    for (const auto& name : files_in("good")) {
        const auto found = found_in(data_text(name));
        ASSERT_TRUE(found) << name << ": " << found.error().sentence();
        ASSERT_FALSE(found->slots.empty()) << name;
        EXPECT_EQ(found->slots[0]->start(), tests::at("2026-11-24T09:00:00Z")) << name;
        EXPECT_EQ(found->locations.size(), 1U) << name;
    }
}

TEST(FhirR4Corpus, BadAnswersAreMalformed)
{
    for (const auto& name : files_in("bad"))
        EXPECT_EQ(kind(found_in(data_text(name))), ErrorKind::supplier_malformed) << name;
}
