// SPDX-License-Identifier: Apache-2.0
/// What the gateway does by the clock, away from requests.
#include "gateway/app_parts.hpp"

#include "adapters/transport/revocation.hpp"
#include "adapters/transport/tls_context.hpp"
#include "adapters/upstream/deadline.hpp"

namespace gateway
{

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

/// Writes down what waits, signs, looks whether the chain is whole, and drops what is too old.
Awaitable<void> App::Parts::keep_audit()
{
    constexpr auto look_every = std::chrono::hours(1);
    auto looked = adapters::Monotonic::now() - look_every;
    while (!draining) {
        if (adapters::Monotonic::now() - looked >= look_every) {
            looked = adapters::Monotonic::now();
            co_await audit->check();
            co_await audit->purge();
        }
        co_await audit->tend();
        co_await adapters::pause(std::chrono::milliseconds(100));
    }
}

void App::Parts::watch_breakers()
{
    const auto known = directory.snapshot();
    for (const auto& practice : known->practices())
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

void App::Parts::measure_revocations(const http::ListenerSettings& listener)
{
    const std::string& file = listener.tls.client_crl_file;
    const auto expiry =
        file.empty() ? fhir::fail(fhir::ErrorKind::not_found) : adapters::transport::revocation_expiry(file);
    if (expiry)
        metrics.certificate_expiry(listener.name + "-crl",
                                   std::chrono::duration<double>(expiry->time_since_epoch()).count());
}

/// The certificates in force: called when they have been read, at start and after a reload.
void App::Parts::measure_certificates()
{
    measure_certificate(settings.server.name, settings.server.tls.certificate_file);
    if (settings.gpconnect.offered)
        measure_certificate(settings.gpconnect.listener.name,
                            settings.gpconnect.listener.tls.certificate_file);
    measure_revocations(settings.server);
    if (settings.gpconnect.offered)
        measure_revocations(settings.gpconnect.listener);
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

} // namespace gateway
