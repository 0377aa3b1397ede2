// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/monotonic.hpp"
#include "adapters/transport/tls_stream.hpp"

#include <boost/asio/execution_context.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace adapters::upstream
{

/// The idle connections of one thread, by endpoint. A service of the thread's io_context: no lock is needed,
/// and the connections go before their context does.
class Pool : public boost::asio::execution_context::service
{
public:
    using key_type = Pool;
    using Time = Monotonic::time_point;
    static boost::asio::execution_context::id id;

    explicit Pool(boost::asio::execution_context& context);
    static Pool& of(const Executor& executor);

    /// The connection used last that is still fit for use.
    std::optional<transport::TlsStream> take(std::uint64_t endpoint, Time now);
    void give(std::uint64_t endpoint, transport::TlsStream stream, std::size_t max_idle, Time now);

private:
    struct Idle
    {
        transport::TlsStream stream;
        Time since;
    };

    void shutdown() override;
    void drop_old(Time now);

    std::map<std::uint64_t, std::vector<Idle>> idle_;
    Time last_cleared_{};
};

} // namespace adapters::upstream
