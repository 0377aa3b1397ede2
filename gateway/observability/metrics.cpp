// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <map>
#include <shared_mutex>
#include <sstream>
#include <vector>

namespace gateway::observability
{
namespace
{

/// Past this many label sets a metric counts the rest under `other`, so that nothing a stranger sends can
/// fill the memory.
constexpr std::size_t max_series = 2000;

const prometheus::Histogram::BucketBoundaries duration_buckets = {.005, .01, .025, .05, .075, .1,  .25,
                                                                  .5,   .75, 1,    2.5, 5,    7.5, 10};

/// One metric: its label names, and its series found by label values without asking prometheus-cpp again.
template <class Metric>
class Series
{
public:
    Series(prometheus::Family<Metric>& family, std::vector<std::string> labels)
        : family_(family), labels_(std::move(labels))
    {}

    template <class... Extra>
    Metric& with(const std::vector<std::string_view>& values, const Extra&... extra)
    {
        std::string key;
        for (const auto value : values)
            key.append(value).push_back('\n');
        {
            const std::shared_lock lock(mutex_);
            if (const auto found = series_.find(key); found != series_.end())
                return *found->second;
        }
        const std::unique_lock lock(mutex_);
        if (const auto found = series_.find(key); found != series_.end())
            return *found->second;
        const bool full = series_.size() >= max_series;
        Metric& metric = family_.Add(label_set(values, full), extra...);
        if (!full)
            series_.emplace(std::move(key), &metric);
        return metric;
    }

private:
    prometheus::Labels label_set(const std::vector<std::string_view>& values, bool full) const
    {
        prometheus::Labels set;
        for (std::size_t i = 0; i < labels_.size(); ++i)
            set.emplace(labels_[i], full ? "other" : std::string(values[i]));
        return set;
    }

    prometheus::Family<Metric>& family_;
    std::vector<std::string> labels_;
    std::shared_mutex mutex_;
    std::map<std::string, Metric*> series_;
};

using Counters = Series<prometheus::Counter>;
using Gauges = Series<prometheus::Gauge>;
using Histograms = Series<prometheus::Histogram>;

double seconds(std::chrono::nanoseconds took)
{
    return std::chrono::duration<double>(took).count();
}

std::string_view known_method(std::string_view method)
{
    static constexpr std::array<std::string_view, 7> known = {"GET",   "HEAD",   "POST",   "PUT",
                                                              "PATCH", "DELETE", "OPTIONS"};
    return std::ranges::find(known, method) != known.end() ? method : "other";
}

std::string_view code_class(unsigned status)
{
    static constexpr std::array<std::string_view, 6> classes = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
    return status >= 100 && status < 600 ? classes[status / 100] : classes[0];
}

auto& counter(prometheus::Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

auto& gauge(prometheus::Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

auto& histogram(prometheus::Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

} // namespace

struct Metrics::Impl
{
    prometheus::Registry registry;

    Histograms requests{
        histogram(registry, "apptgw_http_request_duration_seconds", "Time to answer a request."),
        {"route", "method", "code_class"}};
    Gauges in_flight{gauge(registry, "apptgw_http_requests_in_flight", "Requests being answered now."),
                     {"listener"}};
    Counters rejected{
        counter(registry, "apptgw_http_rejected_total", "Requests refused by policy or a limit."),
        {"reason"}};
    Counters throttled{counter(registry, "apptgw_throttled_total", "Requests over a rate limit."), {"limit"}};
    Counters alarms{
        counter(registry, "apptgw_abuse_alarms_total",
                "Organisations that look up many unknown patients, or cancel much of what they book."),
        {"kind"}};
    Gauges lag{gauge(registry, "apptgw_event_loop_lag_seconds", "How far behind the furthest worker is."),
               {}};
    Gauges store_queue{gauge(registry, "apptgw_store_queue", "Writes that wait for the disk."), {}};
    Histograms calls{histogram(registry, "apptgw_connector_request_duration_seconds",
                               "Time of one call to a supplier system."),
                     {"connector", "operation", "outcome"}};
    Counters practice_changes{counter(registry, "apptgw_practice_changes_total",
                                      "Changes of appointments seen in the practices' own books."),
                              {"connector", "change"}};
    Gauges breaker{
        gauge(registry, "apptgw_connector_breaker_state", "Circuit breaker: 0 closed, 1 half open, 2 open."),
        {"connector", "practice"}};
    Gauges up{gauge(registry, "apptgw_connector_up", "1 while calls to the practice are let through."),
              {"connector", "practice"}};
    Counters partial{
        counter(registry, "apptgw_search_partial_total", "Practices missing from a search answer."),
        {"reason"}};
    Counters bookings{counter(registry, "apptgw_bookings_total", "Bookings by outcome."),
                      {"connector", "outcome"}};
    Gauges unknown{gauge(registry, "apptgw_booking_unknown", "Writes whose outcome is being settled."), {}};
    Gauges need_person{
        gauge(registry, "apptgw_booking_needs_person", "Writes whose outcome a person must find out."), {}};
    Counters replays{
        counter(registry, "apptgw_idempotent_replays_total", "Writes answered again from their key."), {}};
    Counters audited{counter(registry, "apptgw_audit_records_total", "Records of the audit chain."),
                     {"event"}};
    Gauges chain_ok{
        gauge(registry, "apptgw_audit_chain_ok", "1: the end of the audit chain was whole when last read."),
        {}};
    Gauges outbox{gauge(registry, "apptgw_outbox_depth", "Deliveries to subscribers that are not done."),
                  {"state"}};
    Gauges outbox_oldest{gauge(registry, "apptgw_outbox_oldest_seconds",
                               "Age of the oldest event that waits to be delivered."),
                         {}};
    Counters notifications{
        counter(registry, "apptgw_notifications_total", "Notifications sent to subscribers, by outcome."),
        {"type", "outcome"}};
    Histograms commits{histogram(registry, "apptgw_db_commit_duration_seconds", "Time of one store commit."),
                       {"store"}};
    Gauges expiry{
        gauge(registry, "apptgw_tls_certificate_expiry_timestamp_seconds", "When a certificate expires."),
        {"name"}};
    Gauges build{gauge(registry, "apptgw_build_info", "Always 1; labels tell the build."),
                 {"version", "revision"}};

    Impl()
    {
        // Present from the start, so that an alert can tell "none" from "not scraped".
        unknown.with({}).Set(0);
        need_person.with({}).Set(0);
        replays.with({});
        outbox_oldest.with({}).Set(0);
        for (const char* state : {"due", "held", "dead"})
            outbox.with({state}).Set(0);
    }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::http_request(std::string_view route, std::string_view method, unsigned status,
                           std::chrono::nanoseconds took)
{
    impl_->requests.with({route, known_method(method), code_class(status)}, duration_buckets)
        .Observe(seconds(took));
}

void Metrics::http_in_flight(std::string_view listener, double now)
{
    impl_->in_flight.with({listener}).Set(now);
}

void Metrics::http_rejected(std::string_view reason)
{
    impl_->rejected.with({reason}).Increment();
}

void Metrics::throttled(std::string_view limit)
{
    impl_->throttled.with({limit}).Increment();
}

void Metrics::abuse_alarm(std::string_view kind)
{
    impl_->alarms.with({kind}).Increment();
}

void Metrics::event_loop_lag(double now)
{
    impl_->lag.with({}).Set(now);
}

void Metrics::store_queue(double waiting)
{
    impl_->store_queue.with({}).Set(waiting);
}

void Metrics::supplier_call(std::string_view system, std::string_view operation, std::string_view outcome,
                            std::chrono::nanoseconds took)
{
    impl_->calls.with({system, operation, outcome}, duration_buckets).Observe(seconds(took));
}

void Metrics::supplier_breaker(std::string_view system, std::string_view practice, int state)
{
    impl_->breaker.with({system, practice}).Set(state);
    impl_->up.with({system, practice}).Set(state == 2 ? 0 : 1);
}

void Metrics::search_partial(std::string_view reason)
{
    impl_->partial.with({reason}).Increment();
}

void Metrics::booking(std::string_view system, std::string_view outcome)
{
    impl_->bookings.with({system, outcome}).Increment();
}

void Metrics::practice_change(std::string_view system, std::string_view change)
{
    impl_->practice_changes.with({system, change}).Increment();
}

void Metrics::bookings_unknown(double now_open)
{
    impl_->unknown.with({}).Set(now_open);
}

void Metrics::bookings_need_person(double now_waiting)
{
    impl_->need_person.with({}).Set(now_waiting);
}

void Metrics::idempotent_replay()
{
    impl_->replays.with({}).Increment();
}

void Metrics::audit_record(std::string_view event)
{
    impl_->audited.with({event}).Increment();
}

void Metrics::audit_chain_ok(bool ok)
{
    impl_->chain_ok.with({}).Set(ok ? 1 : 0);
}

void Metrics::outbox(std::string_view state, double now)
{
    impl_->outbox.with({state}).Set(now);
}

void Metrics::outbox_oldest(double now)
{
    impl_->outbox_oldest.with({}).Set(now);
}

void Metrics::notification(std::string_view type, std::string_view outcome)
{
    impl_->notifications.with({type, outcome}).Increment();
}

void Metrics::store_commit(std::string_view store, std::chrono::nanoseconds took)
{
    impl_->commits.with({store}, duration_buckets).Observe(seconds(took));
}

void Metrics::certificate_expiry(std::string_view name, double unix_seconds)
{
    impl_->expiry.with({name}).Set(unix_seconds);
}

void Metrics::build_info(std::string_view version, std::string_view revision)
{
    impl_->build.with({version, revision}).Set(1);
}

std::string Metrics::text() const
{
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, impl_->registry.Collect());
    return std::move(out).str();
}

} // namespace gateway::observability
