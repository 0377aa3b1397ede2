// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

// Every fuzz target is linked under a name of its own: LLVMFuzzerTestOneInput of json_value_fuzz.cpp is
// json_value_fuzz. corpus_targets.inc is written by tests/CMakeLists.txt, one TARGET(json_value) a line.
#define TARGET(name) extern "C" int name##_fuzz(const std::uint8_t* data, std::size_t size);
#include "corpus_targets.inc"
#undef TARGET

namespace
{

namespace fs = std::filesystem;

struct Target
{
    const char* name;
    int (*run)(const std::uint8_t* data, std::size_t size);
};

const Target targets[] = {
#define TARGET(name) {#name, name##_fuzz},
#include "corpus_targets.inc"
#undef TARGET
};

std::string running; ///< the input that a target is reading

/// Targets abort on what must never happen: the input is named before the program ends.
extern "C" void name_the_input(int)
{
    [[maybe_unused]] auto written = ::write(STDERR_FILENO, "aborted by ", 11);
    written = ::write(STDERR_FILENO, running.data(), running.size());
    written = ::write(STDERR_FILENO, "\n", 1);
}

std::string content(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class Corpus : public testing::TestWithParam<Target>
{};

} // namespace

/// The seeds and the inputs that once broke a parser, without libFuzzer, in any build.
TEST_P(Corpus, IsReadOrRefusedByItsTarget)
{
    std::signal(SIGABRT, name_the_input);
    const auto folder = fs::path(APPTGW_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
    std::size_t inputs = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        running = entry.path().string();
        const std::string bytes = content(entry.path());
        EXPECT_EQ(GetParam().run(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()), 0)
            << running;
        ++inputs;
    }
    EXPECT_GT(inputs, 0U) << "no seeds in " << folder;
}

INSTANTIATE_TEST_SUITE_P(Every, Corpus, testing::ValuesIn(targets),
                         [](const auto& tested) { return std::string(tested.param.name); });
