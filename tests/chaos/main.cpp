// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/scenario.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

int main(int argc, char** argv)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    chaos::ScenarioSettings settings;
    std::uint64_t seeds = 1;
    for (int i = 1; i < argc; ++i) {
        const std::string arg = argv[i];
        if (arg == "--seed")
            settings.seed = std::strtoull(argv[++i], nullptr, 10);
        if (arg == "--seeds")
            seeds = std::strtoull(argv[++i], nullptr, 10);
        if (arg == "--trace")
            settings.print = true;
    }
    int bad = 0;
    for (std::uint64_t n = 0; n < seeds; ++n, ++settings.seed) {
        const auto verdict = chaos::run_scenario(settings);
        std::printf("seed %lu hash %016lx questions %zu answered %zu booked %zu unknown %zu crashes %zu "
                    "waiting %zu\n",
                    settings.seed, verdict.trace, verdict.questions, verdict.answered, verdict.booked,
                    verdict.unknown, verdict.crashes, verdict.waiting);
        for (const auto& complaint : verdict.complaints)
            std::printf("  %s\n", complaint.c_str());
        bad += !verdict.complaints.empty();
    }
    return bad > 0;
}
