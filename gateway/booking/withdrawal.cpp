// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/withdrawal.hpp"

#include "fhir/codec/json_value.hpp"
#include "gateway/booking/payload.hpp"

#include <algorithm>
#include <array>

namespace gateway::booking
{

namespace
{

using fhir::codec::JsonValue;
using Action = WithdrawRequest::Action;
using State = WithdrawnAppointment::State;

constexpr std::array<std::string_view, 3> action_codes{"propose", "move", "cancel"};
constexpr std::array<std::string_view, 7> state_codes{"waiting",   "settling", "proposed", "moved",
                                                      "cancelled", "released", "kept"};
constexpr fhir::codec::JsonLimits job_limits{16, 16 << 20};

std::string job_text(const JsonValue& object, std::string_view name)
{
    const JsonValue* const member = object.find(name);
    return member ? member->text() : std::string();
}

std::int64_t job_number(const JsonValue& object, std::string_view name)
{
    const JsonValue* const member = object.find(name);
    return member ? member->integer().value_or(0) : 0;
}

bool job_flag(const JsonValue& object, std::string_view name)
{
    const JsonValue* const member = object.find(name);
    return member && member->boolean();
}

std::int64_t milliseconds(fhir::Instant instant)
{
    return instant.time_since_epoch().count();
}

fhir::Instant instant_of(const JsonValue& object, std::string_view name)
{
    return fhir::Instant(std::chrono::milliseconds(job_number(object, name)));
}

JsonValue item_value(const WithdrawnAppointment& item)
{
    auto value = JsonValue::object({{"appointment", item.appointment},
                                    {"state", std::int64_t{static_cast<int>(item.state)}},
                                    {"to", item.to},
                                    {"tries", item.tries}});
    if (item.error)
        value.set("answer", to_text(FirstAnswer{false, item.error}));
    return value;
}

WithdrawnAppointment item_of(const JsonValue& value)
{
    WithdrawnAppointment item;
    item.appointment = job_text(value, "appointment");
    item.state = static_cast<State>(
        std::clamp<std::int64_t>(job_number(value, "state"), 0, static_cast<int>(State::kept)));
    item.to = job_text(value, "to");
    item.tries = job_number(value, "tries");
    if (value.find("answer"))
        if (const auto answer = read_first_answer(job_text(value, "answer")))
            item.error = answer->error;
    return item;
}

JsonValue by_value(const WithdrawnBy& by)
{
    return JsonValue::object({{"client", by.client},
                              {"ods", by.ods},
                              {"name", by.name},
                              {"request", by.request_id},
                              {"user", by.user_id},
                              {"user_name", by.user_name}});
}

WithdrawRequest request_of(const JsonValue& value)
{
    WithdrawRequest request;
    request.schedule = job_text(value, "schedule");
    request.period = {instant_of(value, "from"), instant_of(value, "until")};
    request.reason = job_text(value, "reason");
    request.action = withdraw_action_of(job_text(value, "action")).value_or(Action::propose);
    request.elsewhere = job_flag(value, "elsewhere");
    request.cancel_unmoved = job_flag(value, "cancel_unmoved");
    request.reach = std::chrono::days(job_number(value, "reach"));
    return request;
}

} // namespace

std::size_t Withdrawal::ended() const
{
    return static_cast<std::size_t>(std::ranges::count_if(appointments, [](const WithdrawnAppointment& each) {
        return each.state != State::waiting && each.state != State::settling;
    }));
}

std::string_view code_of(Action action)
{
    return action_codes[static_cast<std::size_t>(action)];
}

std::optional<Action> withdraw_action_of(std::string_view code)
{
    const auto found = std::ranges::find(action_codes, code);
    return found == action_codes.end() ? std::nullopt
                                       : std::optional(static_cast<Action>(found - action_codes.begin()));
}

std::string_view code_of(State state)
{
    return state_codes[static_cast<std::size_t>(state)];
}

std::string to_text(const WithdrawalJob& job)
{
    const WithdrawRequest& request = job.withdrawal.request;
    std::vector<JsonValue> items;
    for (const WithdrawnAppointment& item : job.withdrawal.appointments)
        items.push_back(item_value(item));
    return fhir::codec::to_json(JsonValue::object({{"by", by_value(job.by)},
                                                   {"schedule", request.schedule},
                                                   {"from", milliseconds(request.period.start)},
                                                   {"until", milliseconds(request.period.end)},
                                                   {"reason", request.reason},
                                                   {"action", std::string(code_of(request.action))},
                                                   {"elsewhere", request.elsewhere},
                                                   {"cancel_unmoved", request.cancel_unmoved},
                                                   {"reach", std::int64_t{request.reach.count()}},
                                                   {"items", JsonValue::array(std::move(items))}}));
}

fhir::Result<WithdrawalJob> read_withdrawal(const std::string& text)
{
    const auto value = fhir::codec::parse_json(text, job_limits);
    if (!value)
        return std::unexpected(value.error());
    WithdrawalJob job;
    job.withdrawal.request = request_of(*value);
    if (const JsonValue* const by = value->find("by"))
        job.by = {job_text(*by, "client"),  job_text(*by, "ods"),  job_text(*by, "name"),
                  job_text(*by, "request"), job_text(*by, "user"), job_text(*by, "user_name")};
    if (const JsonValue* const items = value->find("items"))
        for (const JsonValue& item : items->items())
            job.withdrawal.appointments.push_back(item_of(item));
    return job;
}

} // namespace gateway::booking
