// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/many_seeds.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <vector>

// Virtual time is one to a process, so seeds share the processor's cores as processes: each worker takes
// every so-many-th seed and reports through a pipe, a line of fixed length at a time.
namespace chaos
{

namespace
{

struct Report
{
    std::uint64_t seed = 0;
    std::uint64_t questions = 0, booked = 0, unknown = 0, crashes = 0, waiting = 0, tasks = 0, notices = 0,
                  broken = 0;
    std::array<char, 200> first{}; ///< complaint
};

Report report_of(std::uint64_t seed, const Verdict& verdict)
{
    Report report{seed,
                  verdict.questions,
                  verdict.booked,
                  verdict.unknown,
                  verdict.crashes,
                  verdict.waiting,
                  verdict.tasks,
                  verdict.notices,
                  verdict.complaints.size(),
                  {}};
    if (!verdict.complaints.empty())
        verdict.complaints.front().copy(report.first.data(), report.first.size() - 1);
    return report;
}

Report report_of_exception(std::uint64_t seed, const std::exception& error)
{
    Report report;
    report.seed = seed;
    report.broken = 1;
    std::string(error.what()).copy(report.first.data(), report.first.size() - 1);
    return report;
}

/// Before each seed its number is sent, so that the seed is known that ends the process.
void work(ScenarioSettings settings, const ManySeeds& wanted, std::uint64_t place, int out)
{
    const auto begun_at = std::chrono::steady_clock::now();
    const auto send = [out](const Report& report) {
        if (write(out, &report, sizeof report) != static_cast<ssize_t>(sizeof report))
            _exit(1);
    };
    for (std::uint64_t i = place; i < wanted.seeds; i += wanted.jobs) {
        if (wanted.within && std::chrono::steady_clock::now() - begun_at > *wanted.within)
            return;
        settings.seed = wanted.from + i;
        Report begun;
        begun.seed = settings.seed;
        send(begun);
        try {
            send(report_of(settings.seed, run_scenario(settings)));
        } catch (const std::exception& error) {
            send(report_of_exception(settings.seed, error));
        }
    }
}

struct Worker
{
    pid_t process = 0;
    std::uint64_t seed = 0; ///< at work on
    bool at_work = false;
};

class Progress
{
public:
    explicit Progress(std::uint64_t seeds) : seeds_(seeds) {}

    void count(const Report& report)
    {
        ++done_;
        total_.questions += report.questions;
        total_.booked += report.booked;
        total_.unknown += report.unknown;
        total_.crashes += report.crashes;
        total_.waiting += report.waiting;
        total_.tasks += report.tasks;
        total_.notices += report.notices;
        if (report.broken > 0)
            complain(report.seed, report.first.data());
        if (isatty(1) && done_ % 10 == 0) {
            std::printf("\r%llu of %llu seeds, %llu failed ", number(done_), number(seeds_), number(failed_));
            std::fflush(stdout);
        }
    }
    void complain(std::uint64_t seed, const char* why)
    {
        ++failed_;
        std::printf("seed %llu: %s\n  replay: tests/chaos/run --seed %llu --trace\n", number(seed), why,
                    number(seed));
        std::fflush(stdout);
    }
    bool finish() const
    {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun_;
        std::printf(
            "%schaos: %llu seeds in %.0f s, %llu questions, %llu bookings, %llu unknown at first, %llu "
            "crashes, %llu on the worklist, %llu tasks, %llu notifications, %llu seeds failed\n",
            isatty(1) ? "\r" : "", number(done_), took.count(), number(total_.questions),
            number(total_.booked), number(total_.unknown), number(total_.crashes), number(total_.waiting),
            number(total_.tasks), number(total_.notices), number(failed_));
        return failed_ == 0 && done_ > 0;
    }

private:
    static unsigned long long number(std::uint64_t value) { return value; }

    const std::uint64_t seeds_;
    const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::uint64_t done_ = 0, failed_ = 0;
    Report total_;
};

} // namespace

bool run_many(const ScenarioSettings& like, const ManySeeds& wanted)
{
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0)
        throw std::runtime_error("no pipe");
    std::vector<Worker> workers(wanted.jobs);
    std::fflush(stdout);
    for (std::uint64_t place = 0; place < workers.size(); ++place) {
        workers[place].process = fork();
        if (workers[place].process == 0) {
            close(ends[0]);
            work(like, wanted, place, ends[1]);
            std::exit(0);
        }
    }
    close(ends[1]);
    Progress progress(wanted.seeds);
    Report report;
    while (read(ends[0], &report, sizeof report) == static_cast<ssize_t>(sizeof report)) {
        Worker& worker = workers[(report.seed - wanted.from) % workers.size()];
        worker.at_work = !worker.at_work;
        worker.seed = report.seed;
        if (!worker.at_work)
            progress.count(report);
    }
    close(ends[0]);
    for (const Worker& worker : workers) {
        int status = 0;
        waitpid(worker.process, &status, 0);
        if (worker.at_work)
            progress.complain(worker.seed, "the process broke down");
    }
    return progress.finish();
}

} // namespace chaos
