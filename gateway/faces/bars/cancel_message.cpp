// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/search/appointment_query.hpp"
#include "gateway/faces/bars/appointment_shape.hpp"
#include "gateway/faces/bars/ids.hpp"
#include "gateway/faces/bars/message_rules.hpp"
#include "gateway/faces/bars/writes.hpp"
#include "gateway/faces/bars/written.hpp"

namespace gateway::faces::bars
{

namespace
{

using booking::StoredAppointment;
using fhir::ErrorKind;
using fhir::Result;

std::string path_of_appointment(std::string_view element)
{
    return "Bundle.entry.resource.ofType(Appointment)." + std::string(element);
}

std::unexpected<fhir::Error> unknown_appointment()
{
    return fhir::fail(ErrorKind::appointment_not_found, "The service has no such appointment of yours.",
                      path_of_appointment("id"));
}

Awaitable<Result<std::vector<StoredAppointment>>> found_by(const Call& call, const Services& services,
                                                           std::vector<fhir::search::RawParameter> criteria)
{
    auto query = fhir::search::parse_appointment_query(criteria, fhir::search::Handling::strict, nullptr);
    if (!query)
        co_return std::unexpected(query.error());
    auto found = co_await services.booking.search(*call.caller, std::move(*query), 20);
    if (found)
        std::erase_if(*found, [&](const StoredAppointment& each) { return !is_own_booking(call, each); });
    co_return found;
}

/// By whom and when, where the thread says nothing.
std::vector<fhir::search::RawParameter> patient_and_start(const Message& message)
{
    const auto* patient = message.first<fhir::Patient>();
    const auto number = fhir::identifier_value(patient->identifier, fhir::nhs_number_system);
    const auto start = appointment_of(message).start;
    if (!number || !fhir::NhsNumber::parse(*number) || !start)
        return {};
    return {{"patient:identifier", std::string(fhir::nhs_number_system) + "|" + std::string(*number)},
            {"date", "eq" + fhir::to_utc_text(*start)},
            {"status", "booked"}};
}

/// A published sample cancels without an id: then the thread of the booking tells, else patient and time.
Awaitable<Result<StoredAppointment>> appointment_of_thread(const Call& call, const Services& services,
                                                           const Message& message)
{
    std::vector<fhir::search::RawParameter> criteria{
        {"identifier", thread_system(call.origin) + "|" + message.thread()}};
    auto found = co_await found_by(call, services, std::move(criteria));
    if (found && found->empty()) {
        criteria = patient_and_start(message);
        if (criteria.empty())
            co_return unknown_appointment();
        found = co_await found_by(call, services, std::move(criteria));
    }
    if (!found)
        co_return std::unexpected(found.error());
    if (found->empty())
        co_return unknown_appointment();
    if (found->size() > 1)
        co_return std::unexpected(
            fhir::Error(ErrorKind::version_conflict,
                        "Several appointments fit; the message names none by id.", path_of_appointment("id"))
                .advise("Read the appointments and send the id of the one meant.", fhir::Remedy::caller));
    co_return std::move(found->front());
}

Awaitable<Result<StoredAppointment>> named_appointment(const Call& call, const Services& services,
                                                       const Message& message)
{
    const auto& id = appointment_of(message).id;
    if (!id) {
        auto found = co_await appointment_of_thread(call, services, message);
        co_return found;
    }
    auto stored = co_await services.booking.read(*call.caller, *id);
    const auto ods = stored ? fhir::OdsCode::parse(stored->practice_ods) : std::nullopt;
    if ((!stored && stored.error().kind() == ErrorKind::not_found) ||
        (stored && (!ods || !call.service->covers(*ods))))
        co_return unknown_appointment();
    co_return stored;
}

/// By number; who was booked without one, by birth date.
bool is_of_another(const fhir::Patient& sent, const StoredAppointment& stored)
{
    if (const auto* held = patient_without_number(stored.resource))
        return sent.birth_date && held->birth_date &&
               fhir::to_text(*sent.birth_date) != fhir::to_text(*held->birth_date);
    const auto number = fhir::identifier_value(sent.identifier, fhir::nhs_number_system);
    const auto shown = shown_appointment(stored);
    const auto& actor =
        shown.participant.empty() ? std::optional<fhir::Reference>() : shown.participant.front().actor;
    return number && actor && actor->identifier && (*actor->identifier)->value != std::string(*number);
}

/// What the sender knows of the appointment must be how it is. What is cancelled already is for the booking
/// service to tell, which knows whether this very message did it.
Result<void> check_unchanged(const Message& message, const StoredAppointment& stored)
{
    const fhir::Appointment& sent = appointment_of(message);
    const bool moved = stored.resource.status == fhir::AppointmentStatus::booked && sent.start &&
                       stored.resource.start != sent.start;
    if (moved)
        return std::unexpected(
            fhir::Error(ErrorKind::version_conflict,
                        "The practice has moved the appointment since it was booked.",
                        path_of_appointment("start"))
                .advise("Read the appointment again, and cancel it as it is now.", fhir::Remedy::user));
    if (is_of_another(*message.first<fhir::Patient>(), stored))
        return fhir::fail(ErrorKind::invariant, "The appointment is another patient's.",
                          "Bundle.entry.resource.ofType(Patient).identifier");
    return {};
}

} // namespace

Answered cancel(const Call& call, const Services& services, const Message& message)
{
    auto stored = co_await named_appointment(call, services, message);
    if (!stored)
        co_return std::unexpected(stored.error());
    if (auto unchanged = check_unchanged(message, *stored); !unchanged)
        co_return std::unexpected(unchanged.error());
    fhir::Appointment wanted = stored->resource;
    wanted.status = fhir::AppointmentStatus::cancelled;
    wanted.cancelation_reason = appointment_of(message).cancelation_reason;
    auto cancelled = co_await services.booking.update(write_context(call, services), wanted.id.value_or(""),
                                                      stored->version, wanted);
    if (!cancelled)
        co_return std::unexpected(cancelled.error());
    call.audited.saw(cancelled->appointment);
    if (auto done = check_outcome(*cancelled); !done)
        co_return std::unexpected(done.error());
    const fhir::Appointment& sent = appointment_of(message);
    co_return written(reply_to(message, &sent, answered_cancellation(sent, cancelled->appointment), {}));
}

} // namespace gateway::faces::bars
