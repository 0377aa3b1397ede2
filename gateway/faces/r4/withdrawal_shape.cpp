// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/withdrawal_shape.hpp"

#include "fhir/outcome/operation_outcome.hpp"

#include <map>
#include <string>
#include <utility>

namespace gateway::faces::r4
{

namespace
{

using fhir::ParametersParameter;

ParametersParameter named_value(std::string_view name, fhir::ExtensionValue value)
{
    ParametersParameter parameter;
    parameter.name = std::string(name);
    parameter.value = std::move(value);
    return parameter;
}

ParametersParameter appointment_part(const booking::WithdrawnAppointment& item, std::string_view code_system)
{
    ParametersParameter parameter;
    parameter.name = "appointment";
    parameter.part.push_back(named_value("reference", fhir::reference_to("Appointment/" + item.appointment)));
    parameter.part.push_back(named_value("result", fhir::Code(std::string(booking::code_of(item.state)))));
    if (!item.to.empty())
        parameter.part.push_back(named_value("to", fhir::reference_to(item.to)));
    if (item.error) {
        ParametersParameter issue;
        issue.name = "issue";
        issue.resource = fhir::to_operation_outcome(*item.error, code_system);
        parameter.part.push_back(std::move(issue));
    }
    return parameter;
}

} // namespace

fhir::Parameters to_parameters(const booking::Withdrawal& withdrawal, std::string_view code_system)
{
    fhir::Parameters parameters;
    parameters.id = withdrawal.id;
    auto& all = parameters.parameter;
    all.push_back(named_value("status", fhir::Code(withdrawal.done ? "completed" : "in-progress")));
    all.push_back(named_value("schedule", fhir::reference_to("Schedule/" + withdrawal.request.schedule)));
    all.push_back(named_value("action", fhir::Code(std::string(code_of(withdrawal.request.action)))));
    all.push_back(named_value("total", static_cast<std::int32_t>(withdrawal.appointments.size())));
    std::map<std::string_view, std::int32_t> counts;
    for (const auto& item : withdrawal.appointments)
        ++counts[booking::code_of(item.state)];
    for (const auto& [state, count] : counts)
        all.push_back(named_value(state, count));
    for (const auto& item : withdrawal.appointments)
        all.push_back(appointment_part(item, code_system));
    return parameters;
}

} // namespace gateway::faces::r4
