// SPDX-License-Identifier: Apache-2.0
// What telling subscribers costs. Prints one line of JSON.
//   bench_notify match       CPU time to find who wants an event among 10,000 subscriptions
//   bench_notify deliver N   N signed notifications over TLS to receivers on loopback, in a process of their
//   own:
//                            how many a second, and the CPU time of each here, the store's included
#include "adapters/transport/certificates.hpp"
#include "adapters/upstream/deadline.hpp"
#include "gateway/http/server.hpp"
#include "gateway/notify/courier.hpp"
#include "gateway/notify/service.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_identity.hpp"
#include "tests/support/sqlite_fixture.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>

#include <csignal>
#include <ctime>
#include <sys/wait.h>
#include <unistd.h>

namespace
{

using namespace gateway;
namespace store = gateway::store;

double cpu_seconds(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// ---- matching

std::string organisation(int number)
{
    return fmt::format("H{:05}", number);
}

notify::Subscription listener(int number, const notify::Topic& topic)
{
    notify::Subscription subscription;
    subscription.id = fmt::format("s{:05}", number);
    subscription.status = "active";
    subscription.topic = &topic;
    subscription.organisation = organisation(number % 2500);
    return subscription;
}

std::shared_ptr<const policy::Directory> everybody_shares()
{
    policy::Federation federation{"all", {*fhir::OdsCode::parse("A10001")}, {}};
    for (int number = 0; number < 2500; ++number)
        federation.consumers.push_back(*fhir::OdsCode::parse(organisation(number)));
    return std::make_shared<const policy::Directory>(std::vector<std::shared_ptr<const policy::Practice>>(),
                                                     std::vector<policy::Federation>{federation});
}

void bench_match()
{
    std::vector<notify::Subscription> all;
    for (int number = 0; number < 10000; ++number)
        all.push_back(listener(number, notify::topics()[static_cast<std::size_t>(number) % 4]));
    notify::MatchIndex index(std::move(all), 1);
    const auto directory = everybody_shares();
    const fhir::Instant now = adapters::system_clock().now();
    std::string results;
    for (const notify::Topic& topic : notify::topics()) {
        store::OutboxEvent event;
        event.topic = topic.name;
        event.subject = "Appointment/0";
        event.practice = topic.of_practice ? "A10001" : organisation(topic.resource == "Task" ? 1 : 0);
        event.party = organisation(topic.resource == "Task" ? 5 : 4);
        const double first = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
        std::size_t found = index.matching(event, *directory, now).size();
        const double begin = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
        constexpr int times = 2000;
        for (int i = 0; i < times; ++i)
            found = index.matching(event, *directory, now).size();
        const double took = cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - begin;
        results += fmt::format("{}\"{}\":{{\"found\":{},\"first_us\":{:.1f},\"us\":{:.2f}}}",
                               results.empty() ? "" : ",", topic.name, found, (begin - first) * 1e6,
                               took / times * 1e6);
    }
    fmt::print("{{\"subscriptions\":{},{}}}\n", index.size(), results);
}

// ---- delivering

class TakesAll : public http::Handler
{
public:
    Awaitable<fhir::rest::Response> handle(fhir::rest::Request) override
    {
        fhir::rest::Response taken;
        taken.status = 204;
        co_return taken;
    }
    fhir::rest::Response refuse(const fhir::Error&) override { return {}; }
};

/// A process that takes whatever is sent; its port.
std::pair<pid_t, int> receivers(const std::string& certificate, const std::string& key)
{
    int ends[2];
    if (pipe(ends) != 0)
        std::abort();
    const pid_t child = fork();
    if (child != 0) {
        std::uint16_t port = 0;
        if (read(ends[0], &port, sizeof port) != sizeof port)
            std::abort();
        return {child, port};
    }
    TakesAll handler;
    http::ListenerStats stats;
    http::Server server(1);
    http::ListenerSettings settings;
    settings.tls.certificate_file = certificate;
    settings.tls.key_file = key;
    const auto port = server.listen(settings, handler, stats);
    server.start();
    const std::uint16_t bound = port.value_or(0);
    if (write(ends[1], &bound, sizeof bound) != sizeof bound)
        std::abort();
    pause();
    _exit(0);
}

template <class T>
T must(boost::asio::io_context& context, Awaitable<fhir::Result<T>> work)
{
    auto result = tests::run(context, std::move(work));
    if (!result)
        throw std::runtime_error(result.error().sentence());
    return std::move(*result);
}

void subscribe(boost::asio::io_context& context, store::Store& kept, int number, int port)
{
    notify::Subscription subscription = listener(number, notify::topics()[0]);
    subscription.client = "hub";
    subscription.organisation = "HUB01";
    subscription.endpoint = fmt::format("https://localhost:{}/hook/{}", port, number);
    subscription.secret = "0123456789abcdef0123456789abcdef";
    store::SubscriptionWrite write;
    write.record = to_record(subscription);
    must(context, kept.write_subscription(write));
}

/// Each with its event: what is told is looked up again.
void put_appointments(boost::asio::io_context& context, store::Store& kept, int events)
{
    for (int number = 0; number < events; ++number) {
        const std::string id = fmt::format("0190a000-0000-7000-8000-{:012}", number);
        store::NewIntent wanted;
        wanted.intent.id = "i" + id;
        wanted.intent.appointment = id;
        wanted.intent.practice = "A10001";
        wanted.intent.created = adapters::system_clock().now();
        wanted.intent.lease = {"node", "t" + id, wanted.intent.created + std::chrono::minutes(1)};
        store::AppointmentRecord record;
        record.id = id;
        record.updated = wanted.intent.created;
        record.practice = "A10001";
        record.booked_by = "HUB01";
        record.patient = "9990000018";
        record.status = "booked";
        record.resource = std::string(1500, ' ');
        record.supplier = "{}";
        wanted.appointment = record;
        must(context, kept.begin(wanted));
        store::IntentChange done;
        done.intent = wanted.intent.id;
        done.token = wanted.intent.lease.token;
        done.to = store::IntentState::done;
        done.now = wanted.intent.created;
        done.appointment = record;
        must(context, kept.advance(done));
    }
}

void bench_deliver(int deliveries)
{
    constexpr int subscriptions = 40;
    const int events = deliveries / subscriptions;
    tests::TemporaryFolder folder;
    const auto authority = adapters::transport::make_authority("Bench CA");
    const auto identity = adapters::transport::issue(authority, {"localhost", "127.0.0.1"},
                                                     adapters::transport::Purpose::server);
    const auto ca = folder.write("ca.pem", authority.certificate);
    const auto [child, port] =
        receivers(folder.write("server.pem", identity.certificate), folder.write("server.key", identity.key));

    boost::asio::io_context context{1};
    tests::SqliteFixture database;
    const auto kept = database.open();
    put_appointments(context, *kept, events);
    for (int number = 0; number < subscriptions; ++number)
        subscribe(context, *kept, number, port);

    identity::Client client{"hub", *fhir::OdsCode::parse("HUB01"),           "Hub", {},
                            {},    identity::parse_scopes("system/*.cruds"), {},    {},
                            {}};
    client.notify_hosts = {fmt::format("localhost:{}", port)};
    notify::CurrentSubscribers subscribers;
    subscribers.replace({client});
    const notify::Visibility visibility(
        *kept, [] { return everybody_shares(); }, nullptr, adapters::system_clock());
    observability::Metrics metrics;
    notify::CourierSettings settings;
    settings.base_url = "https://gateway.example.net/fhir/R4";
    settings.node = "bench";
    settings.ca_file = ca;
    settings.private_addresses = true;
    notify::Courier courier(
        {*kept, subscribers, visibility, adapters::system_clock(), adapters::secure_random(), metrics},
        settings);

    std::atomic<bool> stop = false;
    const auto begin = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID), thread = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    auto until_done = [&]() -> Awaitable<void> {
        for (;;) {
            co_await adapters::pause(std::chrono::milliseconds(20));
            auto figures = co_await kept->outbox_figures();
            if (figures && figures->due == 0 && figures->unmatched == 0)
                break;
        }
        stop = true;
    };
    boost::asio::co_spawn(context, courier.work(stop), [](std::exception_ptr) {});
    boost::asio::co_spawn(context, until_done(), [](std::exception_ptr) {});
    context.restart();
    context.run();
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const double used = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
                 here = cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - thread;
    store::DeliveryFilter filter;
    filter.states = {store::DeliveryState::done};
    filter.limit = 10000000;
    const auto done = must(context, kept->deliveries(filter)).size();
    fmt::print("{{\"deliveries\":{},\"seconds\":{:.2f},\"per_second\":{:.0f},\"cpu_us\":{:.0f},\"courier_"
               "us\":{:.0f},"
               "\"per_second_of_one_core\":{:.0f}}}\n",
               done, wall, static_cast<double>(done) / wall, used / static_cast<double>(done) * 1e6,
               here / static_cast<double>(done) * 1e6, static_cast<double>(done) / used);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
}

} // namespace

int main(int argc, char** argv)
{
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what == "match")
        bench_match();
    else if (what == "deliver")
        bench_deliver(argc > 2 ? std::atoi(argv[2]) : 20000);
    else
        return fmt::print(stderr, "bench_notify match | deliver N\n"), 2;
}
