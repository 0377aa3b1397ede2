// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/hoarding.hpp"

#include "gateway/observability/log.hpp"
#include "gateway/observability/metrics.hpp"

namespace gateway::limits
{

namespace
{

using booking::WriteContext;
using booking::WriteOutcome;
using fhir::AppointmentStatus;
using fhir::Error;
using fhir::ErrorKind;

std::string pair_of(std::string_view organisation, std::string_view practice)
{
    return std::string(organisation) + "/" + std::string(practice);
}

/// Of `Slot/<ODS>.<local>`, whatever stands before it; empty for anything else.
std::string practice_of_slot(const std::vector<fhir::Reference>& slots)
{
    if (slots.empty() || !slots.front().reference)
        return {};
    const std::string_view reference = *slots.front().reference;
    const auto id = reference.substr(reference.rfind('/') + 1);
    const auto ods = fhir::OdsCode::parse(id.substr(0, id.find('.')));
    return ods ? ods->text() : std::string();
}

} // namespace

HoardingWatch::HoardingWatch(const LimitSettings& settings, observability::Metrics& metrics, Limiter::Now now)
    : metrics_(metrics), now_(std::move(now)), shares_(settings.hoarding_alarm, settings.max_tracked),
      quick_ms_(settings.quick_cancel.count()), refuses_(settings.refuse_hoarders),
      most_(settings.max_tracked)
{}

void HoardingWatch::held(const std::string& appointment)
{
    const std::lock_guard lock(mutex_);
    remember(appointment, false);
}

bool HoardingWatch::is_held(const std::string& appointment) const
{
    const std::lock_guard lock(mutex_);
    const auto found = recent_.find(appointment);
    return found != recent_.end() && !found->second;
}

void HoardingWatch::booked(const std::string& appointment, std::string_view organisation,
                           std::string_view practice)
{
    const auto now = now_();
    {
        const std::lock_guard lock(mutex_);
        remember(appointment, true);
    }
    shares_.did(pair_of(organisation, practice), now);
}

bool HoardingWatch::cancelled(const std::string& appointment, std::string_view organisation,
                              std::string_view practice)
{
    const auto now = now_();
    {
        const std::lock_guard lock(mutex_);
        forget_old(now);
        const auto found = recent_.find(appointment);
        if (found == recent_.end() || !std::exchange(found->second, false))
            return false;
    }
    if (!shares_.was_bad(pair_of(organisation, practice), now))
        return false;
    metrics_.abuse_alarm("hoarding");
    observability::log(observability::Level::warning, "books_and_cancels",
                       {{"ods", std::string(organisation)},
                        {"practice", std::string(practice)},
                        {"refused", refuses_.load()}});
    return true;
}

std::optional<Error> HoardingWatch::refusal(std::string_view organisation, std::string_view practice) const
{
    if (!refuses_)
        return std::nullopt;
    const auto now = now_();
    const auto until = shares_.alarmed_until(pair_of(organisation, practice), now);
    if (!until)
        return std::nullopt;
    metrics_.throttled("hoarding");
    Error error(ErrorKind::throttled,
                "Your organisation has soon cancelled most of what it booked at this practice.");
    error.advise(
        "Use Appointment/$hold while you make up your mind; bookings are taken again when the time in "
        "the Retry-After header has passed.");
    error.retry_in(std::chrono::ceil<std::chrono::seconds>(*until - now));
    return error;
}

void HoardingWatch::remember(const std::string& appointment, bool is_booked)
{
    const auto now = now_();
    forget_old(now);
    if (recent_.insert_or_assign(appointment, is_booked).second)
        in_order_.emplace_back(now, appointment);
}

/// What was booked too long ago, and the oldest ones where there are too many.
void HoardingWatch::forget_old(Moment now)
{
    const auto oldest = now - std::chrono::milliseconds(quick_ms_.load());
    while (!in_order_.empty() && (in_order_.front().first <= oldest || in_order_.size() > most_)) {
        recent_.erase(in_order_.front().second);
        in_order_.pop_front();
    }
}

void HoardingWatch::use(const LimitSettings& settings)
{
    shares_.use(settings.hoarding_alarm);
    quick_ms_ = settings.quick_cancel.count();
    refuses_ = settings.refuse_hoarders;
}

std::size_t HoardingWatch::remembered() const
{
    const std::lock_guard lock(mutex_);
    return in_order_.size();
}

fhir::Result<void> LimitedBooking::may_book(const WriteContext& context,
                                            const std::vector<fhir::Reference>& slots) const
{
    const std::string practice = practice_of_slot(slots);
    if (auto refused = limiter_.admit_booking(practice))
        return std::unexpected(std::move(refused->error));
    if (auto refused = watch_.refusal(context.caller.ods.text(), practice))
        return std::unexpected(std::move(*refused));
    return {};
}

LimitedBooking::Answer<WriteOutcome>
LimitedBooking::book(WriteContext context, fhir::Appointment wanted,
                     std::optional<fhir::search::TokenValue> if_none_exist)
{
    if (auto may = may_book(context, wanted.slot); !may)
        co_return std::unexpected(may.error());
    auto outcome = co_await inner_.book(context, std::move(wanted), std::move(if_none_exist));
    if (outcome)
        co_await note(std::move(context), *outcome, true);
    co_return outcome;
}

LimitedBooking::Answer<WriteOutcome> LimitedBooking::update(WriteContext context, std::string id,
                                                            std::int64_t expected_version,
                                                            fhir::Appointment wanted)
{
    auto outcome = co_await inner_.update(context, std::move(id), expected_version, std::move(wanted));
    if (outcome)
        co_await note(std::move(context), *outcome, false);
    co_return outcome;
}

LimitedBooking::Answer<WriteOutcome> LimitedBooking::reschedule(WriteContext context, std::string id,
                                                                std::int64_t expected_version,
                                                                booking::Move wanted)
{
    if (auto may = may_book(context, wanted.slots); !may)
        co_return std::unexpected(may.error());
    auto outcome =
        co_await inner_.reschedule(std::move(context), std::move(id), expected_version, std::move(wanted));
    co_return outcome;
}

/// A hold that is let go is what holds are for: only what was booked counts. What the practice cancels is its
/// own affair.
Awaitable<void> LimitedBooking::note(WriteContext context, WriteOutcome outcome, bool made)
{
    const auto& resource = outcome.appointment.resource;
    const std::string& practice = outcome.appointment.practice_ods;
    const std::string id = resource.id.value_or("");
    if (outcome.replayed || outcome.unresolved || context.caller.ods.text() == practice)
        co_return;
    if (made && resource.status == AppointmentStatus::pending)
        watch_.held(id);
    if (resource.status == AppointmentStatus::booked && (made || watch_.is_held(id)))
        watch_.booked(id, context.caller.ods.text(), practice);
    if (resource.status != AppointmentStatus::cancelled ||
        !watch_.cancelled(id, context.caller.ods.text(), practice))
        co_return;
    co_await write_down(std::move(context), practice);
}

Awaitable<void> LimitedBooking::write_down(WriteContext context, std::string practice)
{
    audit::AuditRecord record;
    record.event = audit::Event::decision;
    record.via = "limits";
    record.action = "books and cancels";
    record.reason = "hoarding";
    record.agent = context.caller.ods.text();
    record.client = context.caller.client_id;
    record.practice = std::move(practice);
    record.request = std::move(context.request_id);
    (void)co_await recorder_.record({std::move(record), {}});
}

} // namespace gateway::limits
