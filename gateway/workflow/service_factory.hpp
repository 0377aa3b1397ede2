// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/store/task_store.hpp"
#include "gateway/workflow/service.hpp"

#include <map>
#include <memory>
#include <string>

namespace gateway::workflow
{

struct TaskSettings
{
    std::string public_base; ///< `https://gateway.example.net/fhir/R4`; its origin also names code systems
    std::map<TaskKind, ServiceLevel> due = {}; ///< other than the table of kinds says
};

/// Everything outlives the service.
struct TaskParts
{
    store::TaskStore& store;
    const adapters::Clock& clock;
    adapters::Random& random;
};

std::unique_ptr<TaskService> make_task_service(TaskParts parts, TaskSettings settings);

} // namespace gateway::workflow
