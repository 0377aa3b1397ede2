// SPDX-License-Identifier: Apache-2.0
#include "gateway/calendar/feeds.hpp"

#include "fhir/rest/message.hpp"
#include "gateway/booking/payload.hpp"
#include "gateway/identity/crypto.hpp"

#include <algorithm>
#include <array>

namespace gateway::calendar
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// Appointments are looked for in stretches of this length, so that no look holds a reader for long.
constexpr std::chrono::days stretch{14};
constexpr std::size_t most_in_stretch = 10000;

struct StatusShown
{
    std::string_view code;
    EventStatus status;
    std::string_view summary;
};
/// FHIR codes; what is only wished for (proposed, waitlist) has no time yet.
constexpr std::array<StatusShown, 8> statuses_shown{{
    {"pending", EventStatus::tentative, "Appointment pending"},
    {"booked", EventStatus::confirmed, "Appointment booked"},
    {"arrived", EventStatus::confirmed, "Appointment booked"},
    {"checked-in", EventStatus::confirmed, "Appointment booked"},
    {"fulfilled", EventStatus::confirmed, "Appointment booked"},
    {"noshow", EventStatus::confirmed, "Appointment booked"},
    {"cancelled", EventStatus::cancelled, "Appointment cancelled"},
    {"entered-in-error", EventStatus::cancelled, "Appointment cancelled"},
}};

const StatusShown* shown_as(std::string_view status)
{
    const auto found = std::ranges::find(statuses_shown, status, &StatusShown::code);
    return found == statuses_shown.end() ? nullptr : &*found;
}

Feed feed_of(store::CalendarFeedRecord record)
{
    return {std::move(record.id),
            std::move(record.client),
            std::move(record.organisation),
            std::move(record.schedule),
            record.made,
            record.revoked,
            std::move(record.revoked_by)};
}

std::vector<Feed> feeds_of(std::vector<store::CalendarFeedRecord> records)
{
    std::vector<Feed> feeds;
    for (store::CalendarFeedRecord& record : records)
        feeds.push_back(feed_of(std::move(record)));
    return feeds;
}

bool may_see_appointments(const identity::Caller& caller)
{
    return caller.may(identity::Permission::search, "Appointment");
}

bool shares(const std::string& practice, const std::string& organisation, const policy::Directory& directory,
            fhir::Instant now)
{
    const auto sharer = fhir::OdsCode::parse(practice), asking = fhir::OdsCode::parse(organisation);
    return sharer && asking && (*sharer == *asking || directory.shares(*sharer, *asking, now));
}

std::string practice_name(const std::string& ods, const policy::Directory& directory)
{
    const auto code = fhir::OdsCode::parse(ods);
    const auto practice = code ? directory.practice(*code) : nullptr;
    return practice ? practice->name : ods;
}

store::AppointmentFilter filter_of(const Feed& feed)
{
    store::AppointmentFilter filter;
    if (feed.schedule.empty()) {
        filter.booked_by = {feed.organisation};
    } else {
        filter.visible_to = feed.organisation;
        filter.practices = {feed.practice()};
    }
    filter.limit = most_in_stretch + 1;
    return filter;
}

std::unexpected<fhir::Error> no_such_feed()
{
    return fhir::fail(ErrorKind::not_found, "There is no such calendar feed, or it is not yours.");
}

} // namespace

std::string Feed::practice() const
{
    return schedule.substr(0, std::min(schedule.find('.'), schedule.size()));
}

Awaitable<Result<MadeFeed>> Feeds::make(identity::Caller caller, std::string schedule)
{
    const auto known = parts_.clients.find(caller.client_id);
    if (!known || known->caller.ods != caller.ods)
        co_return std::unexpected(
            fhir::Error(ErrorKind::access_denied,
                        "Calendar feeds are for clients that the gateway has in its "
                        "own list, because it asks there at every look.")
                .advise("Ask whoever runs the gateway to add the client.", fhir::Remedy::operator_));
    std::string secret = identity::random_token();
    store::CalendarFeedRecord record;
    record.id = adapters::new_uuid(parts_.system, parts_.random);
    record.secret_hash = identity::sha256(secret);
    record.client = caller.client_id;
    record.organisation = caller.ods.text();
    record.schedule = std::move(schedule);
    record.made = parts_.system.now();
    auto added = co_await parts_.store.add_calendar_feed(record, settings_.most_feeds);
    if (!added)
        co_return std::unexpected(added.error());
    if (!*added)
        co_return std::unexpected(
            fhir::Error(ErrorKind::booking_limit, "The client has as many calendar feeds as it may have.")
                .advise("Revoke one that is not needed any more."));
    co_return MadeFeed{feed_of(std::move(record)), settings_.url + "/" + secret + ".ics"};
}

Awaitable<Result<std::vector<Feed>>> Feeds::of(identity::Caller caller) const
{
    auto records = co_await parts_.store.calendar_feeds(caller.client_id);
    if (!records)
        co_return std::unexpected(records.error());
    co_return feeds_of(std::move(*records));
}

Awaitable<Result<std::vector<Feed>>> Feeds::all() const
{
    auto records = co_await parts_.store.calendar_feeds({});
    if (!records)
        co_return std::unexpected(records.error());
    co_return feeds_of(std::move(*records));
}

Awaitable<Result<Feed>> Feeds::revoked(std::string id, std::string client, std::string by)
{
    auto record = co_await parts_.store.revoke_calendar_feed(std::move(id), std::move(client), std::move(by),
                                                             parts_.system.now());
    if (!record)
        co_return std::unexpected(record.error());
    if (!*record)
        co_return no_such_feed();
    co_return feed_of(std::move(**record));
}

Awaitable<Result<Feed>> Feeds::revoke(identity::Caller caller, std::string id)
{
    if (caller.client_id.empty())
        co_return no_such_feed();
    auto feed = co_await revoked(std::move(id), caller.client_id, caller.client_id);
    co_return feed;
}

Awaitable<Result<Feed>> Feeds::revoke_for_operator(std::string id, std::string by)
{
    auto feed = co_await revoked(std::move(id), {}, std::move(by));
    co_return feed;
}

/// The same steps whatever is asked: its hash is looked up, and nothing is compared with the secret itself.
Awaitable<Result<std::optional<Feed>>> Feeds::find(std::string secret) const
{
    auto record = co_await parts_.store.calendar_feed_by_hash(identity::sha256(secret));
    if (!record)
        co_return std::unexpected(record.error());
    co_return *record ? std::optional(feed_of(std::move(**record))) : std::nullopt;
}

/// nullptr when it may not see appointments any more.
std::shared_ptr<const notify::Subscriber> Feeds::maker_of(const Feed& feed) const
{
    auto maker = parts_.clients.find(feed.client);
    if (maker && maker->caller.ods.text() == feed.organisation && may_see_appointments(maker->caller))
        return maker;
    return nullptr;
}

bool Feeds::is_shown(const store::AppointmentRecord& record, const Feed& feed,
                     const policy::Directory& directory, fhir::Instant now) const
{
    if (!shown_as(record.status) || !shares(record.practice, feed.organisation, directory, now))
        return false;
    if (!feed.schedule.empty() && booking::kept_schedule(record.supplier) != "Schedule/" + feed.schedule)
        return false;
    const auto number = fhir::NhsNumber::parse(record.patient);
    const auto practice = fhir::OdsCode::parse(record.practice),
               asking = fhir::OdsCode::parse(feed.organisation);
    return !number || *practice == *asking ||
           !policy::hides(parts_.consents, {.patient = *number, .practice = *practice, .asking = *asking});
}

CalendarEvent Feeds::event_of(const store::AppointmentRecord& record,
                              const policy::Directory& directory) const
{
    const std::string origin(fhir::rest::origin_of(settings_.url));
    const auto host = origin.find("://");
    const StatusShown& shown = *shown_as(record.status);
    CalendarEvent event;
    event.uid = record.id + "@" + (host == std::string::npos ? origin : origin.substr(host + 3));
    event.sequence = record.version - 1;
    event.changed = record.updated;
    event.time = {record.start, record.end};
    event.status = shown.status;
    event.summary = shown.summary;
    event.location = practice_name(record.practice, directory);
    return event;
}

Awaitable<Result<std::string>> Feeds::show(Feed feed) const
{
    const auto maker = maker_of(feed);
    if (feed.revoked || !maker)
        co_return fhir::fail(ErrorKind::gone, "This calendar feed has been revoked.");
    const auto directory = parts_.directory();
    const fhir::Instant now = parts_.clock.now();
    Calendar calendar;
    calendar.name = feed.schedule.empty()
                        ? "Appointments booked by " +
                              (maker->caller.name.empty() ? feed.organisation : maker->caller.name)
                        : "Appointments at " + practice_name(feed.practice(), *directory);
    const fhir::Instant first = now - settings_.back, last = now + settings_.ahead;
    for (fhir::Instant from = first; from < last; from += stretch) {
        auto filter = filter_of(feed);
        filter.start_from = from;
        filter.start_before = std::min(from + stretch, last);
        auto records = co_await parts_.store.find(std::move(filter));
        if (!records)
            co_return std::unexpected(records.error());
        if (records->size() > most_in_stretch)
            co_return fhir::fail(ErrorKind::too_costly, "There are too many appointments for a calendar.");
        for (const store::AppointmentRecord& record : *records)
            if (is_shown(record, feed, *directory, now))
                calendar.events.push_back(event_of(record, *directory));
    }
    co_return to_icalendar(calendar);
}

} // namespace gateway::calendar
