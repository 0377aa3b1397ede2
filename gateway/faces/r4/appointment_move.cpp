// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/writes.hpp"
#include "gateway/faces/r4_face.hpp"

#include <charconv>

// $reschedule: an appointment moves to another slot, clinician, practice or supplier system in one call.
namespace gateway::faces::r4
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;

booking::Move move_of(const OperationCall& call)
{
    booking::Move wanted;
    wanted.slots = call.values<fhir::Reference>("slot");
    wanted.reason = call.value<fhir::CodeableConcept>("reason");
    wanted.description = call.value<std::string>("description");
    wanted.comment = call.value<std::string>("comment");
    wanted.leave_out_texts = call.value<bool>("leave-out-texts").value_or(false);
    if (const auto* patient = call.resource<fhir::Patient>("patient"))
        wanted.patient = *patient;
    return wanted;
}

/// The engine speaks of the new Appointment; the request said it with parameters.
Error in_parameters(Error error, const OperationCall& call)
{
    constexpr std::string_view slot = "Appointment.slot[";
    const std::string path(error.path());
    if (path.starts_with(slot)) {
        std::size_t number = 0;
        std::from_chars(path.data() + slot.size(), path.data() + path.size(), number);
        return error.at(call.path_of("slot", number));
    }
    if (path.starts_with("Appointment.slot"))
        return error.at(call.path_of("slot"));
    if (path == "Appointment.comment" || path == "Appointment.description") {
        error.at(call.path_of(path.substr(12)));
        return error.advise("Give a text that fits as `description` or `comment`, or leave-out-texts.",
                            fhir::Remedy::user);
    }
    if (path.starts_with("Appointment.participant") || path.starts_with("Appointment.contained"))
        error.at(call.path_of("patient"));
    if (error.kind() == ErrorKind::demographics_required)
        error.advise("Add the parameter patient with a Patient: identifier (NHS number), name.family and "
                     "birthDate.",
                     fhir::Remedy::user);
    return error;
}

Answer moved(const Context& context, const R4Services& services, const booking::WriteOutcome& outcome)
{
    Answer answer = answer_of(context, services, outcome, 200);
    answer.headers.set("Content-Location", std::string(answer.headers.get("Location")));
    fhir::codec::write(outcome.appointment.resource, answer.body);
    return answer;
}

} // namespace

Answered reschedule_appointment(const Context& context, const R4Services& services)
{
    if (const auto may = require_scope(context, identity::Permission::create, "Appointment"); !may)
        co_return std::unexpected(may.error());
    const auto expected = if_match(context);
    if (!expected)
        co_return std::unexpected(expected.error());
    auto asked = read_writing_call(context);
    if (!asked)
        co_return std::unexpected(asked.error());
    auto outcome = co_await services.booking.reschedule(std::move(asked->write), context.destination.id,
                                                        *expected, move_of(asked->call));
    if (!outcome)
        co_return std::unexpected(in_parameters(outcome.error(), asked->call));
    co_return moved(context, services, *outcome);
}

} // namespace gateway::faces::r4
