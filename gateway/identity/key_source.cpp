// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/key_source.hpp"

#include "adapters/upstream/deadline.hpp"
#include "gateway/observability/log.hpp"

namespace gateway::identity
{
namespace
{

using namespace std::chrono_literals;

constexpr auto min_pause = 60s;
constexpr auto max_age = 1h;
constexpr auto max_stale = 24h;
constexpr auto wait_step = 20ms;
constexpr int max_wait_steps = 300;

} // namespace

KeySource::KeySource(KeySet keys) : keys_(std::make_shared<KeySet>(std::move(keys))) {}

KeySource::KeySource(std::string url, const adapters::Clock& clock, FetchText fetch)
    : url_(std::move(url)), clock_(&clock), fetch_(std::move(fetch))
{}

std::shared_ptr<const KeySet> KeySource::known() const
{
    const std::lock_guard lock(mutex_);
    if (clock_ && clock_->now() > fetched_ + max_stale)
        return std::make_shared<KeySet>();
    return keys_;
}

bool KeySource::claim_fetch(bool wanted)
{
    if (!clock_)
        return false;
    const fhir::Instant now = clock_->now();
    const std::lock_guard lock(mutex_);
    if (!wanted && now < fetched_ + max_age)
        return false;
    if (fetching_ || now < tried_ + min_pause)
        return false;
    fetching_ = true;
    tried_ = now;
    return true;
}

Awaitable<std::shared_ptr<const KeySet>> KeySource::with_key(std::string kid)
{
    auto keys = known();
    const bool missing = keys->find(kid) == nullptr;
    if (claim_fetch(missing)) {
        const bool fetched = co_await fetch();
        (void)fetched;
        co_return known();
    }
    // Another request is fetching: it may bring the key we need.
    for (int step = 0; missing && fetching_ && step < max_wait_steps; ++step)
        co_await adapters::pause(wait_step);
    co_return known();
}

Awaitable<bool> KeySource::refresh()
{
    if (!claim_fetch(key_missed_))
        co_return false;
    const bool fetched = co_await fetch();
    co_return fetched;
}

Awaitable<bool> KeySource::fetch()
{
    // Also when the coroutine is cancelled in the middle, others must be able to fetch again.
    struct Done
    {
        std::atomic<bool>& fetching;
        ~Done() { fetching = false; }
    } done{fetching_};

    auto text = co_await fetch_(url_);
    fhir::Result<KeySet> keys = text ? parse_key_set(*text, url_) : std::unexpected(text.error());
    if (!keys) {
        observability::log(observability::Level::warning, "key_set_unavailable",
                           {{"url", url_}, {"reason", keys.error().sentence()}});
        co_return false;
    }
    const std::lock_guard lock(mutex_);
    keys_ = std::make_shared<KeySet>(std::move(*keys));
    fetched_ = clock_->now();
    key_missed_ = false;
    co_return true;
}

} // namespace gateway::identity
