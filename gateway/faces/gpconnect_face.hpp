// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/identity/spine_consumers.hpp"
#include "gateway/limits/limiter.hpp"
#include "gateway/observability/metrics.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/search/federated_search.hpp"
#include "gateway/search/practice_patients.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace gateway::faces
{

struct GpConnectSettings
{
    std::string public_origin;                  ///< `https://gateway.example.net:8445`, as consumers see it
    std::string version;                        ///< of this software
    fhir::Instant started{};                    ///< date of the CapabilityStatement
    std::map<fhir::OdsCode, std::string> asids; ///< of practices; those without one take any Ssp-To
    std::shared_ptr<const identity::CurrentConsumers> consumers; ///< who may call
    std::string patient_secret;     ///< makes patient ids; the same on all nodes, for ever
    bool if_match_required = false; ///< a PUT without If-Match is refused
};

/// What the GP Connect face stands on: the same search, booking and policy as the R4 face. Everything
/// outlives the face.
struct GpConnectServices
{
    search::FederatedSearch& search;
    search::PracticePatients& practice_patients;
    booking::Service& booking;
    std::function<std::shared_ptr<const policy::Directory>()> directory;
    const adapters::Clock& clock;       ///< of the appointment world
    const adapters::Clock& token_clock; ///< what the consumers' own clocks show
    adapters::Random& random;
    observability::Metrics& metrics;
    GpConnectSettings settings;
    audit::Recorder* audit = nullptr;           ///< nothing is recorded without one
    limits::Limiter* limiter = nullptr;         ///< nothing is limited without one
    const policy::Consents* consents = nullptr; ///< nullptr: no patient is hidden from anybody
};

/// The handler of the GP Connect listener: Appointment Management with Foundations 1.2.7, FHIR STU3, one base
/// per practice, `/<ODS>/STU3/1/gpconnect/fhir`. Its listener must require client certificates. The steps
/// common to all requests are one visible list (gpconnect_face.cpp).
std::unique_ptr<http::Handler> make_gpconnect_face(GpConnectServices services);

} // namespace gateway::faces
