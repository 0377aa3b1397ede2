// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace gateway::store
{

/// One calendar feed. Of the secret in its address only the hash is known here.
struct CalendarFeedRecord
{
    std::string id;
    std::string secret_hash;  ///< SHA-256, 32 bytes
    std::string client;       ///< who made it
    std::string organisation; ///< ODS code
    std::string schedule;     ///< id of the session; empty: all that the organisation booked
    fhir::Instant made{};
    std::optional<fhir::Instant> revoked;
    std::string revoked_by = {}; ///< client id, or operator; empty while it is not
};

/// Addresses under which appointments are shown as calendars; the part of a Store that gateway/calendar
/// stands on. A revoked one stays, so that its address can be told from one that never was. Nothing of it is
/// about a patient. The promises are Store's.
class CalendarStore
{
public:
    virtual ~CalendarStore() = default;

    /// False when the client has `most` that are not revoked, or the id or the hash is known; then nothing is
    /// written.
    virtual Awaitable<fhir::Result<bool>> add_calendar_feed(CalendarFeedRecord record, std::size_t most) = 0;
    virtual Awaitable<fhir::Result<std::optional<CalendarFeedRecord>>>
    calendar_feed_by_hash(std::string secret_hash) = 0;
    /// Of one client (empty: of all), by id; revoked ones too.
    virtual Awaitable<fhir::Result<std::vector<CalendarFeedRecord>>> calendar_feeds(std::string client) = 0;
    /// `client`: only if it is this client's (empty: anybody's). The feed as it is now; revoked before, it
    /// stays as it was. Nothing when there is none.
    virtual Awaitable<fhir::Result<std::optional<CalendarFeedRecord>>>
    revoke_calendar_feed(std::string id, std::string client, std::string by, fhir::Instant now) = 0;
};

} // namespace gateway::store
