// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/awaitable.hpp"
#include "adapters/monotonic.hpp"
#include "fhir/outcome/error.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace adapters
{

using Timer = boost::asio::basic_waitable_timer<Monotonic, Monotonic, Executor>;
inline constexpr boost::asio::use_awaitable_t<Executor> use_awaitable{};

/// Runs `work` and says true; past `limit` cancels it, waits until it has unwound and says false.
Awaitable<bool> ends_within(std::chrono::milliseconds limit, Awaitable<void> work);

template <class T>
Awaitable<void> keep_result(Awaitable<T> operation, std::optional<T>& result)
{
    auto ended = co_await std::move(operation);
    result.emplace(std::move(ended));
}

/// Runs `operation`; past `limit` cancels it, waits until it has unwound and yields `supplier_timeout`. A
/// timeout of a write means "unknown": the caller decides. The race is compiled once, for no result: for each
/// it would cost a second of compilation.
template <class T>
Awaitable<fhir::Result<T>> within(std::chrono::milliseconds limit, Awaitable<fhir::Result<T>> operation)
{
    std::optional<fhir::Result<T>> result;
    const bool ended = co_await ends_within(limit, keep_result(std::move(operation), result));
    if (ended)
        co_return std::move(*result);
    co_return std::unexpected(fhir::Error(fhir::ErrorKind::supplier_timeout));
}

/// Waits; cancellable.
Awaitable<void> pause(std::chrono::milliseconds length);

} // namespace adapters
