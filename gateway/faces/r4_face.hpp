// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/audit/finder.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/faces/health.hpp"
#include "gateway/faces/page_sizes.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/identity/identity.hpp"
#include "gateway/limits/limiter.hpp"
#include "gateway/observability/metrics.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/search/federated_search.hpp"
#include "gateway/search/patient_finder.hpp"
#include "gateway/workflow/service.hpp"

#include <functional>
#include <memory>
#include <string>

namespace gateway::calendar
{
class Feeds;
}

namespace gateway::notify
{
class Subscriptions;
class EventFeed;
} // namespace gateway::notify

namespace gateway::faces
{

struct R4Settings
{
    std::string public_base_url; ///< `https://gateway.example.net/fhir/R4`, as clients see it; its path is
                                 ///< where the face is served
    std::string version;         ///< of this software
    fhir::Instant started{};     ///< date of the CapabilityStatement
    PageSizes pages{};
    /// Signs the ids of what $find proposes; the same on all nodes. Empty: one of this process alone.
    std::string proposal_secret{};
};

/// What the R4 face stands on. Everything outlives the face; the functions may be called from any thread.
struct R4Services
{
    identity::Identity& identity;
    search::FederatedSearch& search;
    search::PatientFinder& patients;
    booking::Service& booking;
    workflow::TaskService& tasks;
    std::function<std::shared_ptr<const policy::Directory>()> directory;
    const adapters::Clock& clock;
    adapters::Random& random;
    observability::Metrics& metrics;
    Health health;
    R4Settings settings;
    audit::Recorder* audit = nullptr;      ///< nothing is recorded without one
    audit::Finder* audit_finder = nullptr; ///< AuditEvent and Provenance are read from it
    limits::Limiter* limiter = nullptr;    ///< nothing is limited without one
    policy::Consents* consents = nullptr;  ///< none are recorded here without it
    notify::Subscriptions* subscriptions = nullptr; ///< none are taken without it
    const notify::EventFeed* events = nullptr;      ///< none are told without it
    calendar::Feeds* calendars = nullptr;           ///< none are made without it
};

/// The handler of the public listener: FHIR R4 below the path of the base URL, the token endpoint, and
/// health. One visible list of steps (r4_face.cpp) is common to all requests.
std::unique_ptr<http::Handler> make_r4_face(R4Services services);

} // namespace gateway::faces
