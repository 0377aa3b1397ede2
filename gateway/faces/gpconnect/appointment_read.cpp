// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/appointment_profile.hpp"
#include "gateway/faces/gpconnect/handlers.hpp"
#include "gateway/faces/gpconnect/patient_ids.hpp"
#include "gateway/faces/gpconnect/profiles.hpp"
#include "gateway/faces/gpconnect/slot_request.hpp"
#include "gateway/faces/gpconnect/wire.hpp"

#include "fhir/model/uk_time.hpp"

#include <algorithm>

namespace gateway::faces::gpconnect
{

namespace
{

/// Two parameters `start`, a date each, one with `ge` and one with `le`, neither before today.
Checked<fhir::Interval> retrieved_days(const Call& call)
{
    constexpr std::size_t prefixed_date = 12;
    const auto values = call.values("start");
    const auto starts_with = [&](std::string_view prefix) {
        return std::ranges::find_if(values, [&](const auto& value) { return value.starts_with(prefix); });
    };
    if (values.size() != 2 || starts_with("ge") == values.end() || starts_with("le") == values.end())
        return invalid_parameter("start must be given twice, once with ge and once with le");
    for (const auto& value : values)
        if (value.size() != prefixed_date)
            return invalid_parameter("start must be a whole date, without a time");
    const auto from = read_bound("start", "ge", *starts_with("ge"));
    if (!from)
        return from;
    const auto to = read_bound("start", "le", *starts_with("le"));
    if (!to)
        return to;
    const fhir::Instant today = fhir::uk_day(fhir::uk_date(call.now)).start;
    if (from->start < today || to->start < today)
        return invalid_parameter("start must not be before today");
    if (to->start < from->start)
        return invalid_parameter("start: the later day must not be before the earlier");
    return fhir::Interval{from->start, to->end};
}

/// What a practice would call an appointment: not what is only wished for, proposed or held.
bool is_appointment(const Call& call, const booking::StoredAppointment& stored)
{
    using enum fhir::AppointmentStatus;
    const auto& held = stored.resource;
    const bool on_hold = held.status == pending && std::ranges::any_of(held.extension, [](const auto& each) {
                             return each.url.ends_with("/hold-until");
                         });
    return stored.practice_ods == call.ods() && held.status != waitlist && held.status != proposed &&
           !on_hold && held.start.has_value();
}

} // namespace

Answered read_appointment(const Call& call, const GpConnectServices& services)
{
    auto stored = co_await services.booking.read(in_place_of_practice(call), call.id);
    if (!stored && stored.error().kind() != fhir::ErrorKind::not_found)
        co_return std::unexpected(refusal_of(stored.error()));
    bool shown = stored && is_appointment(call, *stored);
    if (shown) {
        auto hidden = co_await is_hidden(call, services, *stored);
        shown = !hidden;
    }
    if (!shown)
        co_return not_found("NO_RECORD_FOUND", "No appointment has this id");
    // Those of today count as future, also when they have begun.
    if (*stored->resource.start < fhir::uk_day(fhir::uk_date(call.now)).start)
        co_return invalid_resource("The appointment is in the past");
    co_return appointment_reply(call, services, *stored);
}

Answered retrieve_appointments(const Call& call, const GpConnectServices& services)
{
    const auto number = PatientIds(services.settings.patient_secret).read(call.ods(), call.id);
    if (!number)
        co_return not_found("PATIENT_NOT_FOUND", "No patient has this id");
    const auto days = retrieved_days(call);
    if (!days)
        co_return std::unexpected(days.error());
    auto found = co_await services.booking.patient_book(write_context(call, in_place_of_practice(call)),
                                                        *number, *days);
    if (!found)
        co_return std::unexpected(refusal_of(found.error()));
    fhir::Bundle bundle = searchset();
    for (const auto& stored : *found)
        if (is_appointment(call, stored)) {
            add_entry(bundle, to_profile(call, services, stored));
            call.audited.saw(stored);
        }
    if (call.audited.entities.empty())
        call.audited.saw_patient(number->digits());
    Reply reply;
    write(call.answer, bundle, reply.body);
    co_return reply;
}

} // namespace gateway::faces::gpconnect
