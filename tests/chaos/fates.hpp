// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/simulation/simulator.hpp"
#include "adapters/upstream/upstream.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace chaos
{

/// The effects a gateway has on the world. Before and after each of them stands a point where things go
/// wrong.
enum class Effect
{
    store_commit,
    supplier_write,
    supplier_read,
    answer,
    notification
};

struct Point
{
    Effect effect = Effect::store_commit;
    bool after = false;
};

enum class Fate
{
    go_on,
    fail,  ///< before: the effect does not take place; after: it has, and nobody is told
    crash, ///< the gateway dies at this point
};

/// What becomes of a request on its way to a practice.
struct Journey
{
    std::chrono::milliseconds there{1}; ///< until it arrives; it arrives whether or not anybody still waits
    std::chrono::milliseconds back{1};
    std::optional<adapters::simulation::Fault> fault; ///< of the practice's system
    bool unreachable = false;                         ///< no connection: nothing is sent
};

/// What becomes of a notification on its way to a subscriber's receiver.
struct Hearing
{
    std::chrono::milliseconds there{1}; ///< until it arrives; it arrives whether or not anybody still waits
    std::chrono::milliseconds back{1};
    unsigned status = 200;               ///< what the receiver says
    std::chrono::seconds retry_after{0}; ///< what it asks for besides; 0: nothing
    bool away = false;                   ///< no connection: nothing is sent
    bool lost = false;                   ///< the answer
};

/// Decides everything that chance or a test's plan decides.
class Fates
{
public:
    virtual ~Fates() = default;
    virtual Fate at(Point point) = 0;
    virtual bool read_fails() { return false; }
    /// While tasks are raised of what called for them: trouble in the middle of that is rare by itself.
    virtual void raising(bool /*now*/) {}
    virtual std::chrono::milliseconds store_latency() { return std::chrono::milliseconds(0); }
    virtual Journey journey(const adapters::upstream::Call&) { return {}; }
    virtual Hearing hearing(const std::string& /*receiver*/) { return {}; }
};

std::string_view name_of(Effect effect);

} // namespace chaos
