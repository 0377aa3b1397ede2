// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/simulator_routes.hpp"
#include "adapters/emis/wire_delivery.hpp"
#include "adapters/simulation/practice_desk.hpp"

#include <algorithm>

// Messages to the practice, and requests for repeat medicines.
namespace adapters::emis
{

using fhir::codec::JsonValue;
using fhir::rest::Response;
using simulation::MessageRow;
using simulation::PracticeDesk;

namespace
{

constexpr std::string_view sending_method = "PostMessage";
constexpr std::string_view requesting_method = "RequestPrescription";

/// The service account writes nothing, and reads nobody's messages.
bool messages_off(const SimCall& call)
{
    return call.nhs_number.empty() || call.state.options().is("messages", "off");
}

bool prescribing_off(const SimCall& call)
{
    const auto options = call.state.options();
    return call.nhs_number.empty() || options.is("prescribing", "off") ||
           options.lists("prescribing_off", call.nhs_number);
}

std::string recipient_id(const SimState& state, std::string_view name)
{
    return state.issued("recipient", std::string(name));
}

std::string course_id(const SimState& state, std::size_t place)
{
    return state.issued("course", std::to_string(place));
}

std::string local_text(fhir::Instant moment)
{
    return fhir::to_text(fhir::to_uk_local(moment));
}

/// Texts of an array member of the body.
std::vector<std::string> texts_of(const SimCall& call, std::string_view member)
{
    std::vector<std::string> texts;
    const auto* list = call.body.is_object() ? call.body.find(member, true) : nullptr;
    if (list && list->is_array())
        for (const JsonValue& each : list->items())
            if (each.is_string())
                texts.push_back(each.text());
    return texts;
}

JsonValue course_json(const SimState& state, std::size_t place, bool requestable)
{
    const auto& medicine = simulation::repeat_medicines()[place];
    auto json = JsonValue::object({{"MedicationCourseGuid", course_id(state, place)}});
    json.set("Name", std::string(medicine.name));
    json.set("Dosage", std::string(medicine.dosage));
    json.set("PrescriptionType", "Repeat");
    json.set("CanBeRequested", requestable);
    return json;
}

JsonValue courses_json(const SimCall& call)
{
    auto courses = JsonValue::array();
    for (std::size_t i = 0; i < simulation::repeat_medicines().size(); ++i) {
        const auto& medicine = simulation::repeat_medicines()[i];
        const bool asked = call.state.desk().was_requested(medicine.name, call.nhs_number, call.state.now());
        courses.items().push_back(course_json(call.state, i, medicine.may_be_requested && !asked));
    }
    return courses;
}

/// HTTP 200 and an error document, which has been seen of messages.
Response error_with_200(const SimState& state)
{
    auto reply = exception_reply(state, 9999, "An unexpected error has occurred", sending_method);
    reply.status = 200;
    return reply;
}

} // namespace

Response list_recipients(SimCall& call)
{
    if (messages_off(call))
        return service_off_reply(call.state);
    auto recipients = JsonValue::array();
    if (!call.state.options().is("recipients", "none"))
        for (const std::string_view name : simulation::message_recipients)
            recipients.items().push_back(JsonValue::object(
                {{"RecipientGuid", recipient_id(call.state, name)}, {"Name", std::string(name)}}));
    return json_reply(200, JsonValue::object({{"MessageRecipients", std::move(recipients)}}));
}

Response list_messages(SimCall& call)
{
    if (messages_off(call))
        return service_off_reply(call.state);
    if (call.state.options().is("sent_messages", "error"))
        return error_with_200(call.state);
    auto messages = JsonValue::array();
    for (const MessageRow* row : call.state.desk().of(PracticeDesk::message, call.nhs_number)) {
        auto json = JsonValue::object({{"MessageId", JsonValue::number(row->id)}, {"Subject", row->subject}});
        json.set("SentDateTime", local_text(row->at));
        json.set("ReplyCount", 0);
        json.set("Recipients", JsonValue::array({JsonValue::object({{"Name", row->recipient}})}));
        messages.items().push_back(std::move(json));
    }
    return json_reply(200, JsonValue::object({{"Messages", std::move(messages)}}));
}

Response take_message(SimCall& call)
{
    auto& state = call.state;
    if (messages_off(call))
        return service_off_reply(state);
    if (state.options().is("take_message", "error"))
        return error_with_200(state);
    if (state.options().is("take_message", "refused"))
        return refusal_reply(state, {400, 0, {}}, sending_method);
    const auto subject = call.text("Subject"), body = call.text("MessageBody");
    if (subject.empty() || subject.size() > max_subject)
        return invalid_reply("Subject");
    if (body.empty())
        return invalid_reply("MessageBody");
    const auto named = texts_of(call, "Recipients");
    const auto* const known =
        std::ranges::find_if(simulation::message_recipients, [&](std::string_view name) {
            return named.size() == 1 && named.front() == recipient_id(state, name);
        });
    if (known == std::end(simulation::message_recipients))
        return invalid_reply("Recipients");
    MessageRow row{std::string(PracticeDesk::message),
                   {},
                   call.nhs_number,
                   std::string(*known),
                   subject,
                   body,
                   {},
                   state.now()};
    state.desk().take(std::move(row));
    return json_reply(201, JsonValue::object({{"MessageSent", true}}));
}

Response list_courses(SimCall& call)
{
    if (prescribing_off(call))
        return service_off_reply(call.state);
    return json_reply(200, JsonValue::object({{"Courses", courses_json(call)}}));
}

Response list_prescription_requests(SimCall& call)
{
    if (prescribing_off(call))
        return service_off_reply(call.state);
    const auto from = fhir::parse_date_time(call.query("filterFromDate"));
    if (!from)
        return invalid_reply("filterFromDate");
    auto requests = JsonValue::array();
    for (const MessageRow* row : call.state.desk().of(PracticeDesk::prescription_request, call.nhs_number)) {
        if (row->at < from->at)
            continue;
        auto courses = JsonValue::array();
        for (std::size_t i = 0; i < simulation::repeat_medicines().size(); ++i)
            if (std::ranges::find(row->medicines, simulation::repeat_medicines()[i].name) !=
                row->medicines.end())
                courses.items().push_back(
                    JsonValue::object({{"RequestedMedicationCourseGuid", course_id(call.state, i)},
                                       {"RequestedMedicationCourseStatus", "Requested"}}));
        auto json = JsonValue::object({{"DateRequested", fhir::to_uk_text(row->at)}});
        json.set("RequestedMedicationCourses", std::move(courses));
        requests.items().push_back(std::move(json));
    }
    auto body = JsonValue::object({{"PrescriptionRequests", std::move(requests)}});
    body.set("MedicationCourses", courses_json(call));
    return json_reply(200, body);
}

Response take_prescription_request(SimCall& call)
{
    auto& state = call.state;
    if (prescribing_off(call))
        return service_off_reply(state);
    const auto wanted = state.options().text("prescribing_comment");
    const bool commented = !call.text("RequestComment").empty();
    if ((wanted == "mandatory" && !commented) || (wanted == "not_requested" && commented))
        return invalid_reply("RequestComment");
    MessageRow row{std::string(PracticeDesk::prescription_request),
                   {},
                   call.nhs_number,
                   {},
                   {},
                   call.text("RequestComment"),
                   {},
                   state.now()};
    const auto ids = texts_of(call, "MedicationCourseGuids");
    for (std::size_t i = 0; i < simulation::repeat_medicines().size(); ++i) {
        const auto& medicine = simulation::repeat_medicines()[i];
        if (std::ranges::find(ids, course_id(state, i)) == ids.end())
            continue;
        if (!medicine.may_be_requested ||
            state.desk().was_requested(medicine.name, call.nhs_number, state.now()))
            return refusal_reply(state, {400, 1455, {}}, requesting_method);
        row.medicines.emplace_back(medicine.name);
    }
    if (row.medicines.empty() || row.medicines.size() != ids.size())
        return invalid_reply("MedicationCourseGuids");
    state.desk().take(std::move(row));
    return json_reply(201, JsonValue::object());
}

} // namespace adapters::emis
