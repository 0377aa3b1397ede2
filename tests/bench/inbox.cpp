// SPDX-License-Identifier: Apache-2.0
// How long the inbox takes to answer when it is full: open tasks in a database on disk, searched as a
// worklist is, by owner and due time, in the order of due times, fifty to a page.
//   bench_inbox [tasks] [owners]      100000 100
#include "gateway/workflow/service_factory.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_identity.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

namespace
{

using namespace gateway::workflow;
using std::chrono::minutes;

struct Full
{
    explicit Full(std::size_t wanted) : tasks(wanted) {}

    std::size_t tasks;
    tests::FakeClock clock;
    tests::FakeRandom random;
    tests::SqliteFixture database;
    std::unique_ptr<gateway::store::Store> store = database.open();
    std::unique_ptr<TaskService> service =
        make_task_service({*store, clock, random}, {"https://gateway.example.net/fhir/R4"});
};

std::string owner(std::size_t number)
{
    return "Z" + std::to_string(10000 + number);
}

NewTask message(std::size_t number, std::size_t owners, fhir::Instant now)
{
    NewTask wanted;
    wanted.kind = TaskKind::practice_message;
    wanted.owner = owner(number % owners);
    wanted.owner_name = "A practice with a name as long as they are";
    wanted.team = "Reception";
    wanted.requester_name = "Northmoor Federation Hub";
    wanted.patient = fhir::NhsNumber::parse("9990000018");
    wanted.due = now + minutes(1 + number % 2000);
    wanted.said.priority = static_cast<fhir::RequestPriority>(number % 4);
    wanted.said.focus = fhir::reference_to("Appointment/0199f3c0-0000-7000-8000-000000000001");
    fhir::TaskParameter& input = wanted.said.input.emplace_back();
    input.type = fhir::concept_text("message");
    input.value = std::string(300, 'x');
    return wanted;
}

/// Many at once, so that they share commits.
void fill(Full& full, std::size_t owners)
{
    boost::asio::io_context context(1);
    std::size_t next = 0;
    const auto maker = [&]() -> gateway::Awaitable<void> {
        while (next < full.tasks) {
            const std::size_t number = next++;
            auto made = co_await full.service->create({tests::caller_with("", "HUB01"), {}, {}, {}},
                                                      message(number, owners, full.clock.now()));
            if (!made)
                std::abort();
        }
    };
    for (int i = 0; i < 64; ++i)
        boost::asio::co_spawn(context, maker(), [](std::exception_ptr failure) {
            if (failure)
                std::abort();
        });
    context.run();
}

struct Took
{
    double median_ms, p99_ms, worst_ms;
    std::size_t total;
};

Took measure(Full& full, const std::vector<fhir::search::RawParameter>& raw, const std::string& by)
{
    constexpr int times = 300;
    const auto query = fhir::search::parse_task_query(raw, fhir::search::Handling::strict, nullptr);
    std::vector<double> took;
    std::size_t total = 0;
    for (int i = 0; i < times; ++i) {
        const auto began = std::chrono::steady_clock::now();
        const auto page = tests::run(full.service->page(tests::caller_with("", by), *query, 0, 50, false));
        took.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
        if (!page || page->tasks.empty())
            std::abort();
        total = page->total.value_or(0);
    }
    std::ranges::sort(took);
    return {took[times / 2], took[times * 99 / 100], took.back(), total};
}

} // namespace

int main(int argc, char** argv)
{
    const std::size_t tasks = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100000;
    const std::size_t owners = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100;
    Full full(tasks);
    const auto began = std::chrono::steady_clock::now();
    fill(full, owners);
    fmt::print("{} open tasks of {} owners, written in {:.1f} s\n", tasks, owners,
               std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    const std::string own = owner(7 % owners);
    const std::string due = "lt" + fhir::to_utc_text(full.clock.now() + minutes(300));
    const std::vector<std::pair<const char*, std::vector<fhir::search::RawParameter>>> rows{
        {"owner, due", {{"owner:identifier", own}, {"due", due}, {"_sort", "due"}}},
        {"owner, due, status",
         {{"owner:identifier", own}, {"due", due}, {"status", "requested,received"}, {"_sort", "due"}}},
        {"owner, status, by priority",
         {{"owner:identifier", own}, {"status", "requested"}, {"_sort", "-priority,due"}}},
        {"owner", {{"owner:identifier", own}}},
    };
    fmt::print("{:<30} {:>8} {:>10} {:>10} {:>10}\n", "search (ms)", "matches", "median", "p99", "worst");
    for (const auto& [name, raw] : rows) {
        const Took took = measure(full, raw, own);
        fmt::print("{:<30} {:>8} {:>10.3f} {:>10.3f} {:>10.3f}\n", name, took.total, took.median_ms,
                   took.p99_ms, took.worst_ms);
    }
}
