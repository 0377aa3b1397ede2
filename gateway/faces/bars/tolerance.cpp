// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/tolerance.hpp"

#include <utility>

namespace gateway::faces::bars
{

namespace
{

using fhir::codec::JsonValue;

JsonValue* member(JsonValue& object, std::string_view name)
{
    return object.is_object() ? object.find(name) : nullptr;
}

/// The guide spells it with two l.
void take_reason(JsonValue& appointment)
{
    auto* guide = member(appointment, "cancellationReason");
    if (!guide)
        return;
    auto reason =
        guide->is_string() ? JsonValue::object({{"text", JsonValue(guide->text())}}) : std::move(*guide);
    appointment.remove("cancellationReason");
    if (!member(appointment, "cancelationReason"))
        appointment.set("cancelationReason", std::move(reason));
}

/// One table has the status below the actor, one sample has none: who is booked has accepted.
void take_status(JsonValue& participant)
{
    if (!participant.is_object() || member(participant, "status"))
        return;
    JsonValue status("accepted");
    auto* actor = member(participant, "actor");
    if (auto* misplaced = actor ? member(*actor, "status") : nullptr) {
        status = std::move(*misplaced);
        actor->remove("status");
    }
    participant.set("status", std::move(status));
}

void mend(JsonValue& appointment)
{
    take_reason(appointment);
    if (auto* participants = member(appointment, "participant"); participants && participants->is_array())
        for (JsonValue& each : participants->items())
            take_status(each);
}

} // namespace

void make_readable(JsonValue& bundle)
{
    auto* entries = member(bundle, "entry");
    if (!entries || !entries->is_array())
        return;
    for (JsonValue& entry : entries->items()) {
        auto* resource = member(entry, "resource");
        const auto* type = resource ? member(*resource, "resourceType") : nullptr;
        if (type && type->is_string() && type->text() == "Appointment")
            mend(*resource);
    }
}

} // namespace gateway::faces::bars
