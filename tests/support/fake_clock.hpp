// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/simulation/spread.hpp"

#include <atomic>
#include <cstdint>

namespace tests
{

/// A clock that stands still until it is moved. Default: 2026-11-23 (a Monday) 08:00 UTC.
class FakeClock : public adapters::Clock
{
public:
    explicit FakeClock(fhir::Instant start = default_start) : now_(start) {}
    fhir::Instant now() const override { return now_.load(); }
    void set(fhir::Instant moment) { now_ = moment; }
    void advance(std::chrono::milliseconds by) { now_ = now_.load() + by; }

    static constexpr fhir::Instant default_start =
        std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(8);

private:
    std::atomic<fhir::Instant> now_;
};

/// A reproducible stream (SplitMix64).
class FakeRandom : public adapters::Random
{
public:
    explicit FakeRandom(std::uint64_t seed = 1) : state_(seed) {}
    std::uint64_t next() override
    {
        return adapters::simulation::mixed(state_.fetch_add(0x9e3779b97f4a7c15));
    }

private:
    std::atomic<std::uint64_t> state_;
};

} // namespace tests
