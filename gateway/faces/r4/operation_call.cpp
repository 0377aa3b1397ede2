// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/operation_call.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/schema/schema.hpp"
#include "fhir/search/suggestion.hpp"
#include "gateway/faces/media_range.hpp"

#include <algorithm>

namespace gateway::faces::r4
{

namespace
{

using fhir::ErrorKind;
using fhir::ParametersParameter;
using fhir::Result;

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
           is("Coding", static_cast<fhir::Coding*>(nullptr)) ||
           is("string", static_cast<std::string*>(nullptr)) || is("uri", static_cast<fhir::Uri*>(nullptr)) ||
           is("markdown", static_cast<fhir::Markdown*>(nullptr)) ||
           is("date", static_cast<fhir::Date*>(nullptr)) || is("code", static_cast<fhir::Code*>(nullptr)) ||
           is("boolean", static_cast<bool*>(nullptr)) || is("integer", static_cast<std::int32_t*>(nullptr)) ||
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

/// Any of `Reference|Identifier|string`.
bool holds_any(const ParametersParameter& given, std::string_view types)
{
    return std::ranges::any_of(split_list(types, '|'),
                               [&](std::string_view type) { return holds(given, type); });
}

std::string names_of(const Operation& operation)
{
    std::string names;
    for (const OperationInput& input : operation.inputs)
        names += (names.empty() ? "" : ", ") + std::string(input.name);
    return names;
}

fhir::Error unknown_name(std::string_view name, std::string path, const Operation& operation)
{
    std::vector<std::string_view> known;
    for (const OperationInput& input : operation.inputs)
        known.push_back(input.name);
    const auto nearest = fhir::search::nearest_name(name, known);
    std::string sentence = "This operation has no parameter of that name.";
    if (!nearest.empty())
        sentence += " Did you mean '" + std::string(nearest) + "'?";
    fhir::Error error(ErrorKind::unknown_element, std::move(sentence), std::move(path));
    return error.advise("Use these: " + names_of(operation) +
                        "; or send Prefer: handling=lenient to have others ignored.");
}

/// Every value of a query is a string.
fhir::Parameters from_query(const Context& context)
{
    fhir::Parameters parameters;
    for (const auto& [name, value] : context.parameters) {
        auto& parameter = parameters.parameter.emplace_back();
        parameter.name = name;
        parameter.value = value;
    }
    return parameters;
}

std::string shown_name(const std::string& name)
{
    return fhir::search::printable(name);
}

} // namespace

std::string OperationCall::place(std::size_t index, std::string_view part) const
{
    if (from_query_)
        return "http." + shown_name(parameters_.parameter[index].name);
    return "Parameters.parameter[" + std::to_string(index) + "]" + std::string(part);
}

/// Drops what is not known where the caller wants that, otherwise names the first of it.
Result<void> OperationCall::check_names(const Operation& operation, bool strict)
{
    const auto unknown = [&](const ParametersParameter& each) {
        return std::ranges::find(operation.inputs, each.name, &OperationInput::name) ==
               operation.inputs.end();
    };
    for (std::size_t i = 0; i < parameters_.parameter.size(); ++i) {
        if (!unknown(parameters_.parameter[i]))
            continue;
        auto error = unknown_name(parameters_.parameter[i].name, place(i, ".name"), operation);
        if (strict)
            return std::unexpected(std::move(error));
        notes_.push_back(std::move(error));
    }
    std::erase_if(parameters_.parameter, unknown);
    return {};
}

Result<void> OperationCall::check_input(const OperationInput& input) const
{
    std::size_t count = 0;
    const std::string_view type = input.type.substr(0, input.type.find('|'));
    for (std::size_t i = 0; i < parameters_.parameter.size(); ++i) {
        const ParametersParameter& each = parameters_.parameter[i];
        if (each.name != input.name)
            continue;
        ++count;
        if (!from_query_ && !holds_any(each, input.type))
            return fhir::fail(ErrorKind::value_invalid,
                              "The parameter " + each.name + " needs " + type_name(type) + ".",
                              place(i, is_resource_type(type) ? ".resource" : ".value"));
        if (input.max > 0 && count > input.max)
            return fhir::fail(ErrorKind::value_invalid,
                              "The parameter " + each.name + " may be given " +
                                  (input.max == 1 ? "once." : std::to_string(input.max) + " times."),
                              place(i));
    }
    if (count >= input.min)
        return {};
    fhir::Error error(ErrorKind::required, "The parameter " + std::string(input.name) + " is missing.",
                      from_query_ ? "http." + std::string(input.name) : "Parameters.parameter");
    return std::unexpected(error.advise("Add it. " + std::string(input.documentation)));
}

Result<OperationCall> OperationCall::read(const Context& context)
{
    const Operation* operation = operation_of(*context.destination.route);
    if (!operation)
        return fhir::fail(ErrorKind::internal);
    OperationCall call;
    call.from_query_ = context.request.method != "POST";
    Result<fhir::Parameters> parameters = from_query(context);
    if (!call.from_query_)
        parameters = fhir::codec::read<fhir::Parameters>(context.request.body);
    if (!parameters)
        return std::unexpected(parameters.error());
    call.parameters_ = std::move(*parameters);
    const bool strict = context.prefer.handling == fhir::search::Handling::strict;
    if (auto known = call.check_names(*operation, strict); !known)
        return std::unexpected(known.error());
    for (const OperationInput& input : operation->inputs)
        if (auto fits = call.check_input(input); !fits)
            return std::unexpected(fits.error());
    return call;
}

const ParametersParameter* OperationCall::given(std::string_view name) const
{
    const auto found = std::ranges::find(parameters_.parameter, name, &ParametersParameter::name);
    return found == parameters_.parameter.end() ? nullptr : &*found;
}

std::string OperationCall::path_of(std::string_view name, std::size_t number) const
{
    for (std::size_t i = 0; i < parameters_.parameter.size(); ++i) {
        const ParametersParameter& each = parameters_.parameter[i];
        if (each.name == name && number-- == 0)
            return place(i, each.resource ? ".resource" : ".value");
    }
    return from_query_ ? "http." + std::string(name) : "Parameters.parameter";
}

std::string OperationCall::canonical() const
{
    return fhir::codec::to_json(parameters_);
}

} // namespace gateway::faces::r4
