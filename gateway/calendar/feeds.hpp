// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/calendar/icalendar.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/notify/subscribers.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/store/store.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::calendar
{

struct FeedSettings
{
    std::string url;                        ///< `https://gateway.example.net/calendar`; the secret follows
    std::chrono::days back{31}, ahead{184}; ///< which appointments are shown, by their start
    std::size_t most_feeds = 50;            ///< of one client that are not revoked
};

struct FeedParts
{
    store::Store& store;
    const notify::CurrentSubscribers& clients;
    std::function<std::shared_ptr<const policy::Directory>()> directory;
    const policy::Consents* consents; ///< may be nullptr
    const adapters::Clock& clock;     ///< of the appointment world
    const adapters::Clock& system;    ///< when feeds are made and revoked
    adapters::Random& random;
};

/// A feed as its maker and operators see it: without its address.
struct Feed
{
    std::string id;
    std::string client, organisation;
    std::string schedule; ///< id of the session; empty: all that the organisation booked
    fhir::Instant made{};
    std::optional<fhir::Instant> revoked;
    std::string revoked_by;

    /// ODS code of the session's practice; empty for a feed of bookings.
    std::string practice() const;
};

struct MadeFeed
{
    Feed feed;
    std::string url; ///< with the secret, which nobody can be told again
};

/// Calendar feeds: an unguessable address for each, behind which stand the appointments that its maker's
/// organisation may see at the time, without a word about patients. Thread-safe. Error of all:
/// `store_unavailable`.
class Feeds
{
public:
    Feeds(FeedParts parts, FeedSettings settings) : parts_(std::move(parts)), settings_(std::move(settings))
    {}

    /// `schedule` empty: of all that the organisation books. That the caller may see the session is for who
    /// asks to know. Errors: `booking_limit`; `access_denied` for a client that the practices file does not
    /// name.
    Awaitable<fhir::Result<MadeFeed>> make(identity::Caller caller, std::string schedule);
    /// The client's own, revoked ones too, oldest first.
    Awaitable<fhir::Result<std::vector<Feed>>> of(identity::Caller caller) const;
    Awaitable<fhir::Result<std::vector<Feed>>> all() const;
    /// `not_found` also for another client's. One that was revoked before stays as it was.
    Awaitable<fhir::Result<Feed>> revoke(identity::Caller caller, std::string id);
    Awaitable<fhir::Result<Feed>> revoke_for_operator(std::string id, std::string by);

    /// Whose address this is; nothing when it is nobody's.
    Awaitable<fhir::Result<std::optional<Feed>>> find(std::string secret) const;
    /// Its calendar, as text. Errors: `gone` when it is revoked, or its maker may not see appointments any
    /// more; `too_costly`.
    Awaitable<fhir::Result<std::string>> show(Feed feed) const;

private:
    std::shared_ptr<const notify::Subscriber> maker_of(const Feed& feed) const;
    bool is_shown(const store::AppointmentRecord& record, const Feed& feed,
                  const policy::Directory& directory, fhir::Instant now) const;
    CalendarEvent event_of(const store::AppointmentRecord& record, const policy::Directory& directory) const;
    Awaitable<fhir::Result<Feed>> revoked(std::string id, std::string client, std::string by);

    FeedParts parts_;
    FeedSettings settings_;
};

} // namespace gateway::calendar
