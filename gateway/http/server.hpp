// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/http/handler.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gateway::http
{

enum class ClientCertificates { none, optional, required };

struct TlsSettings
{
    std::string certificate_file; ///< PEM chain, leaf first
    std::string key_file;         ///< PEM
    std::string client_ca_file;   ///< PEM; needed unless client certificates are `none`
    std::string client_crl_file{}; ///< PEM revocation lists of those authorities; empty: none are asked
    ClientCertificates client_certificates = ClientCertificates::none;
};

struct Limits
{
    std::size_t max_header_bytes = 16384;
    std::size_t max_header_fields = 64;
    std::size_t max_target_bytes = 16384;
    std::size_t max_body_bytes = 1 << 20;
    std::size_t max_connections = 15000;
    std::size_t max_connections_per_address = 0; ///< 0: as many as there may be in all
    std::chrono::milliseconds handshake_limit{10000};
    std::chrono::milliseconds header_limit{10000};
    std::chrono::milliseconds body_limit{30000};
    std::chrono::milliseconds idle_limit{75000};
    std::chrono::milliseconds write_limit{30000};
    std::size_t min_body_bytes_per_second = 1000;
    std::chrono::milliseconds body_grace{2000}; ///< before the minimum rate counts
    bool delete_may_have_body = false;          ///< supplier simulators only
};

struct ListenerSettings
{
    std::string name;                 ///< `fhir`, `management`: for metrics
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;           ///< 0: any free port
    TlsSettings tls;
    Limits limits;
    std::vector<std::string> host_names; ///< Host values accepted, without port; empty: any
};

/// Counters of one listener, for metrics.
struct ListenerStats
{
    std::atomic<std::uint64_t> connections{0};
    std::atomic<std::uint64_t> open_connections{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> in_flight{0};
    std::atomic<std::uint64_t> handshake_failures{0};
    /// Refused by the request policy or a limit, by catalogue kind; `throttled`: a connection that its address
    /// has too many of. Called from any worker.
    std::function<void(const fhir::Error&)> on_refusal;
};

/// A set of worker threads, one io_context each, and TLS listeners that accept on every one of them (SO_REUSEPORT).
class Server
{
public:
    explicit Server(unsigned threads);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds at once; returns the port. Errors (kind `internal`) name the address, file or setting. `handler` and `stats` must outlive the server.
    fhir::Result<std::uint16_t> listen(ListenerSettings settings, Handler& handler, ListenerStats& stats);

    /// Reads certificate and key again for all listeners; on failure the old ones stay and the error says why.
    fhir::Result<void> reload_certificates();

    void start();
    /// Stops accepting, answers what is running with `Connection: close`, waits at most `grace`, then cancels. Idempotent, blocking.
    void stop(std::chrono::milliseconds grace);

    unsigned threads() const;
    boost::asio::io_context& context(unsigned thread);
    /// Runs a coroutine on one of the worker threads, counted so that stop() waits for it; exceptions are reported to stderr as a log line.
    void spawn(unsigned thread, std::function<Awaitable<void>()> work);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gateway::http
