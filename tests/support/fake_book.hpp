// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/fake_adapter.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>

namespace tests
{

/// A practice as searches see it, from many threads: the slots that were put in, a delay, a failure, or
/// silence.
class FakeBook : public FakeAdapter
{
public:
    adapters::Awaitable<fhir::Result<adapters::FoundSlots>> find_slots(adapters::FindSlots query) override
    {
        ++calls;
        if (on_ask)
            on_ask();
        const adapters::FoundSlots book = ask(std::move(query)); // what the supplier knew when it was asked
        if (delay.load().count() > 0)
            co_await adapters::pause(delay);
        ++ended;
        if (fails)
            co_return fhir::fail(fhir::ErrorKind::supplier_unavailable);
        co_return book;
    }

    void put(adapters::FoundSlots book)
    {
        const std::lock_guard lock(mutex_);
        book_ = std::move(book);
    }
    adapters::FindSlots last_query() const
    {
        const std::lock_guard lock(mutex_);
        return last_query_;
    }

    std::atomic<int> calls = 0; ///< of find_slots
    std::atomic<int> ended = 0; ///< those that are over, one way or the other
    std::function<void()> on_ask;
    std::atomic<bool> fails = false;
    std::atomic<std::chrono::milliseconds> delay{std::chrono::milliseconds(0)};

private:
    adapters::FoundSlots ask(adapters::FindSlots query)
    {
        const std::lock_guard lock(mutex_);
        last_query_ = std::move(query);
        return book_;
    }

    mutable std::mutex mutex_;
    adapters::FoundSlots book_;
    adapters::FindSlots last_query_;
};

} // namespace tests
