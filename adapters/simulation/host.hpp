// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/simulation/fault.hpp"
#include "adapters/simulation/simulator.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::simulation
{

/// What reaches the caller of a simulated supplier.
struct Reply
{
    fhir::rest::Response response; ///< `delivery` says whether the connection survives
    std::chrono::milliseconds delay{0};
    bool hang = false; ///< never answer, keep the connection open; nothing was done
};

/// A simulator together with its fault switches and its control interface. Thread-safe; calls are serialised.
///
/// Control interface (JSON): `GET /book`, `GET /messages`, `PUT /fault` (one fault or an array of them,
/// replacing all), `GET /fault`, `DELETE /fault`, `POST /reset` (book and faults), `POST /reception` with
/// `{"take": slot}`,
/// `{"cancel": slot}`, `{"move": slot, "to": slot}`, `{"mark": slot,
/// "as": "arrived"|"seen"|"noshow"}`, `{"unlink": NHS number}` or `{"appointments": "on"|"off"}`. An answer
/// lost after its effect in time rather than by a cut is a `latency` longer than the client waits; `hang`
/// does nothing at all.
class SimulatorHost
{
public:
    using Factory = std::function<std::unique_ptr<Simulator>(const Clock& clock)>;

    /// `ods` is only what `GET /book` says the book is of.
    SimulatorHost(const Factory& factory, const Clock& clock, Random& random, std::string ods = {});
    ~SimulatorHost();

    Reply handle(const fhir::rest::Request& request);
    /// `request.target` is relative to the control URL: `/book`.
    fhir::rest::Response control(const fhir::rest::Request& request);

    void set_faults(std::vector<Fault> faults);
    std::vector<BookRow> book() const;
    std::vector<MessageRow> messages() const;
    /// For direct questions in tests; not thread-safe against handle().
    Simulator& simulator() { return *simulator_; }

private:
    class SkewedClock;

    fhir::rest::Response show_book() const;
    fhir::rest::Response show_messages() const;
    fhir::rest::Response show_faults() const;
    fhir::rest::Response put_faults(const fhir::rest::Request& request);
    fhir::rest::Response delete_faults();
    fhir::rest::Response reset();
    fhir::rest::Response reception(const fhir::rest::Request& request);
    fhir::rest::Response switch_appointments(std::string_view word);

    mutable std::mutex mutex_;
    std::unique_ptr<SkewedClock> clock_;
    std::unique_ptr<Simulator> simulator_;
    Random& random_;
    std::string ods_;
    std::vector<ActiveFault> faults_;
    std::optional<bool> began_on_; ///< how appointments were before anybody switched them
};

} // namespace adapters::simulation
