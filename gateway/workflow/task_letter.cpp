// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_letter.hpp"

#include "fhir/model/uk_time.hpp"
#include "gateway/workflow/task_change.hpp"
#include "gateway/workflow/task_shape.hpp"

#include <algorithm>
#include <array>

namespace gateway::workflow
{

namespace
{

using adapters::DeliveryForm;

struct FormRow
{
    DeliveryForm form;
    std::string_view code, words;
};

constexpr std::array forms{
    FormRow{DeliveryForm::message, "message", "a message"},
    FormRow{DeliveryForm::prescription_request, "prescription-request", "a prescription request"}};

const FormRow& row_of_form(DeliveryForm form)
{
    return *std::ranges::find(forms, form, &FormRow::form);
}

constexpr std::size_t reference_length = 12;

std::string code_in(const fhir::CodeableConcept& type)
{
    for (const fhir::Coding& coding : type.coding)
        if (coding.code)
            return coding.code->text;
    return type.text.value_or("");
}

std::string value_in(const fhir::TaskParameter& parameter)
{
    if (const auto* text = std::get_if<std::string>(&parameter.value))
        return *text;
    if (const auto* moment = std::get_if<fhir::DateTime>(&parameter.value))
        return plain_time(moment->at);
    if (const auto* moment = std::get_if<fhir::Instant>(&parameter.value))
        return plain_time(*moment);
    if (const auto* coded = std::get_if<fhir::CodeableConcept>(&parameter.value))
        return words_of(*coded);
    if (const auto* identifier = std::get_if<fhir::Identifier>(&parameter.value))
        return identifier->value.value_or("");
    return {};
}

/// `call-back` becomes `Call back`.
std::string label_of(std::string code)
{
    std::ranges::replace(code, '-', ' ');
    if (!code.empty() && code.front() >= 'a' && code.front() <= 'z')
        code.front() = static_cast<char>(code.front() - 'a' + 'A');
    return code;
}

std::string name_of(const std::optional<fhir::Reference>& organisation)
{
    if (!organisation)
        return {};
    const std::string ods =
        organisation->identifier ? (*organisation->identifier)->value.value_or("") : std::string();
    const std::string name = organisation->display.value_or("");
    return name.empty() ? ods : name + " (" + ods + ")";
}

void add_line(std::string& text, std::string_view label, const std::string& value)
{
    if (!value.empty())
        text += std::string(label) + ": " + value + "\n";
}

/// What stands above routine.
std::string priority_in(const fhir::Task& task)
{
    switch (task.priority.value_or(fhir::RequestPriority::routine)) {
    case fhir::RequestPriority::urgent:
        return "urgent";
    case fhir::RequestPriority::asap:
        return "as soon as possible";
    case fhir::RequestPriority::stat:
        return "immediately";
    default:
        return {};
    }
}

bool is_ours(const fhir::Annotation& note)
{
    const auto* author = std::get_if<std::string>(&note.author);
    return author != nullptr && *author == gateway_author;
}

std::string subject_of(const fhir::Task& task, TaskKind kind)
{
    for (const fhir::TaskParameter& input : task.input)
        if (code_in(input.type) == "subject")
            return value_in(input);
    return std::string(row_of(kind).text);
}

} // namespace

std::string plain_time(fhir::Instant moment)
{
    std::string text = fhir::to_text(fhir::to_uk_local(moment)).substr(0, sizeof "2026-11-23T08:00" - 1);
    text[text.find('T')] = ' ';
    return text;
}

std::optional<DeliveryForm> delivery_form(TaskKind kind)
{
    switch (kind) {
    case TaskKind::practice_message:
    case TaskKind::hub_outcome:
    case TaskKind::follow_up:
        return DeliveryForm::message;
    case TaskKind::prescription_request:
        return DeliveryForm::prescription_request;
    default:
        return std::nullopt;
    }
}

std::string_view code_of(DeliveryForm form)
{
    return row_of_form(form).code;
}

std::optional<DeliveryForm> form_named(std::string_view code)
{
    const auto found = std::ranges::find(forms, code, &FormRow::code);
    return found == forms.end() ? std::nullopt : std::optional(found->form);
}

std::string_view words_for(DeliveryForm form)
{
    return row_of_form(form).words;
}

std::string practice_to_deliver(const TaskLinks& links, const store::TaskRecord& record)
{
    const auto kind = kind_of(record.kind);
    const auto owner = fhir::OdsCode::parse(record.owner);
    const bool wanted = kind && delivery_form(*kind) && owner && record.owner != record.requester &&
                        links.delivers && links.delivers(*owner, *kind);
    return wanted ? record.owner : std::string();
}

std::string delivery_reference(const std::string& task_id)
{
    return task_id.size() <= reference_length ? task_id : task_id.substr(task_id.size() - reference_length);
}

Letter letter_of(const fhir::Task& task, TaskKind kind, DeliveryForm form, const std::string& reference)
{
    Letter letter;
    letter.subject = subject_of(task, kind);
    std::string& text = letter.text;
    add_line(text, row_of(kind).text, "sent by " + name_of(task.requester) + " for " + team_of(task));
    add_line(text, "Priority", priority_in(task));
    for (const fhir::TaskParameter& input : task.input) {
        const std::string code = code_in(input.type);
        if (code == "medication")
            letter.medicines.push_back(value_in(input));
        const bool said_elsewhere =
            code == "subject" || (code == "medication" && form == DeliveryForm::prescription_request);
        if (!said_elsewhere)
            add_line(text, label_of(code), value_in(input));
    }
    add_line(text, "Description", task.description.value_or(""));
    add_line(text, "Reason", words_of(task.reason_code));
    for (const fhir::Annotation& note : task.note)
        if (!is_ours(note))
            add_line(text, "Note", note.text.text);
    if (task.restriction && task.restriction->period && task.restriction->period->end)
        add_line(text, "To be done by", plain_time(task.restriction->period->end->at));
    add_line(text, "Reference", reference);
    return letter;
}

} // namespace gateway::workflow
