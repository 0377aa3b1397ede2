// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/payload.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/outcome/catalogue.hpp"

namespace gateway::booking
{

using fhir::Result;
using fhir::codec::JsonValue;

namespace
{

constexpr fhir::codec::JsonLimits limits{64, 8 << 20};

std::string text_of(const JsonValue& object, std::string_view name)
{
    const JsonValue* const member = object.find(name);
    return member ? member->text() : std::string();
}

std::int64_t number_of(const JsonValue& object, std::string_view name)
{
    const JsonValue* const member = object.find(name);
    return member ? member->integer().value_or(0) : 0;
}

/// It stands there as itself; programs before wrote it as a text.
template <class T>
Result<T> resource_of(const JsonValue& object, std::string_view name)
{
    const JsonValue* const member = object.find(name);
    return fhir::codec::read<T>(member && member->is_object() ? fhir::codec::to_json(*member)
                                                              : text_of(object, name));
}

/// Writing a resource into a text and that text into another would escape every quote of it.
void add_written(std::string& object, std::string_view name, const std::string& json)
{
    object.pop_back();
    object.append(object.size() > 1 ? "," : "");
    fhir::codec::append_json_string(object, name);
    object.append(":").append(json).append("}");
}

JsonValue provenance_value(const adapters::Provenance& who)
{
    return JsonValue::object({{"ods", who.organisation_ods},
                              {"name", who.organisation_name},
                              {"type", who.organisation_type},
                              {"phone", who.organisation_phone},
                              {"user", who.user_id},
                              {"userName", who.user_name},
                              {"sds", who.sds_user_id},
                              {"request", who.request_id}});
}

adapters::Provenance provenance_of(const JsonValue* value)
{
    if (!value)
        return {};
    return {text_of(*value, "ods"),   text_of(*value, "name"),   text_of(*value, "type"),
            text_of(*value, "phone"), text_of(*value, "user"),   text_of(*value, "userName"),
            text_of(*value, "sds"),   text_of(*value, "request")};
}

Result<void> read_slots(const JsonValue& object, Payload& payload)
{
    const JsonValue* const slots = object.find("slots");
    if (!slots)
        return {};
    for (const JsonValue& item : slots->items()) {
        auto slot = resource_of<fhir::Slot>(item, "slot");
        if (!slot)
            return std::unexpected(slot.error());
        payload.slots.push_back({std::move(*slot), text_of(item, "key")});
    }
    return {};
}

JsonValue error_value(const fhir::Error& error)
{
    auto value = JsonValue::object({{"code", std::string(fhir::catalogue_row(error.kind()).code)},
                                    {"sentence", error.sentence()},
                                    {"path", error.path()},
                                    {"advice", error.advice()},
                                    {"remedy", static_cast<int>(error.remedy())}});
    if (error.retry_after())
        value.set("retry", std::int64_t{error.retry_after()->count()});
    return value;
}

fhir::Error error_of(const JsonValue& value)
{
    const auto kind = fhir::error_kind(text_of(value, "code")).value_or(fhir::ErrorKind::internal);
    fhir::Error error(kind, text_of(value, "sentence"), text_of(value, "path"));
    error.advise(text_of(value, "advice"), static_cast<fhir::Remedy>(number_of(value, "remedy")));
    if (value.find("retry"))
        error.retry_in(std::chrono::seconds(number_of(value, "retry")));
    return error;
}

} // namespace

std::string to_text(const Payload& payload)
{
    std::string slots = "[";
    for (const adapters::OfferedSlot& offered : payload.slots) {
        auto slot = fhir::codec::to_json(JsonValue::object({{"key", offered.supplier_key}}));
        add_written(slot, "slot", fhir::codec::to_json(offered.slot));
        slots.append(slots.size() > 1 ? "," : "").append(slot);
    }
    slots.append("]");
    auto object = JsonValue::object({{"provenance", provenance_value(payload.provenance)},
                                     {"client", payload.client_id},
                                     {"phone", payload.phone},
                                     {"reason", payload.reason},
                                     {"description", payload.description},
                                     {"comment", payload.comment},
                                     {"created", std::int64_t{payload.created.time_since_epoch().count()}}});
    if (payload.hold_until)
        object.set("hold_until", std::int64_t{payload.hold_until->time_since_epoch().count()});
    if (payload.move)
        object.set("move", JsonValue::object({{"booking", payload.move->booking},
                                              {"appointment", payload.move->appointment}}));
    if (!payload.task.empty())
        object.set("task", payload.task);
    if (!payload.passed.empty()) {
        std::vector<JsonValue> passed(payload.passed.begin(), payload.passed.end());
        object.set("passed", JsonValue::array(std::move(passed)));
    }
    auto text = fhir::codec::to_json(object);
    add_written(text, "slots", slots);
    if (payload.waiting)
        add_written(text, "waiting", fhir::codec::to_json(*payload.waiting));
    if (payload.wanted)
        add_written(text, "wanted", fhir::codec::to_json(*payload.wanted));
    return text;
}

Result<Payload> read_payload(const std::string& text)
{
    auto object = fhir::codec::parse_json(text, limits);
    if (!object)
        return std::unexpected(object.error());
    Payload payload;
    payload.provenance = provenance_of(object->find("provenance"));
    payload.client_id = text_of(*object, "client");
    payload.phone = text_of(*object, "phone");
    payload.reason = text_of(*object, "reason");
    payload.description = text_of(*object, "description");
    payload.comment = text_of(*object, "comment");
    payload.task = text_of(*object, "task");
    payload.created = fhir::Instant(std::chrono::milliseconds(number_of(*object, "created")));
    if (object->find("hold_until"))
        payload.hold_until = fhir::Instant(std::chrono::milliseconds(number_of(*object, "hold_until")));
    if (const JsonValue* const move = object->find("move"))
        payload.move = MoveTarget{text_of(*move, "booking"), text_of(*move, "appointment")};
    if (auto slots = read_slots(*object, payload); !slots)
        return std::unexpected(slots.error());
    if (const JsonValue* const passed = object->find("passed"))
        for (const JsonValue& slot : passed->items())
            payload.passed.push_back(slot.text());
    for (const auto& [name, place] :
         {std::pair{"waiting", &payload.waiting}, std::pair{"wanted", &payload.wanted}}) {
        if (!object->find(name))
            continue;
        auto appointment = resource_of<fhir::Appointment>(*object, name);
        if (!appointment)
            return std::unexpected(appointment.error());
        *place = std::move(*appointment);
    }
    return payload;
}

std::string to_text(adapters::SupplierAppointment copy, const fhir::Appointment& ours, std::string schedule)
{
    if (copy.appointment.participant.empty())
        copy.appointment.participant = ours.participant;
    auto object = JsonValue::object({{"key", copy.key}});
    if (!schedule.empty())
        object.set("schedule", std::move(schedule));
    auto text = fhir::codec::to_json(object);
    add_written(text, "appointment", fhir::codec::to_json(copy.appointment));
    return text;
}

std::string kept_schedule(const std::string& text)
{
    const auto object = fhir::codec::parse_json(text, limits);
    if (!object)
        return {};
    const std::string kept = text_of(*object, "schedule");
    if (!kept.empty() || !object->find("slots"))
        return kept;
    const auto hold = read_payload(text);
    return hold && !hold->slots.empty() ? hold->slots.front().slot.schedule.reference.value_or("") : "";
}

Result<adapters::SupplierAppointment> read_supplier_copy(const std::string& text)
{
    auto object = fhir::codec::parse_json(text, limits);
    if (!object)
        return std::unexpected(object.error());
    auto appointment = resource_of<fhir::Appointment>(*object, "appointment");
    if (!appointment)
        return std::unexpected(appointment.error());
    return adapters::SupplierAppointment{text_of(*object, "key"), std::move(*appointment)};
}

std::string to_text(const FirstAnswer& answer)
{
    auto object = JsonValue::object({{"created", answer.created}});
    if (answer.error)
        object.set("error", error_value(*answer.error));
    if (!answer.appointment.empty()) {
        object.set("appointment", answer.appointment);
        object.set("version", answer.version);
    }
    return fhir::codec::to_json(object);
}

Result<FirstAnswer> read_first_answer(const std::string& text)
{
    auto object = fhir::codec::parse_json(text, limits);
    if (!object)
        return std::unexpected(object.error());
    FirstAnswer answer;
    const JsonValue* const created = object->find("created");
    answer.created = created && created->boolean();
    if (const JsonValue* const error = object->find("error"))
        answer.error = error_of(*error);
    answer.appointment = text_of(*object, "appointment");
    answer.version = number_of(*object, "version");
    return answer;
}

} // namespace gateway::booking
