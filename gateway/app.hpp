// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace gateway
{

namespace settings
{
struct Settings;
}

/// The composition root: builds every part of the gateway from settings, in order, and destroys them in
/// reverse. The only place that names concrete classes of every part.
class App
{
public:
    /// Reads keys and certificates, opens the store, makes the adapters and binds the listeners. `clock`
    /// tells the time of the appointment world; tokens and certificates follow the system clock.
    static fhir::Result<std::unique_ptr<App>> make(const settings::Settings& settings,
                                                   const adapters::Clock& clock = adapters::system_clock());
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Begins to accept, and settles whatever an earlier run left open.
    void start();
    /// Drains and stops; blocking, idempotent.
    void stop();

    std::uint16_t fhir_port() const;
    std::uint16_t management_port() const;

    /// Keeps a patient's link credential at a practice in the store, as linking would.
    fhir::Result<void> keep_patient_links(
        std::vector<std::tuple<std::string, std::string, std::string>> practice_nhs_number_credential);

private:
    struct Parts;
    explicit App(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

/// `apptgw serve`: runs until SIGINT or SIGTERM; SIGHUP reloads certificates. Returns the process's exit
/// code.
int run_serve(const settings::Settings& settings);

} // namespace gateway
