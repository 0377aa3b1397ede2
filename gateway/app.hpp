// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gateway
{

namespace settings
{
struct Settings;
struct Loaded;
} // namespace settings
namespace store
{
struct LinkRecord;
}
namespace policy
{
struct ConsentChange;
}

/// Why the gateway did not start, and the exit code that says so (`apptgw --help`).
struct StartFailure
{
    int exit_code;
    fhir::Error error;
};

/// The composition root: builds every part of the gateway from settings, in order, and destroys them in
/// reverse. The only place that names concrete classes of every part.
class App
{
public:
    /// Reads keys and certificates, opens the store, makes the adapters and binds the listeners; the error
    /// names the setting. `clock` tells the time of the appointment world; tokens and certificates follow the
    /// system clock.
    static std::expected<std::unique_ptr<App>, StartFailure>
    make(settings::Settings settings, const adapters::Clock& clock = adapters::system_clock());
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Begins to accept, and settles whatever an earlier run left open.
    void start();
    /// Drains and stops; blocking, idempotent.
    void stop();
    fhir::Result<void> reload_certificates();
    /// From the next request on, on every connection: clients, issuers and GP Connect consumers of `read`.
    /// Returns what of it differs and needs a restart. On
    /// an error nothing has changed.
    fhir::Result<std::vector<std::string>> reload_parties(const settings::Settings& read);

    std::uint16_t fhir_port() const;
    std::uint16_t management_port() const;
    std::uint16_t gpconnect_port() const; ///< 0 when it is not offered

    /// A ready access token for a registered client, for the sandbox.
    fhir::Result<std::string> mint_token(std::string_view client_id, std::chrono::seconds lifetime);
    /// Keeps patients' link credentials in the store, as linking would; before start().
    fhir::Result<void> keep_patient_links(std::vector<store::LinkRecord> links);
    /// Records what patients decided, as an operator would; what stands already is left as it is.
    fhir::Result<void> keep_consents(std::vector<policy::ConsentChange> changes);

private:
    struct Parts;
    explicit App(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

/// Blocks SIGINT, SIGTERM and SIGHUP for the calling thread and every thread it starts afterwards, so that
/// they arrive in wait() only.
class Signals
{
public:
    Signals();
    /// Returns at SIGINT or SIGTERM; SIGHUP calls `hang_up`.
    void wait(const std::function<void()>& hang_up) const;
};

/// Reads certificates and settings again and logs what came of it; `read_again` gives the settings with all
/// their problems, any of which leaves the old ones in force.
void reload(App& app, const std::function<settings::Loaded()>& read_again);

/// `apptgw serve`: runs until SIGINT or SIGTERM; SIGHUP reloads. Returns the process's exit code.
int run_serve(settings::Settings settings, const std::function<settings::Loaded()>& read_again);

} // namespace gateway
