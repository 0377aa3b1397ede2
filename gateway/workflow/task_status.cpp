// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_status.hpp"

#include "fhir/schema/codes.hpp"

#include <algorithm>
#include <array>

namespace gateway::workflow
{

namespace
{

using enum fhir::TaskStatus;
using fhir::TaskStatus;

constexpr Parties by_owner{true, false}, by_requester{false, true};

struct Step
{
    TaskStatus from;
    TaskStatus to;
    Parties who;
};

constexpr std::array steps{
    Step{draft, requested, by_requester},    Step{draft, cancelled, by_requester},
    Step{requested, received, by_owner},     Step{requested, accepted, by_owner},
    Step{requested, rejected, by_owner},     Step{requested, cancelled, by_requester},
    Step{received, accepted, by_owner},      Step{received, rejected, by_owner},
    Step{received, cancelled, by_requester}, Step{accepted, ready, by_owner},
    Step{accepted, in_progress, by_owner},   Step{accepted, on_hold, by_owner},
    Step{accepted, cancelled, by_requester}, Step{ready, in_progress, by_owner},
    Step{ready, on_hold, by_owner},          Step{ready, cancelled, by_owner},
    Step{in_progress, on_hold, by_owner},    Step{in_progress, completed, by_owner},
    Step{in_progress, failed, by_owner},     Step{in_progress, cancelled, by_owner},
    Step{on_hold, in_progress, by_owner},    Step{on_hold, ready, by_owner},
    Step{on_hold, cancelled, by_owner},      Step{on_hold, failed, by_owner},
};

constexpr std::array ends{rejected, cancelled, failed, completed, entered_in_error};
constexpr std::array with_reason{rejected, failed, on_hold, cancelled};

} // namespace

bool is_end(TaskStatus status)
{
    return std::ranges::find(ends, status) != ends.end();
}

bool may_become(TaskStatus from, TaskStatus to, Parties who)
{
    // Who wrote it may say at any time before its end that it should not have been.
    if (to == entered_in_error)
        return !is_end(from) && who.requester;
    return std::ranges::any_of(steps, [&](const Step& step) {
        return step.from == from && step.to == to &&
               ((step.who.owner && who.owner) || (step.who.requester && who.requester));
    });
}

bool needs_reason(TaskStatus status)
{
    return std::ranges::find(with_reason, status) != with_reason.end();
}

std::string_view code_of(TaskStatus status)
{
    return fhir::code_text(status);
}

} // namespace gateway::workflow
