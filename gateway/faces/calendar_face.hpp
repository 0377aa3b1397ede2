// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/limits/limiter.hpp"
#include "gateway/observability/metrics.hpp"

#include <memory>
#include <string>

namespace gateway::calendar
{
class Feeds;
}

namespace gateway::faces
{

struct CalendarServices
{
    calendar::Feeds& feeds;
    const adapters::Clock& clock;
    adapters::Random& random;
    observability::Metrics& metrics;
    std::string url;                    ///< `https://gateway.example.net/calendar`
    audit::Recorder* audit = nullptr;   ///< told of each look; nothing is recorded without one
    limits::Limiter* limiter = nullptr; ///< nothing is limited without one
};

/// `GET {url}/{secret}.ics`: the calendar behind a feed's address, for whoever has it. 404 for an address
/// that is nobody's, 410 for one that was revoked. The secret is in no log, metric or record: a look is known
/// by the feed's id. Thread-safe.
std::unique_ptr<http::Handler> make_calendar_face(CalendarServices services);

} // namespace gateway::faces
