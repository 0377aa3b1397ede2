// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/named_appointment.hpp"

#include "adapters/clock.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "gateway/faces/r4/operation_values.hpp"
#include "gateway/faces/r4/writes.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/search/bundle_outcome.hpp"

namespace gateway::faces::r4
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// `Appointment/x`, `x`, or an address that ends so; nothing else.
std::optional<std::string> appointment_id(const std::string& reference)
{
    const auto slash = reference.rfind('/');
    const std::string id = reference.substr(slash == std::string::npos ? 0 : slash + 1);
    const std::string before = slash == std::string::npos ? "Appointment" : reference.substr(0, slash);
    const bool of_type = before == "Appointment" || before.ends_with("/Appointment");
    return of_type && fhir::is_id(id) ? std::optional(id) : std::nullopt;
}

fhir::Error proposal_over(const NamedAppointment& named, fhir::Instant until)
{
    return fhir::Error(ErrorKind::hold_expired,
                       "This proposal could be held or booked until " +
                           fhir::to_text(fhir::to_uk_local(until)).substr(11, 5) + ".",
                       named.path)
        .advise("Send $find again; the slot may still be free.", fhir::Remedy::caller);
}

fhir::BundleEntry entry_of(std::string url, fhir::AnyResource resource, fhir::SearchEntryMode mode)
{
    fhir::BundleEntry entry;
    entry.full_url = fhir::Uri(std::move(url));
    entry.resource = std::move(resource);
    entry.search.emplace().mode = mode;
    return entry;
}

} // namespace

Result<std::optional<NamedAppointment>> named_appointment(const OperationCall& call)
{
    const auto sent = sent_reference(call, "appointment-reference", "appt-id");
    if (!sent)
        return std::unexpected(sent.error());
    if (!*sent)
        return std::nullopt;
    const auto& [name, reference, path] = **sent;
    const auto id = reference.reference ? appointment_id(*reference.reference) : std::nullopt;
    if (!id)
        return std::unexpected(fhir::Error(ErrorKind::value_invalid, "This names no appointment.", path)
                                   .advise("Give Appointment/ and the id that $find or $hold answered."));
    return NamedAppointment{*id, path};
}

fhir::Error nothing_named(const OperationCall& call, std::string_view operation)
{
    fhir::Error error(ErrorKind::required, "The request does not say which appointment.",
                      call.path_of("appointment-reference"));
    return error.advise("Add the parameter appointment-reference with the id that $find answered; "
                        "[base]/OperationDefinition/appointment-" +
                        std::string(operation.substr(1)) + " lists what is taken.");
}

bool is_proposal(const Context& context, const R4Services& services, const NamedAppointment& named)
{
    return Proposals(services.settings.proposal_secret).read(named.id, context.caller->ods).has_value();
}

fhir::Error unknown_appointment(const NamedAppointment& named)
{
    return fhir::Error(ErrorKind::not_found,
                       "This id is of no appointment of your organisation, and was not proposed to it.",
                       named.path)
        .advise("Take the id from the answer to $find or $hold, unchanged.", fhir::Remedy::caller);
}

Awaitable<Result<fhir::Appointment>> proposed_appointment(const Context& context, const R4Services& services,
                                                          NamedAppointment named,
                                                          std::optional<PatientParameter> patient)
{
    const auto proposal = Proposals(services.settings.proposal_secret).read(named.id, context.caller->ods);
    if (!proposal)
        co_return std::unexpected(unknown_appointment(named));
    if (proposal->until <= services.clock.now())
        co_return std::unexpected(proposal_over(named, proposal->until));
    auto hit = co_await services.search.slot(*context.caller, proposal->slot_id, context.fresh(),
                                             context.ids.request_id);
    if (!hit && hit.error().kind() == ErrorKind::not_found)
        co_return std::unexpected(
            fhir::Error(ErrorKind::slot_unavailable, "The slot is not offered any more.", named.path));
    if (!hit)
        co_return std::unexpected(hit.error());
    auto appointment = appointment_in(*hit, std::nullopt);
    if (patient)
        if (auto known = name_patient(appointment, *patient); !known)
            co_return std::unexpected(known.error());
    co_return appointment;
}

void take_texts(const OperationCall& call, fhir::Appointment& appointment)
{
    std::string reason = text_of(call, "reason");
    if (const auto given = call.value<fhir::CodeableConcept>("reason"); given && given->text)
        reason = *given->text;
    else if (given && !given->coding.empty())
        reason = given->coding.front().display.value_or("");
    else if (const auto coding = call.value<fhir::Coding>("reason"))
        reason = coding->display.value_or("");
    if (!reason.empty())
        appointment.description = std::move(reason);
    if (auto comment = text_of(call, "comment"); !comment.empty())
        appointment.comment = std::move(comment);
}

fhir::Error said_of(fhir::Error error, const NamedAppointment& named,
                    const std::optional<PatientParameter>& patient)
{
    const std::string& path = error.path();
    if (path.starts_with("Appointment.slot") || path == "Appointment.status" || path == "Appointment.start")
        return error.at(named.path);
    if (patient && path.starts_with("Appointment.participant"))
        return error.at(patient->path);
    if (path.starts_with("Appointment.participant") && error.kind() == ErrorKind::required)
        error
            .advise("Add the parameter patient-reference with the patient's NHS number as identifier.",
                    fhir::Remedy::caller)
            .at("Parameters.parameter");
    return error;
}

Answer bundle_answer(const Context& context, const R4Services& services, const booking::WriteOutcome& outcome,
                     const std::vector<fhir::Error>& notes)
{
    Answer answer = answer_of(context, services, outcome, 200);
    fhir::Bundle bundle;
    bundle.id = adapters::new_uuid(services.clock, services.random);
    bundle.type = fhir::BundleType::searchset;
    bundle.timestamp = services.clock.now();
    bundle.total = fhir::UnsignedInt{1};
    const auto& appointment = outcome.appointment.resource;
    bundle.entry.push_back(entry_of(context.url("Appointment/" + appointment.id.value_or("")), appointment,
                                    fhir::SearchEntryMode::match));
    if (!notes.empty())
        bundle.entry.push_back(entry_of(std::string(search::outcome_full_url),
                                        fhir::to_warning(notes, fhir::outcome_code_system(context.base_url)),
                                        fhir::SearchEntryMode::outcome));
    fhir::codec::write(bundle, answer.body);
    return answer;
}

} // namespace gateway::faces::r4
