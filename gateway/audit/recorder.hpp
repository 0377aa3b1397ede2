// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/chain.hpp"

namespace gateway::audit
{

/// Where every part of the gateway hands in what happened. Thread-safe.
class Recorder
{
public:
    virtual ~Recorder() = default;

    /// Sets `at` and `patient_hash`. Writes, login failures, exports and configuration are durable when this
    /// returns, everything else within a tenth of a second; where the store cannot keep up, this waits.
    /// Nothing is dropped: on `store_unavailable` the record stays in memory and is written as soon as the
    /// store can.
    virtual Awaitable<fhir::Result<void>> record(Note note) = 0;
};

} // namespace gateway::audit
