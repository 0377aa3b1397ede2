// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/store/store.hpp"
#include "gateway/workflow/rung.hpp"
#include "gateway/workflow/service_factory.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace gateway::workflow
{

struct EscalationSettings
{
    std::string public_base; ///< as the service's
    std::vector<Rung> ladder;
    std::string node = "apptgw";
};

struct EscalationParts
{
    store::Store& store;
    const adapters::Clock& clock;
    adapters::Random& random;
    TaskLinks links = {};
    audit::Recorder* audit = nullptr;
};

/// What happens to tasks that nobody ends in time: at their due time they are marked overdue and rise one
/// priority; then, rung by rung, one more each, and they go to whom the ladder names. Each is a version with
/// a note. Never twice for one rung: a version follows the one before it, and one node looks at a time.
class Escalation
{
public:
    Escalation(EscalationParts parts, EscalationSettings settings);

    /// One round; the number of tasks that went up. Not twice at the same time.
    Awaitable<std::size_t> run();

private:
    Awaitable<bool> escalate(store::TaskRecord record);
    fhir::Result<store::TaskRecord> raised(store::TaskRecord record, fhir::Instant now) const;
    std::string hand_up(const Rung& rung, store::TaskRecord& record, fhir::Task& task) const;
    std::vector<Rung> ladder_of(const std::string& kind) const;
    bool may_have(const store::TaskRecord& record, const fhir::OdsCode& to) const;
    Awaitable<void> write_down(store::TaskRecord record, std::int64_t version);

    const EscalationParts parts_;
    const EscalationSettings settings_;
    const std::string origin_;
};

} // namespace gateway::workflow
