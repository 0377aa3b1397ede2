// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_contents.hpp"

#include "fhir/model/id.hpp"

#include <algorithm>

namespace gateway::workflow
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::TaskParameter;

constexpr std::size_t longest_text = 4000;
constexpr std::size_t most_parameters = 50;
constexpr std::string_view appointment_type = "Appointment/";

/// What is given, and the words for it.
struct Contents
{
    const KindRow& kind;
    std::string_view name; ///< `input`, `output`
    std::vector<const ContentRow*> rows;
    const std::vector<TaskParameter>& given;
    std::string system;

    std::string path(std::size_t index, std::string_view element) const
    {
        return "Task." + std::string(name) + "[" + std::to_string(index) + "]." + std::string(element);
    }
};

std::string listed(const std::vector<const ContentRow*>& rows)
{
    std::string joined;
    for (const ContentRow* row : rows)
        joined += (joined.empty() ? "" : ", ") + std::string(row->code);
    return joined.empty() ? "none" : joined;
}

std::string code_of(const fhir::CodeableConcept& type, std::string_view system)
{
    for (const fhir::Coding& coding : type.coding)
        if (coding.system && coding.code && fhir::same_system(coding.system->text, system))
            return coding.code->text;
    return type.text.value_or("");
}

std::string_view element_of(ContentForm form)
{
    switch (form) {
    case ContentForm::text:
        return "valueString";
    case ContentForm::appointment:
        return "valueReference to an Appointment";
    case ContentForm::date_time:
        return "valueDateTime or valueInstant";
    case ContentForm::code:
        return "valueCodeableConcept";
    case ContentForm::identifier:
        return "valueIdentifier";
    }
    return "value";
}

bool has_form(const TaskParameter& given, ContentForm form)
{
    const auto& value = given.value;
    switch (form) {
    case ContentForm::text:
        return std::holds_alternative<std::string>(value) && !std::get<std::string>(value).empty();
    case ContentForm::appointment:
        return std::holds_alternative<fhir::Reference>(value) &&
               !appointment_id(std::get<fhir::Reference>(value)).empty();
    case ContentForm::date_time:
        return std::holds_alternative<fhir::Instant>(value) || std::holds_alternative<fhir::DateTime>(value);
    case ContentForm::code:
        return std::holds_alternative<fhir::CodeableConcept>(value);
    case ContentForm::identifier:
        return std::holds_alternative<fhir::Identifier>(value) && std::get<fhir::Identifier>(value).value;
    }
    return false;
}

Result<const ContentRow*> check_one(const Contents& contents, std::size_t index)
{
    const TaskParameter& given = contents.given[index];
    const std::string code = code_of(given.type, contents.system);
    const auto row = std::ranges::find(contents.rows, code, &ContentRow::code);
    if (row == contents.rows.end())
        return std::unexpected(
            fhir::Error(ErrorKind::value_invalid,
                        "A task of kind " + std::string(contents.kind.code) + " has no such " +
                            std::string(contents.name) + ". It has: " + listed(contents.rows) + ".",
                        contents.path(index, "type"))
                .advise("Name the type as a coding of " + contents.system + ", or in type.text.",
                        fhir::Remedy::caller));
    if (!has_form(given, (*row)->form))
        return fhir::fail(ErrorKind::value_invalid,
                          "The " + std::string(contents.name) + " " + code + " is given as " +
                              std::string(element_of((*row)->form)) + ".",
                          contents.path(index, "value"));
    if (const auto* text = std::get_if<std::string>(&given.value); text && text->size() > longest_text)
        return fhir::fail(ErrorKind::text_too_long,
                          "The text is longer than " + std::to_string(longest_text) + " bytes.",
                          contents.path(index, "value"));
    return *row;
}

Result<void> check_all(const Contents& contents, bool complete)
{
    if (contents.given.size() > most_parameters)
        return fhir::fail(ErrorKind::value_invalid, "These are too many for one task.",
                          "Task." + std::string(contents.name));
    std::vector<const ContentRow*> seen;
    for (std::size_t i = 0; i < contents.given.size(); ++i) {
        const auto row = check_one(contents, i);
        if (!row)
            return std::unexpected(row.error());
        if (!(*row)->repeats && std::ranges::find(seen, *row) != seen.end())
            return fhir::fail(ErrorKind::value_invalid,
                              "The " + std::string(contents.name) + " " + std::string((*row)->code) +
                                  " is given once.",
                              contents.path(i, "type"));
        seen.push_back(*row);
    }
    for (const ContentRow* row : contents.rows)
        if (complete && row->required && std::ranges::find(seen, row) == seen.end())
            return fhir::fail(ErrorKind::required,
                              "A task of kind " + std::string(contents.kind.code) + " needs the " +
                                  std::string(contents.name) + " " + std::string(row->code) + ", as " +
                                  std::string(element_of(row->form)) + ".",
                              "Task." + std::string(contents.name));
    return {};
}

std::vector<const ContentRow*> rows_of(std::span<const ContentRow> rows)
{
    std::vector<const ContentRow*> found;
    for (const ContentRow& row : rows)
        found.push_back(&row);
    return found;
}

} // namespace

std::string task_parameter_system(std::string_view origin)
{
    return std::string(origin) + "/fhir/CodeSystem/task-parameter";
}

TaskParameter text_parameter(std::string_view origin, std::string_view code, std::string text)
{
    TaskParameter parameter;
    parameter.type = fhir::concept_of(task_parameter_system(origin), code);
    parameter.value = std::move(text);
    return parameter;
}

Result<void> check_inputs(const KindRow& kind, const std::vector<TaskParameter>& inputs,
                          std::string_view origin)
{
    auto rows = rows_of(kind.inputs);
    rows.push_back(&call_back);
    return check_all({kind, "input", std::move(rows), inputs, task_parameter_system(origin)}, true);
}

Result<void> check_outputs(const KindRow& kind, const std::vector<TaskParameter>& outputs,
                           std::string_view origin, bool complete)
{
    return check_all({kind, "output", rows_of(kind.outputs), outputs, task_parameter_system(origin)},
                     complete);
}

std::string appointment_id(const fhir::Reference& reference)
{
    const std::string named = reference.reference.value_or("");
    if (!named.starts_with(appointment_type) || !fhir::is_id(named.substr(appointment_type.size())))
        return {};
    return named.substr(appointment_type.size());
}

std::vector<NamedAppointment> appointments_in(const std::vector<TaskParameter>& outputs)
{
    std::vector<NamedAppointment> found;
    for (std::size_t i = 0; i < outputs.size(); ++i)
        if (const auto* reference = std::get_if<fhir::Reference>(&outputs[i].value))
            if (auto id = appointment_id(*reference); !id.empty())
                found.push_back({"Task.output[" + std::to_string(i) + "].value", std::move(id)});
    return found;
}

} // namespace gateway::workflow
