// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/booking/service_factory.hpp"
#include "gateway/faces/calendar_desk.hpp"
#include "gateway/faces/consent_desk.hpp"
#include "gateway/faces/health.hpp"
#include "gateway/faces/outbox_desk.hpp"
#include "gateway/faces/policy_desk.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/observability/metrics.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace gateway::faces
{

/// What operators do with intents that nothing settles by itself; empty functions: nothing.
struct Worklist
{
    /// The operator behind a request that changes something, by name.
    std::function<fhir::Result<std::string>(const fhir::rest::Request&)> operator_of;
    std::function<Awaitable<fhir::Result<booking::ResolvedIntent>>(std::string intent)> show;
    std::function<Awaitable<fhir::Result<booking::ResolvedIntent>>(booking::Resolution)> resolve;
    std::function<Awaitable<fhir::Result<void>>(std::string intent)> settle_again;
};

/// What the management listener shows; references outlive the handler.
struct Management
{
    Health health;
    const observability::Metrics& metrics;
    std::function<void()> before_metrics; ///< brings gauges up to date that nobody else sets; may be empty
    /// Writes whose outcome is not known yet; may be empty.
    std::function<Awaitable<fhir::Result<std::vector<booking::OpenIntent>>>()> open_intents;
    const adapters::Clock& clock;
    Worklist worklist = {};
    audit::Recorder* audit = nullptr;                  ///< nothing is recorded without one
    policy::Administration* policy = nullptr;          ///< nullptr: there is no `/policy`
    std::string code_system = {};                      ///< of the details of its errors
    const slot_types::SeenTypes* slot_types = nullptr; ///< none are known without
    policy::Consents* consents = nullptr;              ///< nullptr: there is no `/consents`
    notify::OutboxOffice* outbox = nullptr;            ///< nullptr: there is no `/outbox`
    calendar::Feeds* calendars = nullptr;              ///< nullptr: there is no `/calendars`
};

/// The management listener: `/livez`, `/readyz`, `/metrics`, `/unknown`, `/_ping`, `/_status`, `/heartbeat`;
/// `GET /unknown/{intent}` shows one intent, `POST /unknown/{intent}` settles it as an operator says;
/// `POST /audit/exports` puts on record that somebody has exported the audit trail;
/// `/policy/…` as in policy_desk.hpp, `/consents/…` as in consent_desk.hpp, `/outbox/…` as in
/// outbox_desk.hpp, `/calendars/…` as in calendar_desk.hpp. Knows no caller but operators, and patients only at the consent desk.
std::unique_ptr<http::Handler> make_management_handler(Management management);

} // namespace gateway::faces
