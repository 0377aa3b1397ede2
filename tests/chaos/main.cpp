// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/many_seeds.hpp"
#include "tests/chaos/scenario.hpp"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

namespace
{

constexpr std::string_view usage =
    "usage: chaos --seed N [--trace]                     one seed, with everything that happens in it\n"
    "       chaos --seeds N [--from S] [--jobs J]        N seeds from S on, J at a time\n"
    "Either with --questions Q: how often the clients ask in one seed (default 500).\n";

std::optional<std::uint64_t> number(const char* text)
{
    std::uint64_t value = 0;
    const char* const end = text + std::strlen(text);
    const auto read = std::from_chars(text, end, value);
    return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

struct Wanted
{
    chaos::ScenarioSettings one;
    std::optional<std::uint64_t> seeds;
    std::uint64_t from = 1;
    std::uint64_t jobs = 1;
};

std::optional<Wanted> read(int argc, char** argv)
{
    Wanted wanted;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--trace") {
            wanted.one.print = true;
            continue;
        }
        const auto value = i + 1 < argc ? number(argv[++i]) : std::nullopt;
        if (!value)
            return std::nullopt;
        if (name == "--seed")
            wanted.one.seed = *value;
        else if (name == "--seeds")
            wanted.seeds = *value;
        else if (name == "--from")
            wanted.from = *value;
        else if (name == "--jobs")
            wanted.jobs = *value;
        else if (name == "--questions")
            wanted.one.questions = *value;
        else
            return std::nullopt;
    }
    return wanted;
}

int run_one(const chaos::ScenarioSettings& settings)
{
    const auto verdict = chaos::run_scenario(settings);
    for (const auto& complaint : verdict.complaints)
        std::printf("  %s\n", complaint.c_str());
    std::printf(
        "seed %llu: %zu questions, %zu booked, %zu unknown at first, %zu crashes, %zu on the worklist, "
        "%zu promises broken, trace %016llx\n",
        static_cast<unsigned long long>(settings.seed), verdict.questions, verdict.booked, verdict.unknown,
        verdict.crashes, verdict.waiting, verdict.complaints.size(),
        static_cast<unsigned long long>(verdict.trace));
    return verdict.complaints.empty() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    const auto wanted = read(argc, argv);
    if (!wanted || argc == 1) {
        std::fputs(usage.data(), stderr);
        return 2;
    }
    if (!wanted->seeds)
        return run_one(wanted->one);
    return chaos::run_many(wanted->one, *wanted->seeds, wanted->from, wanted->jobs) ? 0 : 1;
}
