// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/monotonic.hpp"
#include "tests/support/fake_clock.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace chaos
{

using std::chrono::milliseconds;
using Moment = adapters::Monotonic::time_point;

/// The one time of a simulated world: wall clock and deadlines go forward together, and only when moved.
class VirtualClock : public adapters::Clock
{
public:
    VirtualClock() { time_.now = Moment(std::chrono::hours(1)); }

    fhir::Instant now() const override
    {
        return tests::FakeClock::default_start +
               std::chrono::floor<milliseconds>(moment().time_since_epoch());
    }
    Moment moment() const { return time_.now; }
    void move_to(Moment moment) { time_.now = std::max(moment, time_.now); }

    /// When the first timer of the event loop polled last expires.
    std::optional<Moment> next_timer() const { return time_.next; }
    void forget_timers() { time_.next.reset(); }

private:
    adapters::Monotonic::Virtual time_;
};

/// The same time as a machine reads it whose clock is wrong.
class SkewedClock : public adapters::Clock
{
public:
    SkewedClock(const VirtualClock& base, milliseconds skew) : base_(base), skew_(skew) {}
    fhir::Instant now() const override { return base_.now() + skew_; }

private:
    const VirtualClock& base_;
    milliseconds skew_;
};

/// What is to happen outside the gateway, in order of time; at the same time, in the order it was planned.
class Agenda
{
public:
    using Deed = std::move_only_function<void()>;

    explicit Agenda(VirtualClock& clock) : clock_(clock) {}

    void after(milliseconds delay, Deed deed)
    {
        deeds_.emplace(std::pair(clock_.moment() + delay, planned_++), std::move(deed));
    }
    std::optional<Moment> next() const
    {
        return deeds_.empty() ? std::nullopt : std::optional(deeds_.begin()->first.first);
    }
    /// Does the first deed whose time has come. False when there is none.
    bool run_one()
    {
        if (deeds_.empty() || deeds_.begin()->first.first > clock_.moment())
            return false;
        auto first = deeds_.extract(deeds_.begin());
        first.mapped()();
        return true;
    }

private:
    VirtualClock& clock_;
    std::map<std::pair<Moment, std::uint64_t>, Deed> deeds_;
    std::uint64_t planned_ = 0;
};

} // namespace chaos
