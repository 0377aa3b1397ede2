// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/recorder.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/identity/identity.hpp"
#include "gateway/limits/limiter.hpp"
#include "gateway/observability/metrics.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/search/federated_search.hpp"
#include "gateway/workflow/service.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gateway::faces
{

struct BarsFaceSettings
{
    std::string base_url;                             ///< `https://gateway.example.net/bars/FHIR/R4`
    std::chrono::milliseconds answer_limit{4800};     ///< of every call
    std::vector<std::string> proxy_certificates = {}; ///< SHA-256, lower-case hexadecimal
};

/// What the BaRS face stands on: the same search, booking and policy as the R4 face. Everything outlives it.
struct BarsServices
{
    identity::Identity& identity;
    search::FederatedSearch& search;
    booking::Service& booking;
    workflow::TaskService& tasks;
    std::function<std::shared_ptr<const policy::Directory>()> directory;
    const adapters::Clock& clock;
    adapters::Random& random;
    observability::Metrics& metrics;
    BarsFaceSettings settings;
    audit::Recorder* audit = nullptr;           ///< nothing is recorded without one
    limits::Limiter* limiter = nullptr;         ///< nothing is limited without one
    const policy::Consents* consents = nullptr; ///< nullptr: no patient is hidden from anybody
};

/// A receiver of the NHS Booking and Referral Standard for all services of the directory. One visible list of
/// steps (bars_face.cpp) is common to all requests.
std::unique_ptr<http::Handler> make_bars_face(BarsServices services);

} // namespace gateway::faces
