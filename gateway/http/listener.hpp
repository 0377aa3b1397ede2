// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/transport/tls_stream.hpp"
#include "gateway/http/request_policy.hpp"
#include "gateway/http/server.hpp"
#include "gateway/http/worker.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <mutex>
#include <unordered_map>

namespace gateway::http
{

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

/// One address with its certificate, limits and handler; shared by all workers. Each worker accepts for
/// itself (SO_REUSEPORT).
class Listener
{
public:
    Listener(ListenerSettings settings, Handler& handler, ListenerStats& stats);

    fhir::Result<adapters::transport::TlsContext> read_certificates() const;
    void use(adapters::transport::TlsContext context);
    adapters::transport::TlsContext tls() const;

    /// One acceptor per worker, all on the same port, which is returned.
    fhir::Result<std::uint16_t> bind(const std::vector<std::unique_ptr<Worker>>& workers);
    void start(const std::vector<std::unique_ptr<Worker>>& workers);
    void stop_accepting(std::size_t worker); ///< on that worker's thread
    void release_acceptors();                ///< before the workers' contexts go

    const std::string& name() const { return settings_.name; }
    const Limits& limits() const { return settings_.limits; }
    const RequestPolicy& policy() const { return policy_; }
    Handler& handler() const { return handler_; }
    ListenerStats& stats() const { return stats_; }
    /// Counts one more connection of that address until the place is let go; nullptr where it has as many as
    /// it may. Thread-safe.
    std::shared_ptr<void> take_place(const std::string& address);

private:
    Awaitable<void> accept(Worker& worker, Acceptor& acceptor);
    void welcome(Worker& worker, adapters::transport::Socket socket);
    bool full() const;
    void give_place(const std::string& address);

    ListenerSettings settings_;
    RequestPolicy policy_;
    Handler& handler_;
    ListenerStats& stats_;
    std::size_t most_connections_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::size_t> of_address_; ///< no more entries than open connections
    adapters::transport::TlsContext tls_;
    std::vector<Acceptor> acceptors_;
};

/// Raises the limit of open files as far as it may go and returns it.
std::size_t raise_file_limit();

} // namespace gateway::http
