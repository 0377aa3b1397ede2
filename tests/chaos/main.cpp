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
    "             [--within SECONDS]                     as many of them as can be begun in that time\n"

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
    chaos::ManySeeds all;
    bool many = false;
};

bool put(Wanted& wanted, std::string_view name, std::uint64_t value)
{
    if (name == "--seed")
        wanted.one.seed = value;
    else if (name == "--seeds")
        wanted.all.seeds = value;
    else if (name == "--from")
        wanted.all.from = value;
    else if (name == "--jobs" && value > 0)
        wanted.all.jobs = value;
    else if (name == "--within")
        wanted.all.within = std::chrono::seconds(value);
    else if (name == "--questions")
        wanted.one.questions = value;
    else
        return false;
    wanted.many |= name == "--seeds";
    return true;
}

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
        if (!value || !put(wanted, name, *value))
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
        "%zu tasks, %zu notifications, %zu promises broken, trace %016llx\n",
        static_cast<unsigned long long>(settings.seed), verdict.questions, verdict.booked, verdict.unknown,
        verdict.crashes, verdict.waiting, verdict.tasks, verdict.notices, verdict.complaints.size(),
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
    if (!wanted->many)
        return run_one(wanted->one);
    return chaos::run_many(wanted->one, wanted->all) ? 0 : 1;
}
