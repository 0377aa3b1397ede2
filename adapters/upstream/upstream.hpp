// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/awaitable.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

/// The shared HTTPS client towards suppliers: pooled TLS 1.2+, mutual TLS, a deadline on every step, bulkhead, circuit breaker, and a
/// retry budget for reads. Supplier replies are hostile input: sizes, counts and framing are limited.
namespace adapters::upstream
{

/// Whether the supplier's state may change. Only reads are ever sent again.
enum class Effect { read, write };

struct Call
{
    fhir::rest::Request request; ///< `target` is relative to the endpoint's base URL path
    Effect effect = Effect::read;
    std::chrono::milliseconds limit{5000}; ///< for the whole call: queueing, connecting, sending, answering
    std::string operation;                 ///< `find_slots`, for metrics
};

/// One supplier endpoint of one practice. Thread-safe: connections belong to the calling thread's io_context, limits are shared.
class Upstream
{
public:
    virtual ~Upstream() = default;

    /// The answer, whatever its status. Errors: `supplier_unavailable` (nothing was sent: no connection, breaker open, bulkhead full),
    /// `supplier_timeout`, `supplier_error` (connection lost), `supplier_malformed` (bad framing, too large). For a write whose bytes
    /// may have reached the supplier `Error::effect_possible()` is true. Cancellation closes the connection.
    virtual Awaitable<fhir::Result<fhir::rest::Response>> send(Call call) = 0;
};

/// Where and how to reach one practice's system.
struct Endpoint
{
    std::string name;     ///< ODS code of the practice, for metrics and sentences
    std::string base_url; ///< `https://host[:port]/path/`; the path is put before every target
    std::string ca_file;  ///< PEM; empty: system store
    std::string certificate_file; ///< client certificate chain (PEM); empty: none
    std::string key_file;
    std::size_t max_in_flight = 8;
    std::size_t max_idle_connections = 8; ///< per thread
    std::size_t max_response_bytes = 8 << 20;
    std::chrono::milliseconds connect_limit{2000};
    unsigned breaker_failures = 5;                     ///< consecutive failures that open the breaker
    std::chrono::milliseconds breaker_open_for{10000}; ///< then one trial call
    /// Connections are made to addresses of the public internet only, whatever the name stands for.
    bool public_addresses_only = false;
};

/// Live state of an endpoint, for metrics and readiness detail.
struct EndpointState
{
    enum class Breaker { closed, half_open, open } breaker = Breaker::closed;
    std::size_t in_flight = 0;
    std::uint64_t calls = 0;
    std::uint64_t failures = 0;
    std::uint64_t connects = 0;
};

class HttpsUpstream : public Upstream
{
public:
    virtual EndpointState state() const = 0;
};

/// Error (kind `internal`) when the URL or a file cannot be used; the sentence names it.
fhir::Result<std::unique_ptr<HttpsUpstream>> make_https_upstream(Endpoint endpoint);

} // namespace adapters::upstream
