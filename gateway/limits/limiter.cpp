// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/limiter.hpp"

#include "gateway/observability/log.hpp"
#include "gateway/observability/metrics.hpp"

namespace gateway::limits
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using observability::Level;

constexpr std::string_view go_slower =
    "Wait for the time in the Retry-After header, then spread your requests; whoever runs the gateway can "
    "raise the limit.";

Error too_many(std::string sentence, std::string_view advice = go_slower)
{
    return Error(ErrorKind::throttled, std::move(sentence)).advise(std::string(advice));
}

/// A tenth of what may be asked at once is kept for writes: who searches too much can still cancel.
std::int64_t reserve_of(const Buckets& buckets, bool changes)
{
    return changes ? 0 : buckets.rate().burst / 10;
}

std::chrono::seconds whole_seconds(std::chrono::nanoseconds wait)
{
    return std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
}

} // namespace

Limiter::Limiter(const LimitSettings& settings, observability::Metrics& metrics, Now now)
    : metrics_(metrics), now_(std::move(now)), clients_(settings.client, settings.max_tracked),
      organisations_(settings.organisation, settings.max_tracked),
      practices_(settings.practice, settings.max_tracked),
      lookups_(settings.patient_lookups, settings.max_tracked),
      login_addresses_(settings.failed_logins, settings.max_tracked),
      login_clients_(settings.failed_logins, settings.max_tracked),
      lookup_shares_(settings.lookup_alarm, settings.max_tracked), failed_cost_(settings.failed_lookup_cost)
{}

std::optional<Refused> Limiter::admit(const Asking& asking)
{
    auto refused = refuse_if_empty(clients_, "client", asking.client, reserve_of(clients_, asking.changes),
                                   too_many("This client has sent too many requests in a short time."));
    if (!refused)
        refused = refuse_if_empty(organisations_, "organisation", asking.organisation,
                                  reserve_of(organisations_, asking.changes),
                                  too_many("Your organisation has sent too many requests in a short time, "
                                           "over all of its clients."));
    if (!refused)
        refused = check_lookups(asking);
    if (!refused && !asking.changes)
        refused = admit_booking(asking.practice);
    return refused;
}

std::optional<Refused> Limiter::admit_booking(std::string_view practice)
{
    return refuse_if_empty(practices_, "practice", practice, 0,
                           too_many("This practice is being asked too often just now, by all organisations "
                                    "together.",
                                    "Wait for the time in the Retry-After header, or choose another "
                                    "practice."));
}

std::optional<Refused> Limiter::check_lookups(const Asking& asking)
{
    if (asking.about == Asking::About::anything || asking.organisation.empty())
        return std::nullopt;
    // A booking costs nothing here until its patient turns out to be unknown.
    const auto taken = asking.about == Asking::About::patient_lookup
                           ? lookups_.take(asking.organisation, now_())
                           : lookups_.look(asking.organisation, now_());
    return refusal(taken, "patient_lookup", asking.organisation,
                   too_many("Your organisation has looked up too many patients, or too many that nobody "
                            "knows, in a short time.",
                            "Wait for the time in the Retry-After header; check where the NHS numbers come "
                            "from."));
}

std::optional<Refused> Limiter::refuse_if_empty(Buckets& buckets, std::string_view limit,
                                                std::string_view key, std::int64_t reserve,
                                                const Error& refusal_error)
{
    if (key.empty())
        return std::nullopt;
    return refusal(buckets.take(key, now_(), 1, reserve), limit, key, refusal_error);
}

/// Keys are client ids, ODS codes and addresses; the log holds those anyway.
std::optional<Refused> Limiter::refusal(const Taken& taken, std::string_view limit, std::string_view key,
                                        Error error)
{
    if (taken.granted())
        return std::nullopt;
    metrics_.throttled(limit);
    if (taken.burst_begins)
        observability::log(Level::warning, "throttled",
                           {{"limit", std::string(limit)}, {"who", std::string(key)}});
    error.retry_in(whole_seconds(taken.wait));
    return Refused{std::move(error), taken.burst_begins};
}

void Limiter::looked_up(std::string_view organisation, bool known)
{
    lookup_shares_.did(std::string(organisation), now_());
    if (known)
        return;
    lookups_.charge(organisation, now_(), failed_lookup_cost() - 1);
    note_unknown(organisation);
}

void Limiter::unknown_patient_booked(std::string_view organisation)
{
    lookup_shares_.did(std::string(organisation), now_());
    lookups_.charge(organisation, now_(), failed_lookup_cost());
    note_unknown(organisation);
}

void Limiter::note_unknown(std::string_view organisation)
{
    if (!lookup_shares_.was_bad(std::string(organisation), now_()))
        return;
    metrics_.abuse_alarm("patient_lookup");
    observability::log(Level::warning, "many_unknown_patients", {{"ods", std::string(organisation)}});
}

std::optional<Refused> Limiter::login_failed(std::string_view address, std::string_view client)
{
    const Error error = too_many("Too many logins have failed in a short time.",
                                 "Check the client's key and settings before you try again.");
    auto of_address = refuse_if_empty(login_addresses_, "login_address", address, 0, error);
    auto of_client = refuse_if_empty(login_clients_, "login_client", client, 0, error);
    return of_address ? of_address : of_client;
}

void Limiter::use(const LimitSettings& settings)
{
    clients_.use(settings.client);
    organisations_.use(settings.organisation);
    practices_.use(settings.practice);
    lookups_.use(settings.patient_lookups);
    login_addresses_.use(settings.failed_logins);
    login_clients_.use(settings.failed_logins);
    lookup_shares_.use(settings.lookup_alarm);
    failed_cost_ = settings.failed_lookup_cost;
}

} // namespace gateway::limits
