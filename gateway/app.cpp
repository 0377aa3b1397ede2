// SPDX-License-Identifier: Apache-2.0
#include "gateway/app.hpp"

#include "gateway/app_parts.hpp"
#include "gateway/observability/log.hpp"

#include <pthread.h>

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

Awaitable<Result<void>> keep_all(policy::Consents& consents, std::vector<policy::ConsentChange> changes)
{
    for (policy::ConsentChange& change : changes) {
        auto kept = co_await consents.write(std::move(change));
        if (!kept)
            co_return std::unexpected(kept.error());
    }
    co_return Result<void>();
}

} // namespace

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
    if (auto opened = parts->open_audit(); !opened)
        return std::unexpected(StartFailure{configuration_wrong, opened.error()});
    if (auto made = parts->make_services(); !made)
        return std::unexpected(StartFailure{configuration_wrong, made.error()});
    if (auto read = run_now(parts->consents->open()); !read)
        return std::unexpected(StartFailure{store_unusable, read.error()});
    if (auto read = run_now(parts->administration->open()); !read)
        return std::unexpected(StartFailure{configuration_wrong, read.error()});
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
    parts.post->start();
    for (unsigned i = 0; i < parts.server->threads(); ++i)
        parts.server->spawn(i, [i]() -> Awaitable<void> {
            name_this_thread("gw-" + std::to_string(i));
            co_return;
        });
    for (unsigned i = 0; i < parts.server->threads(); ++i)
        parts.server->spawn(i, [i, &parts] { return parts.load->watch(i, parts.draining); });
    parts.control->spawn(0, [&parts]() -> Awaitable<void> {
        name_this_thread("control");
        co_await parts.housekeeping();
    });
    parts.control->spawn(0, [&parts] { return parts.watch_holds(); });
    parts.control->spawn(0, [&parts] { return parts.withdrawals(); });
    parts.control->spawn(0, [&parts] { return parts.watch_parts(); });
    parts.control->spawn(0, [&parts] { return parts.keep_audit(); });
    parts.control->spawn(0, [&parts] { return parts.serve_waiting(); });
    parts.control->spawn(0, [&parts] { return parts.watch_practices(); });
    parts.control->spawn(0, [&parts] { return parts.watch_tasks(); });
    parts.control->spawn(0, [&parts] { return parts.deliver_tasks(); });
    parts.post->spawn(0, [&parts]() -> Awaitable<void> {
        name_this_thread("post");
        auto opened = co_await parts.courier->open_channels();
        if (!opened)
            observability::log(Level::error, "message_channels_not_opened");
        co_await parts.courier->work(parts.draining);
    });
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
    if (parts.post)
        parts.post->stop(std::chrono::seconds(5));
    if (parts.control)
        parts.control->stop(std::chrono::seconds(5));
    (void)run_now(parts.audit->close());
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

Result<void> App::keep_consents(std::vector<policy::ConsentChange> changes)
{
    return run_now(keep_all(*parts_->consents, std::move(changes)));
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

} // namespace gateway
