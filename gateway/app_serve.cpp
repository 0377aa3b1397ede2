// SPDX-License-Identifier: Apache-2.0
#include "gateway/app.hpp"
#include "gateway/observability/log.hpp"
#include "gateway/settings/settings.hpp"

#include <csignal>
#include <cstdio>
#include <pthread.h>

namespace gateway
{

using observability::Level;

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

namespace
{

void reload_certificates(App& app)
{
    const auto reloaded = app.reload_certificates();
    observability::log(
        reloaded ? Level::info : Level::error, "certificates_reloaded",
        {{"ok", reloaded.has_value()}, {"why", reloaded ? std::string() : reloaded.error().sentence()}});
}

void log_problem(const std::string& where, const std::string& sentence)
{
    observability::log(Level::error, "settings_problem", {{"where", where}, {"why", sentence}});
}

/// Refused whole: who had been let in by the old files and is not in the new ones must not depend on which
/// half could be read.
bool reload_parties(App& app, const settings::Loaded& read)
{
    for (const auto& problem : read.problems)
        log_problem(problem.where, problem.sentence);
    if (!read.problems.empty())
        return false;
    const auto needs_restart = app.reload_parties(read.settings);
    if (!needs_restart) {
        log_problem("practices file", needs_restart.error().sentence());
        return false;
    }
    for (const std::string& what : *needs_restart)
        observability::log(
            Level::warning, "restart_needed",
            {{"what", what}, {"why", "It has changed in the files and holds from the next start only."}});
    return true;
}

} // namespace

void reload(App& app, const std::function<settings::Loaded()>& read_again)
{
    reload_certificates(app);
    const auto read = read_again();
    const bool taken = reload_parties(app, read);
    observability::log(taken ? Level::info : Level::error, "settings_reloaded",
                       {{"ok", taken},
                        {"problems", static_cast<std::int64_t>(read.problems.size())},
                        {"clients", static_cast<std::int64_t>(read.settings.identity.clients.size())}});
    observability::flush(); // whoever asked for it waits for the outcome
}

int run_serve(settings::Settings settings, const std::function<settings::Loaded()>& read_again)
{
    const Signals signals;
    auto app = App::make(std::move(settings));
    if (!app) {
        std::fprintf(stderr, "apptgw: %s\n", app.error().error.sentence().c_str());
        return app.error().exit_code;
    }
    (*app)->start();
    signals.wait([&] { reload(**app, read_again); });
    (*app)->stop();
    return 0;
}

} // namespace gateway
