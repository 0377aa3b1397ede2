// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/listener.hpp"
#include "gateway/http/session.hpp"

#include <boost/asio/co_spawn.hpp>

#include <sys/resource.h>
#include <sys/socket.h>

namespace asio = boost::asio;

namespace gateway::http
{
namespace
{

using adapters::transport::ErrorCode;
using asio::ip::tcp;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

RequestPolicy make_policy(const ListenerSettings& settings)
{
    RequestPolicy policy;
    policy.max_header_bytes = settings.limits.max_header_bytes;
    policy.max_header_fields = settings.limits.max_header_fields;
    policy.max_target_bytes = settings.limits.max_target_bytes;
    policy.max_body_bytes = settings.limits.max_body_bytes;
    policy.delete_may_have_body = settings.limits.delete_may_have_body;
    policy.host_names = settings.host_names;
    return policy;
}

/// The store, the suppliers' connections and the log need descriptors too.
std::size_t most_connections(const Limits& limits)
{
    return std::min(limits.max_connections, raise_file_limit() * 19 / 20);
}

ErrorCode open(Acceptor& acceptor, const tcp::endpoint& endpoint)
{
    ErrorCode error;
    acceptor.open(endpoint.protocol(), error);
    if (!error)
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
        acceptor.set_option(ReusePort(true), error);
    if (!error)
        acceptor.bind(endpoint, error);
    if (!error)
        acceptor.listen(4096, error);
    return error;
}

std::string peer_of(const adapters::transport::Socket& socket)
{
    ErrorCode error;
    const auto endpoint = socket.remote_endpoint(error);
    return error ? std::string() : endpoint.address().to_string();
}

adapters::transport::PeerCertificate peer_rule(ClientCertificates rule)
{
    using adapters::transport::PeerCertificate;
    switch (rule) {
    case ClientCertificates::required:
        return PeerCertificate::required;
    case ClientCertificates::optional:
        return PeerCertificate::optional;
    case ClientCertificates::none:
        break;
    }
    return PeerCertificate::none;
}

} // namespace

std::size_t raise_file_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

Listener::Listener(ListenerSettings settings, Handler& handler, ListenerStats& stats)
    : settings_(std::move(settings)), policy_(make_policy(settings_)), handler_(handler), stats_(stats),
      most_connections_(most_connections(settings_.limits))
{}

fhir::Result<adapters::transport::TlsContext> Listener::read_certificates() const
{
    adapters::transport::ServerTls tls;
    tls.name = settings_.name;
    tls.certificate_file = settings_.tls.certificate_file;
    tls.key_file = settings_.tls.key_file;
    tls.client_ca_file = settings_.tls.client_ca_file;
    tls.client_crl_file = settings_.tls.client_crl_file;
    tls.peer = peer_rule(settings_.tls.client_certificates);
    return adapters::transport::make_server_context(tls);
}

void Listener::use(adapters::transport::TlsContext context)
{
    const std::lock_guard lock(mutex_);
    tls_ = std::move(context);
}

adapters::transport::TlsContext Listener::tls() const
{
    const std::lock_guard lock(mutex_);
    return tls_;
}

fhir::Result<std::uint16_t> Listener::bind(const std::vector<std::unique_ptr<Worker>>& workers)
{
    const std::string where = settings_.address + ":" + std::to_string(settings_.port);
    ErrorCode error;
    const auto address = asio::ip::make_address(settings_.address, error);
    if (error)
        return fhir::fail(fhir::ErrorKind::internal, "The address '" + settings_.address + "' of listener '" +
                                                         settings_.name + "' is not an IP address.");
    tcp::endpoint endpoint(address, settings_.port);
    for (const auto& worker : workers) {
        Acceptor acceptor(worker->context().get_executor());
        error = open(acceptor, endpoint);
        if (error)
            return fhir::fail(fhir::ErrorKind::internal, "Listener '" + settings_.name +
                                                             "' cannot listen on " + where + ": " +
                                                             error.message() + ".");
        endpoint.port(acceptor.local_endpoint().port());
        acceptors_.push_back(std::move(acceptor));
    }
    return endpoint.port();
}

void Listener::start(const std::vector<std::unique_ptr<Worker>>& workers)
{
    for (std::size_t i = 0; i < workers.size(); ++i)
        asio::co_spawn(workers[i]->context(), accept(*workers[i], acceptors_[i]), report_failure("accept"));
}

void Listener::stop_accepting(std::size_t worker)
{
    ErrorCode ignored;
    acceptors_[worker].close(ignored);
}

void Listener::release_acceptors()
{
    acceptors_.clear();
}

bool Listener::full() const
{
    return stats_.open_connections.load(std::memory_order_relaxed) >= most_connections_;
}

Awaitable<void> Listener::accept(Worker& worker, Acceptor& acceptor)
{
    constexpr std::chrono::milliseconds breather{50};
    while (!worker.draining()) {
        if (full()) { // the kernel's queue holds newcomers until somebody leaves
            co_await adapters::pause(breather);
            continue;
        }
        auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(adapters::use_awaitable));
        if (error == asio::error::operation_aborted)
            break;
        if (error) { // no descriptors or memory: they come back
            co_await adapters::pause(breather);
            continue;
        }
        welcome(worker, std::move(socket));
    }
}

std::shared_ptr<void> Listener::take_place(const std::string& address)
{
    const std::size_t most = settings_.limits.max_connections_per_address;
    {
        const std::lock_guard lock(mutex_);
        auto& count = of_address_[address];
        if (most > 0 && count >= most)
            return nullptr;
        ++count;
    }
    return {this, [address](Listener* listener) { listener->give_place(address); }};
}

void Listener::give_place(const std::string& address)
{
    const std::lock_guard lock(mutex_);
    const auto found = of_address_.find(address);
    if (found != of_address_.end() && --found->second == 0)
        of_address_.erase(found);
}

/// One connection that cannot be set up (no memory) must not end the accepting.
void Listener::welcome(Worker& worker, adapters::transport::Socket socket)
{
    try {
        const std::string address = peer_of(socket);
        auto place = take_place(address);
        if (!place) {
            if (stats_.on_refusal)
                stats_.on_refusal(fhir::Error(fhir::ErrorKind::throttled));
            return; // closed before the handshake, which is what would cost
        }
        auto session = std::make_shared<Session>(*this, worker, std::move(socket), address, std::move(place));
        worker.run(session, Session::run(session));
    } catch (const std::exception&) {
        report_exception("accept");
    }
}

} // namespace gateway::http
