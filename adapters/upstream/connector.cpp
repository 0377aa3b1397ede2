// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/connector.hpp"

#include "adapters/upstream/public_address.hpp"
#include "adapters/upstream/watchdog.hpp"

#include <boost/asio/ip/basic_resolver.hpp>

#include <vector>

namespace asio = boost::asio;

namespace adapters::upstream
{
namespace
{

using asio::ip::tcp;
using transport::ErrorCode;
using transport::Socket;
using Time = Monotonic::time_point;
using Resolver = asio::ip::basic_resolver<tcp, Executor>;
using Endpoints = std::vector<tcp::endpoint>;

std::unexpected<fhir::Error> unreachable(const ErrorCode& why)
{
    fhir::Error error(fhir::ErrorKind::supplier_unavailable);
    return std::unexpected(error.from_supplier(why.message()));
}

fhir::Error private_only()
{
    fhir::Error error(fhir::ErrorKind::supplier_unavailable,
                      "The name stands for no address on the public internet.");
    error.from_supplier("private address");
    return error;
}

/// A look-up in progress. It cannot be interrupted, so it is left behind when time is up: hence shared.
struct LookUp
{
    LookUp(const Executor& executor, Time deadline) : resolver(executor), done(executor, deadline) {}
    Resolver resolver;
    Timer done; ///< cancelled when the answer is there
    ErrorCode error = asio::error::timed_out;
    Endpoints endpoints;
};

Awaitable<fhir::Result<Endpoints>> look_up(std::string host, std::string port, Time deadline)
{
    ErrorCode not_an_address;
    const auto address = asio::ip::make_address(host, not_an_address);
    if (!not_an_address)
        co_return Endpoints{tcp::endpoint(address, static_cast<std::uint16_t>(std::stoul(port)))};

    auto executor = co_await asio::this_coro::executor;
    auto look = std::make_shared<LookUp>(executor, deadline);
    look->resolver.async_resolve(host, port, [look](ErrorCode error, const Resolver::results_type& found) {
        look->error = error;
        for (const auto& entry : found)
            look->endpoints.push_back(entry.endpoint());
        look->done.cancel();
    });
    auto [woken] = co_await look->done.async_wait(asio::as_tuple(use_awaitable));
    (void)woken;
    if (look->error)
        co_return unreachable(look->error);
    co_return look->endpoints;
}

Awaitable<fhir::Result<Socket>> connect_any(Endpoints endpoints, Time deadline)
{
    auto executor = co_await asio::this_coro::executor;
    ErrorCode last = asio::error::host_not_found;
    for (const auto& endpoint : endpoints) {
        Socket socket(executor);
        bool late = false;
        {
            const Watchdog watchdog(executor, deadline, [&socket] {
                ErrorCode ignored;
                socket.close(ignored);
            });
            auto [error] = co_await socket.async_connect(endpoint, asio::as_tuple(use_awaitable));
            last = error;
            late = watchdog.barked();
        }
        if (late)
            co_return unreachable(asio::error::timed_out);
        if (!last)
            co_return socket;
    }
    co_return unreachable(last);
}

} // namespace

Awaitable<fhir::Result<transport::TlsStream>>
connect(std::string host, std::string port, transport::TlsContext tls, Time deadline, bool public_only)
{
    auto endpoints = co_await look_up(host, port, deadline);
    if (!endpoints)
        co_return std::unexpected(endpoints.error());
    // What was looked up is what is connected to: a name cannot stand for another address in between.
    if (public_only)
        std::erase_if(*endpoints, [](const tcp::endpoint& each) { return !is_public(each.address()); });
    if (endpoints->empty())
        co_return std::unexpected(private_only());
    auto socket = co_await connect_any(std::move(*endpoints), deadline);
    if (!socket)
        co_return std::unexpected(socket.error());
    auto executor = co_await asio::this_coro::executor;
    auto stream = transport::TlsStream::connected(std::move(*socket), tls, host);
    ErrorCode error;
    {
        const Watchdog watchdog(executor, deadline, [&stream] { stream.cut(); });
        error = co_await stream.handshake();
        if (watchdog.barked())
            error = asio::error::timed_out;
    }
    if (error)
        co_return unreachable(error);
    co_return stream;
}

} // namespace adapters::upstream
