// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/operation_call.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/schema/schema.hpp"

#include <algorithm>

namespace gateway::faces::r4
{

namespace
{

using fhir::ErrorKind;
using fhir::ParametersParameter;
using fhir::Result;

std::string place(std::size_t index)
{
    return "Parameters.parameter[" + std::to_string(index) + "]";
}

bool is_resource_type(std::string_view type)
{
    return fhir::schema::find_resource_type(type) != nullptr;
}

bool holds(const ParametersParameter& given, std::string_view type)
{
    const auto is = [&]<class T>(std::string_view name, const T*) {
        return type == name && std::holds_alternative<T>(given.value);
    };
    if (is_resource_type(type))
        return given.resource && given.resource->type().name == type;
    return is("Reference", static_cast<fhir::Reference*>(nullptr)) ||
           is("CodeableConcept", static_cast<fhir::CodeableConcept*>(nullptr)) ||
           is("Identifier", static_cast<fhir::Identifier*>(nullptr)) ||
           is("Period", static_cast<fhir::Period*>(nullptr)) ||
           is("string", static_cast<std::string*>(nullptr)) ||
           is("code", static_cast<fhir::Code*>(nullptr)) || is("boolean", static_cast<bool*>(nullptr)) ||
           is("integer", static_cast<std::int32_t*>(nullptr)) ||
           is("instant", static_cast<fhir::Instant*>(nullptr)) ||
           is("dateTime", static_cast<fhir::DateTime*>(nullptr));
}

std::string type_name(std::string_view type)
{
    std::string name(type);
    if (!is_resource_type(type) && name.front() >= 'a')
        name.front() = static_cast<char>(name.front() - 'a' + 'A');
    return is_resource_type(type) ? "a resource of type " + name : "a value" + name;
}

std::string names_of(const Operation& operation)
{
    std::string names;
    for (const OperationInput& input : operation.inputs)
        names += (names.empty() ? "" : ", ") + std::string(input.name);
    return names;
}

/// Drops what is not known where the caller wants that, otherwise names the first of it.
Result<void> check_names(fhir::Parameters& parameters, const Operation& operation, bool strict)
{
    const auto unknown = [&](const ParametersParameter& given) {
        return std::ranges::find(operation.inputs, given.name, &OperationInput::name) ==
               operation.inputs.end();
    };
    const auto found = std::ranges::find_if(parameters.parameter, unknown);
    if (strict && found != parameters.parameter.end()) {
        const auto index = static_cast<std::size_t>(found - parameters.parameter.begin());
        fhir::Error error(ErrorKind::unknown_element, "This operation has no parameter of that name.",
                          place(index) + ".name");
        return std::unexpected(error.advise("Use these: " + names_of(operation) +
                                            "; or send Prefer: handling=lenient to have others ignored."));
    }
    std::erase_if(parameters.parameter, unknown);
    return {};
}

Result<void> check_input(const fhir::Parameters& parameters, const OperationInput& input)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < parameters.parameter.size(); ++i) {
        const ParametersParameter& given = parameters.parameter[i];
        if (given.name != input.name)
            continue;
        ++count;
        if (!holds(given, input.type))
            return fhir::fail(ErrorKind::value_invalid,
                              "The parameter " + given.name + " needs " + type_name(input.type) + ".",
                              place(i) + (is_resource_type(input.type) ? ".resource" : ".value"));
        if (input.max > 0 && count > input.max)
            return fhir::fail(ErrorKind::value_invalid,
                              "The parameter " + given.name + " may be given " +
                                  (input.max == 1 ? "once." : std::to_string(input.max) + " times."),
                              place(i));
    }
    if (count >= input.min)
        return {};
    return fhir::fail(ErrorKind::required, "The parameter " + std::string(input.name) + " is missing.",
                      "Parameters.parameter");
}

} // namespace

Result<OperationCall> OperationCall::read(const Context& context)
{
    const Operation* operation = operation_of(*context.destination.route);
    if (!operation)
        return fhir::fail(ErrorKind::internal);
    auto parameters = fhir::codec::read<fhir::Parameters>(context.request.body);
    if (!parameters)
        return std::unexpected(parameters.error());
    const bool strict = context.prefer.handling == fhir::search::Handling::strict;
    if (auto known = check_names(*parameters, *operation, strict); !known)
        return std::unexpected(known.error());
    for (const OperationInput& input : operation->inputs)
        if (auto fits = check_input(*parameters, input); !fits)
            return std::unexpected(fits.error());
    OperationCall call;
    call.parameters_ = std::move(*parameters);
    return call;
}

std::string OperationCall::path_of(std::string_view name, std::size_t number) const
{
    for (std::size_t i = 0; i < parameters_.parameter.size(); ++i) {
        const ParametersParameter& given = parameters_.parameter[i];
        if (given.name == name && number-- == 0)
            return place(i) + (given.resource ? ".resource" : ".value");
    }
    return "Parameters.parameter";
}

std::string OperationCall::canonical() const
{
    return fhir::codec::to_json(parameters_);
}

} // namespace gateway::faces::r4
