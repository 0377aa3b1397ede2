// SPDX-License-Identifier: Apache-2.0
#include "adapters/transport/session_cache.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace adapters::transport
{
namespace
{

struct FreeSession
{
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using Session = std::unique_ptr<SSL_SESSION, FreeSession>;

class SessionCache
{
public:
    void keep(SSL_SESSION* session)
    {
        const std::lock_guard lock(mutex_);
        if (sessions_.size() == most_kept)
            sessions_.erase(sessions_.begin());
        sessions_.emplace_back(session);
    }

    Session take()
    {
        const std::lock_guard lock(mutex_);
        if (sessions_.empty())
            return nullptr;
        Session newest = std::move(sessions_.back());
        sessions_.pop_back();
        return newest;
    }

private:
    static constexpr std::size_t most_kept = 8;
    std::mutex mutex_;
    std::vector<Session> sessions_;
};

void free_cache(void*, void* cache, CRYPTO_EX_DATA*, int, long, void*)
{
    delete static_cast<SessionCache*>(cache);
}

int cache_index()
{
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_cache);
    return index;
}

SessionCache* cache_of(SSL* connection)
{
    return static_cast<SessionCache*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), cache_index()));
}

int keep_new_session(SSL* connection, SSL_SESSION* session)
{
    SessionCache* cache = cache_of(connection);
    if (cache == nullptr)
        return 0;
    cache->keep(session);
    return 1; // the reference is ours now
}

} // namespace

void enable_session_cache(SSL_CTX* context)
{
    SSL_CTX_set_ex_data(context, cache_index(), new SessionCache);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_new_session);
}

void offer_session(SSL* connection)
{
    SessionCache* cache = cache_of(connection);
    if (cache == nullptr)
        return;
    const Session session = cache->take();
    if (session && SSL_SESSION_is_resumable(session.get()) == 1)
        SSL_set_session(connection, session.get());
}

} // namespace adapters::transport
