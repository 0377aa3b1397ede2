// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/awaitable.hpp"

namespace gateway::store
{

/// Stands before and behind every transaction of a program that simulates: it may let one fail, keep it
/// waiting, or never come back. A store with a gate has no thread of its own; it writes on the caller's.
class StoreGate
{
public:
    virtual ~StoreGate() = default;
    /// False: the transaction fails and nothing is written.
    virtual Awaitable<bool> before_commit() = 0;
    /// False: what was written is reported as a failure, as when a connection is lost during a commit.
    virtual Awaitable<bool> after_commit() = 0;
    /// False: a read fails.
    virtual bool may_read() = 0;
};

} // namespace gateway::store
