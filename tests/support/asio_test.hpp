// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/awaitable.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>

namespace tests
{

/// Runs one coroutine to its end on an io_context of its own and returns what it returned.
template <class T>
T run(boost::asio::io_context& context, adapters::Awaitable<T> work)
{
    std::optional<T> result;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr error, T value) {
        failure = error;
        if (!error)
            result.emplace(std::move(value));
    });
    context.restart();
    context.run();
    if (failure)
        std::rethrow_exception(failure);
    if (!result)
        throw std::logic_error("the coroutine never finished");
    return std::move(*result);
}

template <class T>
T run(adapters::Awaitable<T> work)
{
    boost::asio::io_context context(1);
    return run(context, std::move(work));
}

} // namespace tests
