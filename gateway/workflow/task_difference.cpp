// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_difference.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"

namespace gateway::workflow
{

namespace
{

using fhir::codec::JsonValue;

/// As both would be sent.
JsonValue comparable(fhir::Task task)
{
    task.meta.reset();
    task.text.reset();
    task.last_modified.reset();
    task.execution_period.reset();
    return fhir::codec::parse_json(fhir::codec::to_json(task)).value_or(JsonValue());
}

} // namespace

std::string first_difference(const fhir::Task& left, const fhir::Task& right)
{
    const JsonValue a = comparable(left), b = comparable(right);
    for (const auto& [name, value] : a.members())
        if (const auto* other = b.find(name); !other || *other != value)
            return name;
    for (const auto& [name, value] : b.members())
        if (!a.find(name))
            return name;
    return {};
}

} // namespace gateway::workflow
