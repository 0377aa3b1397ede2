// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/awaitable.hpp"
#include "fhir/outcome/error.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

namespace adapters
{

using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
inline constexpr boost::asio::use_awaitable_t<Executor> use_awaitable{};

/// Runs `operation`; past `limit` cancels it, waits until it has unwound and yields `supplier_timeout`. A timeout of a write means
/// "unknown": the caller decides.
template <class T>
Awaitable<fhir::Result<T>> within(std::chrono::milliseconds limit, Awaitable<fhir::Result<T>> operation)
{
    using namespace boost::asio::experimental::awaitable_operators;
    auto executor = co_await boost::asio::this_coro::executor;
    Timer timer(executor, limit);
    auto expiry = timer.async_wait(boost::asio::as_tuple(use_awaitable));
    auto first = co_await (std::move(operation) || std::move(expiry));
    if (first.index() == 0)
        co_return std::get<0>(std::move(first));
    co_return std::unexpected(fhir::Error(fhir::ErrorKind::supplier_timeout));
}

/// Waits; cancellable.
inline Awaitable<void> pause(std::chrono::milliseconds length)
{
    auto executor = co_await boost::asio::this_coro::executor;
    Timer timer(executor, length);
    auto outcome = co_await timer.async_wait(boost::asio::as_tuple(use_awaitable));
    (void)outcome;
}

} // namespace adapters
