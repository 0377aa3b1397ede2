// SPDX-License-Identifier: Apache-2.0
#include "gateway/app.hpp"

#include "adapters/transport/tls_context.hpp"
#include "adapters/upstream/deadline.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/booking/service_factory.hpp"
#include "gateway/faces/bars_face.hpp"
#include "gateway/faces/bulk_face.hpp"
#include "gateway/faces/by_path.hpp"
#include "gateway/faces/gpconnect_face.hpp"
#include "gateway/faces/management.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/http/server.hpp"
#include "gateway/identity/identity.hpp"
#include "gateway/identity/operator_proof.hpp"
#include "gateway/observability/log.hpp"
#include "gateway/observability/metered_adapter.hpp"
#include "gateway/settings/settings.hpp"
#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_store.hpp"

#include <boost/asio/co_spawn.hpp>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <optional>
#include <pthread.h>
#include <thread>

namespace gateway
{

namespace
{

using fhir::Result;
using observability::Level;

void name_this_thread(const std::string& name)
{
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

/// Runs a store call to its end before the server's threads exist.
template <class T>
T run_now(Awaitable<T> work)
{
    boost::asio::io_context context(1);
    std::optional<T> result;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr failure, T value) {
        if (failure)
            std::rethrow_exception(failure);
        result.emplace(std::move(value));
    });
    context.run();
    return std::move(*result);
}

Result<std::shared_ptr<const policy::Practice>> make_practice(const settings::Practice& configured,
                                                              const adapters::Clock& clock,
                                                              adapters::Random& random,
                                                              observability::Metrics& metrics)
{
    const auto* system = adapters::find_supplier_system(configured.system);
    if (!system)
        return fhir::fail(fhir::ErrorKind::internal,
                          "Practice " + configured.config.ods.text() +
                              " names a supplier system that is not known: " + configured.system);
    auto upstream = adapters::upstream::make_https_upstream(configured.endpoint);
    if (!upstream)
        return std::unexpected(upstream.error());

    policy::Practice practice{
        configured.config.ods,      configured.config.name, configured.system, configured.phone,
        configured.search_identity, std::move(*upstream),   nullptr,           configured.public_sessions};
    practice.adapter = observability::make_metered_adapter(
        system->make_adapter(configured.config, *practice.upstream, clock, random), configured.system,
        configured.config.ods.text(), metrics);
    return std::make_shared<const policy::Practice>(std::move(practice));
}

Result<std::shared_ptr<const policy::Directory>> make_directory(const settings::Settings& settings,
                                                                const adapters::Clock& clock,
                                                                adapters::Random& random,
                                                                observability::Metrics& metrics)
{
    std::vector<std::shared_ptr<const policy::Practice>> practices;
    for (const auto& configured : settings.practices) {
        auto practice = make_practice(configured, clock, random, metrics);
        if (!practice)
            return std::unexpected(practice.error());
        practices.push_back(std::move(*practice));
    }
    return std::make_shared<const policy::Directory>(std::move(practices), settings.federations,
                                                     settings.services);
}

/// From the store's key, so that every node of one database reads what another proposed, also after a
/// restart.
std::string secret_for(const std::string& purpose, const std::string& key_file)
{
    const auto key = store::read_key_file(key_file);
    return key ? store::Sealer(*key).fingerprint(purpose, "ids") : std::string();
}

faces::GpConnectSettings gpconnect_settings(const settings::Settings& settings)
{
    faces::GpConnectSettings gpconnect;
    gpconnect.public_origin = settings.gpconnect.public_origin;
    gpconnect.version = APPTGW_VERSION;
    gpconnect.started = adapters::system_clock().now();
    for (const auto& practice : settings.practices)
        if (!practice.asid.empty())
            gpconnect.asids.emplace(practice.config.ods, practice.asid);
    gpconnect.consumers = settings.gpconnect.consumers;
    gpconnect.patient_secret = secret_for("gpconnect-patient", settings.store.key_file);
    gpconnect.if_match_required = settings.gpconnect.if_match_required;
    return gpconnect;
}

booking::ServiceSettings booking_settings(const settings::Settings& settings)
{
    booking::ServiceSettings booking;
    booking.public_base = settings.public_base_url;
    booking.answer_limit = settings.booking.answer_limit;
    booking.attempts_allowed = settings.booking.settle_attempts;
    booking.keep_keys = settings.booking.idempotency_lifetime;
    booking.watch_every = settings.booking.watch_every;
    booking.watch_calls = settings.booking.watch_calls;
    booking.hold_lifetime = settings.booking.hold_lifetime;
    booking.hold_quota = settings.booking.hold_quota;
    booking.offer_lifetime = settings.booking.offer_lifetime;
    booking.waitlist_every = settings.booking.waitlist_every;
    booking.waitlist_quota = settings.booking.waitlist_quota;
    return booking;
}

} // namespace

/// Members stand in the order in which they are built; each may lean on those above it.
struct App::Parts
{
    Parts(settings::Settings wanted, const adapters::Clock& time) : settings(std::move(wanted)), clock(time)
    {}

    Result<void> open_store();
    Result<void> make_services();
    search::KeptLinks kept_links();
    void make_faces();
    void make_other_faces();
    faces::Worklist worklist();
    Result<void> bind();
    Awaitable<void> housekeeping();
    Awaitable<void> watch_holds();
    Awaitable<void> serve_waiting();
    Awaitable<void> watch_practices();
    Awaitable<void> withdrawals();
    Awaitable<void> watch_parts();
    void watch_breakers();
    void measure_certificate(const std::string& name, const std::string& file);
    void measure_certificates();
    void watch_refusals(http::ListenerStats& stats);

    settings::Settings settings;
    const adapters::Clock& clock;
    adapters::Random& random = adapters::secure_random();
    observability::Metrics metrics;
    std::atomic<bool> draining = false;
    std::atomic<bool> store_answers = true; ///< at the last look, a second ago at most

    std::unique_ptr<store::Store> store;
    std::unique_ptr<identity::Identity> identity;
    std::optional<identity::OperatorCheck> operators;
    std::shared_ptr<const policy::Directory> directory;
    std::unique_ptr<search::FederatedSearch> search;
    std::unique_ptr<search::PatientFinder> patients;
    std::unique_ptr<search::PracticePatients> practice_patients;
    std::unique_ptr<booking::SettlingService> booking;

    std::unique_ptr<http::Handler> r4_face;
    std::unique_ptr<http::Handler> gpconnect_face; ///< nullptr when it is not offered
    std::unique_ptr<http::Handler> bars_face;
    std::unique_ptr<http::Handler> bulk_face;
    std::unique_ptr<http::Handler> public_faces; ///< of the one listener for consumers
    std::unique_ptr<http::Handler> management_face;
    http::ListenerStats fhir_stats;
    http::ListenerStats gpconnect_stats;
    http::ListenerStats management_stats;
    std::uint16_t fhir_port = 0;
    std::uint16_t management_port = 0;
    std::uint16_t gpconnect_port = 0;
    std::unique_ptr<http::Server> server;
    std::unique_ptr<http::Server> control; ///< management listener and periodic work, away from the requests
};

Result<void> App::Parts::open_store()
{
    store::SqliteSettings sqlite;
    sqlite.path = settings.store.path;
    sqlite.key_file = settings.store.key_file;
    sqlite.on_commit = [this](std::chrono::nanoseconds took) { metrics.store_commit("sqlite", took); };
    auto opened = store::open_sqlite_store(std::move(sqlite));
    if (!opened)
        return std::unexpected(opened.error());
    store = std::move(*opened);
    return {};
}

Result<void> App::Parts::make_services()
{
    auto remember_jti = [this](std::string client, std::string jti, fhir::Instant expires) {
        return store->remember_jti(std::move(client), std::move(jti), expires);
    };
    auto made = identity::make_identity(settings.identity, adapters::system_clock(), random, remember_jti,
                                        identity::https_fetch(settings.identity.key_fetch_ca_file));
    if (!made)
        return std::unexpected(made.error());
    identity = std::move(*made);
    const auto key = identity::load_private_key(settings.identity.token_signing_key_file);
    if (!key)
        return std::unexpected(key.error());
    operators.emplace(key->public_key(), settings.identity.issuer, adapters::system_clock());

    auto known = make_directory(settings, clock, random, metrics);
    if (!known)
        return std::unexpected(known.error());
    directory = std::move(*known);
    const auto snapshot = [this] { return directory; };

    search = search::make_federated_search({snapshot, &clock, &random, &metrics, settings.public_base_url},
                                           settings.search);
    patients = search::make_patient_finder(snapshot, clock);
    practice_patients = std::make_unique<search::PracticePatients>(kept_links());
    booking = booking::make_service({*store, snapshot, *search, patients.get(), clock, random, metrics},
                                    booking_settings(settings));
    return {};
}

search::KeptLinks App::Parts::kept_links()
{
    return {[this](std::string practice, std::string patient) {
                return store->patient_link(std::move(practice), std::move(patient));
            },
            [this](std::string practice, std::string patient, std::string credential) {
                std::vector<store::LinkRecord> links;
                links.push_back({std::move(practice), std::move(patient), std::move(credential)});
                return store->save_patient_links(std::move(links));
            }};
}

void App::Parts::make_faces()
{
    faces::Health health;
    health.draining = [this] { return draining.load(); };
    health.checks = {{"store", [this]() -> Result<void> {
                          if (store_answers)
                              return {};
                          return fhir::fail(fhir::ErrorKind::store_unavailable);
                      }}};
    health.version = APPTGW_VERSION;
    r4_face = faces::make_r4_face({*identity,
                                   *search,
                                   *patients,
                                   *booking,
                                   [this] { return directory; },
                                   clock,
                                   random,
                                   metrics,
                                   health,
                                   {settings.public_base_url,
                                    APPTGW_VERSION,
                                    adapters::system_clock().now(),
                                    {settings.search.default_count, settings.search.max_count},
                                    secret_for("proposal", settings.store.key_file)}});
    if (settings.gpconnect.offered)
        gpconnect_face = faces::make_gpconnect_face(
            {*search, *practice_patients, *booking, [this] { return directory; }, clock,
             adapters::system_clock(), random, metrics, gpconnect_settings(settings)});
    make_other_faces();
    management_face =
        faces::make_management_handler({std::move(health), metrics,
                                        [this] {
                                            metrics.http_in_flight("fhir", fhir_stats.in_flight);
                                            metrics.http_in_flight("gpconnect", gpconnect_stats.in_flight);
                                            metrics.http_in_flight("management", management_stats.in_flight);
                                        },
                                        [this] { return booking->worklist(); }, clock, worklist()});
}

/// What else is served on the listener of the R4 face, each below a path of its own.
void App::Parts::make_other_faces()
{
    const std::string origin(fhir::rest::origin_of(settings.public_base_url));
    const std::string bars_path = "/bars/FHIR/R4", files_path = "/bulk", manifest = "/$bulk-publish";
    const auto snapshot = [this] { return directory; };
    bars_face = faces::make_bars_face(
        {*identity,
         *search,
         *booking,
         snapshot,
         clock,
         random,
         metrics,
         {origin + bars_path, settings.bars.answer_limit, settings.bars.proxy_certificates}});
    bulk_face = faces::make_bulk_face({*search,
                                       snapshot,
                                       clock,
                                       metrics,
                                       {.manifest_url = settings.public_base_url + manifest,
                                        .files_url = origin + files_path,
                                        .window = settings.search.max_window}});
    public_faces =
        faces::make_by_path({{bars_path, bars_face.get()},
                             {files_path, bulk_face.get()},
                             {settings.public_base_url.substr(origin.size()) + manifest, bulk_face.get()}},
                            *r4_face);
}

faces::Worklist App::Parts::worklist()
{
    return {[this](const fhir::rest::Request& request) { return operators->operator_of(request); },
            [this](std::string intent) { return booking->intent_shown(std::move(intent)); },
            [this](booking::Resolution resolution) { return booking->resolve(std::move(resolution)); },
            [this](std::string intent) { return booking->settle_again(std::move(intent)); }};
}

void App::Parts::watch_refusals(http::ListenerStats& stats)
{
    stats.on_refusal = [this](const fhir::Error& error) {
        metrics.http_rejected(fhir::catalogue_row(error.kind()).code);
        observability::log(Level::info, "request_refused",
                           {{"reason", std::string(fhir::catalogue_row(error.kind()).code)}});
    };
}

Result<void> App::Parts::bind()
{
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    server = std::make_unique<http::Server>(settings.threads ? settings.threads : cores);
    control = std::make_unique<http::Server>(1);
    watch_refusals(fhir_stats);
    watch_refusals(management_stats);

    auto port = server->listen(settings.server, *public_faces, fhir_stats);
    if (!port)
        return std::unexpected(port.error());
    fhir_port = *port;
    if (gpconnect_face) {
        watch_refusals(gpconnect_stats);
        port = server->listen(settings.gpconnect.listener, *gpconnect_face, gpconnect_stats);
        if (!port)
            return std::unexpected(port.error());
        gpconnect_port = *port;
    }
    port = control->listen(settings.management, *management_face, management_stats);
    if (!port)
        return std::unexpected(port.error());
    management_port = *port;
    return {};
}

/// What readiness and gauges tell, looked up away from whoever asks.
Awaitable<void> App::Parts::watch_parts()
{
    while (!draining) {
        auto checked = co_await store->check();
        store_answers = checked.has_value();
        watch_breakers();
        co_await adapters::pause(std::chrono::seconds(1));
    }
}

void App::Parts::watch_breakers()
{
    for (const auto& practice : directory->practices())
        if (const auto* upstream =
                dynamic_cast<const adapters::upstream::HttpsUpstream*>(practice->upstream.get()))
            metrics.supplier_breaker(practice->system, practice->ods.text(),
                                     static_cast<int>(upstream->state().breaker));
}

void App::Parts::measure_certificate(const std::string& name, const std::string& file)
{
    if (const auto expiry = file.empty() ? fhir::fail(fhir::ErrorKind::not_found)
                                         : adapters::transport::certificate_expiry(file))
        metrics.certificate_expiry(name, std::chrono::duration<double>(expiry->time_since_epoch()).count());
}

/// The certificates in force: called when they have been read, at start and after a reload.
void App::Parts::measure_certificates()
{
    measure_certificate(settings.server.name, settings.server.tls.certificate_file);
    if (settings.gpconnect.offered)
        measure_certificate(settings.gpconnect.listener.name,
                            settings.gpconnect.listener.tls.certificate_file);
    measure_certificate(settings.management.name, settings.management.tls.certificate_file);
    for (const auto& practice : settings.practices)
        measure_certificate("practice-" + practice.config.ods.text(), practice.endpoint.certificate_file);
}

/// Everything that happens by the clock and may wait for a practice: settling, key sets, old idempotency
/// keys.
Awaitable<void> App::Parts::housekeeping()
{
    constexpr auto purge_every = std::chrono::hours(1);
    co_await booking->recover();
    auto settled = adapters::Monotonic::now();
    auto purged = settled;
    while (!draining) {
        co_await adapters::pause(std::chrono::milliseconds(200)); // short, so that a stop is not kept waiting
        co_await identity->refresh_keys();
        const auto now = adapters::Monotonic::now();
        if (now - settled >= settings.booking.settle_every) {
            settled = now;
            co_await booking->settle_due();
        }
        if (now - purged >= purge_every) {
            purged = now;
            co_await booking->purge();
        }
    }
}

/// Holds end on time, whatever practice the settler is waiting for.
Awaitable<void> App::Parts::watch_holds()
{
    while (!draining) {
        co_await booking->end_holds();
        co_await adapters::pause(std::chrono::milliseconds(250));
    }
}

/// Looks at practices, which may be slow: not in the way of the rest.
Awaitable<void> App::Parts::serve_waiting()
{
    while (!draining) {
        co_await adapters::pause(std::chrono::milliseconds(200));
        co_await booking->offer_waiting();
    }
}

/// Apart from settling: a look waits for practices, and an unsettled booking must not wait for a look.
Awaitable<void> App::Parts::watch_practices()
{
    constexpr auto tick = std::chrono::seconds(1);
    auto looked = adapters::Monotonic::now();
    while (!draining) {
        co_await adapters::pause(std::chrono::milliseconds(200));
        if (adapters::Monotonic::now() - looked < tick)
            continue;
        looked = adapters::Monotonic::now();
        co_await booking->watch_practices();
    }
}

/// Apart from the rest: a round takes as long as the practices take to answer.
Awaitable<void> App::Parts::withdrawals()
{
    while (!draining) {
        co_await booking->work_on_withdrawals();
        for (int i = 0; i < 5 && !draining; ++i)
            co_await adapters::pause(
                std::chrono::milliseconds(200)); // short, so that a stop is not kept waiting
    }
}

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

App::~App()
{
    stop();
}

std::expected<std::unique_ptr<App>, StartFailure> App::make(settings::Settings settings,
                                                            const adapters::Clock& clock)
{
    constexpr int configuration_wrong = 3, cannot_listen = 4, store_unusable = 5;
    observability::set_level(settings.log.level);
    auto parts = std::make_unique<Parts>(std::move(settings), clock);
    if (auto opened = parts->open_store(); !opened)
        return std::unexpected(StartFailure{store_unusable, opened.error()});
    if (auto made = parts->make_services(); !made)
        return std::unexpected(StartFailure{configuration_wrong, made.error()});
    parts->make_faces();
    if (auto bound = parts->bind(); !bound)
        return std::unexpected(StartFailure{cannot_listen, bound.error()});
    parts->metrics.build_info(APPTGW_VERSION, "");
    parts->measure_certificates();
    return std::unique_ptr<App>(new App(std::move(parts)));
}

void App::start()
{
    Parts& parts = *parts_;
    parts.server->start();
    parts.control->start();
    for (unsigned i = 0; i < parts.server->threads(); ++i)
        parts.server->spawn(i, [i]() -> Awaitable<void> {
            name_this_thread("gw-" + std::to_string(i));
            co_return;
        });
    parts.control->spawn(0, [&parts]() -> Awaitable<void> {
        name_this_thread("control");
        co_await parts.housekeeping();
    });
    parts.control->spawn(0, [&parts] { return parts.watch_holds(); });
    parts.control->spawn(0, [&parts] { return parts.withdrawals(); });
    parts.control->spawn(0, [&parts] { return parts.watch_parts(); });
    parts.control->spawn(0, [&parts] { return parts.serve_waiting(); });
    parts.control->spawn(0, [&parts] { return parts.watch_practices(); });
    observability::log(Level::info, "started",
                       {{"version", APPTGW_VERSION},
                        {"practices", static_cast<std::int64_t>(parts.settings.practices.size())}});
}

void App::stop()
{
    Parts& parts = *parts_;
    if (parts.draining.exchange(true))
        return;
    observability::log(Level::info, "stopping");
    if (parts.server)
        parts.server->stop(parts.settings.drain);
    if (parts.control)
        parts.control->stop(std::chrono::seconds(5));
    // What is still queued for the disk resumes on the servers' contexts, so it ends before they do.
    (void)run_now(parts.store->check());
    observability::log(Level::info, "stopped");
    observability::flush();
}

Result<void> App::reload_certificates()
{
    auto reloaded = parts_->server->reload_certificates();
    if (reloaded)
        reloaded = parts_->control->reload_certificates();
    if (reloaded)
        parts_->measure_certificates();
    return reloaded;
}

Result<std::string> App::mint_token(std::string_view client_id, std::chrono::seconds lifetime)
{
    return parts_->identity->mint(client_id, lifetime);
}

Result<void> App::keep_patient_links(std::vector<store::LinkRecord> links)
{
    return run_now(parts_->store->save_patient_links(std::move(links)));
}

std::uint16_t App::fhir_port() const
{
    return parts_->fhir_port;
}

std::uint16_t App::gpconnect_port() const
{
    return parts_->gpconnect_port;
}

std::uint16_t App::management_port() const
{
    return parts_->management_port;
}

Signals::Signals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void Signals::wait(const std::function<void()>& hang_up) const
{
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&set, signal);
    for (int signal = SIGHUP; signal == SIGHUP;) {
        if (sigwait(&set, &signal) == 0 && signal == SIGHUP)
            hang_up();
    }
}

int run_serve(settings::Settings settings)
{
    const Signals signals;
    auto app = App::make(std::move(settings));
    if (!app) {
        std::fprintf(stderr, "apptgw: %s\n", app.error().error.sentence().c_str());
        return app.error().exit_code;
    }
    (*app)->start();
    signals.wait([&] {
        const auto reloaded = (*app)->reload_certificates();
        observability::log(
            reloaded ? Level::info : Level::error, "certificates_reloaded",
            {{"ok", reloaded.has_value()}, {"why", reloaded ? std::string() : reloaded.error().sentence()}});
    });
    (*app)->stop();
    return 0;
}

} // namespace gateway
