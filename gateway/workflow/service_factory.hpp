// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/store/task_store.hpp"
#include "gateway/workflow/service.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gateway::workflow
{

/// What the inbox looks at of an appointment.
struct SeenAppointment
{
    std::string patient; ///< NHS number digits; empty when not known
    bool stands = false; ///< booked, and not cancelled or withdrawn since
    std::vector<fhir::Identifier> identifiers;
};

/// What others know, as the composition root has it; safe to call from any thread.
struct TaskLinks
{
    /// Whether agreements let the first send work to the second, and the patient lets the second know of
    /// them. Unset: an organisation's own teams alone.
    std::function<bool(const fhir::OdsCode& from, const fhir::OdsCode& to,
                       const std::optional<fhir::NhsNumber>& patient)>
        may_send = {};
    /// The organisation's name; empty when not known.
    std::function<std::string(const fhir::OdsCode& ods)> name_of = {};
    /// An appointment that the caller may see; `not_found` for all others. Unset: there are none.
    std::function<Awaitable<fhir::Result<SeenAppointment>>(identity::Caller caller, std::string id)>
        appointment = {};
    /// Whether the organisation is a practice whose own system takes its tasks of that kind. Unset: none is.
    std::function<bool(const fhir::OdsCode& owner, TaskKind kind)> delivers = {};
};

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
    TaskLinks links = {};
};

std::unique_ptr<TaskService> make_task_service(TaskParts parts, TaskSettings settings);

} // namespace gateway::workflow
