// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/pool.hpp"

namespace adapters::upstream
{
namespace
{

/// Shorter than the usual keep-alive of servers and middleboxes (60 s and more): fewer requests meet a
/// closing connection.
constexpr std::chrono::seconds most_idle{45};
constexpr std::chrono::seconds clear_every{15};

} // namespace

boost::asio::execution_context::id Pool::id;

Pool::Pool(boost::asio::execution_context& context) : service(context) {}

Pool& Pool::of(const Executor& executor)
{
    return boost::asio::use_service<Pool>(static_cast<boost::asio::execution_context&>(executor.context()));
}

void Pool::shutdown()
{
    idle_.clear();
}

std::optional<transport::TlsStream> Pool::take(std::uint64_t endpoint, Time now)
{
    drop_old(now);
    auto& idle = idle_[endpoint];
    while (!idle.empty()) {
        Idle newest = std::move(idle.back());
        idle.pop_back();
        if (now - newest.since < most_idle && newest.stream.quiet())
            return std::move(newest.stream);
        newest.stream.close();
    }
    return std::nullopt;
}

void Pool::give(std::uint64_t endpoint, transport::TlsStream stream, std::size_t max_idle, Time now)
{
    auto& idle = idle_[endpoint];
    if (idle.size() < max_idle)
        idle.push_back({std::move(stream), now});
    else
        stream.close();
}

/// Connections of endpoints that are no longer called would stay for ever otherwise.
void Pool::drop_old(Time now)
{
    if (now - last_cleared_ < clear_every)
        return;
    last_cleared_ = now;
    for (auto& [endpoint, idle] : idle_)
        std::erase_if(idle, [now](const Idle& connection) { return now - connection.since >= most_idle; });
    std::erase_if(idle_, [](const auto& entry) { return entry.second.empty(); });
}

} // namespace adapters::upstream
