// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/task.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/workflow/task_kinds.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Input and output of a task, held to what its kind has (task_kinds.hpp).
namespace gateway::workflow
{

/// CodeSystem of the types of inputs and outputs; `origin` is the public base's.
std::string task_parameter_system(std::string_view origin);
fhir::TaskParameter text_parameter(std::string_view origin, std::string_view code, std::string text);

/// Errors, each with the path of what is wrong: `value_invalid` (a type the kind does not have, another form
/// of value, a type given twice), `required`, `text_too_long`.
fhir::Result<void> check_inputs(const KindRow& kind, const std::vector<fhir::TaskParameter>& inputs,
                                std::string_view origin);
/// The same; `complete`: nothing that completion needs may be missing.
fhir::Result<void> check_outputs(const KindRow& kind, const std::vector<fhir::TaskParameter>& outputs,
                                 std::string_view origin, bool complete);

/// An appointment that a task names.
struct NamedAppointment
{
    std::string path; ///< `Task.output[0].value`
    std::string id;
};
std::vector<NamedAppointment> appointments_in(const std::vector<fhir::TaskParameter>& outputs);
/// `Appointment/<id>`; empty for anything else.
std::string appointment_id(const fhir::Reference& reference);

} // namespace gateway::workflow
