// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/recorder.hpp"

#include <string>
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

    /// `via: action, Type/id/version`, of each write.
    std::vector<std::string> writes() const
    {
        std::vector<std::string> shown;
        for (const auto& [record, patient] : notes)
            if (record.event == gateway::audit::Event::write)
                shown.push_back(record.via + ": " + record.action + ", " + record.type + "/" + record.id +
                                "/" + record.version);
        return shown;
    }

    std::vector<gateway::audit::Note> notes;
    bool broken = false;
};

} // namespace tests
