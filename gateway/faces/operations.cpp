// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/operations.hpp"

#include "gateway/faces/routes.hpp"
#include "gateway/faces/scheduling_operations.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces
{

namespace
{

constexpr std::array reschedule_inputs = {
    OperationInput{"slot", "Reference", 1, 8,
                   "The slot to move to, as Slot/ and the id that a slot search gave; of any practice that "
                   "shares with the organisation that booked. Several: adjoining slots of one session."},
    OperationInput{"reason", "CodeableConcept", 0, 1,
                   "Why the appointment is moved: the cancelation reason of the old one."},
    OperationInput{"description", "string", 0, 1,
                   "Description of the new appointment; without it the old one's."},
    OperationInput{"comment", "string", 0, 1, "Comment of the new appointment; without it the old one's."},
    OperationInput{"leave-out-texts", "boolean", 0, 1,
                   "true: the old one's description and comment are not taken along, for a practice whose "
                   "system has no room for them."},
    OperationInput{"patient", "Patient", 0, 1,
                   "The patient's details, for a practice that must link or register the patient first."},
};

constexpr std::array withdraw_inputs = {
    OperationInput{"reason", "string", 1, 1,
                   "Why the session is withdrawn: the cancelation reason of its appointments."},
    OperationInput{"action", "code", 0, 1,
                   "propose (the default): only say where each appointment could go; move; cancel."},
    OperationInput{"period", "Period", 0, 1,
                   "Which appointments, by their start; without it all that are still to come."},
    OperationInput{"elsewhere", "boolean", 0, 1,
                   "true: alternatives may be at other practices that share with whoever booked."},
    OperationInput{"cancel-unmoved", "boolean", 0, 1,
                   "true: what finds no alternative is cancelled; otherwise it is left as it is."},
};

constexpr std::array explain_inputs = {
    OperationInput{"practice", "string", 1, 1, "ODS code of the practice whose slots are asked about."},
    OperationInput{"organization", "string", 0, 1,
                   "ODS code of the organisation that would search; without it the caller's own. Of another "
                   "organisation only the practice itself may ask."},
    OperationInput{"start", "string", 0, 2,
                   "Lower and upper bound of the time asked about, as in a Slot search: ge2026-06-15 and "
                   "lt2026-06-22. Without it the next 14 days."},
    OperationInput{"slot", "string", 0, 1, "Id of one slot of the practice to be looked at by itself."},
};

constexpr std::array events_inputs = {
    OperationInput{"eventsSinceNumber", "string", 0, 1,
                   "The first event, by its number; without it from the first."},
    OperationInput{"eventsUntilNumber", "string", 0, 1,
                   "The last event, by its number; without it to the newest."},
    OperationInput{"content", "code|string", 0, 1,
                   "Taken for the sake of the standard: ids are shown, or nothing."},
};

constexpr std::array calendar_inputs = {
    OperationInput{"schedule", "Reference|string", 0, 1,
                   "A session, as Schedule/ and its id: its appointments that were made through the gateway. "
                   "Without it all that the organisation booked."},
};

constexpr std::array revoke_calendar_inputs = {
    OperationInput{"feed", "string|code", 1, 1, "The feed's id, as it was answered when the feed was made."},
};

constexpr std::array known_operations = {
    Operation{
        "Slot", "explain", "", "Why slots are not offered",
        "Says of each session, and of one slot if wanted, whether it is offered to an organisation, and "
        "if not: why, by which rule, what to do and who can change it.",
        "Parameters", false, explain_inputs},
    scheduling::find,
    scheduling::hold,
    scheduling::book,
    Operation{"Appointment", "reschedule", "", "Move an appointment",
              "Books the new slot, then cancels the old appointment; if that is refused, cancels the new one "
              "again. Both carry a reference to each other in supportingInformation. Needs If-Match of the "
              "old appointment; one Idempotency-Key stands for the whole.",
              "Appointment", true, reschedule_inputs},
    Operation{
        "Schedule", "withdraw", "", "Withdraw a session",
        "Finds every appointment and hold that was made through the gateway in the session, releases the "
        "holds, and proposes another slot for each appointment, moves it there or cancels it. For the "
        "practice itself only. Answers 202; Content-Location says where to ask how far it has come, and "
        "in the end what became of each. Take the session out of the practice's own book first.",
        "Parameters", true, withdraw_inputs},
    Operation{
        "Subscription",
        "status",
        "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status",
        "State of a subscription",
        "How many events it had so far, and why the last one failed.",
        "Bundle",
        false,
        {}},
    Operation{
        "Subscription", "events",
        "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events",
        "Events of a subscription",
        "What it was told of, or is to be told of, as far as it may still be seen; for whoever missed "
        "something. At most 1000 at a time.",
        "Bundle", false, events_inputs},
    Operation{
        "Subscription",
        "rotate-secret",
        "",
        "A new secret for a subscription",
        "Answers with the subscription and the secret that signs its notifications from now on. The old one "
        "signs beside it for a day.",
        "Subscription",
        true,
        {}},
    Operation{"Subscription", "calendar-feed", "", "Make a calendar feed",
              "Makes an address at which appointments that the organisation may see stand as a calendar (RFC "
              "5545), for calendars that subscribe to it: time, state and practice, nothing of patients. "
              "Needs a token that may search Appointment. Whoever has the address can read it, and it is "
              "told here and never again: keep it like a password.",
              "Parameters", true, calendar_inputs},
    Operation{"Subscription",
              "calendar-feeds",
              "",
              "Calendar feeds of a client",
              "Which calendar feeds the client has made, without their addresses; revoked ones too.",
              "Parameters",
              false,
              {}},
    Operation{"Subscription", "revoke-calendar-feed", "", "Revoke a calendar feed",
              "From then on its address answers 410. It cannot be brought back; make a new one.",
              "Parameters", true, revoke_calendar_inputs},
};

fhir::OperationParameter parameter_of(const OperationInput& input)
{
    fhir::OperationParameter parameter;
    parameter.name = std::string(input.name);
    parameter.use = "in";
    parameter.min = static_cast<std::int32_t>(input.min);
    parameter.max = input.max == 0 ? "*" : std::to_string(input.max);
    parameter.documentation = std::string(input.documentation);
    parameter.type = std::string(input.type.substr(0, input.type.find('|')));
    return parameter;
}

fhir::OperationParameter return_of(const Operation& operation)
{
    fhir::OperationParameter parameter;
    parameter.name = "return";
    parameter.use = "out";
    parameter.min = 1;
    parameter.max = "1";
    parameter.type = std::string(operation.answer);
    return parameter;
}

bool is_served(const Operation& operation, bool on_instance)
{
    const std::string end = std::string(on_instance ? "/{id}" : "") + "/$" + std::string(operation.name);
    const std::string path = "[base]/" + std::string(operation.type) + end;
    return std::ranges::any_of(r4_routes(), [&](const Route& route) { return route.path == path; });
}

std::string pascal_case(std::string_view name)
{
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool first = i == 0 || name[i - 1] == '-';
        if (name[i] != '-')
            text +=
                first && name[i] >= 'a' && name[i] <= 'z' ? static_cast<char>(name[i] - 'a' + 'A') : name[i];
    }
    return text;
}

} // namespace

std::span<const Operation> operations()
{
    return known_operations;
}

const Operation* operation_of(const Route& route)
{
    const auto mark = route.path.rfind("/$");
    if (mark == std::string_view::npos)
        return nullptr;
    const auto found = std::ranges::find_if(known_operations, [&](const Operation& operation) {
        return operation.type == route.type && operation.name == route.path.substr(mark + 2);
    });
    return found == known_operations.end() ? nullptr : &*found;
}

std::string definition_id(const Operation& operation)
{
    std::string id(operation.type);
    std::ranges::transform(id, id.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
    return id + "-" + std::string(operation.name);
}

std::string definition_url(const Operation& operation, std::string_view base_url)
{
    if (!operation.canonical.empty())
        return std::string(operation.canonical);
    return std::string(base_url) + "/OperationDefinition/" + definition_id(operation);
}

fhir::OperationDefinition definition_of(const Operation& operation, std::string_view base_url)
{
    fhir::OperationDefinition definition;
    definition.id = definition_id(operation);
    definition.url = fhir::Uri(std::string(base_url) + "/OperationDefinition/" + *definition.id);
    definition.name = std::string(operation.type) + pascal_case(operation.name);
    definition.title = std::string(operation.title);
    definition.status = fhir::PublicationStatus::active;
    definition.kind = "operation";
    definition.description = fhir::Markdown{std::string(operation.description)};
    definition.affects_state = operation.affects_state;
    definition.code = std::string(operation.name);
    if (!operation.canonical.empty())
        definition.base = fhir::Uri(operation.canonical);
    definition.resource = {fhir::Code(std::string(operation.type))};
    definition.type = is_served(operation, false);
    definition.instance = is_served(operation, true);
    for (const OperationInput& input : operation.inputs)
        definition.parameter.push_back(parameter_of(input));
    definition.parameter.push_back(return_of(operation));
    return definition;
}

} // namespace gateway::faces
