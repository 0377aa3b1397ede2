// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/upstream/deadline.hpp"

#include <functional>
#include <memory>

namespace adapters::upstream
{

/// Runs `cut` once when time is up, unless it goes first. Same thread as everything it cuts.
class Watchdog
{
public:
    Watchdog(const Executor& executor, Monotonic::time_point deadline, std::function<void()> cut)
        : state_(std::make_shared<State>(executor, deadline, std::move(cut)))
    {
        state_->timer.async_wait([state = state_](boost::system::error_code error) {
            if (error || !state->cut)
                return;
            state->barked = true;
            state->cut();
        });
    }
    ~Watchdog()
    {
        // Its handler may be queued already: without `cut` it does nothing.
        state_->cut = nullptr;
        state_->timer.cancel();
    }
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    bool barked() const { return state_->barked; }

private:
    struct State
    {
        State(const Executor& executor, Monotonic::time_point deadline, std::function<void()> c)
            : timer(executor, deadline), cut(std::move(c))
        {}
        Timer timer;
        std::function<void()> cut;
        bool barked = false;
    };
    std::shared_ptr<State> state_;
};

} // namespace adapters::upstream
