// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/server.hpp"
#include "gateway/http/listener.hpp"
#include "gateway/http/worker.hpp"

#include <boost/asio/post.hpp>

namespace gateway::http
{
namespace
{

void keep_limits(Worker& worker, const Limits& limits)
{
    for (const auto limit : {limits.handshake_limit, limits.header_limit, limits.body_limit,
                             limits.idle_limit, limits.write_limit, limits.body_grace})
        worker.keep_limit(limit);
}

} // namespace

struct Server::Impl
{
    Tally tally;
    std::vector<std::unique_ptr<Listener>> listeners;
    std::vector<std::unique_ptr<Worker>> workers; // their connections refer to listeners
    bool running = false;

    ~Impl()
    {
        for (const auto& listener : listeners)
            listener->release_acceptors();
        workers.clear();
    }
};

Server::Server(unsigned threads) : impl_(std::make_unique<Impl>())
{
    adapters::transport::ignore_sigpipe();
    raise_file_limit();
    for (unsigned i = 0; i < std::max(threads, 1U); ++i)
        impl_->workers.push_back(std::make_unique<Worker>(impl_->tally));
}

Server::~Server()
{
    stop(std::chrono::milliseconds(0));
}

fhir::Result<std::uint16_t> Server::listen(ListenerSettings settings, Handler& handler, ListenerStats& stats)
{
    for (const auto& worker : impl_->workers)
        keep_limits(*worker, settings.limits);
    auto listener = std::make_unique<Listener>(std::move(settings), handler, stats);
    auto tls = listener->read_certificates();
    if (!tls)
        return std::unexpected(tls.error());
    listener->use(std::move(*tls));
    auto port = listener->bind(impl_->workers);
    if (!port)
        return port;
    impl_->listeners.push_back(std::move(listener));
    return port;
}

fhir::Result<void> Server::reload_certificates()
{
    std::vector<adapters::transport::TlsContext> read;
    for (const auto& listener : impl_->listeners) {
        auto tls = listener->read_certificates();
        if (!tls)
            return std::unexpected(tls.error());
        read.push_back(std::move(*tls));
    }
    for (std::size_t i = 0; i < read.size(); ++i)
        impl_->listeners[i]->use(std::move(read[i]));
    return {};
}

void Server::start()
{
    if (std::exchange(impl_->running, true))
        return;
    for (const auto& listener : impl_->listeners)
        listener->start(impl_->workers);
    for (const auto& worker : impl_->workers)
        worker->start();
}

void Server::stop(std::chrono::milliseconds grace)
{
    if (!std::exchange(impl_->running, false))
        return;
    constexpr std::chrono::milliseconds unwinding{2000};
    for (std::size_t i = 0; i < impl_->workers.size(); ++i) {
        boost::asio::post(impl_->workers[i]->context(), [impl = impl_.get(), i] {
            for (const auto& listener : impl->listeners)
                listener->stop_accepting(i);
        });
        impl_->workers[i]->drain();
    }
    if (!impl_->tally.wait_until_idle(grace)) {
        for (const auto& worker : impl_->workers)
            worker->cancel();
        impl_->tally.wait_until_idle(unwinding);
    }
    for (const auto& worker : impl_->workers)
        worker->join();
}

unsigned Server::threads() const
{
    return static_cast<unsigned>(impl_->workers.size());
}

boost::asio::io_context& Server::context(unsigned thread)
{
    return impl_->workers.at(thread)->context();
}

void Server::spawn(unsigned thread, std::function<Awaitable<void>()> work)
{
    impl_->workers.at(thread)->spawn(std::move(work));
}

} // namespace gateway::http
