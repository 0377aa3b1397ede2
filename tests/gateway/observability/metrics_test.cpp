// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace gateway::observability;
using namespace std::chrono_literals;

namespace
{

bool has(const Metrics& metrics, std::string_view text)
{
    return metrics.text().find(text) != std::string::npos;
}

} // namespace

TEST(MetricsText, CountsRequestsByRouteMethodAndCodeClass)
{
    Metrics metrics;
    metrics.http_request("/fhir/R4/Slot", "GET", 200, 30ms);
    metrics.http_request("/fhir/R4/Slot", "GET", 404, 30ms);
    EXPECT_TRUE(has(metrics, "# TYPE apptgw_http_request_duration_seconds histogram"));
    EXPECT_TRUE(has(metrics, "apptgw_http_request_duration_seconds_count{code_class=\"2xx\",method=\"GET\","
                             "route=\"/fhir/R4/Slot\"} 1"));
    EXPECT_TRUE(has(metrics, "code_class=\"4xx\""));
}

TEST(MetricsText, UsesTheDocumentedDurationBuckets)
{
    Metrics metrics;
    metrics.store_commit("sqlite", 6ms);
    EXPECT_TRUE(has(metrics, "le=\"0.005\"} 0"));
    EXPECT_TRUE(has(metrics, "le=\"0.01\"} 1"));
    EXPECT_TRUE(has(metrics, "le=\"10\"} 1"));
}

TEST(MetricsText, AnInventedMethodIsCountedAsOther)
{
    Metrics metrics;
    metrics.http_request("/", "BREW", 405, 1ms);
    EXPECT_FALSE(has(metrics, "BREW"));
    EXPECT_TRUE(has(metrics, "method=\"other\""));
}

TEST(MetricsText, ManyLabelValuesCannotFillTheMemory)
{
    Metrics metrics;
    for (int i = 0; i < 5000; ++i)
        metrics.search_partial("reason " + std::to_string(i));
    const std::string text = metrics.text();
    EXPECT_LT(std::ranges::count(text, '\n'), 2100);
    EXPECT_NE(text.find("apptgw_search_partial_total{reason=\"other\"} 3000"), std::string::npos);
}

TEST(MetricsText, GaugesGoUpAndDown)
{
    Metrics metrics;
    metrics.http_in_flight("fhir", 7);
    metrics.http_in_flight("fhir", 1);
    EXPECT_TRUE(has(metrics, "apptgw_http_requests_in_flight{listener=\"fhir\"} 1"));
}

TEST(MetricsText, AnOpenBreakerMeansThePracticeIsDown)
{
    Metrics metrics;
    metrics.supplier_breaker("emis", "A90001", 2);
    EXPECT_TRUE(has(metrics, "apptgw_connector_breaker_state{connector=\"emis\",practice=\"A90001\"} 2"));
    EXPECT_TRUE(has(metrics, "apptgw_connector_up{connector=\"emis\",practice=\"A90001\"} 0"));
}

TEST(MetricsText, UnknownBookingsReadZeroFromTheStart)
{
    EXPECT_TRUE(has(Metrics(), "apptgw_booking_unknown 0"));
}

TEST(MetricsText, NamesEveryMetric)
{
    Metrics metrics;
    metrics.http_rejected("size");
    metrics.supplier_call("tpp", "book", "ok", 1ms);
    metrics.booking("tpp", "booked");
    metrics.bookings_unknown(2);
    metrics.idempotent_replay();
    metrics.throttled("client");
    metrics.abuse_alarm("hoarding");
    metrics.event_loop_lag(0.25);
    metrics.store_queue(12);
    metrics.certificate_expiry("server", 1.8e9);
    metrics.build_info("0.1.0", "abc");
    for (const char* name : {"apptgw_http_rejected_total{reason=\"size\"} 1",
                             "apptgw_connector_request_duration_seconds_count{connector=\"tpp\",operation="
                             "\"book\",outcome=\"ok\"} 1",
                             "apptgw_bookings_total{connector=\"tpp\",outcome=\"booked\"} 1",
                             "apptgw_booking_unknown 2", "apptgw_idempotent_replays_total 1",
                             "apptgw_throttled_total{limit=\"client\"} 1",
                             "apptgw_abuse_alarms_total{kind=\"hoarding\"} 1",
                             "apptgw_event_loop_lag_seconds 0.25", "apptgw_store_queue 12",
                             "apptgw_tls_certificate_expiry_timestamp_seconds{name=\"server\"} 1800000000",
                             "apptgw_build_info{revision=\"abc\",version=\"0.1.0\"} 1"})
        EXPECT_TRUE(has(metrics, name)) << name << "\n" << metrics.text();
}
