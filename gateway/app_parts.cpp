// SPDX-License-Identifier: Apache-2.0
#include "gateway/app_parts.hpp"

#include "fhir/model/uk_time.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/audit/audited_adapter.hpp"
#include "gateway/audit/patient_hash.hpp"
#include "gateway/faces/bars_face.hpp"
#include "gateway/faces/bulk_face.hpp"
#include "gateway/faces/by_path.hpp"
#include "gateway/faces/calendar_face.hpp"
#include "gateway/faces/gpconnect_face.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/limits/shedding.hpp"
#include "gateway/observability/log.hpp"
#include "gateway/observability/metered_adapter.hpp"
#include "gateway/policy/stranger.hpp"
#include "gateway/settings/agreed.hpp"
#include "gateway/slot_types/mapped_adapter.hpp"
#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_store.hpp"

#include <thread>

namespace gateway
{

namespace
{

using fhir::Result;
using observability::Level;

Result<std::shared_ptr<const policy::Practice>>
make_practice(const settings::Practice& configured, const adapters::Clock& clock, adapters::Random& random,
              observability::Metrics& metrics, audit::Recorder& audit, const slot_types::Mapping& mapping)
{
    const auto* system = adapters::find_supplier_system(configured.system);
    if (!system)
        return fhir::fail(fhir::ErrorKind::internal,
                          "Practice " + configured.config.ods.text() +
                              " names a supplier system that is not known: " + configured.system);
    auto upstream = adapters::upstream::make_https_upstream(configured.endpoint);
    if (!upstream)
        return std::unexpected(upstream.error());

    policy::Practice practice{configured.config.ods,
                              configured.config.name,
                              configured.system,
                              configured.phone,
                              configured.search_identity,
                              std::move(*upstream),
                              nullptr,
                              configured.public_sessions,
                              nullptr};
    practice.delivers_tasks = configured.deliver_tasks;
    const std::string ods = configured.config.ods.text();
    std::shared_ptr<adapters::Adapter> metered = observability::make_metered_adapter(
        system->make_adapter(configured.config, *practice.upstream, clock, random), configured.system, ods,
        metrics);
    practice.adapter = slot_types::make_mapped_adapter(
        audit::make_audited_adapter(metered, configured.system, ods, audit), configured.config.ods, mapping);
    // The trail says who was asked about, not that nobody was.
    practice.for_strangers = audit::make_audited_adapter(policy::make_stranger_adapter(std::move(metered)),
                                                         configured.system, ods, audit);
    return std::make_shared<const policy::Practice>(std::move(practice));
}

Result<std::shared_ptr<const policy::Directory>>
make_directory(const settings::Settings& settings, const adapters::Clock& clock, adapters::Random& random,
               observability::Metrics& metrics, audit::Recorder& audit, const slot_types::Mapping& mapping)
{
    std::vector<std::shared_ptr<const policy::Practice>> practices;
    for (const auto& configured : settings.practices) {
        auto practice = make_practice(configured, clock, random, metrics, audit, mapping);
        if (!practice)
            return std::unexpected(practice.error());
        practices.push_back(std::move(*practice));
    }
    return std::make_shared<const policy::Directory>(std::move(practices),
                                                     policy::Agreed{settings.federations, settings.areas,
                                                                    settings.agreements, settings.valves,
                                                                    settings::organisation_types(settings)},
                                                     settings.services);
}

/// From the store's key, so that every node of one database reads what another proposed, also after a
/// restart.
std::string secret_for(const std::string& purpose, const std::string& key_file)
{
    const auto key = store::read_key_file(key_file);
    return key ? store::Sealer(*key).fingerprint(purpose, "ids") : std::string();
}

faces::GpConnectSettings gpconnect_settings(const settings::Settings& settings,
                                            std::shared_ptr<const identity::CurrentConsumers> consumers)
{
    faces::GpConnectSettings gpconnect;
    gpconnect.public_origin = settings.gpconnect.public_origin;
    gpconnect.version = APPTGW_VERSION;
    gpconnect.started = adapters::system_clock().now();
    for (const auto& practice : settings.practices)
        if (!practice.asid.empty())
            gpconnect.asids.emplace(practice.config.ods, practice.asid);
    gpconnect.consumers = std::move(consumers);
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

unsigned App::Parts::worker_threads() const
{
    return settings.threads ? settings.threads : std::max(1U, std::thread::hardware_concurrency());
}

Result<void> App::Parts::open_store()
{
    load.emplace(settings.limits.load, worker_threads());
    store::SqliteSettings sqlite;
    sqlite.path = settings.store.path;
    sqlite.key_file = settings.store.key_file;
    sqlite.on_commit = [this](std::chrono::nanoseconds took) { metrics.store_commit("sqlite", took); };
    sqlite.on_queue = [this](std::size_t waiting) { load->store_queue(waiting); };
    auto opened = store::open_sqlite_store(std::move(sqlite));
    if (!opened)
        return std::unexpected(opened.error());
    store = std::move(*opened);
    return {};
}

/// Beside the store: what is in it is only as trustworthy as what says who wrote it.
Result<void> App::Parts::open_audit()
{
    auto key = audit::load_signing_key(settings.audit.signing_key_file);
    if (!key)
        return std::unexpected(key.error());
    const auto store_key = store::read_key_file(settings.store.key_file);
    if (!store_key)
        return std::unexpected(store_key.error());
    audit::TrailSettings trail;
    trail.chain = settings.audit.node;
    trail.keep = settings.audit.keep;
    audit = std::make_unique<audit::Trail>(audit::TrailParts{*store, std::move(*key),
                                                             audit::patient_hash_of(*store_key),
                                                             adapters::system_clock(), metrics},
                                           std::move(trail));
    return {};
}

Result<void> App::Parts::make_services()
{
    auto remember_jti = [this](std::string client, std::string jti, fhir::Instant expires) {
        return store->remember_jti(std::move(client), std::move(jti), expires);
    };
    limiter.emplace(settings.limits, metrics);
    login_limits.emplace(*limiter, *audit);
    auto made =
        identity::make_identity(settings.identity, adapters::system_clock(), random, remember_jti,
                                identity::https_fetch(settings.identity.key_fetch_ca_file), &*login_limits);
    if (!made)
        return std::unexpected(made.error());
    identity = std::move(*made);
    consumers = std::make_shared<identity::CurrentConsumers>(settings.gpconnect.consumers);
    const auto key = identity::load_private_key(settings.identity.token_signing_key_file);
    if (!key)
        return std::unexpected(key.error());
    operators.emplace(key->public_key(), settings.identity.issuer, adapters::system_clock());

    const slot_types::Mapping mapping{slot_types, seen_types, clock,
                                      std::string(fhir::rest::origin_of(settings.public_base_url))};
    auto known = make_directory(settings, clock, random, metrics, *audit, mapping);
    if (!known)
        return std::unexpected(known.error());
    directory.replace(std::move(*known));
    make_administration();
    const auto snapshot = [this] { return directory.snapshot(); };
    consents = std::make_unique<policy::Consents>(
        policy::ConsentParts{*store, snapshot, clock, random, audit.get(),
                             [this](fhir::OdsCode organisation, fhir::NhsNumber patient) {
                                 return has_booked(std::move(organisation), std::move(patient));
                             }});

    search = search::make_federated_search({snapshot, &clock, &random, &metrics, settings.public_base_url,
                                            [this](fhir::OdsCode practice, fhir::OdsCode consumer) {
                                                return used_slots(std::move(practice), std::move(consumer));
                                            }},
                                           settings.search);
    patients = search::make_patient_finder(snapshot, clock, {}, consents.get());
    practice_patients =
        std::make_unique<search::PracticePatients>(kept_links(), std::chrono::seconds(3), consents.get());
    booking = booking::make_service({*store, snapshot, *search, patients.get(), clock, random, metrics,
                                     &nudge, consents.get(), audit.get()},
                                    booking_settings(settings));
    hoarding.emplace(settings.limits, metrics);
    limited_booking.emplace(*booking, *limiter, *hoarding, *audit);
    make_workflow();
    if (auto messaging = make_messages(); !messaging)
        return messaging;
    make_notify();
    return {};
}

policy::Configured policy_of(const settings::Settings& settings)
{
    const auto kept = std::make_shared<const settings::Settings>(settings);
    return {settings.policy_tables, settings.services,
            [kept](const std::vector<policy::PolicyTable>& tables) {
                return settings::read_agreed(*kept, tables);
            },
            [kept](const policy::Agreed& agreed) { return settings::dangling(*kept, agreed); }};
}

void App::Parts::make_administration()
{
    policy_read = policy_of(settings);
    administration = std::make_unique<policy::Administration>(
        policy::AdministrationParts{*store, directory, adapters::system_clock(), audit.get()}, policy_read);
}

/// What counts against limits at a practice, as the store knows it.
Awaitable<Result<std::vector<policy::UsedSlot>>> App::Parts::used_slots(fhir::OdsCode practice,
                                                                        fhir::OdsCode consumer)
{
    const fhir::Instant now = clock.now();
    const fhir::Instant today = fhir::uk_day(fhir::uk_date(now)).start;
    auto claims = co_await store->claims_in_use(practice.text(), today, now - std::chrono::hours(1));
    if (!claims)
        co_return std::unexpected(claims.error());
    std::vector<policy::UsedSlot> used;
    for (store::ClaimUse& claim : *claims)
        if (claim.organisation != practice.text())
            used.push_back(
                {claim.organisation == consumer.text(), std::move(claim.session), claim.start, claim.made});
    co_return used;
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
                                   *limited_booking,
                                   *tasks,
                                   [this] { return directory.snapshot(); },
                                   clock,
                                   random,
                                   metrics,
                                   health,
                                   {settings.public_base_url,
                                    APPTGW_VERSION,
                                    adapters::system_clock().now(),
                                    {settings.search.default_count, settings.search.max_count},
                                    secret_for("proposal", settings.store.key_file)},
                                   audit.get(),
                                   audit.get(),
                                   &*limiter,
                                   consents.get(),
                                   subscriptions.get(),
                                   events.get(),
                                   calendars.get()});
    if (settings.gpconnect.offered)
        gpconnect_face = faces::make_gpconnect_face(
            {*search, *practice_patients, *limited_booking, [this] { return directory.snapshot(); }, clock,
             adapters::system_clock(), random, metrics, gpconnect_settings(settings, consumers), audit.get(),
             &*limiter, consents.get()});
    make_other_faces();
    management_face = faces::make_management_handler(
        {std::move(health), metrics,
         [this] {
             metrics.http_in_flight("fhir", fhir_stats.in_flight);
             metrics.http_in_flight("gpconnect", gpconnect_stats.in_flight);
             metrics.http_in_flight("management", management_stats.in_flight);
             metrics.event_loop_lag(std::chrono::duration<double>(load->worst_lag()).count());
             metrics.store_queue(static_cast<double>(load->store_queue()));
         },
         [this] { return booking->worklist(); }, clock, worklist(), audit.get(), administration.get(),
         fhir::outcome_code_system(settings.public_base_url), &seen_types, consents.get(), outbox.get(),
         calendars.get()});
}

/// What else is served on the listener of the R4 face, each below a path of its own.
void App::Parts::make_other_faces()
{
    const std::string origin(fhir::rest::origin_of(settings.public_base_url));
    const std::string bars_path = "/bars/FHIR/R4", files_path = "/bulk", manifest = "/$bulk-publish";
    const auto snapshot = [this] { return directory.snapshot(); };
    bars_face = faces::make_bars_face(
        {*identity,
         *search,
         *limited_booking,
         *tasks,
         snapshot,
         clock,
         random,
         metrics,
         {origin + bars_path, settings.bars.answer_limit, settings.bars.proxy_certificates},
         audit.get(),
         &*limiter,
         consents.get()});
    bulk_face = faces::make_bulk_face({*search,
                                       snapshot,
                                       clock,
                                       metrics,
                                       {.manifest_url = settings.public_base_url + manifest,
                                        .files_url = origin + files_path,
                                        .window = settings.search.max_window},
                                       audit.get()});
    const std::string calendar_path = "/calendar";
    calendar_face = faces::make_calendar_face({*calendars, adapters::system_clock(), random, metrics,
                                               origin + calendar_path, audit.get(), &*limiter});
    using enum fhir::ErrorKind;
    auto& bulk = shed(*bulk_face, throttled);
    public_faces = faces::make_by_path({{bars_path, &shed(*bars_face, shutting_down)},
                                        {files_path, &bulk},
                                        {calendar_path, &shed(*calendar_face, throttled)},
                                        {settings.public_base_url.substr(origin.size()) + manifest, &bulk}},
                                       shed(*r4_face, throttled));
}

/// Each face says 503 in its own words; to BaRS senders that is REC_UNAVAILABLE, which `shutting_down` is
/// too.
http::Handler& App::Parts::shed(http::Handler& face, fhir::ErrorKind kind)
{
    shedding.push_back(limits::make_shedding({face, *load, metrics, kind}));
    return *shedding.back();
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
        if (error.kind() ==
            fhir::ErrorKind::throttled) // connections of one address: counted, not told one by one
            return;
        observability::log(Level::info, "request_refused",
                           {{"reason", std::string(fhir::catalogue_row(error.kind()).code)}});
    };
}

Result<void> App::Parts::bind()
{
    server = std::make_unique<http::Server>(worker_threads());
    control = std::make_unique<http::Server>(1);
    post = std::make_unique<http::Server>(1);
    watch_refusals(fhir_stats);
    watch_refusals(management_stats);

    auto port = server->listen(settings.server, *public_faces, fhir_stats);
    if (!port)
        return std::unexpected(port.error());
    fhir_port = *port;
    if (gpconnect_face) {
        watch_refusals(gpconnect_stats);
        port = server->listen(settings.gpconnect.listener, shed(*gpconnect_face, fhir::ErrorKind::throttled),
                              gpconnect_stats);
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

} // namespace gateway
