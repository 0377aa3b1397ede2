// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/booking_rules.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/named_appointment.hpp"
#include "gateway/faces/r4/writes.hpp"
#include "gateway/faces/r4_face.hpp"

#include <charconv>

// $book: what was proposed or held, or an appointment that the request brings, is booked; one that stands is
// changed or cancelled.
namespace gateway::faces::r4
{

using fhir::Appointment;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// One $book, read and checked.
struct Booking
{
    OperationCall call;
    booking::WriteContext write;
    NamedAppointment named; ///< its id is empty for a new one
    std::optional<PatientParameter> patient;
    std::optional<Appointment> resource;
};

Result<Booking> read_booking(const Context& context)
{
    auto asked = read_writing_call(context);
    if (!asked)
        return std::unexpected(asked.error());
    const OperationCall& call = asked->call;
    const auto named = named_appointment(call);
    if (!named)
        return std::unexpected(named.error());
    auto patient = patient_of(call);
    if (!patient)
        return std::unexpected(patient.error());
    const auto* resource = call.resource<Appointment>("appointment-resource");
    if (*named && resource)
        return fhir::fail(ErrorKind::invariant, "The appointment is named twice; name it once.",
                          call.path_of("appointment-resource"));
    if (!*named && !resource)
        return std::unexpected(nothing_named(call, "$book"));
    Booking wanted{std::move(asked->call), std::move(asked->write), {}, std::move(*patient), std::nullopt};
    if (*named) {
        wanted.named = **named;
    } else {
        wanted.resource = *resource;
        wanted.named = {resource->id.value_or(""), wanted.call.path_of("appointment-resource")};
    }
    return wanted;
}

/// The path of an element inside the resource that the request brought.
fhir::Error in_resource(fhir::Error error, const Booking& wanted)
{
    constexpr std::string_view type = "Appointment";
    if (wanted.resource && error.path().starts_with(type))
        return error.at(wanted.named.path + error.path().substr(type.size()));
    return wanted.resource ? error : said_of(std::move(error), wanted.named, wanted.patient);
}

Result<std::int64_t> expected_version(const Context& context, const Booking& wanted,
                                      const booking::StoredAppointment& stored)
{
    if (context.request.headers.has("If-Match"))
        return if_match(context);
    if (!wanted.resource)
        return stored.version; // booking a hold says all by its id
    const std::string text = wanted.resource->meta ? wanted.resource->meta->version_id.value_or("") : "";
    std::int64_t version = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (!text.empty() && problem == std::errc{} && end == text.data() + text.size())
        return version;
    return std::unexpected(
        fhir::Error(ErrorKind::if_match_required).at(wanted.named.path + ".meta.versionId"));
}

/// What the stored appointment is to become.
Result<Appointment> next_of(const Booking& wanted, const booking::StoredAppointment& stored)
{
    Appointment next = wanted.resource.value_or(stored.resource);
    const bool held = stored.resource.status == AppointmentStatus::pending ||
                      stored.resource.status == AppointmentStatus::waitlist;
    if (!wanted.resource ||
        (held && (next.status == AppointmentStatus::pending || next.status == AppointmentStatus::proposed)))
        next.status = AppointmentStatus::booked;
    if (wanted.patient)
        if (auto named = name_patient(next, *wanted.patient); !named)
            return std::unexpected(named.error());
    take_texts(wanted.call, next);
    return next;
}

Answered change_stored(const Context& context, const R4Services& services, Booking wanted,
                       booking::StoredAppointment stored)
{
    if (const auto may = require_scope(context, identity::Permission::update, "Appointment"); !may)
        co_return std::unexpected(may.error());
    const auto version = expected_version(context, wanted, stored);
    if (!version)
        co_return std::unexpected(version.error());
    auto next = next_of(wanted, stored);
    if (!next)
        co_return std::unexpected(next.error());
    auto changed =
        co_await services.booking.update(wanted.write, *stored.resource.id, *version, std::move(*next));
    if (!changed)
        co_return std::unexpected(in_resource(changed.error(), wanted));
    co_return bundle_answer(context, services, *changed, wanted.call.notes());
}

/// A new one, as the request brings it or as its proposal stands for it.
Awaitable<Result<Appointment>> new_appointment(const Context& context, const R4Services& services,
                                               Booking wanted)
{
    Result<Appointment> proposed = Appointment();
    if (!wanted.named.id.empty()) {
        proposed = co_await proposed_appointment(context, services, wanted.named,
                                                 wanted.resource ? std::nullopt : wanted.patient);
        if (!proposed)
            co_return proposed;
    }
    Appointment next = wanted.resource.value_or(*proposed);
    if (wanted.resource && wanted.patient)
        if (auto named = name_patient(next, *wanted.patient); !named)
            co_return std::unexpected(named.error());
    if (next.slot.empty() && !wanted.named.id.empty()) {
        next.slot = proposed->slot;
        next.start = proposed->start;
        next.end = proposed->end;
    }
    if (next.status == AppointmentStatus::pending || next.status == AppointmentStatus::proposed)
        next.status = AppointmentStatus::booked;
    take_texts(wanted.call, next);
    next.id.reset();
    std::erase_if(next.extension, [](const fhir::Extension& extension) {
        return extension.url.ends_with("/fhir/StructureDefinition/proposal-until"); // as $find sent it
    });
    co_return next;
}

} // namespace

Answered book_appointment(const Context& context, const R4Services& services)
{
    auto wanted = read_booking(context);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    auto condition = if_none_exist(context);
    if (!condition)
        co_return std::unexpected(condition.error());
    auto before = co_await services.booking.booked_before(wanted->write);
    if (!before)
        co_return std::unexpected(before.error());
    if (*before)
        co_return bundle_answer(context, services, **before, wanted->call.notes());

    const bool proposed = is_proposal(context, services, wanted->named);
    if (!wanted->named.id.empty() && !proposed) {
        auto stored = co_await services.booking.read(*context.caller, wanted->named.id);
        if (!stored)
            co_return std::unexpected(unknown_appointment(wanted->named));
        auto changed = co_await change_stored(context, services, std::move(*wanted), std::move(*stored));
        co_return changed;
    }
    auto next = co_await new_appointment(context, services, *wanted);
    if (!next)
        co_return std::unexpected(next.error());
    auto booked = co_await services.booking.book(wanted->write, std::move(*next), std::move(*condition));
    if (!booked)
        co_return std::unexpected(in_resource(booked.error(), *wanted));
    co_return bundle_answer(context, services, *booked, wanted->call.notes());
}

} // namespace gateway::faces::r4
