// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/appointment_filter.hpp"

#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"
#include "gateway/booking/booking_rules.hpp"
#include "gateway/booking/resource_shape.hpp"

#include <algorithm>

namespace gateway::booking
{

using fhir::search::DateValue;
using fhir::search::Prefix;
using fhir::search::ReferenceValue;
using fhir::search::TokenValue;

namespace
{

/// AND of ORs.
template <class Value, class Test>
bool all_of_any(const std::vector<std::vector<Value>>& groups, Test test)
{
    return std::ranges::all_of(
        groups, [&](const auto& group) { return group.empty() || std::ranges::any_of(group, test); });
}

std::string last_part(std::string_view reference)
{
    const auto slash = reference.rfind('/');
    return std::string(slash == std::string_view::npos ? reference : reference.substr(slash + 1));
}

std::string type_of(const fhir::Reference& reference)
{
    if (reference.type)
        return reference.type->text;
    const std::string text = reference.reference.value_or("");
    const auto slash = text.rfind('/');
    return slash == std::string::npos ? std::string() : last_part(text.substr(0, slash));
}

bool refers(const fhir::Reference& reference, const ReferenceValue& value, std::string_view type)
{
    const std::string actual = type_of(reference);
    const std::string wanted = value.type.empty() ? std::string(type) : value.type;
    if (!wanted.empty() && !actual.empty() && actual != wanted)
        return false;
    if (value.identifier) {
        if (!reference.identifier)
            return false;
        const fhir::Identifier& identifier = **reference.identifier;
        return value.identifier->matches(identifier.system ? identifier.system->text : "",
                                         identifier.value.value_or(""));
    }
    return reference.reference && last_part(*reference.reference) == value.id;
}

bool has_actor(const fhir::Appointment& appointment, const ReferenceValue& value, std::string_view type)
{
    return std::ranges::any_of(appointment.participant, [&](const fhir::AppointmentParticipant& participant) {
        return participant.actor && refers(*participant.actor, value, type);
    });
}

bool has_code(const std::vector<fhir::CodeableConcept>& concepts, const TokenValue& value)
{
    const bool found = std::ranges::any_of(concepts, [&](const fhir::CodeableConcept& item) {
        return std::ranges::any_of(item.coding, [&](const fhir::Coding& coding) {
            TokenValue plain = value;
            plain.negated = false;
            return plain.matches(coding.system ? coding.system->text : "",
                                 coding.code ? coding.code->text : "");
        });
    });
    return found != value.negated;
}

bool has_status(const fhir::Appointment& appointment, const TokenValue& value)
{
    const bool same = value.code && *value.code == code_of(appointment.status);
    return same != value.negated;
}

/// `:not` negates the whole list of an OR: not this and not that.
bool status_matches(const fhir::Appointment& appointment, const std::vector<TokenValue>& group)
{
    if (!group.empty() && group.front().negated)
        return std::ranges::all_of(group,
                                   [&](const TokenValue& value) { return has_status(appointment, value); });
    return std::ranges::any_of(group,
                               [&](const TokenValue& value) { return has_status(appointment, value); });
}

bool has_identifier(const fhir::Appointment& appointment, const TokenValue& value)
{
    return std::ranges::any_of(appointment.identifier, [&](const fhir::Identifier& identifier) {
        return value.matches(identifier.system ? identifier.system->text : "", identifier.value.value_or(""));
    });
}

bool has_slot(const fhir::Appointment& appointment, const ReferenceValue& value)
{
    return std::ranges::any_of(appointment.slot,
                               [&](const fhir::Reference& slot) { return refers(slot, value, "Slot"); });
}

bool booked_by(const fhir::Appointment& appointment, const ReferenceValue& value)
{
    const auto* extension = fhir::find_extension(appointment.extension, booking_organisation_url);
    const auto* reference = extension ? std::get_if<fhir::Reference>(&extension->value) : nullptr;
    if (!reference)
        return false;
    const bool by_code = reference->identifier && (*reference->identifier)->value == value.id;
    return refers(*reference, value, "Organization") || (!value.identifier && by_code);
}

std::optional<std::string> single_number(const ReferenceValue& value)
{
    if (!value.identifier || !value.identifier->system || !value.identifier->code ||
        value.identifier->negated)
        return std::nullopt;
    if (!fhir::same_system(*value.identifier->system, fhir::nhs_number_system))
        return std::nullopt;
    const auto number = fhir::NhsNumber::parse(*value.identifier->code);
    return number ? std::optional(number->digits()) : std::nullopt;
}

void narrow_by_patient(const std::vector<std::vector<ReferenceValue>>& groups,
                       store::AppointmentFilter& filter)
{
    if (groups.empty())
        return;
    std::vector<std::string> numbers;
    for (const ReferenceValue& value : groups.front()) {
        const auto number = single_number(value);
        if (!number)
            return; // a reference by id cannot be hashed
        numbers.push_back(*number);
    }
    filter.patients = std::move(numbers);
}

void narrow_by_date(const DateValue& value, store::AppointmentFilter& filter)
{
    const auto from = [&](fhir::Instant moment) {
        filter.start_from = std::max(filter.start_from.value_or(moment), moment);
    };
    const auto before = [&](fhir::Instant moment) {
        filter.start_before = std::min(filter.start_before.value_or(moment), moment);
    };
    switch (value.prefix) {
    case Prefix::eq:
        from(value.range.start);
        before(value.range.end);
        break;
    case Prefix::ge:
        from(value.range.start);
        break;
    case Prefix::gt:
    case Prefix::sa:
        from(value.range.end);
        break;
    case Prefix::lt:
    case Prefix::eb:
        before(value.range.start);
        break;
    case Prefix::le:
        before(value.range.end);
        break;
    case Prefix::ne:
        break;
    }
}

} // namespace

store::AppointmentFilter store_filter(const fhir::search::AppointmentQuery& query)
{
    store::AppointmentFilter filter;
    narrow_by_patient(query.patient, filter);
    if (!query.id.empty())
        filter.ids = query.id.front();
    for (const DateValue& date : query.date)
        narrow_by_date(date, filter);
    const bool plain =
        !query.status.empty() && std::ranges::all_of(query.status.front(), [](const TokenValue& value) {
            return value.code && !value.negated;
        });
    if (plain)
        for (const TokenValue& value : query.status.front())
            filter.statuses.push_back(*value.code);
    return filter;
}

bool matches(const fhir::search::AppointmentQuery& query, const fhir::Appointment& appointment,
             fhir::Instant last_updated)
{
    const auto actor = [&](std::string_view type) {
        return
            [&appointment, type](const ReferenceValue& value) { return has_actor(appointment, value, type); };
    };
    const auto code = [](const std::vector<fhir::CodeableConcept>& concepts) {
        return [&concepts](const TokenValue& value) { return has_code(concepts, value); };
    };
    std::vector<fhir::CodeableConcept> type;
    if (appointment.appointment_type)
        type.push_back(*appointment.appointment_type);
    const auto in = [](const std::vector<DateValue>& dates, fhir::Instant moment) {
        return std::ranges::all_of(dates, [&](const DateValue& date) { return date.matches(moment); });
    };
    return all_of_any(query.patient, actor("Patient")) && all_of_any(query.location, actor("Location")) &&
           all_of_any(query.practitioner, actor("Practitioner")) && all_of_any(query.actor, actor("")) &&
           std::ranges::all_of(query.status,
                               [&](const auto& group) { return status_matches(appointment, group); }) &&
           all_of_any(query.identifier,
                      [&](const TokenValue& value) { return has_identifier(appointment, value); }) &&
           all_of_any(query.id, [&](const std::string& id) { return appointment.id == id; }) &&
           all_of_any(query.slot,
                      [&](const ReferenceValue& value) { return has_slot(appointment, value); }) &&
           all_of_any(query.service_type, code(appointment.service_type)) &&
           all_of_any(query.service_category, code(appointment.service_category)) &&
           all_of_any(query.specialty, code(appointment.specialty)) &&
           all_of_any(query.appointment_type, code(type)) &&
           all_of_any(query.booking_organization,
                      [&](const ReferenceValue& value) { return booked_by(appointment, value); }) &&
           (query.date.empty() || (appointment.start && in(query.date, *appointment.start))) &&
           in(query.last_updated, last_updated);
}

} // namespace gateway::booking
