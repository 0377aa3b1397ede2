// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/office.hpp"

#include "fhir/outcome/catalogue.hpp"

#include <algorithm>
#include <array>

namespace gateway::notify
{

using fhir::ErrorKind;
using fhir::Result;
using store::DeliveryState;

namespace
{

constexpr std::array<std::string_view, 4> orders{"hold", "release", "replay", "cancel"};
constexpr std::size_t longest_reason = 500, most_shown = 200;

Result<void> check_words(const OutboxOrder& order)
{
    if (order.by.empty() || order.reason.find_first_not_of(" \t") == std::string::npos)
        return fhir::fail(ErrorKind::required,
                          "This needs the name of who does it and a reason, for those who "
                          "read of it later; no names of patients.");
    if (order.reason.size() > longest_reason)
        return fhir::fail(ErrorKind::text_too_long, "The reason is longer than 500 bytes.");
    return {};
}

store::DeliveryOrder to_store(const OutboxOrder& order, fhir::Instant now)
{
    store::DeliveryOrder wanted;
    wanted.subscription = order.subscription;
    wanted.number = order.number;
    wanted.now = now;
    using enum DeliveryState;
    switch (order.order) {
    case Order::hold:
        wanted.from = order.number ? std::vector{due} : std::vector<DeliveryState>();
        wanted.to = held;
        if (!order.number)
            wanted.hold_channel = true;
        break;
    case Order::release:
        wanted.from = {held};
        wanted.to = due;
        if (!order.number)
            wanted.hold_channel = false;
        break;
    case Order::replay:
        wanted.from = order.number ? std::vector{dead, cancelled, done} : std::vector{dead};
        wanted.to = due;
        break;
    case Order::cancel:
        wanted.from = {due, held, dead};
        wanted.to = cancelled;
        break;
    }
    return wanted;
}

} // namespace

std::optional<Order> parse_order(std::string_view text)
{
    const auto found = std::ranges::find(orders, text);
    if (found == orders.end())
        return std::nullopt;
    return static_cast<Order>(found - orders.begin());
}

Awaitable<Result<store::OutboxFigures>> OutboxOffice::figures() const
{
    auto figures = co_await parts_.store.outbox_figures();
    co_return figures;
}

Awaitable<Result<OutboxChannel>> OutboxOffice::channel(std::string subscription) const
{
    auto record = co_await parts_.store.subscription(subscription);
    if (!record)
        co_return std::unexpected(record.error());
    auto channel = co_await parts_.store.channel(std::move(subscription));
    if (!channel)
        co_return std::unexpected(channel.error());
    if (!*record || !*channel)
        co_return fhir::fail(ErrorKind::not_found, "There is no such subscription.");
    auto read = from_record(**record);
    if (!read)
        co_return std::unexpected(read.error());
    read->headers.clear();
    read->secret.clear();
    read->previous_secret.clear();
    co_return OutboxChannel{std::move(*read), **channel};
}

Awaitable<Result<std::vector<OutboxChannel>>> OutboxOffice::channels() const
{
    auto records = co_await parts_.store.subscriptions();
    if (!records)
        co_return std::unexpected(records.error());
    std::vector<OutboxChannel> found;
    for (const store::SubscriptionRecord& record : *records) {
        auto shown = co_await channel(record.id);
        if (shown)
            found.push_back(std::move(*shown));
    }
    co_return found;
}

Awaitable<Result<std::vector<store::DeliveryRecord>>>
OutboxOffice::deliveries(std::string subscription, std::vector<DeliveryState> states) const
{
    store::DeliveryFilter filter;
    filter.subscription = std::move(subscription);
    filter.states = std::move(states);
    filter.limit = most_shown;
    auto found = co_await parts_.store.deliveries(std::move(filter));
    co_return found;
}

Result<std::size_t> OutboxOffice::room_for_replays()
{
    const std::lock_guard lock(mutex_);
    const auto minute = std::chrono::floor<std::chrono::minutes>(parts_.clock.now());
    if (minute != minute_) {
        minute_ = minute;
        in_minute_ = 0;
    }
    if (in_minute_ < replays_per_minute_)
        return static_cast<std::size_t>(replays_per_minute_ - in_minute_);
    fhir::Error error(ErrorKind::throttled, "As many deliveries have been replayed as may be in a minute.");
    error.retry_in(std::chrono::seconds(60));
    return std::unexpected(std::move(error));
}

void OutboxOffice::replayed(std::int64_t count)
{
    const std::lock_guard lock(mutex_);
    in_minute_ += count;
}

Awaitable<Result<std::int64_t>> OutboxOffice::carry_out(OutboxOrder order)
{
    auto done = co_await carry_out_checked(order);
    co_await write_down(std::move(order), done);
    co_return done;
}

Awaitable<Result<std::int64_t>> OutboxOffice::carry_out_checked(OutboxOrder order)
{
    if (auto said = check_words(order); !said)
        co_return std::unexpected(said.error());
    auto known = co_await channel(order.subscription);
    if (!known)
        co_return std::unexpected(known.error());
    auto wanted = to_store(order, parts_.clock.now());
    if (order.order == Order::replay) {
        const auto room = room_for_replays();
        if (!room)
            co_return std::unexpected(room.error());
        wanted.limit = *room;
    }
    auto changed = co_await parts_.store.order_deliveries(std::move(wanted));
    if (!changed)
        co_return std::unexpected(changed.error());
    if (order.order == Order::replay)
        replayed(*changed);
    if (order.number && *changed == 0)
        co_return fhir::fail(ErrorKind::transition_not_allowed,
                             "There is no such delivery, or it is in a state in which this changes nothing.");
    co_return *changed;
}

/// What was done stands, whether or not its record could be written at once.
Awaitable<void> OutboxOffice::write_down(OutboxOrder order, Result<std::int64_t> done) const
{
    if (!parts_.audit)
        co_return;
    audit::Note note;
    audit::AuditRecord& record = note.record;
    record.event = audit::Event::configuration;
    record.via = "management";
    record.action = "outbox " + std::string(orders[static_cast<std::size_t>(order.order)]);
    record.user = order.by;
    record.type = "Subscription";
    record.id = order.subscription;
    if (order.number)
        record.version = std::to_string(*order.number);
    if (!done) {
        record.outcome = audit::Outcome::refused;
        record.reason = fhir::catalogue_row(done.error().kind()).code;
    }
    auto written = co_await parts_.audit->record(std::move(note));
    static_cast<void>(written);
}

} // namespace gateway::notify
