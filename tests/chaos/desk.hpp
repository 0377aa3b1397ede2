// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/world.hpp"

#include <functional>
#include <optional>
#include <string>

namespace chaos
{

/// A receptionist who asks one thing at a time and waits for the answer, or for the silence. Everything she
/// hears goes into the world's history.
class Desk
{
public:
    using Stored = gateway::booking::StoredAppointment;

    explicit Desk(World& world) : world_(world) {}

    /// Nothing when nobody answers. `key` empty: without one. `patient`: the n-th of the practice; this
    /// gateway has links of the first three.
    std::optional<World::Outcome> create(Deed deed, const std::string& key, std::size_t slot = 0,
                                         std::size_t patient = 0);
    std::optional<World::Outcome> change(Deed deed, const Stored& from, const std::string& key);
    std::optional<World::Outcome> move(const Stored& from, std::size_t slot, const std::string& key);

private:
    using Question = std::function<gateway::Awaitable<World::Outcome>(gateway::booking::Service&,
                                                                      gateway::booking::WriteContext)>;
    /// What is known beforehand of the observation is in `seen`.
    std::optional<World::Outcome> ask(Observed seen, const Question& question);

    World& world_;
};

} // namespace chaos
