// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/referral_shape.hpp"

#include "fhir/bars/names.hpp"
#include "fhir/model/organization.hpp"
#include "fhir/model/patient.hpp"
#include "gateway/faces/bars/booking_request.hpp"
#include "gateway/faces/bars/ids.hpp"
#include "gateway/faces/bars/referral_rules.hpp"
#include "gateway/policy/directory.hpp"

#include <algorithm>

namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;
using fhir::RequestStatus;
using fhir::Result;
using fhir::TaskStatus;

constexpr std::string_view patient_here = "#patient", type_and_slash = "ServiceRequest/";

Result<std::optional<fhir::NhsNumber>> number_of(const fhir::Patient& patient)
{
    if (auto sound = check_number(patient); !sound)
        return std::unexpected(sound.error());
    const auto text = fhir::identifier_value(patient.identifier, fhir::nhs_number_system);
    return text ? fhir::NhsNumber::parse(*text) : std::nullopt;
}

std::string name_of(const fhir::Organization* organisation)
{
    return organisation ? organisation->name.value_or("") : std::string();
}

/// By the names of the directory, else by those of the message.
std::string owner_name(const Call& call, const Message& message)
{
    const auto ods = fhir::OdsCode::parse(call.service->takes_referrals_for());
    const auto practice = ods ? call.directory->practice(*ods) : nullptr;
    if (practice)
        return practice->name;
    const auto& receiver = message.header().destination.front().receiver;
    const auto* named = receiver ? message.find<fhir::Organization>(*receiver) : nullptr;
    const auto held =
        named ? fhir::identifier_value(named->identifier, fhir::ods_organisation_system) : std::nullopt;
    return held && ods && *held == ods->text() ? name_of(named) : std::string();
}

fhir::Reference named_by(const std::string& ods, const std::string& name)
{
    fhir::Reference organisation;
    organisation.type = fhir::Uri("Organization");
    organisation.identifier = fhir::Box(fhir::identifier_of(fhir::ods_organisation_system, ods));
    if (!name.empty())
        organisation.display = name;
    return organisation;
}

/// References to other entries lead nowhere outside of the message, which is kept whole beside the task.
fhir::ServiceRequest inside_task(const Call& call, fhir::ServiceRequest referral, const std::string& sender)
{
    referral.id = "referral";
    referral.meta.reset();
    referral.subject = fhir::Reference();
    referral.subject.reference = std::string(patient_here);
    referral.requester = named_by(call.caller->ods.text(), sender);
    referral.encounter.reset();
    for (auto* references :
         {&referral.based_on, &referral.replaces, &referral.performer, &referral.location_reference,
          &referral.reason_reference, &referral.supporting_info, &referral.relevant_history})
        references->clear();
    return referral;
}

std::optional<std::string> description_of(const fhir::ServiceRequest& referral)
{
    for (const auto* concept_ : {referral.code ? &*referral.code : nullptr,
                                 referral.reason_code.empty() ? nullptr : &referral.reason_code.front()}) {
        if (concept_ && concept_->text)
            return concept_->text;
        if (concept_ && !concept_->coding.empty() && concept_->coding.front().display)
            return concept_->coding.front().display;
    }
    return std::nullopt;
}

/// Until when the sender's triage says that the patient is to be seen to.
std::optional<fhir::Instant> until(const fhir::ServiceRequest& referral)
{
    const auto* period = std::get_if<fhir::Period>(&referral.occurrence);
    if (!period || !period->end)
        return std::nullopt;
    return period->end->at;
}

fhir::Reference patient_reference(const std::optional<fhir::NhsNumber>& number)
{
    fhir::Reference patient;
    patient.reference = std::string(patient_here);
    patient.type = fhir::Uri("Patient");
    if (number)
        patient.identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, number->digits()));
    return patient;
}

template <class T>
const T* contained_in(const fhir::Task& task)
{
    for (const fhir::AnyResource& resource : task.contained)
        if (const T* held = resource.as<T>())
            return held;
    return nullptr;
}

RequestStatus status_of(TaskStatus status)
{
    switch (status) {
    case TaskStatus::rejected:
    case TaskStatus::cancelled:
    case TaskStatus::failed:
        return RequestStatus::revoked;
    case TaskStatus::completed:
        return RequestStatus::completed;
    case TaskStatus::entered_in_error:
        return RequestStatus::entered_in_error;
    case TaskStatus::on_hold:
        return RequestStatus::on_hold;
    default:
        return RequestStatus::active;
    }
}

std::string_view id_in(const fhir::Task& task)
{
    const std::string_view focus =
        task.focus && task.focus->reference ? std::string_view(*task.focus->reference) : "";
    return focus.starts_with(type_and_slash) ? focus.substr(type_and_slash.size()) : std::string_view();
}

fhir::Meta referral_meta(const workflow::StoredTask& task)
{
    fhir::Meta meta;
    meta.version_id = std::to_string(task.version);
    meta.last_updated = task.last_updated;
    meta.profile.emplace_back("https://fhir.nhs.uk/StructureDefinition/BARSServiceRequest-request-referral");
    return meta;
}

} // namespace

Result<workflow::NewTask> task_for(const Call& call, const Message& message, const std::string& id)
{
    const fhir::ServiceRequest& sent = referral_of(message);
    const auto* patient = message.find<fhir::Patient>(sent.subject);
    if (!patient)
        return fhir::fail(ErrorKind::invariant,
                          "The subject of the referral is not the patient of the message.",
                          "Bundle.entry.resource.ofType(ServiceRequest).subject");
    auto number = number_of(*patient);
    if (!number)
        return std::unexpected(number.error());
    const auto& sender = message.header().sender;
    workflow::NewTask wanted;
    wanted.owner = call.service->takes_referrals_for();
    wanted.owner_name = owner_name(call, message);
    wanted.team = call.service->referral_team;
    wanted.requester_name = name_of(sender ? message.find<fhir::Organization>(*sender) : nullptr);
    wanted.patient = *number;
    wanted.due = until(sent);
    fhir::Task& said = wanted.said;
    said.identifier = sent.identifier;
    said.identifier.push_back(fhir::identifier_of(thread_system(call.origin), message.thread()));
    said.extension.emplace_back().url = service_url(call.origin);
    said.extension.back().value = fhir::identifier_of(fhir::bars::system::service_id, call.service->id);
    said.priority = sent.priority;
    said.description = description_of(sent);
    said.focus = fhir::reference_to(std::string(type_and_slash) + id);
    said.for_ = patient_reference(*number);
    fhir::Patient kept = *patient;
    kept.id = "patient";
    kept.meta.reset();
    kept.general_practitioner.clear();
    said.contained.emplace_back(inside_task(call, sent, wanted.requester_name));
    said.contained.emplace_back(std::move(kept));
    return wanted;
}

std::string referral_id(const Call& call, const workflow::StoredTask& task)
{
    const auto* service = fhir::find_extension(task.resource.extension, service_url(call.origin));
    const auto* id = service ? std::get_if<fhir::Identifier>(&service->value) : nullptr;
    return id && id->value == call.service->id ? std::string(id_in(task.resource)) : std::string();
}

fhir::ServiceRequest shown_referral(const workflow::StoredTask& task)
{
    const auto* held = contained_in<fhir::ServiceRequest>(task.resource);
    fhir::ServiceRequest shown = held ? *held : fhir::ServiceRequest();
    shown.id = std::string(id_in(task.resource));
    shown.meta = referral_meta(task);
    shown.status = status_of(task.resource.status);
    if (task.resource.for_)
        shown.subject = *task.resource.for_;
    if (const auto* patient = contained_in<fhir::Patient>(task.resource);
        patient && !shown.subject.identifier)
        shown.contained.emplace_back(*patient);
    else
        shown.subject.reference.reset();
    return shown;
}

fhir::ServiceRequest answered_referral(const fhir::ServiceRequest& sent, const workflow::StoredTask& task)
{
    fhir::ServiceRequest shown = sent;
    shown.id = std::string(id_in(task.resource));
    shown.meta = referral_meta(task);
    shown.status = status_of(task.resource.status);
    return shown;
}

std::string remark_of(const fhir::ServiceRequest& sent, std::string_view otherwise)
{
    const auto said =
        std::ranges::find_if(sent.note, [](const auto& note) { return !note.text.text.empty(); });
    return said == sent.note.end() ? std::string(otherwise) : said->text.text;
}

} // namespace gateway::faces::bars
