// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/recorder.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/observability/metrics.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/search/federated_search.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace gateway::faces
{

struct BulkSettings
{
    std::string manifest_url;           ///< `https://gateway.example.net/fhir/R4/$bulk-publish`
    std::string files_url;              ///< `https://gateway.example.net/bulk`
    std::chrono::seconds fresh_for{15}; ///< how long one publication is given out
    std::chrono::days window{28};       ///< how far ahead
};

struct BulkServices
{
    search::FederatedSearch& search;
    std::function<std::shared_ptr<const policy::Directory>()> directory;
    const adapters::Clock& clock;
    observability::Metrics& metrics;
    BulkSettings settings;
    audit::Recorder* audit = nullptr; ///< told of each publication that is made
};

/// Slot publication for anybody (SMART Scheduling Links): a manifest and NDJSON files, of those sessions
/// alone that a practice's configuration calls public. 404 where none does. Thread-safe.
std::unique_ptr<http::Handler> make_bulk_face(BulkServices services);

} // namespace gateway::faces
