// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/deadline.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace adapters
{

Awaitable<bool> ends_within(std::chrono::milliseconds limit, Awaitable<void> work)
{
    using namespace boost::asio::experimental::awaitable_operators;
    auto executor = co_await boost::asio::this_coro::executor;
    Timer timer(executor, limit);
    auto expiry = timer.async_wait(boost::asio::as_tuple(use_awaitable));
    auto first = co_await (std::move(work) || std::move(expiry));
    co_return first.index() == 0;
}

Awaitable<void> pause(std::chrono::milliseconds length)
{
    auto executor = co_await boost::asio::this_coro::executor;
    Timer timer(executor, length);
    auto outcome = co_await timer.async_wait(boost::asio::as_tuple(use_awaitable));
    (void)outcome;
}

} // namespace adapters
