// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/recorder.hpp"

#include <vector>

namespace tests
{

/// Keeps audit records as they are handed in.
class FakeRecorder : public gateway::audit::Recorder
{
public:
    gateway::Awaitable<fhir::Result<void>> record(gateway::audit::Note note) override
    {
        if (broken)
            co_return fhir::fail(fhir::ErrorKind::store_unavailable);
        notes.push_back(std::move(note));
        co_return fhir::Result<void>();
    }

    std::vector<gateway::audit::Note> notes;
    bool broken = false;
};

} // namespace tests
