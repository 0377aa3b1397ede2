// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

namespace fhir::codec
{

/// A value that is made when first asked for. Thread-safe without a lock: where two make it at the same time,
/// both make the same, and one of them stays.
template <class T>
class MadeOnce
{
public:
    MadeOnce() = default;
    MadeOnce(const MadeOnce&) = delete;
    MadeOnce& operator=(const MadeOnce&) = delete;
    ~MadeOnce() { delete made_.load(std::memory_order_relaxed); }

    template <class Make>
    const T& by(Make make) const
    {
        const T* known = made_.load(std::memory_order_acquire);
        if (known)
            return *known;
        std::unique_ptr<const T> made(new T(make()));
        if (made_.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel))
            return *made.release();
        return *known;
    }

private:
    mutable std::atomic<const T*> made_{nullptr};
};

} // namespace fhir::codec
