// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/simulator_routes.hpp"

#include <algorithm>

// Requests for repeat medicines.
namespace adapters::microtest
{

using fhir::codec::JsonValue;
using fhir::rest::Response;
using simulation::MessageRow;
using simulation::PracticeDesk;

namespace
{

std::string course_id(std::size_t place)
{
    return std::to_string(7001 + place);
}

bool is_off(const SimCall& call)
{
    return call.state.options().is("prescribing", "off");
}

Response off()
{
    return error_reply(403, "This patient may not use prescriptions in the practice system.");
}

std::vector<std::string> ids_in(const SimCall& call)
{
    std::vector<std::string> ids;
    const auto body = fhir::codec::parse_json(call.request.body);
    const auto* list = body && body->is_object() ? body->find("courseIds") : nullptr;
    if (list && list->is_array())
        for (const JsonValue& each : list->items())
            if (each.is_string())
                ids.push_back(each.text());
    return ids;
}

/// The moment, or only its day where the practice tells no more.
std::string order_date(const SimCall& call, fhir::Instant moment)
{
    return call.state.options().is("order_date", "day") ? fhir::to_text(fhir::uk_date(moment))
                                                        : fhir::to_uk_text(moment);
}

} // namespace

Response list_courses(SimCall& call)
{
    if (is_off(call))
        return off();
    auto courses = JsonValue::array();
    for (std::size_t i = 0; i < simulation::repeat_medicines().size(); ++i) {
        const auto& medicine = simulation::repeat_medicines()[i];
        auto json = JsonValue::object({{"id", course_id(i)}, {"name", std::string(medicine.name)}});
        json.set("dosage", std::string(medicine.dosage));
        json.set("status", "Repeat");
        courses.items().push_back(std::move(json));
    }
    return json_reply(200, JsonValue::object({{"courses", std::move(courses)}}));
}

Response list_orders(SimCall& call)
{
    if (is_off(call))
        return off();
    const auto from = fhir::parse_date(call.query("from_date"));
    if (!from)
        return error_reply(400, "from_date is missing.");
    auto orders = JsonValue::array();
    for (const MessageRow* row :
         call.state.desk().of(PracticeDesk::prescription_request, call.patient.nhs_number))
        for (const std::string& medicine : row->medicines)
            if (fhir::uk_date(row->at) >= *from) {
                auto json = JsonValue::object({{"id", row->id}, {"name", medicine}});
                json.set("orderDate", order_date(call, row->at));
                json.set("status", "Requested");
                orders.items().push_back(std::move(json));
            }
    return json_reply(200, JsonValue::object({{"courses", std::move(orders)}}));
}

/// 202 where some of it is refused, with what became of each.
Response take_order(SimCall& call)
{
    auto& state = call.state;
    if (is_off(call))
        return off();
    const auto ids = ids_in(call);
    MessageRow row{std::string(PracticeDesk::prescription_request),
                   {},
                   call.patient.nhs_number,
                   {},
                   {},
                   call.text("specialRequestMessage"),
                   {},
                   state.now()};
    auto outcomes = JsonValue::array();
    std::size_t known = 0;
    for (std::size_t i = 0; i < simulation::repeat_medicines().size(); ++i) {
        if (std::ranges::find(ids, course_id(i)) == ids.end())
            continue;
        ++known;
        const auto& medicine = simulation::repeat_medicines()[i];
        const bool taken = medicine.may_be_requested &&
                           !state.desk().was_requested(medicine.name, call.patient.nhs_number, state.now());
        if (taken)
            row.medicines.emplace_back(medicine.name);
        auto json = JsonValue::object({{"id", course_id(i)}, {"name", std::string(medicine.name)}});
        json.set("status", taken ? "success" : "failed");
        json.set("requestOutcome", taken ? "Requested" : "Too soon");
        outcomes.items().push_back(std::move(json));
    }
    if (known == 0 || known != ids.size())
        return error_reply(400, "courseIds is not valid.");
    const bool whole = row.medicines.size() == known;
    if (!row.medicines.empty())
        state.desk().take(std::move(row));
    return whole ? json_reply(201, JsonValue("The request was made."))
                 : json_reply(202, JsonValue::object({{"patientRequests", std::move(outcomes)}}));
}

} // namespace adapters::microtest
