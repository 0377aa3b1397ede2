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
