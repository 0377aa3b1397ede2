// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/handlers.hpp"
#include "gateway/faces/gpconnect/identifier_search.hpp"
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/gpconnect/patient_ids.hpp"
#include "gateway/faces/gpconnect/profiles.hpp"
#include "gateway/faces/gpconnect/registration.hpp"
#include "gateway/faces/gpconnect/wire.hpp"
#include "gateway/faces/gpconnect_face.hpp"

#include <algorithm>

namespace gateway::faces::gpconnect
{

namespace
{

/// Ten digits and nothing else, with a check digit that is right.
std::optional<fhir::NhsNumber> nhs_number_in(const std::string& text)
{
    const bool ten =
        text.size() == 10 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    return ten ? fhir::NhsNumber::parse(text) : std::nullopt;
}

/// Whom a system tells of although they are not to be found: GP Connect shows active, living patients only.
bool is_shown(const fhir::Patient& patient)
{
    const bool* dead = std::get_if<bool>(&patient.deceased);
    return patient.active.value_or(true) && !std::holds_alternative<fhir::DateTime>(patient.deceased) &&
           !(dead && *dead);
}

bool is_nobody(const fhir::Error& error)
{
    using enum fhir::ErrorKind;
    return error.kind() == patient_not_found || error.kind() == patient_inactive || error.kind() == not_found;
}

fhir::Patient shown(const Call& call, const GpConnectServices& services, fhir::Patient patient,
                    const fhir::NhsNumber& number)
{
    const PatientIds ids(services.settings.patient_secret);
    return to_profile(std::move(patient), ids.id_of(call.ods(), number), call.ods());
}

} // namespace

Answered search_patient(const Call& call, const GpConnectServices& services)
{
    const auto value = read_identifier(call, names::nhs_number_system);
    if (!value)
        co_return std::unexpected(value.error());
    const auto number = nhs_number_in(*value);
    if (!number)
        co_return std::unexpected(Refusal{"INVALID_NHS_NUMBER", "identifier is not a valid NHS number"});
    call.audited.saw_patient(number->digits());
    auto found =
        co_await services.practice_patients.find(*call.consumer, call.practice, *number, call.ids.request_id);
    if (!found && !is_nobody(found.error()))
        co_return std::unexpected(refusal_of(found.error()));
    call.audited.patient_known = found.has_value();
    fhir::Bundle bundle = searchset();
    if (found && is_shown(*found))
        add_entry(bundle, shown(call, services, std::move(*found), *number));
    Reply reply;
    write(call.answer, bundle, reply.body);
    co_return reply;
}

Answered read_patient(const Call& call, const GpConnectServices& services)
{
    const auto unknown = not_found("PATIENT_NOT_FOUND", "No patient has this id");
    const auto number = PatientIds(services.settings.patient_secret).read(call.ods(), call.id);
    if (!number)
        co_return unknown;
    call.audited.saw_patient(number->digits());
    auto found =
        co_await services.practice_patients.find(*call.consumer, call.practice, *number, call.ids.request_id);
    if (found ? !is_shown(*found) : is_nobody(found.error()))
        co_return unknown;
    if (!found)
        co_return std::unexpected(refusal_of(found.error()));
    const auto patient = shown(call, services, std::move(*found), *number);
    Reply reply;
    reply.version = patient.meta->version_id.value_or("");
    write(call.answer, patient, reply.body);
    co_return reply;
}

Answered register_patient(const Call& call, const GpConnectServices& services)
{
    auto parameters = read_body<fhir::Parameters>(call);
    if (!parameters)
        co_return std::unexpected(parameters.error());
    auto wanted = read_registration(*parameters);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    const fhir::NhsNumber number = wanted->number;
    call.audited.saw_patient(number.digits());
    auto added = co_await services.practice_patients.add(*call.consumer, call.practice, number,
                                                         std::move(wanted->patient), call.ids.request_id);
    if (!added)
        co_return std::unexpected(registration_refusal(added.error()));
    fhir::Bundle bundle = searchset();
    add_entry(bundle, shown(call, services, std::move(*added), number));
    Reply reply;
    write(call.answer, bundle, reply.body);
    co_return reply;
}

} // namespace gateway::faces::gpconnect
