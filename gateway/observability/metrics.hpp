// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace gateway::observability
{

/// Every metric of the product (names: config/README.md). Labels are bounded and never identify a patient.
/// Thread-safe, cheap.
class Metrics
{
public:
    Metrics();
    ~Metrics();

    void http_request(std::string_view route, std::string_view method, unsigned status,
                      std::chrono::nanoseconds took);
    void http_in_flight(std::string_view listener, double now);
    void http_rejected(std::string_view reason);
    void throttled(std::string_view limit);
    void abuse_alarm(std::string_view kind); ///< patient_lookup, hoarding
    void event_loop_lag(double seconds);     ///< of the worker that is furthest behind
    void store_queue(double waiting);        ///< writes that wait for the disk
    void supplier_call(std::string_view system, std::string_view operation, std::string_view outcome,
                       std::chrono::nanoseconds took);
    void supplier_breaker(std::string_view system, std::string_view practice,
                          int state); ///< 0 closed, 1 half open, 2 open
    void search_partial(std::string_view reason);
    void booking(std::string_view system, std::string_view outcome); ///< booked, refused, conflict, unknown
    void practice_change(std::string_view system, std::string_view change); ///< what a practice did itself
    void bookings_unknown(double now_open);
    void bookings_need_person(double now_waiting); ///< those of the open ones that nothing settles by itself
    void idempotent_replay();
    void audit_record(std::string_view event);
    void audit_chain_ok(bool ok); ///< as last looked at
    void outbox(std::string_view state, double now); ///< due, held, dead
    void outbox_oldest(double seconds);
    /// `type`: handshake, heartbeat, event-notification; `outcome`: delivered, dead, or why it failed.
    void notification(std::string_view type, std::string_view outcome);
    void store_commit(std::string_view store, std::chrono::nanoseconds took);
    void certificate_expiry(std::string_view name, double unix_seconds);
    void build_info(std::string_view version, std::string_view revision);

    /// Prometheus text format.
    std::string text() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gateway::observability
